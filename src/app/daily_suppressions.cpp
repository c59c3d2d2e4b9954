#include "app/daily_suppressions.h"

#include <algorithm>
#include <map>

#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

std::string title_of(const std::map<std::string, std::string>& titles, const std::string& rule) {
  const auto found = titles.find(rule);
  return found == titles.end() ? rule : found->second;
}

}  // namespace

void add_suppressions(const Workplace& workplace, const AlertDesk& desk, const std::vector<model::Alert>& alerts,
                      report::DailyReport& out) {
  std::map<std::int64_t, std::int64_t> by_entry;
  std::map<std::string, std::int64_t> by_rule;  // that suppress themselves
  for (const model::Alert& alert : alerts) {
    if (alert.contributions.empty() && !alert.suppressed.empty()) ++out.suppressed_total;
    for (const model::Suppressed& one : alert.suppressed) {
      (one.entry == 0 ? by_rule[one.rule] : by_entry[one.entry]) += one.findings;
    }
  }
  const std::map<std::string, std::string> titles = all_titles(workplace);
  const Instant before = workplace.zone.instant({out.made_at.day.plus(-1), out.made_at.micros});
  for (const model::Suppression& one : desk.ledger().suppressions) {
    if (!one.holds_on(out.day)) continue;
    report::SuppressionLine line;
    line.number = one.entry.number;
    line.whom = shown_whom(workplace, one.key);
    line.rule = title_of(titles, one.rule);
    line.one_group = !one.group.empty();
    line.from = one.from;
    line.until = one.until;
    line.by = for_display(one.entry.by);
    line.reason = for_display(one.entry.reason);
    line.findings = by_entry[one.entry.number];
    line.is_new = one.entry.at >= before;
    out.suppressions.push_back(std::move(line));
  }
  std::sort(out.suppressions.begin(), out.suppressions.end(),
            [](const auto& a, const auto& b) { return a.until != b.until ? a.until < b.until : a.number < b.number; });
  for (const auto& [rule, findings] : by_rule) {
    report::SuppressionLine line;
    line.rule = title_of(titles, rule);
    line.findings = findings;
    line.reason = "規則設定：同一情形於期間內不重複列出";
    out.suppressions.push_back(std::move(line));
  }
}

}  // namespace trailwatch::app
