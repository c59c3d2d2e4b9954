#include "store/alert_rows.h"

#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "store/dictionary.h"
#include "store/judgement_rows.h"
#include "store/packing.h"

namespace trailwatch::store {

namespace {

auto head_of(const model::Alert& a) {
  return std::tie(a.id, a.key, a.day, a.score, a.severity, a.first, a.last, a.events, a.why, a.evidence);
}

// In the order of kAlertColumns.
void bind_alert(Statement& row, const model::Alert& alert, const std::string& contributions,
                const std::string& evidence) {
  row.bind(0, std::string_view(alert.id))
      .bind(1, std::int64_t{alert.day.days})
      .bind(2, static_cast<std::int64_t>(alert.key.about))
      .bind(3, std::string_view(alert.key.agency))
      .bind(4, std::string_view(alert.key.name))
      .bind(5, alert.score)
      .bind(6, static_cast<std::int64_t>(alert.severity))
      .bind(7, alert.first.micros)
      .bind(8, alert.last.micros)
      .bind(9, alert.events)
      .bind(10, std::string_view(alert.why))
      .bind(11, std::string_view(contributions))
      .bind_bytes(12, evidence)
      .bind(13, std::string_view(alert.status));
}

// Whether people would see a difference.
bool is_same(const model::Alert& one, const model::Alert& other) {
  return head_of(one) == head_of(other) &&
         contributions_to_json(one.contributions) == contributions_to_json(other.contributions);
}

std::optional<model::Alert> find(Database& database, std::string_view id) {
  const std::string sql = std::string("SELECT ") + kAlertColumns + " FROM alert WHERE id=?";
  Statement rows(database, sql.c_str());
  rows.bind(0, id);
  std::optional<model::Alert> out;
  if (rows.step()) out = read_alert(rows);
  return out;
}

}  // namespace

void put_alert(Database& database, const model::Alert& alert) {
  const std::optional<model::Alert> before = find(database, alert.id);
  if (before && is_same(*before, alert)) return;
  const std::string contributions = contributions_to_json(alert.contributions), evidence = pack_ids(alert.evidence);
  const std::string sql = std::string("INSERT INTO alert(") + kAlertColumns +
                          ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET "
                          "score=excluded.score, severity=excluded.severity, first=excluded.first, last=excluded.last, "
                          "events=excluded.events, why=excluded.why, contributions=excluded.contributions, "
                          "evidence=excluded.evidence";
  Statement row(database, sql.c_str());
  bind_alert(row, alert, contributions, evidence);
  row.run();
}

void remove_alert(Database& database, std::string_view id) {
  Statement(database, "DELETE FROM alert WHERE id=?").bind(0, id).run();
}

// Neither table can be asked for a day alone; every match has been counted in a tally of its rule.
void forget_day(Database& database, LocalDay day) {
  std::vector<std::int64_t> rules = {0};
  Statement words(database, "SELECT id FROM word WHERE kind=?");
  words.bind(0, static_cast<std::int64_t>(WordKind::rule));
  while (words.step()) rules.push_back(words.number(0));
  const std::int64_t number = day.days;
  for (const std::int64_t rule : rules) {
    Statement(database,
              "DELETE FROM match WHERE rule=?1 AND day=?2 AND officer IN "
              "(SELECT officer FROM tally WHERE rule=?1 AND day=?2)")
        .bind(0, rule)
        .bind(1, number)
        .run();
    Statement(database, "DELETE FROM tally WHERE rule=? AND day=?").bind(0, rule).bind(1, number).run();
  }
}

}  // namespace trailwatch::store
