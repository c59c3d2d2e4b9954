#include <limits>

#include "store/connection.h"
#include "store/export_rows.h"
#include "store/judgement_rows.h"
#include "store/ledger_rows.h"
#include "trailwatch/store/reader.h"

// The reader's questions about what was found and decided.
namespace trailwatch::store {

Result<std::vector<model::Alert>> Reader::alerts(LocalDay from, LocalDay until) {
  return at_the_door([&] {
    const std::string sql =
        std::string("SELECT ") + kAlertColumns + " FROM alert WHERE day BETWEEN ? AND ? ORDER BY score DESC, id";
    Statement rows(connection_.database, sql.c_str());
    rows.bind(0, std::int64_t{from.days}).bind(1, std::int64_t{until.days});
    std::vector<model::Alert> out;
    while (rows.step()) out.push_back(read_alert(rows));
    return out;
  });
}

Result<std::optional<model::Alert>> Reader::alert(std::string_view id) {
  return at_the_door([&] {
    const std::string sql = std::string("SELECT ") + kAlertColumns + " FROM alert WHERE id=?";
    Statement rows(connection_.database, sql.c_str());
    rows.bind(0, id);
    std::optional<model::Alert> out;
    if (rows.step()) out = read_alert(rows);
    return out;
  });
}

Result<std::vector<model::AlertHead>> Reader::alert_heads(const std::optional<model::Key>& key) {
  return at_the_door([&] {
    const std::string sql = std::string("SELECT ") + kAlertHeadColumns + " FROM alert" +
                            (key ? " WHERE about=? AND agency=? AND name=?" : "") +
                            " ORDER BY about, agency, name, day";
    Statement rows(connection_.database, sql.c_str());
    if (key) rows.bind(0, static_cast<std::int64_t>(key->about)).bind(1, key->agency).bind(2, key->name);
    std::vector<model::AlertHead> out;
    while (rows.step()) out.push_back(read_alert_head(rows));
    return out;
  });
}

Result<model::Ledger> Reader::ledger(std::optional<std::int64_t> last) {
  return at_the_door([&] { return read_ledger(connection_, last.value_or(std::numeric_limits<std::int64_t>::max())); });
}

Result<std::optional<std::int64_t>> Reader::entry_of(std::string_view request) {
  return at_the_door([&] {
    Statement find(connection_.database,
                   "SELECT id FROM ledger WHERE request=?1 UNION ALL SELECT id FROM exported WHERE request=?1");
    find.bind(0, request);
    std::optional<std::int64_t> out;
    if (find.step()) out = find.number(0);
    return out;
  });
}

Result<std::vector<model::SamplingAnswer>> Reader::sampling_answers(std::string_view period) {
  return at_the_door([&] { return read_answers(connection_, period); });
}
Result<std::vector<model::Exported>> Reader::exports(std::string_view kind, const std::optional<std::string>& period) {
  return at_the_door([&] { return read_exports(connection_.database, kind, period); });
}

std::string Reader::draw_seed(LocalDay day) const {
  return connection_.vault.draw_seed(day);
}

Result<std::vector<model::Finding>> Reader::findings_of_rule(std::string_view rule, LocalDay until) {
  return at_the_door([&] {
    const std::string sql = std::string("SELECT ") + kFindingColumns +
                            " FROM finding WHERE rule=? AND day<=? ORDER BY day, about, agency, name, points DESC, "
                            "first, last, sentence, events, grp";
    Statement rows(connection_.database, sql.c_str());
    rows.bind(0, rule).bind(1, std::int64_t{until.days});
    std::vector<model::Finding> out;
    while (rows.step()) out.push_back(read_finding(rows));
    return out;
  });
}

Result<std::vector<model::Finding>> Reader::findings(LocalDay day, const model::Key& key) {
  return at_the_door([&] {
    const std::string sql = std::string("SELECT ") + kFindingColumns +
                            " FROM finding WHERE day=? AND about=? AND agency=? AND name=? ORDER BY rule, points DESC, "
                            "first, last, sentence, events, grp";
    Statement rows(connection_.database, sql.c_str());
    rows.bind(0, std::int64_t{day.days})
        .bind(1, static_cast<std::int64_t>(key.about))
        .bind(2, key.agency)
        .bind(3, key.name);
    std::vector<model::Finding> out;
    while (rows.step()) out.push_back(read_finding(rows));
    return out;
  });
}

Result<std::vector<model::Finding>> Reader::findings(LocalDay day) {
  return at_the_door([&] {
    const std::string sql =
        std::string("SELECT ") + kFindingColumns +
        " FROM finding WHERE day=? ORDER BY about, agency, name, rule, points DESC, first, last, sentence, events, grp";
    Statement rows(connection_.database, sql.c_str());
    rows.bind(0, std::int64_t{day.days});
    std::vector<model::Finding> out;
    while (rows.step()) out.push_back(read_finding(rows));
    return out;
  });
}

}  // namespace trailwatch::store
