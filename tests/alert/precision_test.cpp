#include "trailwatch/alert/precision.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace trailwatch::alert {
namespace {

using model::Decision;
using model::Verdict;

const LocalDay kDay = to_day({2026, 3, 2});

Decision decision(std::int64_t number, const std::string& alert, Verdict verdict, std::vector<std::string> rules,
                  LocalDay day = kDay) {
  Decision out;
  out.entry.number = number;
  out.alert = alert;
  out.day = day;
  out.verdict = verdict;
  out.rules = std::move(rules);
  return out;
}

std::string counts(const std::vector<Decision>& decisions, LocalDay before = kDay.plus(1)) {
  std::string out;
  for (const auto& [rule, v] : count_verdicts(standing(decisions), before)) {
    out += rule + " " + std::to_string(v.confirmed) + "/" + std::to_string(v.cleared) + "/" +
           std::to_string(v.false_alarm) + " ";
  }
  return out;
}

TEST(Standing, TheLastDecisionOfAnAlertStandsWhateverTheOrder) {
  std::vector<Decision> decisions = {decision(3, "a", Verdict::cleared, {"x"}),
                                     decision(1, "a", Verdict::confirmed, {"x"}),
                                     decision(2, "b", Verdict::confirmed, {"x"})};
  EXPECT_EQ(counts(decisions), "x 1/1/0 ");
  std::reverse(decisions.begin(), decisions.end());
  EXPECT_EQ(counts(decisions), "x 1/1/0 ");
}

TEST(CountVerdicts, AnAlertCountsOnceForEachOfItsRules) {
  EXPECT_EQ(counts({decision(1, "a", Verdict::confirmed, {"x", "y"}), decision(2, "b", Verdict::false_alarm, {"y"})}),
            "x 1/0/0 y 1/0/1 ");
}

TEST(CountVerdicts, WhatIsOpenOrBeingCheckedCountsNowhere) {
  EXPECT_EQ(counts({decision(1, "a", Verdict::confirmed, {"x"}), decision(2, "a", Verdict::open, {"x"}),
                    decision(3, "b", Verdict::checking, {"x"})}),
            "");
}

TEST(CountVerdicts, OnlyEarlierDaysCount) {
  const std::vector<Decision> decisions = {decision(1, "a", Verdict::confirmed, {"x"})};
  EXPECT_EQ(counts(decisions, kDay), "");
  EXPECT_EQ(counts(decisions, kDay.plus(1)), "x 1/0/0 ");
}

// Against the formula of the literature, computed with another program.
TEST(Precision, IsTheShareWithWilsonsInterval) {
  const Share share = precision({3, 5, 2});
  EXPECT_DOUBLE_EQ(share.value, 0.3);
  EXPECT_NEAR(share.lower, 0.1077912674, 1e-9);
  EXPECT_NEAR(share.upper, 0.6032218525, 1e-9);
}

TEST(Precision, EndsStayEnds) {
  EXPECT_EQ(precision({0, 4, 0}).lower, 0);
  EXPECT_NEAR(precision({0, 4, 0}).upper, 0.4898908365, 1e-9);
  EXPECT_EQ(precision({4, 0, 0}).upper, 1);
  EXPECT_EQ(precision({}).lower, 0);
  EXPECT_EQ(precision({}).upper, 1);
}

TEST(Weight, IsOneWithoutDecisions) {
  EXPECT_EQ(weight({}), 1);
}

TEST(Weight, IsOneAtThePriorMeanHoweverMany) {
  EXPECT_DOUBLE_EQ(weight({25, 50, 25}), 1);
}

TEST(Weight, TwelveDecisionsWeighAsMuchAsThePrior) {
  EXPECT_DOUBLE_EQ(posterior_mean({12, 0, 0}), 15.0 / 24);
  EXPECT_DOUBLE_EQ(weight({12, 0, 0}), 1.125);
  EXPECT_DOUBLE_EQ(weight({0, 6, 6}), 0.75);
}

RC_GTEST_PROP(Weight, StaysInItsBoundsAndGrowsWithConfirmedOnes, ()) {
  const auto number = [] { return *rc::gen::inRange<std::int64_t>(0, 1'000'000); };
  const Verdicts verdicts{number(), number(), number()};
  Verdicts more = verdicts;
  ++more.confirmed;
  RC_ASSERT(weight(verdicts) >= kWeightMin && weight(verdicts) <= kWeightMax);
  RC_ASSERT(weight(more) > weight(verdicts));
  const Share share = precision(more);
  RC_ASSERT(0 <= share.lower && share.lower <= share.value && share.value <= share.upper && share.upper <= 1);
}

}  // namespace
}  // namespace trailwatch::alert
