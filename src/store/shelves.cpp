#include "store/shelves.h"

#include <sqlite3.h>

namespace trailwatch::store {

vault::Month Shelves::of(std::string_view system, vault::Month month) {
  const auto known = numbers_.find(system);
  if (known != numbers_.end()) return vault::in_class(month, known->second);
  Statement find(database_, "SELECT number FROM shelf WHERE system=?");
  find.bind(0, system);
  std::int64_t number = find.step() ? find.number(0) : 0;
  find.reset();
  if (number == 0) {
    number = database_.number("SELECT COALESCE(MAX(number), 0) + 1 FROM shelf");
    Statement(database_, "INSERT INTO shelf(number, system) VALUES(?, ?)").bind(0, number).bind(1, system).run();
  }
  numbers_.emplace(system, number);
  return vault::in_class(month, number);
}

bool Shelves::is_erased(vault::Month secret) {
  if (!is_loaded_) {
    Statement rows(database_, "SELECT month FROM erased");
    while (rows.step()) erased_.insert(rows.number(0));
    is_loaded_ = true;
  }
  return erased_.count(secret) != 0;
}

void Shelves::forget() {
  numbers_.clear();
  erased_.clear();
  is_loaded_ = false;
}

std::string system_of(Database& database, vault::Month secret) {
  if (vault::class_of(secret) == 0) return "";
  Statement find(database, "SELECT system FROM shelf WHERE number=?");
  find.bind(0, vault::class_of(secret));
  if (!find.step())
    throw SqliteFailure(SQLITE_CORRUPT, "nothing says what secret " + std::to_string(secret) + " is for");
  return std::string(find.text(0));
}

std::string shelf_source(vault::Month secret, std::string_view system) {
  std::string out = "month/" + std::to_string(vault::calendar_month(secret));
  if (!system.empty()) out.append("/").append(system);
  return out;
}

std::int64_t last_event(Database& database) {
  return database.number(
      "SELECT MAX((SELECT COALESCE(MAX(id), 0) FROM event), (SELECT COALESCE(MAX(last_event), 0) FROM intake))");
}

}  // namespace trailwatch::store
