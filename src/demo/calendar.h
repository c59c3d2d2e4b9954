#pragma once

#include <set>
#include <string_view>
#include <vector>

#include "demo/organisation.h"
#include "trailwatch/base/time.h"

namespace trailwatch::demo {

// Holidays with a fixed date; the moving ones are left out of the made-up county. Empty on any other day.
std::string_view holiday_name(LocalDay day);
// Neither a weekend nor a holiday. No make-up working days.
bool is_working_day(LocalDay day);

// A stretch of duty in microseconds since a day's midnight; `end` may lie behind the next midnight.
struct Span {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

struct Leave {
  std::size_t officer = 0;
  LocalDay first, last;  // both included
  std::string_view kind;
};

// Who works when: office hours on working days, or shifts that turn with a phase of one's own.
class Duty {
 public:
  Duty(const Organisation& organisation, std::uint64_t seed)
      : organisation_(organisation), seed_(seed), leaves_(organisation.officers.size()) {}

  // Leave for everybody but the `reserved` officers, from three days before `first` to two days after `last`.
  void grant_leave(const std::set<std::size_t>& reserved, LocalDay first, LocalDay last);
  void add_leave(const Leave& leave) { leaves_[leave.officer].push_back(leave); }

  bool on_leave(std::size_t officer, LocalDay day) const;
  // The duty that begins on `day`; nothing (begin == end) when off. Leave cancels a shift that touches it.
  Span duty(std::size_t officer, LocalDay day) const;
  // What of it falls on the calendar day itself, the end of last night's shift first.
  std::vector<Span> on_calendar_day(std::size_t officer, LocalDay day) const;
  // Approved overtime of an office worker, beginning at 17:30; mostly nothing.
  Span overtime(std::size_t officer, LocalDay day) const;

  std::vector<Leave> leaves() const;

 private:
  Span planned(std::size_t officer, LocalDay day) const;

  const Organisation& organisation_;
  std::uint64_t seed_;
  std::vector<std::vector<Leave>> leaves_;  // by officer
};

}  // namespace trailwatch::demo
