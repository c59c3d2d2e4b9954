#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trailwatch/config/personal.h"
#include "trailwatch/model/hold.h"
#include "trailwatch/rules/engine.h"
#include "trailwatch/store/reader.h"

namespace trailwatch::app {

// One shelf whose time is over.
struct Due {
  store::Shelf shelf;
  LocalDay since;                     // the first day on which it may be erased
  std::vector<std::int64_t> held_by;  // numbers of the holds that keep it; none: it goes
  bool operator==(const Due&) const = default;
};

// Which shelves are over on `today`, by month, then class; erased ones are left out. A shelf's time is the whole months
// of its retention after its own month. What belongs to no system is kept as long as the longest retention, and as long
// as anything of its month is held, or a hold that was written in it is in force.
std::vector<Due> due_shelves(const std::vector<store::Shelf>& shelves, const std::vector<model::Hold>& holds,
                             const config::Retention& retention, const Zone& zone, LocalDay today);

// The day that erasing goes by: the clock's, but never more than kDaysAhead days after the newest record, so that a
// clock that jumps erases nothing.
constexpr std::int32_t kDaysAhead = 31;
LocalDay erasing_day(LocalDay clock, std::optional<LocalDay> newest);

// The first day that can be evaluated again: neither it nor what rules look back on was erased. Nothing when nothing
// was.
Result<std::optional<LocalDay>> evaluable_from(store::Reader& reader, const rules::Engine& engine);

// `115年3月　戶役政`, for people.
std::string shown_shelf(const store::Shelf& shelf, const std::string& system_title);

}  // namespace trailwatch::app
