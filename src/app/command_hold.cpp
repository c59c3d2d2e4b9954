#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/listing.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

using nlohmann::ordered_json;

Error wrong(std::string message, std::string hint) {
  return {Errc::unsupported, std::move(message), std::move(hint), {}};
}

// `2026-03`
std::optional<std::int64_t> month_of(const std::string& text) {
  const auto day = parse_day(text + "-01");
  if (!day) return std::nullopt;
  return vault::month_of(*day);
}

std::string shown_month(std::int64_t month) {
  return std::to_string(month / 100 - 1911) + "年" + std::to_string(month % 100) + "月";
}

std::string shown_months(const Workplace& workplace, const model::HeldMonths& held) {
  const std::string system = held.system.empty() ? "全部系統" : workplace.system_title(held.system);
  if (held.first == held.last) return system + " " + shown_month(held.first);
  const model::HeldMonths all;
  return system + " " + (held.first == all.first ? "最早" : shown_month(held.first)) + "至" +
         (held.last == all.last ? "不限" : shown_month(held.last));
}

// The alerts that are named, or those of the case.
Result<std::vector<model::Alert>> alerts_of(const Workplace& workplace, store::Reader& reader,
                                            const HoldOptions& options) {
  std::vector<model::Alert> out;
  for (const std::string& id : options.alerts) {
    Result<std::optional<model::Alert>> alert = reader.alert(id);
    if (!alert) return std::move(alert).error();
    if (!*alert)
      return Error{Errc::not_found, "there is no alert " + for_log(id), "`trailwatch alerts` shows the ids", {}};
    out.push_back(**std::move(alert));
  }
  if (options.case_id.empty()) return out;
  Result<AlertDesk> desk = AlertDesk::open(workplace, reader, std::nullopt, kLastDay);
  if (!desk) return std::move(desk).error();
  Result<std::vector<model::Alert>> all = desk->alerts(kFirstDay, kLastDay);
  if (!all) return std::move(all).error();
  for (model::Alert& alert : *all) {
    if (alert.case_id == options.case_id) out.push_back(std::move(alert));
  }
  if (out.empty())
    return Error{
        Errc::not_found, "there is no case " + for_log(options.case_id), "`trailwatch cases` shows the ids", {}};
  return out;
}

Result<std::vector<model::HeldMonths>> held_by_alerts(const Workplace& workplace, store::Reader& reader,
                                                      const HoldOptions& options) {
  Result<std::vector<model::Alert>> alerts = alerts_of(workplace, reader, options);
  if (!alerts) return std::move(alerts).error();
  std::vector<model::HeldMonths> out;
  for (const model::Alert& alert : *alerts) {
    Result<std::vector<store::Shelf>> shelves = reader.shelves_of(alert.evidence);
    if (!shelves) return std::move(shelves).error();
    for (const store::Shelf& shelf : *shelves) {
      const model::HeldMonths held{shelf.system, shelf.month(), shelf.month()};
      if (std::find(out.begin(), out.end(), held) == out.end()) out.push_back(held);
    }
  }
  if (out.empty())
    return Error{Errc::not_found, "of its records none is left", "name --system, --from and --until instead", {}};
  return out;
}

Result<std::vector<model::HeldMonths>> held_by_name(const Workplace& workplace, store::Reader& reader,
                                                    const HoldOptions& options) {
  model::HeldMonths months;
  for (const auto& [text, place] : {std::pair{&options.from, &months.first}, std::pair{&options.until, &months.last}}) {
    if (text->empty()) continue;
    const std::optional<std::int64_t> month = month_of(*text);
    if (!month) return wrong("\"" + for_log(*text) + "\" is no month", "such as 2026-03");
    *place = *month;
  }
  if (months.first > months.last) return wrong("it ends before it begins", "--from comes before --until");
  if (options.systems.empty() && options.from.empty() && options.until.empty()) {
    return wrong("nothing is named that is to be held", "give --system, --from, --until, --alert or --case");
  }
  if (options.systems.empty()) return std::vector<model::HeldMonths>{months};
  // A slip of the pen would hold nothing, and nobody would notice.
  std::vector<std::string> known;
  for (const auto& [name, title] : workplace.words.systems) known.push_back(name);
  Result<std::vector<store::Shelf>> shelves = reader.shelves();
  if (!shelves) return std::move(shelves).error();
  for (const store::Shelf& shelf : *shelves) known.push_back(shelf.system);
  std::vector<model::HeldMonths> out;
  for (const std::string& system : options.systems) {
    if (std::find(known.begin(), known.end(), system) == known.end()) {
      const std::string near = nearest(system, known);
      return wrong("no system \"" + for_log(system) + "\" is known",
                   near.empty() ? "" : "did you mean \"" + near + "\"?");
    }
    out.push_back({system, months.first, months.last});
  }
  return out;
}

ordered_json to_json(const Workplace& workplace, const model::Hold& hold) {
  const auto entry = [&](const model::Entry& one) {
    return ordered_json{{"number", one.number},
                        {"by", one.by},
                        {"at", format_rfc3339(one.at, workplace.zone.offset_minutes(one.at))},
                        {"reason", one.reason}};
  };
  ordered_json out = entry(hold.entry);
  out["about"] = hold.about;
  out["months"] = ordered_json::array();
  for (const model::HeldMonths& held : hold.months)
    out["months"].push_back({{"system", held.system}, {"first", held.first}, {"last", held.last}});
  out["lifted"] = hold.lifted ? entry(*hold.lifted) : ordered_json(nullptr);
  return out;
}

}  // namespace

int hold_add(const Machine& machine, const HoldOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  if (Status fit = check_author(options.by, options.reason); !fit) return fail(machine, fit.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  const bool by_alert = !options.alerts.empty() || !options.case_id.empty();
  if (by_alert && (!options.systems.empty() || !options.from.empty() || !options.until.empty())) {
    return fail(machine, wrong("an alert or case says by itself what is held", "leave out --system, --from, --until"));
  }
  Result<std::vector<model::HeldMonths>> months =
      by_alert ? held_by_alerts(*workplace, **reader, options) : held_by_name(*workplace, **reader, options);
  if (!months) return fail(machine, months.error());
  model::Hold hold;
  hold.entry = {0, machine.clock.now(), options.by, options.reason};
  hold.months = *std::move(months);
  for (const std::string& alert : options.alerts) hold.about += (hold.about.empty() ? "alert " : ", ") + alert;
  if (!options.case_id.empty()) hold.about += (hold.about.empty() ? "case " : ", case ") + options.case_id;
  std::vector<std::string> told;
  for (const model::HeldMonths& held : hold.months) told.push_back("保留　" + shown_months(*workplace, held));
  LedgerBatch batch;
  batch.id = batch_id(machine);
  batch.changes.emplace_back();
  batch.changes.back().hold = std::move(hold);
  return finish_batch(machine, *workplace, batch, told);
}

int hold_lift(const Machine& machine, const HoldOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  if (Status fit = check_author(options.by, options.reason); !fit) return fail(machine, fit.error());
  Result<std::unique_ptr<store::Reader>> reader = open_reader(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  Result<std::vector<model::Hold>> holds = (*reader)->holds();
  if (!holds) return fail(machine, holds.error());
  const auto found = std::find_if(holds->begin(), holds->end(),
                                  [&](const model::Hold& one) { return one.entry.number == options.number; });
  if (found == holds->end()) {
    return fail(machine, {Errc::not_found,
                          "there is no hold " + std::to_string(options.number),
                          "`trailwatch hold list` shows their numbers",
                          {}});
  }
  if (found->lifted) {
    return fail(machine, {Errc::conflict,
                          "hold " + std::to_string(options.number) + " has been lifted already",
                          "by " + for_log(found->lifted->by),
                          {}});
  }
  LedgerBatch batch;
  batch.id = batch_id(machine);
  batch.changes.emplace_back();
  batch.changes.back().lifts = options.number;
  batch.changes.back().lift = model::Entry{0, machine.clock.now(), options.by, options.reason};
  return finish_batch(machine, *workplace, batch, {"解除保留第 " + std::to_string(options.number) + " 號"});
}

int hold_list(const Machine& machine, const HoldOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_reader(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  Result<std::vector<model::Hold>> holds = (*reader)->holds();
  if (!holds) return fail(machine, holds.error());
  std::int64_t shown = 0;
  for (const model::Hold& hold : *holds) {
    if (hold.lifted && !options.all) continue;
    ++shown;
    if (options.format == "jsonl") {
      std::printf("%s\n",
                  to_json(*workplace, hold).dump(-1, ' ', false, ordered_json::error_handler_t::replace).c_str());
      continue;
    }
    std::string months;
    for (const model::HeldMonths& held : hold.months)
      months += (months.empty() ? "" : "、") + shown_months(*workplace, held);
    std::printf("%s  %s  %s%s  %s：%s\n", padded(std::to_string(hold.entry.number), 5).c_str(),
                format_roc_minute(workplace->zone.local(hold.entry.at)).c_str(), months.c_str(),
                hold.about.empty() ? "" : ("（" + hold.about + "）").c_str(), for_display(hold.entry.by).c_str(),
                for_display(hold.entry.reason).c_str());
    if (hold.lifted) {
      std::printf("       已解除（第 %lld 號）%s　%s：%s\n", static_cast<long long>(hold.lifted->number),
                  format_roc_minute(workplace->zone.local(hold.lifted->at)).c_str(),
                  for_display(hold.lifted->by).c_str(), for_display(hold.lifted->reason).c_str());
    }
  }
  if (shown == 0 && options.format == "table")
    std::printf("%s\n", options.all ? "沒有保留紀錄" : "沒有有效的保留；--all 列出全部");
  return kExitOk;
}

}  // namespace trailwatch::app
