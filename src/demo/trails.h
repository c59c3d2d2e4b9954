#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "demo/event.h"
#include "demo/organisation.h"
#include "demo/truth.h"
#include "trailwatch/base/result.h"
#include "trailwatch/demo/county.h"

namespace trailwatch::demo {

// The four dialects: each writes one day's look-ups of its channel as files, in the forms that docs/source-profiles.md
// tells. What goes wrong in real deliveries is planted here too: copies, repeated and misplaced records, a broken line,
// a hole.

// What every dialect works with; outlives them.
struct Scene {
  const Organisation& organisation;
  Truth& truth;
  const WriteFile& write;
  LocalDay first, until;

  int index(LocalDay day) const { return day.days - first.days; }
  int days() const { return until.days - first.days + 1; }
  const Officer& officer(const Event& event) const { return organisation.officers[event.officer]; }
  const Unit& unit(const Event& event) const { return organisation.unit_of(officer(event)); }
};

// Events of one channel and one day, in order of time.
using DayEvents = std::vector<Event>;

class HouseholdTrail {
 public:
  explicit HouseholdTrail(const Scene& scene) : scene_(scene) {}
  Status day(LocalDay day, DayEvents& events);

 private:
  Status office(LocalDay day, const Unit& unit, const std::vector<const Event*>& rows);

  const Scene& scene_;
  bool has_copied_ = false;
  bool has_broken_ = false;
};

class LandTrail {
 public:
  explicit LandTrail(const Scene& scene) : scene_(scene) {}
  Status day(LocalDay day, DayEvents& events);

 private:
  const Scene& scene_;
  bool has_broken_ = false;
};

class VehicleTrail {
 public:
  VehicleTrail(const Scene& scene, std::uint64_t first_seq) : scene_(scene), next_seq_(first_seq) {}
  Status day(LocalDay day, DayEvents& events);

 private:
  const Scene& scene_;
  std::uint64_t next_seq_;
  bool has_broken_ = false;
  bool has_hole_ = false;
};

class PoliceTrail {
 public:
  PoliceTrail(const Scene& scene, std::uint64_t first_sn) : scene_(scene), next_sn_{first_sn, first_sn / 2} {}
  Status day(LocalDay day, DayEvents& events);

 private:
  const Scene& scene_;
  std::uint64_t next_sn_[2];  // by host
  std::vector<Event> late_;   // messages that arrive after their day's file was closed
  bool has_broken_ = false;
};

}  // namespace trailwatch::demo
