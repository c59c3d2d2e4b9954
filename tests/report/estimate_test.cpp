#include "trailwatch/report/estimate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <random>

namespace trailwatch::report {
namespace {

using Bounds = std::vector<double>;

Bounds bounds(const std::vector<Stratum>& strata) {
  const Estimate e = estimate(strata);
  return {std::round(e.expected * 100) / 100, static_cast<double>(e.low), static_cast<double>(e.high)};
}

// Worked out with another program (bisection on the incomplete gamma function): T, then low and high before rounding:
// 100, 2.532, 557.164; 0, 0, 368.888; 380, 124.872, 933.467.
TEST(Estimate, IsTheKnownAnswer) {
  EXPECT_EQ((Bounds{100, 2, 558}), bounds({{1000, 10, 9, 1}, {500, 10, 10, 0}}));
  EXPECT_EQ((Bounds{0, 0, 369}), bounds({{1000, 10, 10, 0}}));
  EXPECT_EQ((Bounds{380, 124, 934}), bounds({{1000, 10, 8, 2}, {500, 10, 7, 3}, {90, 3, 2, 1}}));
}

TEST(Estimate, IsExactWhenEverythingWasLookedAt) {
  EXPECT_EQ((Bounds{3, 3, 3}), bounds({{10, 10, 7, 3}}));
  EXPECT_EQ((Bounds{0, 0, 0}), bounds({{10, 10, 10, 0}}));
}

TEST(Estimate, OpenAnswersWidenItToBothSides) {
  EXPECT_EQ((Bounds{0, 0, 1000}), bounds({{1000, 10, 0, 0}}));
  const Estimate some = estimate({{1000, 10, 8, 1}}), all = estimate({{1000, 10, 8, 2}}),
                 none = estimate({{1000, 10, 9, 1}});
  EXPECT_EQ(none.low, some.low);
  EXPECT_EQ(all.high, some.high);
  EXPECT_EQ(1, some.open);
}

TEST(Estimate, SpeaksOnlyForWhatWasDrawnFrom) {
  const Estimate e = estimate({{1000, 10, 10, 0}, {77, 0, 0, 0}});
  EXPECT_EQ(1000, e.population);
  EXPECT_EQ(77, e.uncovered);
  const Estimate nothing = estimate({{5, 0, 0, 0}});
  EXPECT_EQ(0, nothing.high + nothing.population);
  EXPECT_EQ(5, nothing.uncovered);
  EXPECT_EQ(0, estimate({}).high);
}

TEST(Estimate, KnowsAtLeastWhatWasFoundAnyway) {
  EXPECT_EQ(7, estimate({{1000, 10, 10, 0, 3, 7}}).low);
  EXPECT_EQ(12 - 10 - 1, estimate({{12, 10, 10, 0, 1, 0}}).high);
}

RC_GTEST_PROP(Estimate, HoldsItsOwnExpectationWithinThePossible, ()) {
  std::vector<Stratum> strata;
  for (std::size_t i = *rc::gen::inRange<std::size_t>(1, 6); i > 0; --i) {
    Stratum s;
    s.drawn = *rc::gen::inRange<std::int64_t>(0, 40);
    s.population = s.drawn + *rc::gen::inRange<std::int64_t>(0, 5000);
    s.fits_not = *rc::gen::inRange<std::int64_t>(0, s.drawn + 1);
    s.fits = *rc::gen::inRange<std::int64_t>(0, s.drawn - s.fits_not + 1);
    strata.push_back(s);
  }
  const Estimate e = estimate(strata);
  RC_ASSERT(0 <= e.low && e.low <= e.high && e.high <= e.population);
  RC_ASSERT(static_cast<double>(e.low) <= e.expected && e.expected <= static_cast<double>(e.high));
  RC_ASSERT(e.fits_not <= e.low);
}

// What 95 % means: of many samples from a known county, at most so many intervals miss the truth. The method is
// conservative; binomial noise of 2,000 trials is 0.5 points.
TEST(Estimate, MissesTheTruthInAtMostOneOfTwentySamples) {
  struct Part {
    std::int64_t population, drawn, bad;
  };
  const std::vector<std::vector<Part>> counties = {{{1000, 10, 30}},
                                                   {{1000, 10, 300}},
                                                   {{2000, 14, 20}, {300, 3, 5}, {40, 1, 1}, {5000, 35, 10}},
                                                   {{100, 1, 10}, {100, 1, 0}, {90, 1, 45}, {700, 5, 7}},
                                                   {{400, 4, 0}, {4000, 28, 2}},
                                                   {{60, 30, 12}, {50, 25, 4}}};
  std::mt19937 random(20260301);
  for (const std::vector<Part>& county : counties) {
    std::int64_t truth = 0;
    for (const Part& part : county) truth += part.bad;
    int missed = 0;
    for (int trial = 0; trial < 2000; ++trial) {
      std::vector<Stratum> strata;
      for (const Part& part : county) {
        Stratum s{part.population, part.drawn, 0, 0};
        std::int64_t left = part.population, bad = part.bad;
        for (std::int64_t i = 0; i < part.drawn; ++i, --left) {
          const bool is_bad = std::uniform_int_distribution<std::int64_t>(0, left - 1)(random) < bad;
          bad -= is_bad ? 1 : 0;
          ++(is_bad ? s.fits_not : s.fits);
        }
        strata.push_back(s);
      }
      const Estimate e = estimate(strata);
      missed += truth < e.low || truth > e.high ? 1 : 0;
    }
    EXPECT_LE(missed, 2000 * 0.05 + 30) << county.size() << " parts, " << truth << " bad";
  }
}

}  // namespace
}  // namespace trailwatch::report
