#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "trailwatch/base/time.h"

namespace trailwatch::app {

// What is to be done for a day after rules or reference data have changed.
//   compare  only its baselines: counts of other days have changed, or who is compared with whom
//   count    what is counted on it, for later days' baselines; its findings stay as they are
//   judge    everything
enum class DayWork : std::uint8_t { compare = 1, count = 2, judge = 3 };

using DayPlan = std::map<LocalDay, DayWork>;

// Adds a day, or more work for one; to count and to compare is to judge.
void add_to(DayPlan& plan, LocalDay day, DayWork work);

// `judge 2026-03-01..2026-03-31;compare 2026-04-01..2026-04-30`: as the store keeps it. What can't be read is left out.
std::string format_plan(const DayPlan& plan);
DayPlan parse_plan(std::string_view text);

}  // namespace trailwatch::app
