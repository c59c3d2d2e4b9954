#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "trailwatch/rules/engine.h"

namespace trailwatch::rules {

// Local days, both inclusive.
struct DaySpan {
  LocalDay first, last;
};

// Agency and unit.
using PlaceOfWork = std::pair<std::string, std::string>;

// The groups that baselines compare, by number: officers, or units with their agency.
class Groups {
 public:
  explicit Groups(bool by_unit) : by_unit_(by_unit) {}

  bool by_unit() const { return by_unit_; }
  // Nothing for a row that belongs to no group.
  std::optional<std::uint32_t> find(const DayCount& row);
  std::uint32_t place(const std::string& agency, const std::string& unit);
  // In order of their keys, which does not depend on when they were seen first.
  const std::map<model::Key, std::uint32_t>& all() const { return numbers_; }
  const PlaceOfWork& place_at(std::uint32_t number) const { return places_[number]; }

 private:
  bool by_unit_;
  std::map<model::Key, std::uint32_t> numbers_;
  std::map<PlaceOfWork, std::uint32_t> place_numbers_;
  std::vector<PlaceOfWork> places_;
};

// One tally of all groups, day by day, as far back as somebody looks. Moves forward only.
class Series {
 public:
  // The days up to `days.last` are there afterwards; those before `days.first` may be forgotten.
  void move_to(DaySpan days, std::string_view tally, const History& history, Groups& groups);

  std::int64_t sum(std::uint32_t group, DaySpan span) const;
  std::int64_t total(DaySpan span) const;  // of all groups
  // The days with anything, of at most 32: bit n is the n-th.
  std::uint32_t days(std::uint32_t group, DaySpan span) const;
  // How much at each place.
  std::map<PlaceOfWork, std::int64_t> places(std::uint32_t group, DaySpan span, const Groups& groups) const;

 private:
  struct Entry {
    std::int32_t day = 0;
    std::uint32_t place = 0;
    std::int64_t count = 0;
  };
  using Entries = std::vector<Entry>;
  static std::pair<const Entry*, const Entry*> range(const Entries& entries, DaySpan span);

  std::vector<Entries> groups_;  // ascending by day
  std::map<std::int32_t, std::int64_t> totals_;
  std::optional<LocalDay> until_;
};

}  // namespace trailwatch::rules
