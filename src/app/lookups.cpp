#include "app/lookups.h"

#include <algorithm>
#include <set>

#include "app/commands.h"
#include "app/listing.h"
#include "trailwatch/alert/sources.h"
#include "trailwatch/base/text.h"
#include "trailwatch/vault/mask.h"

namespace trailwatch::app {

Result<Marks> read_marks(const Workplace& workplace, store::Reader& reader, const model::Alert& alert) {
  Result<std::vector<model::Finding>> findings = reader.findings(alert.day, alert.key);
  if (!findings) return std::move(findings).error();
  Marks marks;
  for (const model::Finding& finding : *findings) {
    const auto rule = workplace.rules.find(finding.rule);
    if (rule && workplace.rules.rules()[*rule].kind == rules::RuleInfo::Kind::baseline) continue;
    const auto source = alert::source_titles().find(finding.rule);
    const std::string title = rule                                     ? workplace.rules.rules()[*rule].title
                              : source != alert::source_titles().end() ? source->second
                                                                       : finding.rule;
    for (const model::EventId event : finding.events) marks[event].push_back(title);
  }
  return marks;
}

std::string shown_subject(const model::QueryEvent& event) {
  std::string out = vault::mask_subject(event.subject_kind, event.lookup_by, event.subject);
  if (!event.subject_name.empty() && event.subject_name != event.subject) {
    out += (out.empty() ? "" : " ") + vault::mask_citizen_name(event.subject_name);
  }
  return out;
}

std::string shown_reason(const Workplace& workplace, const model::QueryEvent& event) {
  std::string out = event.reason_code;
  if (const registry::ReasonCode* code = workplace.registry.reason(event.system, event.channel, event.reason_code)) {
    out = code->meaning;
  }
  if (!event.reason.empty()) out += (out.empty() ? "" : "：") + event.reason;
  return for_display(out);
}

report::EvidenceRow shown_lookup(const Workplace& workplace, const model::QueryEvent& event) {
  report::EvidenceRow row;
  row.time = workplace.zone.local(event.time);
  row.system = workplace.system_title(event.system);
  row.action = workplace.action_title(event.action);
  row.subject = shown_subject(event);
  row.reason = shown_reason(workplace, event);
  row.case_no = for_display(event.case_no);
  row.terminal = for_display(event.terminal);
  row.origin = event.origin.source + "/" + for_display(event.origin.file) + ":" + std::to_string(event.origin.line);
  return row;
}

Result<std::vector<store::StoredEvent>> events_in_order(store::Reader& reader, const std::vector<model::EventId>& ids) {
  Result<std::vector<store::StoredEvent>> out = reader.events(ids);
  if (!out) return out;
  std::sort(out->begin(), out->end(),
            [](const auto& a, const auto& b) { return std::pair(a.event.time, a.id) < std::pair(b.event.time, b.id); });
  return out;
}

namespace {

Result<std::vector<std::string>> alerts_of_case(AlertDesk& desk, const std::string& id) {
  Result<std::vector<model::Case>> cases = desk.cases(kFirstDay, kLastDay);
  if (!cases) return std::move(cases).error();
  const auto found = std::find_if(cases->begin(), cases->end(), [&](const model::Case& one) { return one.id == id; });
  if (found == cases->end()) {
    return Error{Errc::not_found, "there is no case " + for_log(id), "`trailwatch cases` lists them", {}};
  }
  std::vector<std::string> out;
  for (const model::AlertHead& head : found->alerts) out.push_back(head.id);
  return out;
}

// As the list shows it.
Result<model::Alert> listed_alert(store::Reader& reader, AlertDesk& desk, const std::string& id) {
  Result<std::optional<model::Alert>> stored = reader.alert(id);
  if (!stored) return std::move(stored).error();
  if (!*stored) return Error{Errc::not_found, "there is no alert " + for_log(id), "`trailwatch alerts` lists them", {}};
  Result<std::vector<model::Alert>> day = desk.alerts((*stored)->day, (*stored)->day);
  if (!day) return std::move(day).error();
  const auto found = std::find_if(day->begin(), day->end(), [&](const model::Alert& one) { return one.id == id; });
  return found == day->end() ? **std::move(stored) : std::move(*found);
}

}  // namespace

Result<Matter> find_matter(const Workplace& workplace, store::Reader& reader, const std::vector<std::string>& alerts,
                           const std::string& case_id) {
  Result<AlertDesk> desk = AlertDesk::open(workplace, reader, std::nullopt, kLastDay);
  if (!desk) return std::move(desk).error();
  Matter out;
  out.case_id = case_id;
  std::vector<std::string> wanted = alerts;
  if (!case_id.empty()) {
    Result<std::vector<std::string>> found = alerts_of_case(*desk, case_id);
    if (!found) return std::move(found).error();
    wanted = *std::move(found);
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  std::set<model::EventId> events;
  for (const std::string& id : wanted) {
    Result<model::Alert> alert = listed_alert(reader, *desk, id);
    if (!alert) return std::move(alert).error();
    events.insert(alert->evidence.begin(), alert->evidence.end());
    out.alerts.push_back(*std::move(alert));
  }
  std::sort(out.alerts.begin(), out.alerts.end(),
            [](const model::Alert& a, const model::Alert& b) { return std::tie(a.day, a.id) < std::tie(b.day, b.id); });
  out.events.assign(events.begin(), events.end());
  for (const model::Decision& decision : desk->ledger().decisions) {
    if (std::binary_search(wanted.begin(), wanted.end(), decision.alert)) out.entries.push_back(decision);
  }
  return out;
}

}  // namespace trailwatch::app
