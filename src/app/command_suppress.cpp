#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/ledger_door.h"
#include "app/listing.h"
#include "app/suppressions.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

using nlohmann::ordered_json;

// Whom the words on the command line mean. Exactly one of them is given.
Result<model::Key> key_of(const SuppressOptions& options) {
  const std::pair<model::About, const std::string*> all[] = {{model::About::officer, &options.officer},
                                                             {model::About::unit, &options.unit},
                                                             {model::About::source, &options.source}};
  std::optional<model::Key> out;
  for (const auto& [about, name] : all) {
    if (name->empty()) continue;
    if (out) return Error{Errc::unsupported, "--officer, --unit and --source exclude each other", "", {}};
    out = model::Key{about, about == model::About::unit ? options.agency : "", *name};
  }
  if (!out) {
    return Error{Errc::unsupported,
                 "nobody is named whose alerts are to be suppressed",
                 "give --alert ID, or --officer, --unit or --source with --rule",
                 {}};
  }
  return *out;
}

// A slip of the pen would suppress nobody, and nobody would notice.
Status check_key(const Workplace& workplace, store::Reader& reader, const model::Key& key) {
  if (key.about == model::About::officer && workplace.registry.officer(key.name) != nullptr) return Done{};
  Result<std::vector<model::AlertHead>> heads = reader.alert_heads(key);
  if (!heads) return std::move(heads).error();
  if (!heads->empty()) return Done{};
  return Error{Errc::not_found,
               "no " + std::string(model::to_text(key.about)) + " \"" + for_log(key.name) + "\" is known",
               key.about == model::About::unit ? "is --agency given as the alerts have it?"
                                               : "`trailwatch alerts` shows how it is written",
               {}};
}

Status check_rule(const Workplace& workplace, const std::string& rule) {
  const std::map<std::string, std::string> titles = all_titles(workplace);
  if (titles.count(rule) != 0) return Done{};
  std::vector<std::string> names;
  for (const auto& [name, title] : titles) names.push_back(name);
  const std::string near = nearest(rule, names);
  return Error{Errc::not_found,
               "there is no rule \"" + for_log(rule) + "\"",
               near.empty() ? "`trailwatch rules list` shows them" : "did you mean \"" + near + "\"?",
               {}};
}

Result<std::vector<model::Suppression>> asked_for(const Workplace& workplace, store::Reader& reader,
                                                  const SuppressOptions& options, const model::Entry& entry,
                                                  LocalDay today) {
  if (!options.alert.empty()) {
    Result<std::optional<model::Alert>> alert = reader.alert(options.alert);
    if (!alert) return std::move(alert).error();
    if (!*alert) {
      return Error{
          Errc::not_found, "there is no alert " + for_log(options.alert), "`trailwatch alerts` shows the ids", {}};
    }
    return suppressions_of(
        reader, **alert,
        {entry, options.since.value_or(today), options.until.value_or(today), options.rules, options.all_groups},
        today);
  }
  Result<model::Key> key = key_of(options);
  if (!key) return std::move(key).error();
  if (Status known = check_key(workplace, reader, *key); !known) return std::move(known).error();
  if (options.rules.empty()) {
    return Error{Errc::unsupported, "no rule is named", "give --rule NAME; one rule at a time is suppressed", {}};
  }
  const LocalDay from = options.since.value_or(today), until = options.until.value_or(today);
  if (Status fit = check_days(from, until, today); !fit) return std::move(fit).error();
  std::vector<model::Suppression> out;
  for (const std::string& rule : options.rules) {
    if (Status known = check_rule(workplace, rule); !known) return std::move(known).error();
    out.push_back({entry, *key, rule, "", from, until, std::nullopt, std::nullopt});
  }
  return out;
}

ordered_json to_json(const Workplace& workplace, const model::Suppression& one, LocalDay today) {
  const auto stamp = [&](Instant at) { return format_rfc3339(at, workplace.zone.offset_minutes(at)); };
  ordered_json out = {{"number", one.entry.number},
                      {"about", model::to_text(one.key.about)},
                      {"agency", one.key.agency},
                      {"key", one.key.name},
                      {"rule", one.rule},
                      {"group", one.group},
                      {"from", format_day(one.from)},
                      {"until", format_day(one.until)},
                      {"by", one.entry.by},
                      {"at", stamp(one.entry.at)},
                      {"reason", one.entry.reason},
                      {"holds", one.holds_on(today)}};
  out["decision"] = one.decision ? ordered_json(*one.decision) : ordered_json(nullptr);
  out["ended"] = nullptr;
  if (one.ended) {
    out["ended"] = {{"number", one.ended->entry.number},
                    {"day", format_day(one.ended->day)},
                    {"by", one.ended->entry.by},
                    {"at", stamp(one.ended->entry.at)},
                    {"reason", one.ended->entry.reason}};
  }
  return out;
}

void print_one(const Workplace& workplace, const std::map<std::string, std::string>& titles,
               const model::Suppression& one) {
  const auto title = titles.find(one.rule);
  std::printf("%s  %s  %s  %s–%s  %s：%s\n", padded(std::to_string(one.entry.number), 5).c_str(),
              padded(shown_whom(workplace, one.key), 30).c_str(),
              padded((title == titles.end() ? one.rule : title->second) + (one.group.empty() ? "" : "（同一對象）"), 30)
                  .c_str(),
              format_roc_day(one.from).c_str(), format_roc_day(one.until).c_str(), one.entry.by.c_str(),
              for_display(one.entry.reason).c_str());
  if (one.ended) {
    std::printf("       已自 %s 起結束（第 %lld 號）%s：%s\n", format_roc_day(one.ended->day).c_str(),
                static_cast<long long>(one.ended->entry.number), one.ended->entry.by.c_str(),
                for_display(one.ended->entry.reason).c_str());
  }
}

}  // namespace

int suppress_add(const Machine& machine, const SuppressOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  if (Status fit = check_author(options.by, options.reason); !fit) return fail(machine, fit.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  const Instant now = machine.clock.now();
  const LocalDay today = workplace->zone.local(now).day;
  Result<std::vector<model::Suppression>> made =
      asked_for(*workplace, **reader, options, {0, now, options.by, options.reason}, today);
  if (!made) return fail(machine, made.error());
  LedgerBatch batch;
  batch.id = batch_id(machine);
  std::vector<std::string> told;
  for (model::Suppression& one : *made) {
    if (one.key.about == model::About::officer && equals_ignoring_case(one.key.name, options.by)) {
      return fail(machine, {Errc::invalid, "nobody suppresses their own alerts", "another officer must do it", {}});
    }
    told.push_back("暫停 " + shown_whom(*workplace, one.key) + "　" + one.rule +
                   (one.group.empty() ? "" : "（同一對象）") + "　" + format_roc_day(one.from) + "–" +
                   format_roc_day(one.until));
    batch.changes.emplace_back();
    batch.changes.back().suppression = std::move(one);
  }
  return finish_batch(machine, *workplace, batch, told);
}

int suppress_end(const Machine& machine, const SuppressOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  if (Status fit = check_author(options.by, options.reason); !fit) return fail(machine, fit.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  Result<model::Ledger> ledger = (*reader)->ledger();
  if (!ledger) return fail(machine, ledger.error());
  const auto found = std::find_if(ledger->suppressions.begin(), ledger->suppressions.end(),
                                  [&](const model::Suppression& one) { return one.entry.number == options.number; });
  if (found == ledger->suppressions.end()) {
    return fail(machine, {Errc::not_found,
                          "there is no suppression " + std::to_string(options.number),
                          "`trailwatch suppress list` shows their numbers",
                          {}});
  }
  if (found->ended) {
    return fail(machine, {Errc::conflict,
                          "suppression " + std::to_string(options.number) + " has been ended already",
                          "by " + found->ended->entry.by + ", from " + format_day(found->ended->day) + " on",
                          {}});
  }
  const Instant now = machine.clock.now();
  const LocalDay day = options.since.value_or(workplace->zone.local(now).day);
  LedgerBatch batch;
  batch.id = batch_id(machine);
  batch.changes.emplace_back();
  batch.changes.back().ends = options.number;
  batch.changes.back().end = model::SuppressionEnd{{0, now, options.by, options.reason}, day};
  return finish_batch(machine, *workplace, batch,
                      {"暫停第 " + std::to_string(options.number) + " 號自 " + format_roc_day(day) + " 起結束"});
}

int suppress_list(const Machine& machine, const SuppressOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  Result<model::Ledger> ledger = (*reader)->ledger();
  if (!ledger) return fail(machine, ledger.error());
  const LocalDay today = options.day.value_or(workplace->zone.local(machine.clock.now()).day);
  const std::map<std::string, std::string> titles = all_titles(*workplace);
  std::vector<model::Suppression> shown;
  for (model::Suppression& one : ledger->suppressions) {
    const bool is_to_come = !one.ended && one.from > today;
    if (options.all || one.holds_on(today) || is_to_come) shown.push_back(std::move(one));
  }
  // What runs out first stands on top.
  std::sort(shown.begin(), shown.end(), [](const auto& a, const auto& b) {
    return a.until != b.until ? a.until < b.until : a.entry.number < b.entry.number;
  });
  if (options.format == "jsonl") {
    for (const model::Suppression& one : shown) {
      std::printf("%s\n",
                  to_json(*workplace, one, today).dump(-1, ' ', false, ordered_json::error_handler_t::replace).c_str());
    }
    return kExitOk;
  }
  if (shown.empty()) std::printf("%s\n", options.all ? "沒有暫停紀錄" : "沒有有效的暫停；--all 列出全部");
  for (const model::Suppression& one : shown) print_one(*workplace, titles, one);
  return kExitOk;
}

}  // namespace trailwatch::app
