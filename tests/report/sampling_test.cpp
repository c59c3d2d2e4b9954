#include "trailwatch/report/sampling.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "trailwatch/base/hash.h"

namespace trailwatch::report {
namespace {

using Said = std::vector<std::pair<model::EventId, char>>;

SamplingUnit event(std::int64_t id, double points = 0, std::string officer = "A1", std::string system = "戶政") {
  return SamplingUnit{id,
                      to_hex(sha256("event " + std::to_string(id)), 8),
                      std::move(system),
                      "範例縣政府",
                      "民政課",
                      std::move(officer),
                      points};
}

std::vector<SamplingUnit> events(std::int64_t count) {
  std::vector<SamplingUnit> out;
  for (std::int64_t id = 1; id <= count; ++id) out.push_back(event(id));
  return out;
}

Said said(const std::vector<SamplingUnit>& population, const std::vector<SampledEvent>& sample) {
  Said out;
  for (const SampledEvent& s : sample)
    out.emplace_back(population[s.index].event, s.drawn == Drawn::random ? 'r' : 'w');
  return out;
}

std::int64_t size_for(std::int64_t count, SamplingQuota quota) {
  return sample_size(events(count), quota).total();
}

// Worked out independently, with another program: a change here changes every sample ever drawn.
TEST(Draw, IsTheKnownAnswer) {
  std::vector<SamplingUnit> population = events(40);
  population[3].points = 12;
  population[8].points = population[16].points = 30;
  population[29].points = 55;
  SamplingQuota quota;
  quota.ratio = 0.25;
  EXPECT_EQ(
      (Said{{2, 'r'}, {7, 'r'}, {9, 'w'}, {11, 'r'}, {17, 'w'}, {23, 'r'}, {30, 'w'}, {31, 'r'}, {33, 'r'}, {40, 'r'}}),
      said(population, draw(population, quota, "115-03-7F3A")));
  for (std::size_t i = 0; i < population.size(); ++i) population[i].officer = "A" + std::to_string(i % 5);
  quota.per_officer = 2;
  EXPECT_EQ((Said{{2, 'r'},
                  {4, 'w'},
                  {7, 'r'},
                  {9, 'r'},
                  {11, 'r'},
                  {15, 'r'},
                  {17, 'w'},
                  {23, 'r'},
                  {29, 'r'},
                  {30, 'w'},
                  {31, 'r'},
                  {33, 'r'},
                  {40, 'r'}}),
            said(population, draw(population, quota, "115-03-7F3A")));
}

TEST(SampleSize, IsTheRatioRoundedUp) {
  EXPECT_EQ(0, size_for(0, {}));
  EXPECT_EQ(1, size_for(1, {}));
  EXPECT_EQ(1, size_for(100, {}));
  EXPECT_EQ(2, size_for(101, {}));
}

TEST(SampleSize, IsNotOneTooLargeBecauseOfBinaryFractions) {
  SamplingQuota quota;
  quota.ratio = 0.07;
  EXPECT_EQ(7, size_for(100, quota));
  quota.ratio = 1;
  quota.weighted_share = 0.29;
  std::vector<SamplingUnit> population = events(100);
  for (SamplingUnit& unit : population) unit.points = 1;
  EXPECT_EQ((SampleSize{71, 29}), sample_size(population, quota));
}

TEST(SampleSize, CeilingWinsOverFloorAndNeitherExceedsThePopulation) {
  SamplingQuota quota;
  quota.floor = 5;
  EXPECT_EQ(5, size_for(10, quota));
  EXPECT_EQ(3, size_for(3, quota));
  quota.ceiling = 4;
  EXPECT_EQ(4, size_for(1000, quota));
  quota.ceiling = 0;
  EXPECT_EQ(0, size_for(1000, quota));
}

TEST(SampleSize, OfficersMinimumGoesBeyondTheCeiling) {
  std::vector<SamplingUnit> population = events(6);
  population[0].officer = "A2";
  population[1].officer = "";
  SamplingQuota quota;
  quota.ceiling = 1;
  quota.per_officer = 2;
  EXPECT_EQ((SampleSize{3, 0}), sample_size(population, quota));
}

TEST(SampleSize, WithoutFindingsTheWholeSampleIsRandom) {
  SamplingQuota quota;
  quota.ratio = 0.1;
  EXPECT_EQ((SampleSize{10, 0}), sample_size(events(100), quota));
}

TEST(SampleSize, ReadsNonsenseAsNothing) {
  SamplingQuota quota;
  quota.ratio = std::numeric_limits<double>::quiet_NaN();
  quota.floor = -3;
  quota.per_officer = -1;
  quota.weighted_share = 7;
  EXPECT_EQ((SampleSize{0, 0}), sample_size(events(9), quota));
  quota.ratio = 1e300;
  EXPECT_EQ(9, size_for(9, quota));
}

TEST(Draw, OrdersBySystemThenEvent) {
  std::vector<SamplingUnit> population = {event(3, 0, "A", "b"), event(2, 0, "A", "a"), event(1, 0, "A", "b")};
  SamplingQuota quota;
  quota.ratio = 1;
  EXPECT_EQ((Said{{2, 'r'}, {1, 'r'}, {3, 'r'}}), said(population, draw(population, quota, "s")));
}

// When the random part took what the weighted part wanted, the size is kept and the random part is not touched.
TEST(Draw, FillsTheWeightedPartByRankWhenPointsRunOut) {
  std::vector<SamplingUnit> population = events(40);
  SamplingQuota quota;
  quota.ratio = 0.25;
  const std::vector<SampledEvent> plain = draw(population, quota, "s");
  population[plain.front().index].points = 9;
  quota.weighted_share = 0.1;
  const Said sample = said(population, draw(population, quota, "s"));
  EXPECT_EQ(10U, sample.size());
  EXPECT_EQ(1, std::count_if(sample.begin(), sample.end(), [](const auto& s) { return s.second == 'w'; }));
}

TEST(Draw, OtherSeedsGiveOtherSamples) {
  SamplingQuota quota;
  quota.ratio = 0.1;
  const std::vector<SamplingUnit> population = events(200);
  EXPECT_NE(said(population, draw(population, quota, "115-03-7F3A")),
            said(population, draw(population, quota, "115-03-7F3B")));
}

struct Plan {
  std::vector<SamplingUnit> population;
  SamplingQuota quota;
};

Plan any_plan() {
  Plan plan;
  const auto count = *rc::gen::inRange<std::int64_t>(0, 120);
  for (std::int64_t id = 1; id <= count; ++id) {
    plan.population.push_back(event(id, *rc::gen::element(0.0, 0.0, 0.0, 5.0, 5.0, 40.0),
                                    *rc::gen::element<std::string>("A1", "A2", "A3", "A4", ""),
                                    *rc::gen::element<std::string>("戶政", "車籍")));
  }
  plan.quota.ratio = *rc::gen::element(0.0, 0.01, 0.1, 0.3, 1.0);
  plan.quota.floor = *rc::gen::inRange(0, 5);
  if (*rc::gen::arbitrary<bool>()) plan.quota.ceiling = *rc::gen::inRange(0, 30);
  plan.quota.per_officer = *rc::gen::inRange(0, 4);
  plan.quota.weighted_share = *rc::gen::element(0.0, 0.3, 0.5, 1.0);
  return plan;
}

std::vector<SamplingUnit> shuffled(std::vector<SamplingUnit> population) {
  const auto keys =
      *rc::gen::container<std::vector<std::uint32_t>>(population.size(), rc::gen::arbitrary<std::uint32_t>());
  std::vector<std::size_t> order(population.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::tie(keys[a], a) < std::tie(keys[b], b); });
  std::vector<SamplingUnit> out;
  for (const std::size_t i : order) out.push_back(population[i]);
  return out;
}

RC_GTEST_PROP(Draw, DoesNotDependOnTheOrderOfThePopulation, ()) {
  const Plan plan = any_plan();
  const std::vector<SamplingUnit> other = shuffled(plan.population);
  RC_ASSERT(said(plan.population, draw(plan.population, plan.quota, "s")) == said(other, draw(other, plan.quota, "s")));
}

RC_GTEST_PROP(Draw, HasThePromisedSizeAndNoEventTwice, ()) {
  const Plan plan = any_plan();
  const SampleSize size = sample_size(plan.population, plan.quota);
  const Said sample = said(plan.population, draw(plan.population, plan.quota, "s"));
  const auto random = std::count_if(sample.begin(), sample.end(), [](const auto& s) { return s.second == 'r'; });
  RC_ASSERT(size.random == random);
  RC_ASSERT(size.total() == static_cast<std::int64_t>(sample.size()));
  std::set<model::EventId> ids;
  for (const auto& [id, drawn] : sample) ids.insert(id);
  RC_ASSERT(ids.size() == sample.size());

  const auto n = static_cast<std::int64_t>(plan.population.size());
  const std::int64_t ceiling = std::min(plan.quota.ceiling.value_or(n), n);
  RC_ASSERT(size.total() >= std::min(ceiling, plan.quota.floor));
  RC_ASSERT(size.total() >=
            std::min(ceiling, static_cast<std::int64_t>(std::ceil(plan.quota.ratio * static_cast<double>(n) - 1e-9))));
  if (plan.quota.per_officer == 0) RC_ASSERT(size.total() <= ceiling);
}

RC_GTEST_PROP(Draw, GivesEachOfficerTheMinimumAtRandom, ()) {
  const Plan plan = any_plan();
  std::map<std::string, std::int64_t> all, drawn;
  for (const SamplingUnit& unit : plan.population) ++all[unit.officer];
  for (const SampledEvent& s : draw(plan.population, plan.quota, "s")) {
    if (s.drawn == Drawn::random) ++drawn[plan.population[s.index].officer];
  }
  for (const auto& [officer, count] : all) {
    if (!officer.empty()) RC_ASSERT(drawn[officer] >= std::min(count, plan.quota.per_officer));
  }
}

// Hand the same findings to other events: the random part stays, event for event. So its hit rate speaks for the unit.
RC_GTEST_PROP(Draw, RandomPartDoesNotSeeWhichEventsHaveFindings, ()) {
  const Plan plan = any_plan();
  std::vector<SamplingUnit> other = plan.population;
  const std::vector<SamplingUnit> mixed = shuffled(plan.population);
  for (std::size_t i = 0; i < other.size(); ++i) other[i].points = mixed[i].points;
  const auto random_part = [&](const std::vector<SamplingUnit>& population) {
    std::vector<model::EventId> out;
    for (const SampledEvent& s : draw(population, plan.quota, "s")) {
      if (s.drawn == Drawn::random) out.push_back(population[s.index].event);
    }
    return out;
  };
  RC_ASSERT(random_part(plan.population) == random_part(other));
}

RC_GTEST_PROP(Draw, LeavesNoEventWithMorePointsThanAWeightedOne, ()) {
  const Plan plan = any_plan();
  std::vector<bool> drawn(plan.population.size());
  double least = std::numeric_limits<double>::infinity();
  for (const SampledEvent& s : draw(plan.population, plan.quota, "s")) {
    drawn[s.index] = true;
    if (s.drawn == Drawn::weighted) least = std::min(least, plan.population[s.index].points);
  }
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    if (!drawn[i]) RC_ASSERT(plan.population[i].points <= least);
  }
}

// Over many seeds each event is drawn about equally often, whatever its points.
TEST(Draw, RandomPartIsFair) {
  std::vector<SamplingUnit> population = events(50);
  for (std::size_t i = 0; i < 10; ++i) population[i].points = 50;
  SamplingQuota quota;
  quota.ratio = 0.2;
  std::vector<int> times(population.size());
  constexpr int kSeeds = 2000;
  for (int seed = 0; seed < kSeeds; ++seed) {
    for (const SampledEvent& s : draw(population, quota, std::to_string(seed))) {
      if (s.drawn == Drawn::random) ++times[s.index];
    }
  }
  // 7 of 50 a draw: 280 of 2,000, deviation 15.5; five deviations either way.
  for (const int n : times) EXPECT_NEAR(280, n, 78);
}

}  // namespace
}  // namespace trailwatch::report
