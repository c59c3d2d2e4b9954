#include "rules/baseline.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <tuple>

namespace trailwatch::rules {

namespace {

struct Activity {
  std::uint32_t days = 0;  // bits, as in PeriodCount
  std::int64_t last_day = 0;
  std::int64_t total = 0;
  std::map<std::pair<std::string, std::string>, std::int64_t> places;  // agency and unit, by look-ups
};

// Everybody of one peer group who was active.
struct Group {
  std::vector<double> sorted;  // totals
  std::uint32_t days = 0;
};

// The parts of a group's name, made unambiguous by lengths.
std::string group_key(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) out += std::to_string(part.size()) + ":" + std::string(part);
  return out;
}

struct Post {
  std::string agency, unit, role;
  bool known = false;
};

Post place_of(const std::string& officer, const Activity& activity, const registry::Snapshot& registry) {
  if (const auto* who = registry.officer(officer)) return {who->agency, who->unit, who->role, true};
  // Where most of the look-ups were made; of equals the first by name.
  const auto most = std::max_element(activity.places.begin(), activity.places.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return {most->first.first, most->first.second, "", false};
}

struct Candidate {
  PeerLevel level;
  std::string key;
};

// The groups that an officer belongs to, closest first.
std::vector<Candidate> candidates(const Post& place) {
  const char* kind = place.known ? "staff" : "event";
  std::vector<Candidate> out = {{PeerLevel::unit, group_key({kind, place.agency, place.unit, place.role})},
                                {PeerLevel::agency, group_key({kind, place.agency, place.role})}};
  // Without a role, "everywhere" would compare counters with detectives.
  if (!place.role.empty()) out.push_back({PeerLevel::everywhere, group_key({kind, place.role})});
  return out;
}

std::map<std::string, Activity> by_officer(const std::vector<PeriodCount>& counts) {
  std::map<std::string, Activity> out;
  for (const PeriodCount& row : counts) {
    if (row.officer.empty() || row.count <= 0) continue;
    Activity& activity = out[row.officer];
    activity.days |= row.active_days;
    activity.last_day += row.last_day;
    activity.total += row.count;
    activity.places[{row.agency, row.unit}] += row.count;
  }
  return out;
}

double median_dispersion(const std::map<std::string, std::vector<double>>& by_group) {
  std::vector<double> middle;
  for (const auto& [key, values] : by_group) {
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    middle.push_back(sorted[sorted.size() / 2]);
  }
  std::sort(middle.begin(), middle.end());
  return middle.empty() ? kDispersionMin : std::max(kDispersionMin, middle[middle.size() / 2]);
}

}  // namespace

std::vector<PeriodCount> add_up(const std::vector<DayCount>& days, LocalDay from, LocalDay until) {
  TW_CHECK(until.days - from.days < 32);
  std::map<std::tuple<std::string, std::string, std::string>, PeriodCount> sums;
  for (const DayCount& row : days) {
    if (row.day < from || until < row.day || row.count <= 0) continue;
    PeriodCount& sum = sums[{row.officer, row.agency, row.unit}];
    sum.count += row.count;
    if (row.day == until) sum.last_day += row.count;
    sum.active_days |= std::uint32_t{1} << static_cast<unsigned>(row.day.days - from.days);
  }
  std::vector<PeriodCount> out;
  for (auto& [place, sum] : sums) {
    std::tie(sum.officer, sum.agency, sum.unit) = place;
    out.push_back(std::move(sum));
  }
  return out;
}

std::string peer_group_name(const Comparison& comparison) {
  const std::string role = comparison.has_role ? "同職務" : "";
  switch (comparison.level) {
    case PeerLevel::unit:
      return "同單位" + role;
    case PeerLevel::agency:
      return "同機關" + role;
    case PeerLevel::everywhere:
      return "各機關" + role;
  }
  return "";
}

std::vector<Comparison> compare_month(const Baseline& rule, const std::vector<PeriodCount>& counts,
                                      const registry::Snapshot& registry) {
  const std::map<std::string, Activity> activities = by_officer(counts);
  std::map<std::string, Group> groups;
  const auto join = [&](const Post& place, const Activity& activity) {
    for (const Candidate& candidate : candidates(place)) {
      Group& group = groups[candidate.key];
      group.sorted.push_back(static_cast<double>(activity.total));
      group.days |= activity.days;
    }
  };
  for (const auto& [officer, activity] : activities) {
    const Post place = place_of(officer, activity, registry);
    join(place, activity);
    if (!place.known) continue;
    // Staff are also the colleagues of those who are not in staff.csv, who know them by the events' own agency and
    // unit.
    for (const auto& [agency_unit, count] : activity.places) {
      join(Post{agency_unit.first, agency_unit.second, "", false}, activity);
    }
  }
  for (auto& [key, group] : groups) std::sort(group.sorted.begin(), group.sorted.end());

  std::vector<Comparison> out;
  std::map<std::string, std::vector<double>> dispersions;
  for (const auto& [officer, activity] : activities) {
    if (activity.last_day == 0) continue;
    const Post place = place_of(officer, activity, registry);
    Comparison comparison;
    comparison.officer = officer;
    comparison.agency = place.agency;
    comparison.own = static_cast<double>(activity.total);
    comparison.today = static_cast<double>(activity.last_day);
    comparison.days = static_cast<double>(std::popcount(activity.days));
    comparison.has_role = !place.role.empty();
    for (const Candidate& candidate : candidates(place)) {
      const Group& group = groups.at(candidate.key);
      if (group.sorted.size() < static_cast<std::size_t>(rule.peers_min) + 1) continue;
      const auto self = std::lower_bound(group.sorted.begin(), group.sorted.end(), comparison.own);
      comparison.level = candidate.level;
      comparison.fit = fit_peers(group.sorted, static_cast<std::size_t>(self - group.sorted.begin()));
      comparison.history_days = static_cast<double>(std::popcount(group.days));
      dispersions[candidate.key].push_back(comparison.fit.dispersion);
      out.push_back(comparison);
      break;
    }
  }
  const double common = median_dispersion(dispersions);
  for (Comparison& comparison : out) {
    comparison.dispersion = predictive_dispersion(comparison.fit, common);
    comparison.p = surprise_probability(comparison.own, comparison.fit, common);
  }
  return out;
}

}  // namespace trailwatch::rules
