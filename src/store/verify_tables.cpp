#include "store/verify_tables.h"

#include <map>

#include "store/schema.h"

namespace trailwatch::store {

namespace {

void add(std::vector<Fault>& out, std::string where, std::string what) {
  out.push_back({std::move(where), std::move(what)});
}

}  // namespace

std::vector<Fault> check_pages(Database& database) {
  std::vector<Fault> out;
  Statement rows(database, "PRAGMA integrity_check(20)");
  while (rows.step()) {
    if (rows.text(0) != "ok") add(out, "database file", std::string(rows.text(0)));
  }
  return out;
}

std::vector<Fault> check_schema(Database& database) {
  std::vector<Fault> out;
  const char* const sql =
      "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY "
      "type, name";
  const auto read = [&](Database& from) {
    std::map<std::string, std::string> texts;
    Statement rows(from, sql);
    while (rows.step()) {
      texts[std::string(rows.text(0)) + " " + std::string(rows.text(1))] =
          std::string(rows.text(2)) + " " + std::string(rows.text(3));
    }
    return texts;
  };
  Database fresh(":memory:", Database::Mode::write);
  migrate(fresh);
  const auto expected = read(fresh), has = read(database);
  for (const auto& [name, text] : expected) {
    const auto found = has.find(name);
    if (found == has.end() || found->second != text) add(out, "schema", name + " is missing or was changed");
  }
  for (const auto& [name, text] : has) {
    if (expected.count(name) == 0) add(out, "schema", name + " does not belong to the store");
  }
  return out;
}

std::vector<Fault> check_numbers(Database& database) {
  std::vector<Fault> out;
  Statement rows(
      database,
      "SELECT s.id, s.source, s.text, s.lowest, s.highest, s.numbers, i.lowest, i.highest, i.numbers FROM scope s "
      "LEFT JOIN (SELECT scope, MIN(number) AS lowest, MAX(number) AS highest, COUNT(DISTINCT number) AS numbers "
      "FROM identity GROUP BY scope) i ON i.scope = s.id ORDER BY s.id");
  while (rows.step()) {
    if (rows.number(3) == rows.number(6) && rows.number(4) == rows.number(7) && rows.number(5) == rows.number(8))
      continue;
    add(out,
        "scope " + std::to_string(rows.number(0)) + " (" + std::string(rows.text(1)) + ", " +
            std::string(rows.text(2)) + ")",
        "its numbers are not those of its records");
  }
  Statement clashes(
      database,
      "SELECT event FROM clash EXCEPT SELECT i.event FROM identity i JOIN identity j ON j.scope = i.scope "
      "AND j.number = i.number AND j.event < i.event");
  while (clashes.step())
    add(out, "clash", "event " + std::to_string(clashes.number(0)) + " is not in conflict with another");
  Statement lost(database,
                 "SELECT i.event FROM identity i JOIN identity j ON j.scope = i.scope AND j.number = i.number "
                 "AND j.event < i.event EXCEPT SELECT event FROM clash");
  while (lost.step())
    add(out, "clash", "event " + std::to_string(lost.number(0)) + " is in conflict with an earlier one");
  return out;
}

}  // namespace trailwatch::store
