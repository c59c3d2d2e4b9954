#include "app/daily.h"

#include <algorithm>
#include <set>

#include "app/daily_suppressions.h"
#include "app/judge.h"
#include "app/listing.h"
#include "app/lookups.h"
#include "app/reevaluation.h"

#include "trailwatch/alert/sources.h"
#include "trailwatch/base/text.h"
#include "trailwatch/rules/engine.h"
#include "trailwatch/vault/mask.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kEvidenceRowsMax = 20;
constexpr std::int64_t kQuarantineRowsMax = 20;
constexpr std::int64_t kFaultsMax = 200;
constexpr std::size_t kFaultsShown = 8;
constexpr int kChartDays = 30;
constexpr int kFaultDays = 7;

// Month-to-date and daily counts of everybody, read once a report.
struct Volumes {
  std::map<std::string, std::int64_t> month;                    // by officer
  std::map<std::string, std::map<LocalDay, std::int64_t>> day;  // by officer
};

Result<Volumes> read_volumes(store::Reader& reader, LocalDay day) {
  const LocalDay first = std::min(first_of_month(day), day.plus(1 - kChartDays));
  Result<std::vector<store::TallyRow>> rows = reader.tallies("", first, day);
  if (!rows) return std::move(rows).error();
  Volumes out;
  for (const store::TallyRow& row : *rows) {
    out.day[row.officer][row.day] += row.events;
    if (row.day >= first_of_month(day)) out.month[row.officer] += row.events;
  }
  return out;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// Same unit and role; fewer than three say little, so then the same role in the whole agency.
std::vector<const registry::Officer*> peers_of(const registry::Snapshot& registry, const registry::Officer& officer,
                                               std::string& label) {
  std::vector<const registry::Officer*> peers = registry.peers(officer.agency, officer.unit, officer.role);
  label = "同單位、同職務";
  if (peers.size() < 4) {
    peers.clear();
    label = "同機關、同職務";
    for (const auto& [id, other] : registry.officers()) {
      if (other.agency == officer.agency && other.role == officer.role) peers.push_back(&other);
    }
  }
  peers.erase(
      std::remove_if(peers.begin(), peers.end(), [&](const registry::Officer* p) { return p->id == officer.id; }),
      peers.end());
  label += " " + std::to_string(peers.size()) + " 人";
  return peers;
}

std::int64_t month_count(const Volumes& volumes, const std::string& officer) {
  const auto found = volumes.month.find(officer);
  return found == volumes.month.end() ? 0 : found->second;
}

double day_count(const Volumes& volumes, const std::string& officer, LocalDay day) {
  const auto days = volumes.day.find(officer);
  if (days == volumes.day.end()) return 0;
  const auto found = days->second.find(day);
  return found == days->second.end() ? 0 : static_cast<double>(found->second);
}

void add_charts(const Workplace& workplace, const Volumes& volumes, const registry::Officer& officer, LocalDay day,
                report::AlertPage& page) {
  std::string label;
  const std::vector<const registry::Officer*> peers = peers_of(workplace.registry, officer, label);
  report::PeerChart chart;
  chart.title = "本月累計查詢筆數";
  chart.peers_label = label;
  chart.own = month_count(volumes, officer.id);
  for (const registry::Officer* peer : peers) chart.peers.push_back(month_count(volumes, peer->id));
  page.peers = std::move(chart);

  report::DayChart days;
  for (LocalDay d = day.plus(1 - kChartDays); d <= day; d = d.plus(1)) {
    days.own.emplace_back(d, static_cast<std::int64_t>(day_count(volumes, officer.id, d)));
    std::vector<double> others;
    for (const registry::Officer* peer : peers) others.push_back(day_count(volumes, peer->id, d));
    days.peer_median.push_back(median(std::move(others)));
    days.day_off.push_back(!workplace.registry.works(d).value_or(weekday(d) < 6));
  }
  page.days = std::move(days);
}

Status add_evidence(const Workplace& workplace, store::Reader& reader, report::AlertPage& page) {
  Result<Marks> marks = read_marks(workplace, reader, page.alert);
  if (!marks) return std::move(marks).error();
  // Rows that a rule points at come before those that only count.
  std::vector<model::EventId> ids;
  for (const bool marked : {true, false}) {
    for (const model::EventId id : page.alert.evidence) {
      if ((marks->count(id) != 0) == marked && ids.size() < kEvidenceRowsMax) ids.push_back(id);
    }
  }
  page.evidence_omitted = static_cast<std::int64_t>(page.alert.evidence.size() - ids.size());
  Result<std::vector<store::StoredEvent>> events = events_in_order(reader, ids);
  if (!events) return std::move(events).error();
  for (const auto& [id, event] : *events) {
    report::EvidenceRow row = shown_lookup(workplace, event);
    row.marks = (*marks)[id];
    page.evidence.push_back(std::move(row));
  }
  return Done{};
}

std::optional<report::CaseLine> case_line(const AlertDesk& desk, const model::Alert& alert) {
  const model::Case* const found = desk.find_case(alert.case_id);
  if (found == nullptr) return std::nullopt;
  report::CaseLine out{found->id, found->first, 1, static_cast<std::int64_t>(found->alerts.size())};
  for (const model::AlertHead& head : found->alerts) out.number += head.day < alert.day ? 1 : 0;
  return out;
}

Result<report::AlertPage> gather_alert(const Workplace& workplace, store::Reader& reader, const AlertDesk& desk,
                                       const Volumes& volumes, model::Alert alert) {
  report::AlertPage page;
  page.in_case = case_line(desk, alert);
  if (alert.decision) page.decided_at = workplace.zone.local(alert.decision->entry.at);
  page.first = workplace.zone.local(alert.first);
  page.last = workplace.zone.local(alert.last);
  page.name = for_display(alert.key.name);
  if (alert.key.about == model::About::officer) {
    page.name = "";
    if (const registry::Officer* officer = workplace.registry.officer(alert.key.name)) {
      page.name = vault::mask_officer_name(officer->name);
      page.place = officer->unit + (officer->role.empty() ? "" : "・" + officer->role);
      if (!officer->agency.empty()) page.place = officer->agency + " " + page.place;
      add_charts(workplace, volumes, *officer, alert.day, page);
    }
    page.duty = workplace.registry.duty_text(alert.key.name, alert.day);
  }
  std::set<std::string> seen;
  for (const model::Contribution& contribution : alert.contributions) {
    const auto rule = workplace.rules.find(contribution.rule);
    if (!rule) continue;
    for (const std::string& normal : workplace.rules.rules()[*rule].false_positives) {
      if (seen.insert(normal).second) page.normal_if.push_back(normal);
    }
  }
  page.alert = std::move(alert);
  if (Status done = add_evidence(workplace, reader, page); !done) return std::move(done).error();
  return page;
}

Status add_sources(const Workplace& workplace, store::Reader& reader, Instant from, Instant until,
                   report::DailyReport& out) {
  Result<std::vector<store::SourceTotals>> totals = reader.sources();
  if (!totals) return std::move(totals).error();
  Result<std::vector<std::pair<std::string, std::int64_t>>> today = reader.events_by_source(from, until);
  if (!today) return std::move(today).error();
  Result<SourceFaults> faults =
      gather_faults(workplace, reader, workplace.zone.start_of(out.day.plus(1 - kFaultDays)), until);
  if (!faults) return std::move(faults).error();
  for (const config::Source& source : workplace.config.sources) {
    report::SourceLine line;
    line.name = source.name;
    line.title = workplace.profiles.at(source.profile).title();
    for (const auto& [name, events] : *today) {
      if (name == source.name) line.events = events;
    }
    for (const store::SourceTotals& total : *totals) {
      if (total.source != source.name) continue;
      line.files = total.files;
      line.stored = total.stored;
      line.duplicates = total.duplicates;
      line.quarantined = total.quarantined;
      line.pending = total.pending;
      line.records_in = total.stored + total.duplicates + total.quarantined + total.pending;
      if (total.newest) line.newest = workplace.zone.local(*total.newest);
    }
    line.faults = faults->by_source[source.name];
    out.sources.push_back(std::move(line));
  }
  return Done{};
}

void add_notes(const Workplace& workplace, report::DailyReport& out) {
  const rules::Engine engine(workplace.rules, workplace.registry);
  for (const std::string& missing : engine.not_evaluable()) out.notes.push_back("規則未評估：" + missing);
  std::map<std::string, int> problems;
  for (const registry::Problem& problem : workplace.registry.problems()) ++problems[problem.file];
  for (const auto& [file, count] : problems) {
    out.notes.push_back("參考檔 " + file + " 有 " + std::to_string(count) + " 列無法採用，詳見系統日誌");
  }
  for (const FileFault& fault : workplace.faults) out.notes.push_back("檔案未採用：" + fault.text());
}

// What stands between this report and one by the newest files.
Status add_standing(store::Reader& reader, report::DailyReport& out) {
  Result<Standing> standing = read_standing(reader);
  if (!standing) return std::move(standing).error();
  if (standing->current_from && *standing->current_from <= out.day) standing->current_from.reset();
  if (!standing->plan.empty() && out.day < standing->plan.begin()->first) standing->plan.clear();
  for (std::string& line : standing_lines(*standing)) out.notes.push_back(std::move(line));
  return Done{};
}

}  // namespace

Result<SourceFaults> gather_faults(const Workplace& workplace, store::Reader& reader, Instant from, Instant until) {
  SourceFaults out;
  const auto is_in_time = [&](Instant at) { return at >= from && at < until; };
  Result<std::vector<store::Hole>> holes = reader.holes(kFaultsMax);
  if (!holes) return std::move(holes).error();
  const auto add = [&](const std::string& source, std::string fault) {
    auto& faults = out.by_source[source];
    if (faults.size() == kFaultsShown) fault = "另有其他缺漏，詳見 trailwatch status";
    if (faults.size() <= kFaultsShown) faults.push_back(std::move(fault));
  };
  for (const store::Hole& hole : *holes) {
    if (!is_in_time(hole.time)) continue;
    const std::int64_t count = hole.last - hole.first + 1;
    add(hole.source, for_display(hole.file) + " 序號 " + std::to_string(hole.first) +
                         (count > 1 ? "–" + std::to_string(hole.last) : "") + " 缺 " + with_thousands(count) + " 筆");
  }
  Result<std::vector<store::TrailerFault>> trailers = reader.trailer_faults(kFaultsMax);
  if (!trailers) return std::move(trailers).error();
  for (const store::TrailerFault& fault : *trailers) {
    if (!is_in_time(fault.newest.value_or(from))) continue;
    add(fault.source, for_display(fault.file) + " 檔尾記載 " + with_thousands(fault.declared) + " 筆，實收 " +
                          with_thousands(fault.rows) + " 筆");
  }
  Result<std::vector<store::LossRow>> losses = reader.losses(kFaultsMax);
  if (!losses) return std::move(losses).error();
  for (const store::LossRow& loss : *losses) {
    if (!is_in_time(loss.last)) continue;
    add(loss.source, for_display(loss.stream) + " " + alert::loss_text(loss.kind, loss.times, loss.records));
  }
  Result<std::vector<store::SourceTotals>> totals = reader.sources();
  if (!totals) return std::move(totals).error();
  for (const config::Source& source : workplace.config.sources) {
    const bool known =
        std::any_of(totals->begin(), totals->end(), [&](const auto& t) { return t.source == source.name; });
    if (!known) add(source.name, source.directory.empty() ? "尚未收到任何紀錄" : "尚未收到任何檔案");
    if (!workplace.profiles.at(source.profile).declares_rows()) continue;
    Result<std::vector<store::FileRow>> files = reader.files(source.name);
    if (!files) return std::move(files).error();
    for (const store::FileRow& file : *files) {
      if (!file.declared && !store::is_stream_name(file.name) && is_in_time(file.newest.value_or(from))) {
        add(source.name, for_display(file.name) + " 沒有檔尾筆數，可能未傳完");
      }
    }
  }
  return out;
}

Result<report::DailyReport> gather_daily(const Workplace& workplace, store::Reader& reader, LocalDay day,
                                         std::optional<std::int64_t> cut) {
  report::DailyReport out;
  out.agency = workplace.config.agency;
  out.day = day;
  out.made_at = {day.plus(1), workplace.config.report_at_minute * kMicrosPerMinute};
  out.budget = workplace.config.budget;
  out.rules_version = workplace.rules.version();
  out.reference_version = workplace.registry.version();
  const Instant from = workplace.zone.start_of(day), until = workplace.zone.start_of(day.plus(1));

  Result<store::DayNumbers> numbers = reader.numbers(from, until);
  if (!numbers) return std::move(numbers).error();
  out.events = numbers->events;
  out.officers = numbers->officers;
  out.subjects = numbers->subjects;
  for (const auto& [rule, count] :
       {std::pair("off-hours", &out.off_duty_events), std::pair("missing-reason", &out.no_reason_events),
        std::pair(rules::kExplainedTally, &out.explained_events)}) {
    Result<std::vector<store::TallyRow>> rows = reader.tallies(rule, day, day);
    if (!rows) return std::move(rows).error();
    for (const store::TallyRow& row : *rows) *count += row.events;
  }
  Result<std::int64_t> size = reader.size();
  if (!size) return std::move(size).error();
  out.log_size = *size;

  Result<AlertDesk> desk = AlertDesk::open(workplace, reader, cut, day);
  if (!desk) return std::move(desk).error();
  out.decisions_cut = desk->ledger().last;
  Result<std::vector<model::Alert>> alerts = desk->alerts(day, day);
  if (!alerts) return std::move(alerts).error();
  out.alerts_total = static_cast<std::int64_t>(alerts->size());
  add_suppressions(workplace, *desk, *alerts, out);
  alert::sort_for_reading(*alerts);
  Result<Volumes> volumes = read_volumes(reader, day);
  if (!volumes) return std::move(volumes).error();
  for (model::Alert& alert : *alerts) {
    if (!alert.listed) break;
    Result<report::AlertPage> page = gather_alert(workplace, reader, *desk, *volumes, std::move(alert));
    if (!page) return std::move(page).error();
    out.alerts.push_back(*std::move(page));
  }

  if (Status done = add_sources(workplace, reader, from, until, out); !done) return std::move(done).error();
  Result<std::vector<store::QuarantineRow>> quarantined = reader.quarantined(kQuarantineRowsMax);
  if (!quarantined) return std::move(quarantined).error();
  std::int64_t all = 0;
  for (const report::SourceLine& line : out.sources) all += line.quarantined;
  for (const store::QuarantineRow& row : *quarantined) {
    out.quarantined.push_back({row.source, for_display(row.file), row.line, row.reason});
  }
  out.quarantined_omitted = std::max<std::int64_t>(0, all - static_cast<std::int64_t>(out.quarantined.size()));
  add_notes(workplace, out);
  if (Status done = add_standing(reader, out); !done) return std::move(done).error();
  return out;
}

}  // namespace trailwatch::app
