#pragma once

#include <string_view>

#include "store/sqlite.h"
#include "trailwatch/base/time.h"
#include "trailwatch/model/alert.h"

namespace trailwatch::store {

// Writes alerts within a transaction. One that is the same as before is not touched. `status` of an alert that is there
// already stays.
void put_alert(Database& database, const model::Alert& alert);
void remove_alert(Database& database, std::string_view id);

// Takes the matches and tallies of a day away.
void forget_day(Database& database, LocalDay day);

}  // namespace trailwatch::store
