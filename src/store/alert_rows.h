#pragma once

#include <optional>
#include <string_view>

#include "store/sqlite.h"
#include "trailwatch/base/time.h"
#include "trailwatch/model/alert.h"

namespace trailwatch::store {

// Writes alerts, and remembers what those of days that are over were before each change. All within a transaction.
class AlertRows {
 public:
  explicit AlertRows(Database& database) : database_(database) {}

  void begin(Instant at) { at_ = at; }
  // One that is the same as before is not touched. `status` of an alert that is there already stays.
  void put(const model::Alert& alert);
  void remove(std::string_view id);
  // Days up to this one are over.
  void settle(LocalDay day);

 private:
  std::optional<model::Alert> find(std::string_view id);
  // `alert` as it was, or, when it was not there, as it will be.
  void remember(const model::Alert& alert, bool was);
  bool is_settled(LocalDay day);

  Database& database_;
  Instant at_;
};

// Whether people would see a difference.
bool is_same_alert(const model::Alert& one, const model::Alert& other);

// Takes the matches and tallies of a day away.
void forget_day(Database& database, LocalDay day);

}  // namespace trailwatch::store
