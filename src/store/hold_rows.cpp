#include <sqlite3.h>

#include <nlohmann/json.hpp>

#include "store/ledger_rows.h"

// Holds and unmaskings as entries of the ledger.
namespace trailwatch::store {

namespace {

using nlohmann::json;

std::string months_text(const std::vector<model::HeldMonths>& months) {
  json out = json::array();
  for (const model::HeldMonths& held : months) out.push_back({held.system, held.first, held.last});
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

// What we wrote ourselves. Of what was changed, nothing less is held than it can mean.
std::vector<model::HeldMonths> months_of(std::string_view text) {
  const json from = json::parse(text, nullptr, false);
  std::vector<model::HeldMonths> out;
  for (const json& one : from.is_array() ? from : json::array()) {
    const bool is_whole = one.is_array() && one.size() == 3 && one[0].is_string() && one[1].is_number_integer() &&
                          one[2].is_number_integer();
    if (!is_whole) return {model::HeldMonths{}};
    out.push_back({one[0].get<std::string>(), one[1].get<std::int64_t>(), one[2].get<std::int64_t>()});
  }
  if (out.empty()) out.push_back({});
  return out;
}

model::Entry read_entry(Connection& connection, const Statement& row, int column) {
  model::Entry out;
  out.number = row.number(column);
  out.at = Instant{row.number(column + 1)};
  out.by = row.text(column + 2);
  out.reason =
      open_note(connection, out.number, static_cast<vault::Month>(row.number(column + 3)), row.text(column + 4))
          .value_or("");
  return out;
}

}  // namespace

std::int64_t LedgerWriter::add(const model::Hold& hold, std::string_view request) {
  if (const auto before = known(request)) return *before;
  const std::int64_t number = add_entry(hold.entry, request);
  const std::string months = months_text(hold.months);
  Statement(connection_.database, "INSERT INTO hold(entry, months, about) VALUES(?, ?, ?)")
      .bind(0, number)
      .bind(1, std::string_view(months))
      .bind(2, std::string_view(hold.about))
      .run();
  return number;
}

Result<std::int64_t> LedgerWriter::lift(std::int64_t hold, const model::Entry& entry, std::string_view request) {
  if (const auto before = known(request)) return *before;
  Statement find(connection_.database,
                 "SELECT e.entry FROM hold h LEFT JOIN hold_end e ON e.hold = h.entry WHERE h.entry=?");
  find.bind(0, hold);
  if (!find.step()) {
    return Error{
        Errc::not_found, "there is no hold " + std::to_string(hold), "`trailwatch hold list` shows their numbers", {}};
  }
  if (!find.is_null(0)) {
    return Error{Errc::conflict, "hold " + std::to_string(hold) + " has been lifted already", "", {}};
  }
  find.reset();
  const std::int64_t number = add_entry(entry, request);
  Statement(connection_.database, "INSERT INTO hold_end(entry, hold) VALUES(?, ?)").bind(0, number).bind(1, hold).run();
  return number;
}

std::int64_t LedgerWriter::add(const model::Unmasking& step, std::string_view request) {
  if (const auto before = known(request)) return *before;
  const std::int64_t number = add_entry(step.entry, request);
  Statement(connection_.database,
            "INSERT INTO unmasking(entry, step, alert, case_no, request, second) VALUES(?, ?, ?, ?, ?, ?)")
      .bind(0, number)
      .bind(1, static_cast<std::int64_t>(step.step))
      .bind(2, std::string_view(step.alert))
      .bind(3, std::string_view(step.case_no))
      .bind(4, step.request)
      .bind(5, std::string_view(step.second))
      .run();
  return number;
}

std::vector<model::Hold> read_holds(Connection& connection) {
  Statement row(connection.database,
                "SELECT l.id, l.at, l.officer, l.month, l.note, h.months, h.about, e.id, e.at, e.officer, e.month, "
                "e.note FROM hold h JOIN ledger l ON l.id = h.entry LEFT JOIN hold_end x ON x.hold = h.entry "
                "LEFT JOIN ledger e ON e.id = x.entry ORDER BY l.id");
  std::vector<model::Hold> out;
  while (row.step()) {
    model::Hold hold;
    hold.entry = read_entry(connection, row, 0);
    hold.months = months_of(row.text(5));
    hold.about = row.text(6);
    if (!row.is_null(7)) hold.lifted = read_entry(connection, row, 7);
    out.push_back(std::move(hold));
  }
  return out;
}

std::vector<model::Unmasking> read_unmaskings(Connection& connection) {
  Statement row(connection.database,
                "SELECT l.id, l.at, l.officer, l.month, l.note, u.step, u.alert, u.case_no, u.request, u.second "
                "FROM unmasking u JOIN ledger l ON l.id = u.entry ORDER BY l.id");
  std::vector<model::Unmasking> out;
  while (row.step()) {
    model::Unmasking step;
    step.entry = read_entry(connection, row, 0);
    step.step = static_cast<model::Unmasking::Step>(row.number(5));
    step.alert = row.text(6);
    step.case_no = row.text(7);
    if (!row.is_null(8)) step.request = row.number(8);
    step.second = row.text(9);
    out.push_back(std::move(step));
  }
  return out;
}

}  // namespace trailwatch::store
