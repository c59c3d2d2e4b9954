#include "app/suppressions.h"

#include <algorithm>
#include <set>

#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

// An alert with more groups of one rule is about a habit; to name each subject of it would hide nothing tomorrow.
constexpr std::size_t kGroupsMax = 20;

std::string list_of(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

}  // namespace

Status check_days(LocalDay from, LocalDay until, LocalDay today) {
  const auto wrong = [](std::string message, std::string hint) {
    return Error{Errc::invalid, std::move(message), std::move(hint), {}};
  };
  if (until < from) return wrong("the suppression would end (" + format_day(until) + ") before it begins", "");
  if (until < today) return wrong(format_day(until) + " is over already", "give a day to come");
  if (until > from.plus(kSuppressionDaysMax) && until > today.plus(kSuppressionDaysMax)) {
    return wrong("a suppression lasts a year at most", "until " + format_day(today.plus(kSuppressionDaysMax)));
  }
  return Done{};
}

Result<std::vector<model::Suppression>> suppressions_of(store::Reader& reader, const model::Alert& alert,
                                                        const SuppressionWish& wish, LocalDay today) {
  if (Status fit = check_days(wish.from, wish.until, today); !fit) return std::move(fit).error();
  Result<std::vector<model::Finding>> findings = reader.findings(alert.day, alert.key);
  if (!findings) return std::move(findings).error();
  std::map<std::string, std::set<std::string>> groups;
  for (const model::Finding& finding : *findings) {
    groups[finding.rule].insert(wish.all_groups ? "" : finding.group);
  }
  std::vector<std::string> known, chosen = wish.rules;
  for (const auto& [rule, of_rule] : groups) known.push_back(rule);
  const std::string all = list_of(known);
  if (chosen.empty() && known.size() > 1) {
    return Error{Errc::unsupported,
                 "several rules contribute to this alert, and none is named",
                 "name those to suppress with --rule, or all of them with --rule all: " + all,
                 {}};
  }
  if (chosen.empty() || chosen == std::vector<std::string>{"all"}) chosen = known;
  std::vector<model::Suppression> out;
  for (const std::string& rule : chosen) {
    const auto found = groups.find(rule);
    if (found == groups.end()) {
      return Error{Errc::not_found,
                   "rule \"" + for_log(rule) + "\" does not contribute to this alert",
                   "those that do: " + all,
                   {}};
    }
    if (found->second.size() > kGroupsMax) {
      return Error{Errc::unsupported,
                   "rule \"" + rule + "\" has " + std::to_string(found->second.size()) + " groups in this alert",
                   "--all-groups suppresses it for every subject and terminal; --rule names the others",
                   {}};
    }
    for (const std::string& group : found->second) {
      out.push_back({wish.entry, alert.key, rule, group, wish.from, wish.until, std::nullopt, std::nullopt});
    }
  }
  return out;
}

}  // namespace trailwatch::app
