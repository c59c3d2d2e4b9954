#include "trailwatch/alert/cases.h"

#include <algorithm>
#include <tuple>

#include "trailwatch/base/hash.h"

namespace trailwatch::alert {

namespace {

// No holiday is longer: two alerts further apart need no counting.
constexpr int kCaseDaysMax = 60;

std::string case_id(const model::Key& key, LocalDay first) {
  std::string text = "trailwatch/case/v1";
  for (const std::string_view part :
       {model::to_text(key.about), std::string_view(key.agency), std::string_view(key.name)}) {
    text.push_back('\n');
    text.append(part);
  }
  return to_hex(sha256(text + "\n" + format_day(first)), 8);
}

bool belong_together(LocalDay before, LocalDay after, const std::function<bool(LocalDay)>& works) {
  if (after.days - before.days > kCaseDaysMax) return false;
  int quiet = 0;
  for (LocalDay day = before.plus(1); day < after; day = day.plus(1)) quiet += works(day) ? 1 : 0;
  return quiet <= kCaseGapDays;
}

}  // namespace

std::vector<model::Case> join_cases(std::vector<model::AlertHead> heads, const std::function<bool(LocalDay)>& works) {
  std::sort(heads.begin(), heads.end(),
            [](const auto& a, const auto& b) { return std::tie(a.key, a.day, a.id) < std::tie(b.key, b.day, b.id); });
  std::vector<model::Case> out;
  for (model::AlertHead& head : heads) {
    const bool goes_on =
        !out.empty() && out.back().key == head.key && belong_together(out.back().last, head.day, works);
    if (!goes_on) {
      model::Case fresh;
      fresh.id = case_id(head.key, head.day);
      fresh.key = head.key;
      fresh.first = head.day;
      out.push_back(std::move(fresh));
    }
    model::Case& one = out.back();
    one.last = head.day;
    one.score = std::max(one.score, head.score);
    one.alerts.push_back(std::move(head));
  }
  return out;
}

}  // namespace trailwatch::alert
