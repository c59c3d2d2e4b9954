#include "app/retention.h"

#include <algorithm>

#include "app/affected.h"

namespace trailwatch::app {

namespace {

// Months since the year 0, for adding to them.
std::int64_t count_of(vault::Month month) {
  return month / 100 * 12 + month % 100 - 1;
}

LocalDay first_day(std::int64_t count) {
  return to_day({static_cast<int>(count / 12), static_cast<int>(count % 12) + 1, 1});
}

bool covers(const model::Hold& hold, const store::Shelf& shelf) {
  return std::any_of(hold.months.begin(), hold.months.end(), [&](const model::HeldMonths& held) {
    const bool is_system = held.system.empty() || shelf.system.empty() || held.system == shelf.system;
    return is_system && held.first <= shelf.month() && shelf.month() <= held.last;
  });
}

}  // namespace

std::vector<Due> due_shelves(const std::vector<store::Shelf>& shelves, const std::vector<model::Hold>& holds,
                             const config::Retention& retention, const Zone& zone, LocalDay today) {
  std::vector<Due> out;
  for (const store::Shelf& shelf : shelves) {
    if (shelf.is_erased) continue;
    const std::int64_t months = shelf.system.empty() ? retention.longest() : retention.of(shelf.system);
    Due due{shelf, first_day(count_of(shelf.month()) + months + 1), {}};
    if (today < due.since) continue;
    for (const model::Hold& hold : holds) {
      if (hold.lifted) continue;
      // Why something is held must stay readable as long as it is.
      const bool is_its_own = shelf.system.empty() && vault::month_of(zone.local(hold.entry.at).day) == shelf.month();
      if (covers(hold, shelf) || is_its_own) due.held_by.push_back(hold.entry.number);
    }
    out.push_back(std::move(due));
  }
  return out;
}

LocalDay erasing_day(LocalDay clock, std::optional<LocalDay> newest) {
  return newest ? std::min(clock, newest->plus(kDaysAhead)) : clock;
}

Result<std::optional<LocalDay>> evaluable_from(store::Reader& reader, const rules::Engine& engine) {
  Result<std::optional<LocalDay>> erased = reader.erased_through();
  if (erased && *erased) *erased = (*erased)->plus(1 + lookback_days(engine));
  return erased;
}

std::string shown_shelf(const store::Shelf& shelf, const std::string& system_title) {
  const std::int64_t month = shelf.month();
  return std::to_string(month / 100 - 1911) + "年" + std::to_string(month % 100) + "月　" +
         (shelf.system.empty() ? "不分系統（隔離紀錄、處理理由、日報、訊息）" : system_title);
}

}  // namespace trailwatch::app
