#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "app/commands.h"
#include "app/export_door.h"
#include "app/incident.h"
#include "app/listing.h"
#include "app/lookups.h"
#include "app/reports.h"
#include "app/system.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kCheckCodeBytes = 6;

Error wrong(std::string message, std::string hint = "") {
  return {Errc::invalid, std::move(message), std::move(hint), {}};
}

Status check(const IncidentOptions& options) {
  const int ways =
      (options.alerts.empty() ? 0 : 1) + (options.case_id.empty() ? 0 : 1) + (options.officer.empty() ? 0 : 1);
  if (ways != 1) return wrong("give one of --alert, --case and --officer");
  if (!options.officer.empty() && (!options.since || !options.until)) {
    return wrong("with --officer, --since and --until say which days");
  }
  if (options.officer.empty() && (options.since || options.until)) {
    return wrong("--since and --until go with --officer", "an alert's or a case's look-ups are its evidence");
  }
  if (options.since && *options.since > *options.until) return wrong("--since is after --until");
  return check_export_reason(options.reason);
}

Result<IncidentScope> of_officer(const Workplace& workplace, store::Reader& reader, const IncidentOptions& options) {
  const Instant from = workplace.zone.start_of(*options.since), until = workplace.zone.start_of(options.until->plus(1));
  Result<std::vector<store::StoredEvent>> events = reader.officer_events(options.officer, from, until);
  if (!events) return std::move(events).error();
  if (events->empty()) {
    return Error{Errc::not_found, "no look-ups of " + for_log(options.officer) + " on these days", "see --since", {}};
  }
  IncidentScope out;
  for (const store::StoredEvent& event : *events) out.events.push_back(event.id);
  out.about = "查詢人員 " + for_display(options.officer) + "，" + format_roc_day(*options.since) + " 至 " +
              format_roc_day(*options.until) + " 之全部查詢";
  out.whom = shown_whom(workplace, {model::About::officer, "", options.officer});
  return out;
}

Result<IncidentScope> of_matter(const Workplace& workplace, store::Reader& reader, const IncidentOptions& options) {
  Result<Matter> matter = find_matter(workplace, reader, options.alerts, options.case_id);
  if (!matter) return std::move(matter).error();
  if (matter->events.empty()) return Error{Errc::not_found, "this rests on no single look-ups", "", {}};
  IncidentScope out;
  out.events = matter->events;
  std::set<std::string> whom;
  for (const model::Alert& alert : matter->alerts) {
    const std::string one = shown_whom(workplace, alert.key);
    if (whom.insert(one).second) out.whom += (out.whom.empty() ? "" : "、") + one;
  }
  if (!options.case_id.empty()) {
    out.about = "案件 " + options.case_id + "（警示 " + std::to_string(matter->alerts.size()) + " 件之佐證紀錄）";
    return out;
  }
  for (const model::Alert& alert : matter->alerts) {
    out.about += (out.about.empty() ? "警示 " : "、") + alert.id + "（" + format_roc_day(alert.day) + "）";
  }
  out.about += "之佐證紀錄";
  return out;
}

std::string file_name(const IncidentOptions& options) {
  std::string out = "incident-";
  if (!options.case_id.empty()) return out + "case-" + for_display(options.case_id);
  if (!options.alerts.empty())
    return out + for_display(options.alerts.front()) + (options.alerts.size() > 1 ? "-etc" : "");
  out += for_display(options.officer) + "-" + format_day(*options.since) + "-" + format_day(*options.until);
  for (char& c : out) c = c == '/' ? '_' : c;
  return out;
}

Result<std::vector<OutFile>> make_files(const std::vector<std::string>& formats, const std::string& stem,
                                        const report::Incident& incident) {
  const std::string subjects = report::subjects_csv(incident), lookups = report::lookups_csv(incident);
  const report::Workbook workbook = report::to_workbook(incident, to_hex(sha256(subjects + lookups), kCheckCodeBytes));
  std::vector<OutFile> out;
  for (const std::string& format : formats) {
    if (format == "csv") {
      out.push_back({stem + "-subjects.csv", subjects});
      out.push_back({stem + "-lookups.csv", lookups});
      continue;
    }
    Result<std::string> content = format == "ods"    ? report::to_ods(workbook)
                                  : format == "xlsx" ? report::to_xlsx(workbook)
                                                     : report::to_pdf(workbook);
    if (!content) return std::move(content).error();
    out.push_back({stem + "." + format, *std::move(content)});
  }
  return out;
}

model::Exported record_of(const IncidentOptions& options, const IncidentScope& scope, const std::string& by,
                          const report::Incident& incident) {
  using nlohmann::json;
  model::Exported out;
  out.by = by;
  out.kind = "incident";
  out.reason = options.reason;
  json what = {{"alerts", options.alerts},     {"case", options.case_id},     {"officer", options.officer},
               {"known_at", options.known_at}, {"persons", incident.persons}, {"masked", true}};
  if (options.since) what["since"] = format_day(*options.since);
  if (options.until) what["until"] = format_day(*options.until);
  out.scope = what.dump(-1, ' ', false, json::error_handler_t::replace);
  out.events = scope.events;
  std::sort(out.events.begin(), out.events.end());
  return out;
}

}  // namespace

int export_incident(const Machine& machine, const IncidentOptions& options) {
  if (Status fit = check(options); !fit) return fail(machine, fit.error());
  const std::optional<LocalTime> known_at = parse_local_minute(options.known_at);
  if (!known_at) {
    return fail(machine,
                wrong("--known-at must look like 2026-03-05T14:30",
                      "when the office learned of it, by the local clock: the period for the notice starts then"));
  }
  Result<std::vector<std::string>> formats = parse_formats(options.formats, {"ods", "xlsx", "csv", "pdf"});
  if (!formats) return fail(machine, formats.error());
  const std::string by = options.by.empty() ? account_name() : options.by;
  if (Status fit = check_author(by, "-"); !fit) return fail(machine, fit.error());
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  const Instant now = machine.clock.now();
  if (workplace->zone.instant(*known_at) > now) return fail(machine, wrong("--known-at lies in the future"));

  Result<IncidentScope> scope =
      options.officer.empty() ? of_matter(*workplace, **reader, options) : of_officer(*workplace, **reader, options);
  if (!scope) return fail(machine, scope.error());
  Result<report::Incident> incident = gather_incident(*workplace, **reader, *scope);
  if (!incident) return fail(machine, incident.error());
  incident->by = by;
  incident->made = workplace->zone.local(now);
  incident->clock = notice_clock(*workplace, *known_at, now);
  const std::string out = options.out.empty() ? workplace->config.report_dir : options.out;
  Result<std::vector<OutFile>> files = make_files(*formats, join_path(out, file_name(options)), *incident);
  if (!files) return fail(machine, files.error());
  if (Status done = hand_out(machine, *workplace, record_of(options, *scope, by, *incident), *files); !done) {
    return fail(machine, done.error());
  }
  for (const OutFile& file : *files) std::printf("%s\n", file.path.c_str());
  std::fprintf(stderr, "受影響至少 %s 人（查詢對象 %s 個，查詢 %s 筆）\n通報期限 %s，%s\n",
               with_thousands(incident->persons).c_str(), with_thousands(incident->subjects).c_str(),
               with_thousands(static_cast<std::int64_t>(incident->lookups.size())).c_str(),
               format_roc_minute(incident->clock.ends).c_str(),
               report::remaining_words(incident->clock.remaining_minutes).c_str());
  return kExitOk;
}

}  // namespace trailwatch::app
