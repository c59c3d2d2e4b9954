#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/listing.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

using nlohmann::ordered_json;

// The agency that an alert's key is of: a unit's own, an officer's by the staff file.
std::string agency_of(const Workplace& workplace, const model::Key& key) {
  if (key.about != model::About::officer || !key.agency.empty()) return key.agency;
  const registry::Officer* officer = workplace.registry.officer(key.name);
  return officer == nullptr ? "" : officer->agency;
}

ordered_json decision(const Workplace& workplace, const model::Alert& alert) {
  const model::Entry& entry = alert.decision->entry;
  return {{"number", entry.number},
          {"at", format_rfc3339(entry.at, workplace.zone.offset_minutes(entry.at))},
          {"by", entry.by},
          {"reason", entry.reason},
          {"events_added_since", alert.added},
          {"events_removed_since", alert.removed}};
}

ordered_json suppressed(const model::Alert& alert) {
  ordered_json out = ordered_json::array();
  for (const model::Suppressed& one : alert.suppressed) {
    ordered_json line = {{"rule", one.rule}, {"findings", one.findings}};
    line["number"] = one.entry == 0 ? ordered_json(nullptr) : ordered_json(one.entry);
    line["until"] = one.until ? ordered_json(format_day(*one.until)) : ordered_json(nullptr);
    line["by"] = one.by;
    line["reason"] = one.reason;
    out.push_back(std::move(line));
  }
  return out;
}

std::string to_line(const Workplace& workplace, const model::Alert& alert) {
  const auto stamp = [&](Instant at) { return format_rfc3339(at, workplace.zone.offset_minutes(at)); };
  ordered_json out;
  out["id"] = alert.id;
  out["score"] = alert.score;
  out["day"] = format_day(alert.day);
  out["first"] = stamp(alert.first);
  out["last"] = stamp(alert.last);
  out["agency"] = agency_of(workplace, alert.key);
  out[std::string(model::to_text(alert.key.about))] = alert.key.name;
  out["rules"] = ordered_json::array();
  for (const model::Contribution& c : alert.contributions) out["rules"].push_back(c.rule);
  out["severity"] = model::to_text(alert.severity);
  out["why"] = alert.why;
  out["events"] = alert.events;
  out["status"] = alert.status;
  out["picked"] = alert.picked;
  out["listed"] = alert.listed;
  out["case"] = alert.case_id.empty() ? ordered_json(nullptr) : ordered_json(alert.case_id);
  if (alert.watched) out["watched"] = true;
  if (alert.decision) out["decision"] = decision(workplace, alert);
  if (!alert.suppressed.empty()) out["suppressed"] = suppressed(alert);
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

// `已查明＊`: the star says that the evidence is no longer what was decided on.
std::string state_of(const model::Alert& alert) {
  const auto verdict = model::find_verdict(alert.status);
  std::string out = std::string(verdict ? model::to_chinese(*verdict) : alert.status);
  if (alert.added > 0 || alert.removed > 0) out += "＊";
  if (alert.picked == "random") out += "・抽看";
  if (!alert.suppressed.empty()) out += alert.contributions.empty() ? "・暫停" : "・部分暫停";
  return out;
}

void print_table(const Workplace& workplace, const std::vector<model::Alert>& alerts) {
  std::printf("%s  %s  %s  %s  %s  %s  %s\n", padded("日期", 14).c_str(), padded("風險", 8).c_str(),
              padded("人員／單位", 30).c_str(), padded("筆數", 5).c_str(), padded("編號", 16).c_str(),
              padded("狀態", 10).c_str(), "為何列入");
  bool is_changed = false;
  for (const model::Alert& alert : alerts) {
    std::array<char, 16> score{};
    std::snprintf(score.data(), score.size(), "%5.1f", alert.score);
    std::printf("%s  %s  %s  %5lld  %s  %s  %s\n", format_roc_day_weekday(alert.day).c_str(),
                padded(std::string(model::to_chinese(alert.severity)) + score.data(), 8).c_str(),
                padded(shown_whom(workplace, alert.key), 30).c_str(), static_cast<long long>(alert.events),
                alert.id.c_str(), padded(state_of(alert), 10).c_str(), alert.why.c_str());
    is_changed = is_changed || alert.added > 0 || alert.removed > 0;
  }
  if (is_changed) std::printf("＊ 佐證在處理後有增減，請再看一次\n");
}

}  // namespace

int alerts(const Machine& machine, const AlertsOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  const LocalDay since = options.since.value_or(kFirstDay), until = options.until.value_or(kLastDay);
  Result<AlertDesk> desk = AlertDesk::open(*workplace, **reader, options.cut, until);
  if (!desk) return fail(machine, desk.error());
  Result<std::vector<model::Alert>> found = desk->alerts(since, until);
  if (!found) return fail(machine, found.error());
  if (options.listed) {
    found->erase(std::remove_if(found->begin(), found->end(), [](const model::Alert& alert) { return !alert.listed; }),
                 found->end());
    alert::sort_for_reading(*found);
  }
  if (options.limit > 0 && static_cast<std::int64_t>(found->size()) > options.limit) {
    found->resize(static_cast<std::size_t>(options.limit));
  }
  if (options.format == "jsonl") {
    for (const model::Alert& alert : *found) std::printf("%s\n", to_line(*workplace, alert).c_str());
  } else if (found->empty()) {
    std::printf("沒有符合的警示\n");
  } else {
    print_table(*workplace, *found);
  }
  return kExitOk;
}

}  // namespace trailwatch::app
