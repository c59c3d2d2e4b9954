#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/listing.h"
#include "trailwatch/alert/compose.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

using nlohmann::ordered_json;
using Standing = std::map<std::string, const model::Decision*>;

model::Verdict verdict_of(const Standing& standing, const std::string& alert) {
  const auto found = standing.find(alert);
  return found == standing.end() ? model::Verdict::open : found->second->verdict;
}

// `移送 1、待處理 3`
std::string verdicts_of(const Standing& standing, const model::Case& one) {
  std::map<model::Verdict, int> counts;
  for (const model::AlertHead& head : one.alerts) ++counts[verdict_of(standing, head.id)];
  std::string out;
  for (auto it = counts.rbegin(); it != counts.rend(); ++it) {
    out += (out.empty() ? "" : "、") + std::string(model::to_chinese(it->first)) + " " + std::to_string(it->second);
  }
  return out;
}

std::string to_line(const Standing& standing, const model::Case& one) {
  ordered_json out = {
      {"id", one.id}, {"score", one.score}, {"first", format_day(one.first)}, {"last", format_day(one.last)}};
  if (!one.key.agency.empty()) out["agency"] = one.key.agency;
  out[std::string(model::to_text(one.key.about))] = one.key.name;
  out["alerts"] = ordered_json::array();
  for (const model::AlertHead& head : one.alerts) {
    out["alerts"].push_back({{"id", head.id},
                             {"day", format_day(head.day)},
                             {"score", head.score},
                             {"events", head.events},
                             {"status", model::to_text(verdict_of(standing, head.id))}});
  }
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

int cases(const Machine& machine, const CasesOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_in_force(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  const LocalDay since = options.since.value_or(kFirstDay), until = options.until.value_or(kLastDay);
  Result<AlertDesk> desk = AlertDesk::open(*workplace, **reader, std::nullopt, until);
  if (!desk) return fail(machine, desk.error());
  Result<std::vector<model::Case>> found = desk->cases(since, until);
  if (!found) return fail(machine, found.error());
  const Standing standing = alert::standing(desk->ledger().decisions);
  std::int64_t shown = 0;
  for (const model::Case& one : *found) {
    if (static_cast<std::int64_t>(one.alerts.size()) < options.alerts_min) continue;
    if (options.limit > 0 && shown == options.limit) break;
    ++shown;
    if (options.format == "jsonl") {
      std::printf("%s\n", to_line(standing, one).c_str());
      continue;
    }
    std::array<char, 16> score{};
    std::snprintf(score.data(), score.size(), "%5.1f", one.score);
    std::printf("%s  %s–%s  %s%s  %s  %3zu 件  %s\n", one.id.c_str(), format_roc_day(one.first).c_str(),
                format_roc_day(one.last).substr(4).c_str(),
                std::string(model::to_chinese(alert::severity_of(one.score))).c_str(), score.data(),
                padded(shown_whom(*workplace, one.key), 30).c_str(), one.alerts.size(),
                verdicts_of(standing, one).c_str());
  }
  if (shown == 0 && options.format != "jsonl") std::printf("沒有案件\n");
  return kExitOk;
}

}  // namespace trailwatch::app
