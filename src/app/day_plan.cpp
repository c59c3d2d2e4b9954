#include "app/day_plan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::array<std::pair<DayWork, std::string_view>, 3> kWords = {
    {{DayWork::compare, "compare"}, {DayWork::count, "count"}, {DayWork::judge, "judge"}}};

std::string_view word_of(DayWork work) {
  for (const auto& [one, word] : kWords) {
    if (one == work) return word;
  }
  return {};
}

}  // namespace

void add_to(DayPlan& plan, LocalDay day, DayWork work) {
  const auto [at, is_new] = plan.try_emplace(day, work);
  if (is_new || at->second == work) return;
  at->second = DayWork::judge;
}

std::string format_plan(const DayPlan& plan) {
  std::string out;
  for (auto day = plan.begin(); day != plan.end();) {
    auto end = day;
    LocalDay last = day->first;
    for (++end; end != plan.end() && end->second == day->second && end->first == last.plus(1); ++end) last = end->first;
    out += (out.empty() ? "" : ";") + std::string(word_of(day->second)) + " " + format_day(day->first) + ".." +
           format_day(last);
    day = end;
  }
  return out;
}

DayPlan parse_plan(std::string_view text) {
  DayPlan out;
  for (const std::string_view part : split(text, ';')) {
    for (const auto& [work, word] : kWords) {
      if (part.substr(0, word.size() + 1) != std::string(word) + " ") continue;
      const std::string_view days = part.substr(word.size() + 1);
      const auto first = parse_day(days.substr(0, std::min<std::size_t>(10, days.size())));
      const auto last = days.size() == 22 ? parse_day(days.substr(12)) : std::nullopt;
      if (!first || !last) continue;
      for (LocalDay day = *first; day <= *last; day = day.plus(1)) add_to(out, day, work);
    }
  }
  return out;
}

}  // namespace trailwatch::app
