#include "trailwatch/alert/budget.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "trailwatch/base/hash.h"

namespace trailwatch::alert {

namespace {

constexpr std::int64_t kBudgetWithDraw = 5;

bool is_better(const model::Alert& a, const model::Alert& b) {
  return a.score != b.score ? a.score > b.score : a.id < b.id;
}

std::string draw_of(std::string_view seed, const model::Alert& alert) {
  return to_hex(sha256(std::string(seed) + "\n" + alert.id));
}

// Listed by rank, drawn, not listed.
int part_of(const model::Alert& alert) {
  if (!alert.listed) return 2;
  return alert.picked == "random" ? 1 : 0;
}

}  // namespace

std::int64_t random_places(const Budget& budget) {
  if (budget.alerts < kBudgetWithDraw) return 0;
  const auto places = std::llround(static_cast<double>(budget.alerts) * budget.random_share);
  return std::clamp<std::int64_t>(places, 0, budget.alerts);
}

void choose(std::vector<model::Alert>& alerts, const Budget& budget, std::string_view seed) {
  const double lowered = std::max(0.0, budget.threshold - budget.threshold_watched);
  std::vector<std::pair<double, model::Alert*>> by_bar;
  std::vector<model::Alert*> rest;
  for (model::Alert& alert : alerts) {
    alert.listed = false;
    alert.picked = "rank";
    if (alert.contributions.empty() && !alert.suppressed.empty()) continue;
    const double compared = alert.score + (alert.watched ? lowered : 0);
    if (compared >= budget.threshold) {
      by_bar.emplace_back(compared, &alert);
    } else {
      rest.push_back(&alert);
    }
  }
  std::sort(by_bar.begin(), by_bar.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second->id < b.second->id;
  });
  const auto above = static_cast<std::int64_t>(by_bar.size());
  const std::int64_t all = above + static_cast<std::int64_t>(rest.size()), drawn_max = random_places(budget);
  const std::int64_t ranked = all <= budget.alerts ? above : std::min(above, budget.alerts - drawn_max);
  for (std::size_t i = 0; i < by_bar.size(); ++i) {
    if (static_cast<std::int64_t>(i) < ranked) {
      by_bar[i].second->listed = true;
    } else {
      rest.push_back(by_bar[i].second);
    }
  }
  std::vector<std::pair<std::string, model::Alert*>> draws;
  for (model::Alert* alert : rest) draws.emplace_back(draw_of(seed, *alert), alert);
  std::sort(draws.begin(), draws.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const std::int64_t drawn = std::min({drawn_max, budget.alerts - ranked, static_cast<std::int64_t>(draws.size())});
  for (std::int64_t i = 0; i < drawn; ++i) {
    draws[static_cast<std::size_t>(i)].second->listed = true;
    draws[static_cast<std::size_t>(i)].second->picked = "random";
  }
}

void sort_for_reading(std::vector<model::Alert>& alerts) {
  std::sort(alerts.begin(), alerts.end(), [](const model::Alert& a, const model::Alert& b) {
    if (a.day != b.day) return a.day < b.day;
    return part_of(a) != part_of(b) ? part_of(a) < part_of(b) : is_better(a, b);
  });
}

void sort_by_score(std::vector<model::Alert>& alerts) {
  std::sort(alerts.begin(), alerts.end(), is_better);
}

}  // namespace trailwatch::alert
