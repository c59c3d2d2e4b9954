#include <map>
#include <tuple>

#include "store/alert_rows.h"
#include "store/connection.h"
#include "store/in_force_rows.h"
#include "store/judgement_rows.h"
#include "trailwatch/store/reader.h"

// What is asked when the files change that judgements rest on: which events they touch, what alerts have become.
namespace trailwatch::store {

Status Reader::each_outline(const std::function<void(const EventOutline&)>& show) {
  return at_the_door([&] {
    Statement rows(connection_.database,
                   "SELECT time, system, channel, place, officer, account, terminal, reason_code, case_no, approver, "
                   "lookup_by, subject_kind, subject FROM event");
    Dictionary& words = connection_.words;
    while (rows.step()) {
      EventOutline out;
      out.time = Instant{rows.number(0)};
      out.system = words.text(rows.number(1));
      out.channel = words.text(rows.number(2));
      const auto& [agency, unit] = words.place_text(rows.number(3));
      out.agency = agency;
      out.unit = unit;
      out.officer = words.text(rows.number(4));
      out.account = words.text(rows.number(5));
      out.terminal = words.text(rows.number(6));
      out.reason_code = words.text(rows.number(7));
      out.case_no = rows.text(8);
      out.approver = words.text(rows.number(9));
      out.lookup_by = static_cast<model::LookupBy>(rows.number(10));
      out.subject_kind = static_cast<model::SubjectKind>(rows.number(11));
      if (!rows.is_null(12)) out.subject = rows.number(12);
      show(out);
    }
    return Done{};
  });
}

vault::Token Reader::token(model::SubjectKind kind, std::string_view value) const {
  return connection_.vault.token(kind, value);
}

Result<std::vector<InForce>> Reader::in_force() {
  return at_the_door([&] { return read_in_force(connection_); });
}

Result<std::int64_t> Reader::alert_cut() {
  return at_the_door([&] { return connection_.database.number("SELECT COALESCE(MAX(number), 0) FROM alert_change"); });
}

Result<std::vector<AlertChange>> Reader::alert_changes(std::int64_t after, LocalDay last_day) {
  return at_the_door([&] {
    const std::string sql = std::string("SELECT ") + kAlertColumns +
                            ", at, was FROM alert_change WHERE number>? AND day<=? ORDER BY number";
    Statement rows(connection_.database, sql.c_str());
    rows.bind(0, after).bind(1, std::int64_t{last_day.days});
    // The first change since the cut tells how it was at the cut.
    std::map<std::pair<LocalDay, std::string>, AlertChange> changes;
    while (rows.step()) {
      model::Alert alert = read_alert(rows);
      const auto [at, is_first] = changes.try_emplace({alert.day, alert.id});
      at->second.at = Instant{rows.number(14)};
      if (is_first && rows.number(15) != 0) at->second.before = std::move(alert);
    }
    const std::string find = std::string("SELECT ") + kAlertColumns + " FROM alert WHERE id=?";
    Statement now(connection_.database, find.c_str());
    std::vector<AlertChange> out;
    for (auto& [key, change] : changes) {
      now.bind(0, std::string_view(key.second));
      if (now.step()) change.now = read_alert(now);
      now.reset();
      const bool is_same = change.before && change.now && is_same_alert(*change.before, *change.now);
      const bool was_never = !change.before && !change.now;
      if (!is_same && !was_never) out.push_back(std::move(change));
    }
    return out;
  });
}

}  // namespace trailwatch::store
