#include "store/ledger_rows.h"

#include <sqlite3.h>

#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "store/packing.h"

namespace trailwatch::store {

namespace {

using nlohmann::json;

LocalDay day_of(const Statement& row, int column) {
  return LocalDay{static_cast<std::int32_t>(row.number(column))};
}

model::Key key_of(const Statement& row, int column) {
  return {static_cast<model::About>(row.number(column)), std::string(row.text(column + 1)),
          std::string(row.text(column + 2))};
}

// The first five columns of every question: id, at, officer, month, note.
model::Entry read_entry(Connection& connection, const Statement& row) {
  model::Entry out;
  out.number = row.number(0);
  out.at = Instant{row.number(1)};
  out.by = row.text(2);
  out.reason = open_note(connection, out.number, static_cast<vault::Month>(row.number(3)), row.text(4)).value_or("");
  return out;
}

std::string ask(const char* columns, const char* table) {
  return std::string("SELECT l.id, l.at, l.officer, l.month, l.note, ") + columns + " FROM " + table +
         " x JOIN ledger l ON l.id = x.entry WHERE l.id <= ? ORDER BY l.id";
}

}  // namespace

std::optional<std::int64_t> LedgerWriter::known(std::string_view request) {
  if (request.empty()) return std::nullopt;
  Statement find(connection_.database, "SELECT id FROM ledger WHERE request=?");
  find.bind(0, request);
  if (!find.step()) return std::nullopt;
  return find.number(0);
}

std::int64_t LedgerWriter::add_entry(const model::Entry& entry, std::string_view request) {
  const std::int64_t number = connection_.database.number("SELECT COALESCE(MAX(id), 0) + 1 FROM ledger");
  const vault::Month month = vault::month_of(zone_.local(entry.at).day);
  const std::string note = events_.seal_note(number, month, entry.reason);
  Statement insert(connection_.database,
                   "INSERT INTO ledger(id, at, officer, month, note, request) VALUES(?, ?, ?, ?, ?, ?)");
  insert.bind(0, number)
      .bind(1, entry.at.micros)
      .bind(2, std::string_view(entry.by))
      .bind(3, std::int64_t{month})
      .bind_bytes(4, note);
  if (request.empty()) {
    insert.bind_null(5);
  } else {
    insert.bind(5, request);
  }
  insert.run();
  return number;
}

std::int64_t LedgerWriter::add(const model::Decision& decision, std::string_view request) {
  if (const auto before = known(request)) return *before;
  const std::int64_t number = add_entry(decision.entry, request);
  const std::string rules = json(decision.rules).dump(-1, ' ', false, json::error_handler_t::replace);
  const std::string evidence = pack_ids(decision.evidence);
  Statement(connection_.database,
            "INSERT INTO decision(entry, alert, day, about, agency, name, verdict, rules, evidence) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(0, number)
      .bind(1, std::string_view(decision.alert))
      .bind(2, std::int64_t{decision.day.days})
      .bind(3, static_cast<std::int64_t>(decision.key.about))
      .bind(4, std::string_view(decision.key.agency))
      .bind(5, std::string_view(decision.key.name))
      .bind(6, model::to_text(decision.verdict))
      .bind(7, std::string_view(rules))
      .bind_bytes(8, evidence)
      .run();
  return number;
}

std::int64_t LedgerWriter::add(const model::Suppression& suppression, std::string_view request) {
  if (const auto before = known(request)) return *before;
  const std::int64_t number = add_entry(suppression.entry, request);
  const std::string group = connection_.vault.veiled(suppression.group);
  Statement(connection_.database,
            "INSERT INTO suppression(entry, about, agency, name, rule, grp, first_day, last_day, decision) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(0, number)
      .bind(1, static_cast<std::int64_t>(suppression.key.about))
      .bind(2, std::string_view(suppression.key.agency))
      .bind(3, std::string_view(suppression.key.name))
      .bind(4, std::string_view(suppression.rule))
      .bind(5, std::string_view(group))
      .bind(6, std::int64_t{suppression.from.days})
      .bind(7, std::int64_t{suppression.until.days})
      .bind(8, suppression.decision)
      .run();
  return number;
}

std::int64_t LedgerWriter::add(const model::SamplingAnswer& answer, std::string_view request) {
  if (const auto before = known(request)) return *before;
  const std::int64_t number = add_entry(answer.entry, request);
  Statement(connection_.database, "INSERT INTO sampling_answer(entry, period, event, answer) VALUES(?, ?, ?, ?)")
      .bind(0, number)
      .bind(1, std::string_view(answer.period))
      .bind(2, answer.event)
      .bind(3, model::to_text(answer.answer))
      .run();
  return number;
}

Result<std::int64_t> LedgerWriter::end(std::int64_t suppression, const model::SuppressionEnd& end,
                                       std::string_view request) {
  if (const auto before = known(request)) return *before;
  Statement find(connection_.database,
                 "SELECT e.entry FROM suppression s LEFT JOIN suppression_end e ON e.suppression = s.entry "
                 "WHERE s.entry=?");
  find.bind(0, suppression);
  if (!find.step()) {
    return Error{Errc::not_found,
                 "there is no suppression " + std::to_string(suppression),
                 "`trailwatch suppress list` shows their numbers",
                 {}};
  }
  if (!find.is_null(0)) {
    return Error{Errc::conflict, "suppression " + std::to_string(suppression) + " has been ended already", "", {}};
  }
  find.reset();
  const std::int64_t number = add_entry(end.entry, request);
  Statement(connection_.database, "INSERT INTO suppression_end(entry, suppression, day) VALUES(?, ?, ?)")
      .bind(0, number)
      .bind(1, suppression)
      .bind(2, std::int64_t{end.day.days})
      .run();
  return number;
}

model::Ledger read_ledger(Connection& connection, std::int64_t last) {
  Database& database = connection.database;
  model::Ledger out;
  Statement newest(database, "SELECT COALESCE(MAX(id), 0) FROM ledger WHERE id <= ?");
  newest.bind(0, last);
  if (newest.step()) out.last = newest.number(0);
  newest.reset();

  const std::string decisions =
      ask("x.alert, x.day, x.about, x.agency, x.name, x.verdict, x.rules, x.evidence", "decision");
  Statement row(database, decisions.c_str());
  row.bind(0, last);
  while (row.step()) {
    model::Decision decision;
    decision.entry = read_entry(connection, row);
    decision.alert = row.text(5);
    decision.day = day_of(row, 6);
    decision.key = key_of(row, 7);
    decision.verdict = model::find_verdict(row.text(10)).value_or(model::Verdict::open);
    const json rules = json::parse(row.text(11), nullptr, false);
    for (const json& rule : rules.is_array() ? rules : json::array()) {
      if (rule.is_string()) decision.rules.push_back(rule.get<std::string>());
    }
    decision.evidence = unpack_ids(row.text(12));
    out.decisions.push_back(std::move(decision));
  }

  std::map<std::int64_t, std::size_t> by_entry;
  const std::string suppressions =
      ask("x.about, x.agency, x.name, x.rule, x.grp, x.first_day, x.last_day, x.decision", "suppression");
  Statement quiet(database, suppressions.c_str());
  quiet.bind(0, last);
  while (quiet.step()) {
    model::Suppression suppression;
    suppression.entry = read_entry(connection, quiet);
    suppression.key = key_of(quiet, 5);
    suppression.rule = quiet.text(8);
    suppression.group = quiet.text(9);
    suppression.from = day_of(quiet, 10);
    suppression.until = day_of(quiet, 11);
    if (!quiet.is_null(12)) suppression.decision = quiet.number(12);
    by_entry[suppression.entry.number] = out.suppressions.size();
    out.suppressions.push_back(std::move(suppression));
  }

  const std::string ends = ask("x.suppression, x.day", "suppression_end");
  Statement end(database, ends.c_str());
  end.bind(0, last);
  while (end.step()) {
    const auto found = by_entry.find(end.number(5));
    if (found == by_entry.end()) continue;
    out.suppressions[found->second].ended = model::SuppressionEnd{read_entry(connection, end), day_of(end, 6)};
  }
  return out;
}

std::vector<model::SamplingAnswer> read_answers(Connection& connection, std::string_view period) {
  Statement row(connection.database,
                "SELECT l.id, l.at, l.officer, l.month, l.note, x.event, x.answer FROM sampling_answer x "
                "JOIN ledger l ON l.id = x.entry WHERE x.period = ?1 AND x.entry = (SELECT MAX(y.entry) FROM "
                "sampling_answer y WHERE y.period = ?1 AND y.event = x.event) ORDER BY x.event");
  row.bind(0, period);
  std::vector<model::SamplingAnswer> out;
  while (row.step()) {
    const std::optional<model::Answer> answer = model::find_answer(row.text(6));
    if (!answer) throw SqliteFailure(SQLITE_CORRUPT, "no answer is called " + std::string(row.text(6)));
    out.push_back({read_entry(connection, row), std::string(period), row.number(5), *answer});
  }
  return out;
}

std::vector<model::SamplingAnswer> read_all_answers(Connection& connection) {
  const std::string answers = ask("x.period, x.event, x.answer", "sampling_answer");
  Statement row(connection.database, answers.c_str());
  row.bind(0, std::numeric_limits<std::int64_t>::max());
  std::vector<model::SamplingAnswer> out;
  while (row.step()) {
    out.push_back({read_entry(connection, row), std::string(row.text(5)), row.number(6),
                   model::find_answer(row.text(7)).value_or(model::Answer::unclear)});
  }
  return out;
}

}  // namespace trailwatch::store
