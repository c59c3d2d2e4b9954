#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/registry/snapshot.h"

namespace trailwatch::registry {

// Stretches of local wall-clock time, half-open, in microseconds since 1970-01-01T00:00 on the wall.
struct Stretch {
  std::int64_t from = 0;
  std::int64_t until = 0;
  auto operator<=>(const Stretch&) const = default;
};

std::int64_t wall_micros(LocalTime local);

// When somebody is expected at work: roster, leave, calendar and hours together.
class DutyTimes {
 public:
  explicit DutyTimes(Options options);

  void add_shift(std::string officer, Stretch shift);
  void add_leave(std::string officer, Stretch leave);
  void add_day(LocalDay day, bool works);
  // Call once, after everything was added.
  //
  // Who works by roster and who only has overtime in it? Office staff keep the calendar's hours, and their entries lie
  // at the ends of a working day or at the weekend; who works shifts has some that reach into the middle half of a
  // working day's hours. One such person makes everybody of the same unit and role a shift worker.
  void finish(const std::map<std::string, Officer, std::less<>>& staff);

  std::optional<bool> works(LocalDay day) const;
  DutyState state(std::string_view officer, std::string_view agency, std::string_view unit, LocalTime at) const;

  // May the officer's state at some time be another one than by `other`? Says yes too often, never no too often.
  bool may_differ(const DutyTimes& other, std::string_view officer) const;
  // Officers whose own shifts or leave are not the same, sorted.
  std::vector<std::string> changed_officers(const DutyTimes& other) const;
  // Days that the two calendars do not call alike, ascending.
  std::vector<LocalDay> changed_days(const DutyTimes& other) const;

  // The day's shifts and leave in words (Snapshot::duty_text).
  std::string text(std::string_view officer, LocalDay day) const;

 private:
  bool changed_for(const DutyTimes& other, std::string_view officer) const;
  bool replaces_hours(const Stretch& shift, const Hours& hours) const;
  DutyState by_roster(const std::vector<Stretch>& shifts, std::int64_t at) const;
  DutyState by_calendar(const Hours& hours, LocalTime at) const;
  const Hours& hours_of(std::string_view agency, std::string_view unit) const;

  Options options_;
  std::map<std::string, std::vector<Stretch>, std::less<>> shifts_, leaves_;
  std::map<LocalDay, bool> calendar_;
  std::set<std::string, std::less<>> shift_workers_;
  Stretch roster_;  // what the roster of shift workers covers as a whole; outside it nothing is known of those on it
};

}  // namespace trailwatch::registry
