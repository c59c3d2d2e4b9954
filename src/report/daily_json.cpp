#include <nlohmann/json.hpp>
#include <string>

#include "report/words.h"
#include "trailwatch/report/daily.h"

namespace trailwatch::report {

namespace {

using Json = nlohmann::ordered_json;

// `2026-03-02T23:14:05`: what the office's clock showed, hence no offset.
std::string local(LocalTime time) {
  std::string out = format_day(time.day) + "T" + format_clock(time);
  const std::int64_t fraction = time.micros % kMicrosPerSecond;
  if (fraction == 0) return out;
  const std::string digits = std::to_string(kMicrosPerSecond + fraction).substr(1);
  return out + "." + digits;
}

// An empty text says "not given", which JSON has a word for.
Json given(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}
Json given(const std::optional<LocalTime>& time) {
  return time ? Json(local(*time)) : Json(nullptr);
}

Json contributions(const model::Alert& alert) {
  Json out = Json::array();
  for (const model::Contribution& part : alert.contributions) {
    out.push_back({{"rule", part.rule},
                   {"title", part.title},
                   {"points", part.points},
                   {"sentence", part.sentence},
                   {"events", part.events}});
  }
  return out;
}

Json evidence(const AlertPage& page) {
  Json out = Json::array();
  for (const EvidenceRow& row : page.evidence) {
    out.push_back({{"time", local(row.time)},
                   {"system", given(row.system)},
                   {"action", given(row.action)},
                   {"subject", given(row.subject)},
                   {"reason", given(row.reason)},
                   {"case_no", given(row.case_no)},
                   {"terminal", given(row.terminal)},
                   {"marks", row.marks},
                   {"origin", given(row.origin)}});
  }
  return out;
}

Json peers(const std::optional<PeerChart>& chart) {
  if (!chart) return nullptr;
  return {{"title", chart->title},
          {"peers_label", chart->peers_label},
          {"unit", chart->unit},
          {"own", chart->own},
          {"peers", chart->peers}};
}

Json days(const std::optional<DayChart>& chart) {
  if (!chart) return nullptr;
  Json out = Json::array();
  for (std::size_t i = 0; i < chart->own.size(); ++i) {
    Json day = {{"day", format_day(chart->own[i].first)}, {"own", chart->own[i].second}};
    if (chart->peer_median.size() == chart->own.size()) day["peer_median"] = chart->peer_median[i];
    if (chart->day_off.size() == chart->own.size()) day["day_off"] = static_cast<bool>(chart->day_off[i]);
    out.push_back(std::move(day));
  }
  return out;
}

Json in_case(const AlertPage& page) {
  if (!page.in_case) return nullptr;
  return {{"id", page.in_case->id},
          {"first", format_day(page.in_case->first)},
          {"number", page.in_case->number},
          {"alerts", page.in_case->alerts}};
}

Json decision(const AlertPage& page) {
  if (!page.alert.decision) return nullptr;
  const model::Entry& entry = page.alert.decision->entry;
  return {{"number", entry.number},
          {"at", given(page.decided_at)},
          {"by", entry.by},
          {"reason", given(entry.reason)},
          {"events_added_since", page.alert.added},
          {"events_removed_since", page.alert.removed}};
}

Json day_or_null(const std::optional<LocalDay>& day) {
  return day ? Json(format_day(*day)) : Json(nullptr);
}

Json number_or_null(std::int64_t number) {
  return number > 0 ? Json(number) : Json(nullptr);
}

Json suppressed(const model::Alert& alert) {
  Json out = Json::array();
  for (const model::Suppressed& one : alert.suppressed) {
    out.push_back({{"number", number_or_null(one.entry)},
                   {"rule", one.rule},
                   {"title", one.title},
                   {"findings", one.findings},
                   {"until", day_or_null(one.until)},
                   {"by", given(one.by)},
                   {"reason", given(one.reason)}});
  }
  return out;
}

Json suppression(const SuppressionLine& line) {
  return {{"number", number_or_null(line.number)},
          {"whom", given(line.whom)},
          {"rule", line.rule},
          {"one_group", line.one_group},
          {"from", day_or_null(line.from)},
          {"until", day_or_null(line.until)},
          {"by", given(line.by)},
          {"reason", given(line.reason)},
          {"findings", line.findings},
          {"new", line.is_new}};
}

Json alert(const AlertPage& page) {
  const model::Alert& a = page.alert;
  return {{"id", a.id},
          {"about", model::to_text(a.key.about)},
          {"agency", given(a.key.agency)},
          {"key", a.key.name},
          {"name", page.name},
          {"place", given(page.place)},
          {"day", format_day(a.day)},
          {"first", given(page.first)},
          {"last", given(page.last)},
          {"score", a.score},
          {"severity", model::to_text(a.severity)},
          {"why", a.why},
          {"events", a.events},
          {"status", a.status},
          {"picked", a.picked},
          {"watched", a.watched},
          {"case", in_case(page)},
          {"decision", decision(page)},
          {"suppressed", suppressed(a)},
          {"duty", given(page.duty)},
          {"contributions", contributions(a)},
          {"normal_if", page.normal_if},
          {"peers", peers(page.peers)},
          {"days", days(page.days)},
          {"evidence", evidence(page)},
          {"evidence_omitted", page.evidence_omitted}};
}

Json source(const SourceLine& line) {
  return {{"name", line.name},
          {"title", line.title},
          {"events", line.events},
          {"files", line.files},
          {"records_in", line.records_in},
          {"stored", line.stored},
          {"duplicates", line.duplicates},
          {"quarantined", line.quarantined},
          {"pending", line.pending},
          {"unaccounted", unaccounted(line)},
          {"newest", given(line.newest)},
          {"faults", line.faults}};
}

}  // namespace

std::string to_json(const DailyReport& report) {
  Json out = {{"format", "trailwatch-daily-report/1"},
              {"agency", report.agency},
              {"day", format_day(report.day)},
              {"made_at", local(report.made_at)},
              {"complete", faults(report).empty()},
              {"events", report.events},
              {"officers", report.officers},
              {"subjects", report.subjects},
              {"off_duty_events", report.off_duty_events},
              {"no_reason_events", report.no_reason_events},
              {"explained_events", report.explained_events},
              {"alerts_total", report.alerts_total},
              {"suppressed_total", report.suppressed_total},
              {"budget", report.budget}};
  Json& alerts = out["alerts"] = Json::array();
  for (const AlertPage& page : report.alerts) alerts.push_back(alert(page));
  Json& suppressions = out["suppressions"] = Json::array();
  for (const SuppressionLine& line : report.suppressions) suppressions.push_back(suppression(line));
  Json& changes = out["changes"] = Json::array();
  for (const ChangeLine& change : report.changes) {
    changes.push_back({{"day", format_day(change.day)},
                       {"withdrawn", change.withdrawn},
                       {"alert", change.alert},
                       {"whom", change.whom},
                       {"sentence", change.sentence}});
  }
  Json& late = out["late"] = Json::array();
  for (const LateDay& day : report.late) late.push_back({{"day", format_day(day.day)}, {"events", day.events}});
  Json& sources = out["sources"] = Json::array();
  for (const SourceLine& line : report.sources) sources.push_back(source(line));
  Json& quarantined = out["quarantined"] = Json::array();
  for (const QuarantineLine& line : report.quarantined) {
    quarantined.push_back({{"source", line.source}, {"file", line.file}, {"line", line.line}, {"reason", line.reason}});
  }
  out["quarantined_omitted"] = report.quarantined_omitted;
  out["notes"] = report.notes;
  out["rules_version"] = report.rules_version;
  out["reference_version"] = report.reference_version;
  out["log_size"] = report.log_size;
  out["decisions_cut"] = report.decisions_cut;
  out["checkpoint"] = given(report.checkpoint);
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace trailwatch::report
