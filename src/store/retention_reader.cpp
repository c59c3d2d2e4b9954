#include <set>

#include "store/ledger_rows.h"
#include "store/shelves.h"
#include "trailwatch/store/reader.h"

// Questions about what is kept, held and erased.
namespace trailwatch::store {

Result<std::vector<Shelf>> Reader::shelves() {
  return at_the_door([&] {
    Statement rows(connection_.database,
                   "SELECT m.month, COALESCE(s.system, ''), e.month IS NOT NULL, COALESCE(e.emptied, 0) FROM "
                   "(SELECT month FROM month_secret WHERE month > 0 UNION SELECT month FROM erased) m "
                   "LEFT JOIN shelf s ON s.number = m.month / 1000000 LEFT JOIN erased e ON e.month = m.month "
                   "ORDER BY m.month % 1000000, m.month");
    std::vector<Shelf> out;
    while (rows.step())
      out.push_back({rows.number(0), std::string(rows.text(1)), rows.number(2) != 0, rows.number(3) != 0});
    return out;
  });
}

Result<std::vector<Shelf>> Reader::shelves_of(const std::vector<EventId>& ids) {
  return at_the_door([&] {
    std::set<std::pair<vault::Month, std::string>> found;
    Statement row(connection_.database,
                  "SELECT b.month, w.text FROM event e JOIN batch b ON b.id = e.batch JOIN word w ON w.id = e.system "
                  "WHERE e.id=?");
    for (const EventId id : ids) {
      row.bind(0, id);
      if (row.step()) found.emplace(row.number(0), std::string(row.text(1)));
      row.reset();
    }
    std::vector<Shelf> out;
    for (const auto& [secret, system] : found) out.push_back({secret, system, false, false});
    return out;
  });
}

Result<std::optional<LocalDay>> Reader::erased_through() {
  return at_the_door([&]() -> std::optional<LocalDay> {
    const std::int64_t month = connection_.database.number("SELECT COALESCE(MAX(month % 1000000), 0) FROM erased");
    if (month == 0) return std::nullopt;
    const auto year = static_cast<int>(month / 100), number = static_cast<int>(month % 100);
    return to_day(number == 12 ? CivilDate{year + 1, 1, 1} : CivilDate{year, number + 1, 1}).plus(-1);
  });
}

Result<std::vector<model::Hold>> Reader::holds() {
  return at_the_door([&] { return read_holds(connection_); });
}

Result<std::vector<model::Unmasking>> Reader::unmaskings() {
  return at_the_door([&] { return read_unmaskings(connection_); });
}

Result<std::string> Reader::store_id() {
  return at_the_door([&] {
    Statement row(connection_.database,
                  "SELECT value FROM meta WHERE key IN ('store_id', 'key_id') ORDER BY key DESC LIMIT 1");
    return row.step() ? std::string(row.text(0)) : std::string();
  });
}

}  // namespace trailwatch::store
