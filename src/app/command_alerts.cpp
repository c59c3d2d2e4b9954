#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "trailwatch/base/text.h"
#include "trailwatch/vault/mask.h"

namespace trailwatch::app {

namespace {

using nlohmann::ordered_json;

// The agency that an alert's key is of: a unit's own, an officer's by the staff file.
std::string agency_of(const Workplace& workplace, const model::Key& key) {
  if (key.about != model::About::officer || !key.agency.empty()) return key.agency;
  const registry::Officer* officer = workplace.registry.officer(key.name);
  return officer == nullptr ? "" : officer->agency;
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
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::size_t columns(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) width += next_code_point(text, at) < 0x1100 ? 1 : 2;
  return width;
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t has = columns(text);
  if (has < width) text.append(width - has, ' ');
  return text;
}

void print_table(const Workplace& workplace, const std::vector<model::Alert>& alerts) {
  std::printf("%s  %s  %s  %s  %s  %s\n", padded("日期", 14).c_str(), padded("風險", 8).c_str(),
              padded("人員／單位", 30).c_str(), padded("筆數", 5).c_str(), padded("編號", 16).c_str(), "為何列入");
  for (const model::Alert& alert : alerts) {
    std::string who = for_display(alert.key.name);
    if (const registry::Officer* officer = workplace.registry.officer(alert.key.name);
        officer != nullptr && alert.key.about == model::About::officer) {
      who = vault::mask_officer_name(officer->name) + " " + alert.key.name + " " + officer->unit;
    }
    std::array<char, 16> score{};
    std::snprintf(score.data(), score.size(), "%5.1f", alert.score);
    std::printf("%s  %s  %s  %5lld  %s  %s\n", format_roc_day_weekday(alert.day).c_str(),
                padded(std::string(model::to_chinese(alert.severity)) + score.data(), 8).c_str(),
                padded(who, 30).c_str(), static_cast<long long>(alert.events), alert.id.c_str(), alert.why.c_str());
  }
}

}  // namespace

int alerts(const Machine& machine, const AlertsOptions& options) {
  Result<Workplace> workplace = load_workplace(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<store::Reader>> reader = open_reader(machine, *workplace);
  if (!reader) return fail(machine, reader.error());
  const LocalDay since = options.since.value_or(LocalDay{-719'162}),
                 until = options.until.value_or(LocalDay{2'932'896});
  Result<std::vector<model::Alert>> found = (*reader)->alerts(since, until);
  if (!found) return fail(machine, found.error());
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
