#include "rules/statistics.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace trailwatch::rules {
namespace {

// The tail by adding up 1 - P(0) - … - P(count - 1), each term from the one before.
double slow_tail(int count, double mean, double dispersion) {
  const double shape = 1 / dispersion, q = mean / (mean + shape);
  double term = std::pow(1 - q, shape), sum = 0;
  for (int k = 0; k < count; ++k) {
    sum += term;
    term *= q * (k + shape) / (k + 1);
  }
  return 1 - sum;
}

TEST(Statistics, LogGammaOfKnownValues) {
  EXPECT_NEAR(log_gamma(1), 0, 1e-12);
  EXPECT_NEAR(log_gamma(0.5), 0.5723649429247001, 1e-12);  // ln √π
  EXPECT_NEAR(log_gamma(11), std::log(3628800.0), 1e-11);
  EXPECT_NEAR(log_gamma(171), 706.5730622457873, 1e-9);
}

TEST(Statistics, IncompleteBetaOfKnownValues) {
  EXPECT_DOUBLE_EQ(incomplete_beta(0, 2, 3), 0);
  EXPECT_DOUBLE_EQ(incomplete_beta(1, 2, 3), 1);
  EXPECT_NEAR(incomplete_beta(0.5, 2, 2), 0.5, 1e-13);
  EXPECT_NEAR(incomplete_beta(0.3, 1, 1), 0.3, 1e-13);
  EXPECT_NEAR(incomplete_beta(0.2, 2, 3), 0.1808, 1e-13);  // 1 - 0.8⁴ - 4·0.2·0.8³
}

TEST(Statistics, TailEqualsTheSum) {
  for (const double dispersion : {0.04, 0.5, 2.0}) {
    for (const double mean : {1.0, 10.0, 300.0}) {
      for (const int count : {1, 2, 10, 50, 400}) {
        EXPECT_NEAR(tail_probability(count, mean, dispersion), slow_tail(count, mean, dispersion), 1e-10)
            << count << " " << mean << " " << dispersion;
      }
    }
  }
  EXPECT_DOUBLE_EQ(tail_probability(0, 5, 0.1), 1);
}

TEST(Statistics, TailStaysAccurateFarOut) {
  EXPECT_GT(tail_probability(2000, 50, 0.1), 0);
  EXPECT_LT(tail_probability(2000, 50, 0.04), 1e-100);
  EXPECT_GE(tail_probability(1e9, 1, 0.04), 0);
}

RC_GTEST_PROP(Statistics, TailFallsWithTheCountAndRisesWithTheMean, ()) {
  const double mean = *rc::gen::inRange(1, 2000);
  const int count = *rc::gen::inRange(1, 3000);
  const double dispersion = *rc::gen::inRange(4, 400) / 100.0;
  const double p = tail_probability(count, mean, dispersion);
  RC_ASSERT(p >= 0 && p <= 1);
  RC_ASSERT(tail_probability(count + 1, mean, dispersion) <= p + 1e-12);
  RC_ASSERT(tail_probability(count, mean + 1, dispersion) >= p - 1e-12);
}

TEST(Statistics, BenjaminiAndHochberg) {
  // Sorted: .01 .02 .03 .5 → .01·4/1, .02·4/2, .03·4/3, .5, then the least from above.
  EXPECT_EQ(adjust_false_alarms({0.5, 0.01, 0.03, 0.02}), (std::vector<double>{0.5, 0.04, 0.04, 0.04}));
  EXPECT_EQ(adjust_false_alarms({}), std::vector<double>{});
  EXPECT_EQ(adjust_false_alarms({0.7}), std::vector<double>{0.7});
}

TEST(Statistics, FitLeavesTheTestedOneOut) {
  const PeerFit fit = fit_peers({10, 20, 30, 40, 50, 9999}, 5);
  EXPECT_EQ(fit.peers, 5U);
  EXPECT_DOUBLE_EQ(fit.median, 30);
  EXPECT_DOUBLE_EQ(fit.spread, 14.826);
  EXPECT_NEAR(fit.dispersion, (14.826 * 14.826 - 30) / 900, 1e-12);
  EXPECT_GT(fit.mean, 30);
}

TEST(Statistics, OneStrangePeerDoesNotHideAnother) {
  const PeerFit calm = fit_peers({50, 51, 52, 53, 54, 300}, 5);
  const PeerFit with = fit_peers({50, 51, 52, 53, 300, 400}, 5);
  EXPECT_DOUBLE_EQ(calm.median, with.median);
  EXPECT_DOUBLE_EQ(calm.dispersion, 0);
  EXPECT_DOUBLE_EQ(with.dispersion, 0);
}

TEST(Statistics, AlikePeersAreNotTrustedTooMuch) {
  const PeerFit fit = fit_peers({50, 50, 50, 50, 50, 60}, 5);
  EXPECT_GT(predictive_dispersion(fit, 0), kDispersionMin);
  EXPECT_GT(predictive_dispersion(fit, 1.0), predictive_dispersion(fit, 0.1));
  // More peers, less uncertainty.
  const PeerFit many = fit_peers(std::vector<double>(101, 50), 0);
  EXPECT_LT(predictive_dispersion(many, 0), predictive_dispersion(fit, 0));
}

}  // namespace
}  // namespace trailwatch::rules
