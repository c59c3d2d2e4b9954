#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "store/sqlite.h"
#include "trailwatch/vault/vault.h"

namespace trailwatch::store {

// Which secret the events of a system in a month have, and which secrets were destroyed. Keeps what it has seen.
class Shelves {
 public:
  explicit Shelves(Database& database) : database_(database) {}

  // Numbers the system when it is new. Within a transaction.
  vault::Month of(std::string_view system, vault::Month month);
  // No row may be sealed for it, and no secret made.
  bool is_erased(vault::Month secret);
  // After a rollback, and when something was erased.
  void forget();

 private:
  Database& database_;
  std::map<std::string, std::int64_t, std::less<>> numbers_;
  std::set<vault::Month> erased_;
  bool is_loaded_ = false;
};

// The system that a secret is for; empty for class 0. Throws SqliteFailure (SQLITE_CORRUPT) when nothing says it.
std::string system_of(Database& database, vault::Month secret);
// `month/202603`, `month/202603/police`: the source of the leaves about its end.
std::string shelf_source(vault::Month secret, std::string_view system);

// The number of the last event that there ever was: rows of erased ones are gone, their numbers are not given again.
std::int64_t last_event(Database& database);

}  // namespace trailwatch::store
