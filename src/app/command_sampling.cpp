#include <algorithm>
#include <cstdio>
#include <map>

#include "app/commands.h"
#include "app/daily.h"
#include "app/reports.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/sampling.h"
#include "trailwatch/vault/mask.h"

namespace trailwatch::app {

namespace {

struct MonthSpan {
  LocalDay first, last;
};

std::optional<MonthSpan> parse_month(const std::string& text) {
  const auto first = parse_day(text + "-01");
  if (!first) return std::nullopt;
  return MonthSpan{*first, last_of_month(*first)};
}

report::SamplingQuota quota_for(const config::Config& config, const std::string& system, const std::string& agency,
                                const std::string& unit) {
  config::Sampling found;
  for (const std::string& name : {std::string("default"), system, system + "/" + agency + "/" + unit}) {
    const auto at = config.sampling.find(name);
    if (at != config.sampling.end()) found = at->second;
  }
  return {found.ratio, found.floor, found.ceiling, found.per_officer, found.weighted_share};
}

// An event's place in the log names it for ever.
std::string event_code(model::EventId id) {
  std::string digits = std::to_string(id);
  return std::string(digits.size() < 12 ? 12 - digits.size() : 0, '0') + digits;
}

struct EventRisk {
  double points = 0;
  std::vector<std::string> titles;
};

Result<std::map<model::EventId, EventRisk>> read_risks(const Workplace& workplace, store::Reader& reader,
                                                       const MonthSpan& month) {
  const std::map<std::string, std::string> titles = workplace.rule_titles();
  std::map<model::EventId, EventRisk> out;
  for (LocalDay day = month.first; day <= month.last; day = day.plus(1)) {
    Result<std::vector<model::Finding>> findings = reader.findings(day);
    if (!findings) return std::move(findings).error();
    for (const model::Finding& finding : *findings) {
      const auto title = titles.find(finding.rule);
      if (title == titles.end()) continue;
      for (const model::EventId event : finding.events) {
        EventRisk& risk = out[event];
        risk.points += finding.points;
        risk.titles.push_back(title->second);
      }
    }
  }
  return out;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : "；") + part;
  return out;
}

std::string shown_officer(const Workplace& workplace, const model::QueryEvent& event) {
  const registry::Officer* officer = workplace.registry.officer(event.officer);
  const std::string& name = officer != nullptr && !officer->name.empty() ? officer->name : event.officer_name;
  return name.empty() ? event.officer : event.officer + " " + vault::mask_officer_name(name);
}

struct Drawing {
  const Workplace& workplace;
  store::Reader& reader;
  const std::map<model::EventId, EventRisk>& risks;
  std::string seed;
};

Status add_rows(const Drawing& drawing, const std::vector<report::SamplingUnit>& population,
                const report::SamplingQuota& quota, report::UnitSheet& sheet) {
  const std::vector<report::SampledEvent> sample = report::draw(population, quota, drawing.seed);
  std::vector<model::EventId> ids;
  for (const report::SampledEvent& drawn : sample) ids.push_back(population[drawn.index].event);
  Result<std::vector<store::StoredEvent>> events = drawing.reader.events(ids);
  if (!events) return std::move(events).error();
  sheet.population += static_cast<std::int64_t>(population.size());
  for (std::size_t i = 0; i < events->size(); ++i) {
    const model::QueryEvent& event = (*events)[i].event;
    const auto risk = drawing.risks.find((*events)[i].id);
    report::SheetRow row;
    row.time = drawing.workplace.zone.local(event.time);
    row.system = drawing.workplace.system_title(event.system);
    row.officer = shown_officer(drawing.workplace, event);
    row.action = drawing.workplace.action_title(event.action);
    row.subject = shown_subject(event);
    row.reason = shown_reason(drawing.workplace, event);
    row.case_no = for_display(event.case_no);
    row.drawn = sample[i].drawn;
    if (risk != drawing.risks.end()) row.risk = joined(risk->second.titles);
    row.code = event_code((*events)[i].id);
    row.file = event.origin.source + "/" + for_display(event.origin.file);
    row.line = event.origin.line;
    ++(row.drawn == report::Drawn::random ? sheet.random : sheet.weighted);
    sheet.rows.push_back(std::move(row));
  }
  return Done{};
}

}  // namespace

int export_sampling(const Machine& machine, const SamplingOptions& options) {
  Result<std::vector<std::string>> formats = parse_formats(options.formats, {"csv"});
  if (!formats) return fail(machine, formats.error());
  const std::optional<MonthSpan> month = parse_month(options.month);
  if (!month) return fail(machine, Error{Errc::invalid, "--month must look like 2026-03", "", {}});
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());

  const Instant from = workplace->zone.start_of(month->first), until = workplace->zone.start_of(month->last.plus(1));
  Result<std::vector<store::PopulationRow>> population = (*reader)->population(from, until);
  if (!population) return fail(machine, population.error());
  Result<std::map<model::EventId, EventRisk>> risks = read_risks(*workplace, **reader, *month);
  if (!risks) return fail(machine, risks.error());

  // By unit, then by system: each has a quota of its own.
  std::map<std::pair<std::string, std::string>, std::map<std::string, std::vector<report::SamplingUnit>>> units;
  for (const store::PopulationRow& row : *population) {
    if (!options.system.empty() && row.system != options.system) continue;
    if (!options.unit.empty() && row.unit != options.unit && row.agency + "/" + row.unit != options.unit) continue;
    const auto risk = risks->find(row.id);
    units[{row.agency, row.unit}][row.system].push_back({row.id, event_code(row.id), row.system, row.agency, row.unit,
                                                         row.officer, risk == risks->end() ? 0 : risk->second.points});
  }
  report::SamplingSheets sheets;
  sheets.agency = workplace->config.agency;
  sheets.month = to_civil(month->first);
  sheets.seed = options.seed.empty()
                    ? to_hex(sha256("trailwatch/sampling/v1\n" + workplace->config.agency + "\n" + options.month), 8)
                    : options.seed;
  const Drawing drawing{*workplace, **reader, *risks, sheets.seed};
  std::int64_t rows = 0;
  for (const auto& [place, systems] : units) {
    report::UnitSheet sheet;
    sheet.agency = place.first;
    sheet.unit = place.second;
    for (const auto& [system, events] : systems) {
      const report::SamplingQuota quota = quota_for(workplace->config, system, place.first, place.second);
      if (Status done = add_rows(drawing, events, quota, sheet); !done) return fail(machine, done.error());
    }
    for (std::size_t i = 0; i < sheet.rows.size(); ++i) sheet.rows[i].number = static_cast<std::int64_t>(i) + 1;
    rows += static_cast<std::int64_t>(sheet.rows.size());
    sheets.units.push_back(std::move(sheet));
  }
  const std::string out = options.out.empty() ? workplace->config.report_dir : options.out;
  const std::string list = join_path(out, "sampling-" + options.month + ".csv"),
                    summary = join_path(out, "sampling-" + options.month + "-summary.csv");
  if (Status written = machine.files.write(list, report::to_csv(sheets)); !written)
    return fail(machine, written.error());
  if (Status written = machine.files.write(summary, report::summary_csv(sheets)); !written)
    return fail(machine, written.error());
  std::printf("%s\n%s\n", list.c_str(), summary.c_str());
  std::fprintf(stderr, "母體 %s 筆，抽出 %s 筆，%zu 個單位；抽樣種子 %s\n",
               with_thousands(static_cast<std::int64_t>(population->size())).c_str(), with_thousands(rows).c_str(),
               sheets.units.size(), sheets.seed.c_str());
  return kExitOk;
}

}  // namespace trailwatch::app
