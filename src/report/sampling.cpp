#include "trailwatch/report/sampling.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <tuple>

#include "trailwatch/base/hash.h"

namespace trailwatch::report {

namespace {

constexpr std::int64_t kMillion = 1'000'000;

std::int64_t millionths(double share) {
  return std::isnan(share) ? 0 : std::llround(std::clamp(share, 0.0, 1.0) * static_cast<double>(kMillion));
}

// floor(count * parts / 1,000,000) without overflow.
std::int64_t share_down(std::int64_t count, std::int64_t parts) {
  return count / kMillion * parts + count % kMillion * parts / kMillion;
}

std::int64_t share_up(std::int64_t count, std::int64_t parts) {
  return share_down(count, parts) + (count % kMillion * parts % kMillion != 0 ? 1 : 0);
}

std::int64_t not_negative(std::int64_t number) {
  return std::max<std::int64_t>(number, 0);
}

// One event's place in the draw.
struct Ticket {
  Digest rank{};
  double points = 0;
  std::size_t index = 0;
};

double points_of(const SamplingUnit& unit) {
  return unit.points > 0 ? unit.points : 0;
}

// By rank. Equal codes are not expected; if they come, what the event says decides, never where it stood in the input.
std::vector<Ticket> tickets_by_rank(const std::vector<SamplingUnit>& population, std::string_view seed) {
  std::vector<Ticket> tickets;
  tickets.reserve(population.size());
  for (std::size_t i = 0; i < population.size(); ++i) {
    tickets.push_back(Ticket{sha256(std::string(seed) + "|" + population[i].code), points_of(population[i]), i});
  }
  const auto says = [&](const Ticket& ticket) {
    const SamplingUnit& unit = population[ticket.index];
    return std::tie(unit.event, unit.code, unit.system, unit.agency, unit.unit, unit.officer, ticket.points);
  };
  std::sort(tickets.begin(), tickets.end(),
            [&](const Ticket& a, const Ticket& b) { return a.rank != b.rank ? a.rank < b.rank : says(a) < says(b); });
  return tickets;
}

}  // namespace

SampleSize sample_size(const std::vector<SamplingUnit>& population, const SamplingQuota& quota) {
  const auto n = static_cast<std::int64_t>(population.size());
  std::int64_t with_points = 0, officers_minimum = 0;
  std::map<std::string_view, std::int64_t> per_officer;
  for (const SamplingUnit& unit : population) {
    with_points += unit.points > 0 ? 1 : 0;
    if (!unit.officer.empty()) ++per_officer[unit.officer];
  }
  for (const auto& [officer, events] : per_officer)
    officers_minimum += std::min(events, not_negative(quota.per_officer));

  std::int64_t base = std::max(not_negative(quota.floor), share_up(n, millionths(quota.ratio)));
  if (quota.ceiling) base = std::min(base, not_negative(*quota.ceiling));
  base = std::min(base, n);
  const std::int64_t weighted = std::min(share_down(base, millionths(quota.weighted_share)), with_points);
  const std::int64_t random = std::max(base - weighted, officers_minimum);
  return SampleSize{random, std::min(weighted, n - random)};
}

std::vector<SampledEvent> draw(const std::vector<SamplingUnit>& population, const SamplingQuota& quota,
                               std::string_view seed) {
  const SampleSize size = sample_size(population, quota);
  const std::vector<Ticket> tickets = tickets_by_rank(population, seed);
  std::vector<SampledEvent> sample;

  // First come each officer's best ranks, in order of rank, then all others.
  std::vector<Ticket> order, others;
  std::map<std::string_view, std::int64_t> taken;
  for (const Ticket& ticket : tickets) {
    const std::string_view officer = population[ticket.index].officer;
    const bool owed = !officer.empty() && taken[officer] < quota.per_officer;
    if (owed) ++taken[officer];
    (owed ? order : others).push_back(ticket);
  }
  order.insert(order.end(), others.begin(), others.end());
  const auto random_end = order.begin() + static_cast<std::ptrdiff_t>(size.random);
  for (auto it = order.begin(); it != random_end; ++it) sample.push_back(SampledEvent{it->index, Drawn::random});

  // What is left, by rank again, so that a sort by points that keeps equals in order is all there is to do.
  std::vector<bool> drawn(population.size());
  for (const SampledEvent& event : sample) drawn[event.index] = true;
  std::vector<std::pair<double, std::size_t>> rest;  // points, place in `tickets`
  for (std::size_t place = 0; place < tickets.size(); ++place) {
    if (!drawn[tickets[place].index]) rest.emplace_back(tickets[place].points, place);
  }
  std::sort(rest.begin(), rest.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  for (std::size_t i = 0; i < static_cast<std::size_t>(size.weighted); ++i) {
    sample.push_back(SampledEvent{tickets[rest[i].second].index, Drawn::weighted});
  }

  std::vector<std::size_t> place_of(population.size());
  for (std::size_t place = 0; place < tickets.size(); ++place) place_of[tickets[place].index] = place;
  std::sort(sample.begin(), sample.end(), [&](const SampledEvent& a, const SampledEvent& b) {
    const SamplingUnit &x = population[a.index], &y = population[b.index];
    return std::tie(x.system, x.event, place_of[a.index]) < std::tie(y.system, y.event, place_of[b.index]);
  });
  return sample;
}

}  // namespace trailwatch::report
