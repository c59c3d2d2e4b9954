#include "trailwatch/alert/budget.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

namespace trailwatch::alert {
namespace {

using model::Alert;

Alert alert(const std::string& id, double score, bool watched = false) {
  Alert out;
  out.id = id;
  out.day = to_day({2026, 3, 2});
  out.score = score;
  out.watched = watched;
  out.contributions = {{"rule", "規則", score, "", 1}};
  return out;
}

// Ids `a00`, `a01` … with scores 90, 89 …
std::vector<Alert> many(int count) {
  std::vector<Alert> out;
  for (int i = 0; i < count; ++i) out.push_back(alert((i < 10 ? "a0" : "a") + std::to_string(i), 90 - i));
  return out;
}

// `a00 a01 | a07`: listed by rank, then drawn, in the order of reading.
std::string listed(std::vector<Alert> alerts, const Budget& budget, std::string_view seed = "seed") {
  choose(alerts, budget, seed);
  sort_for_reading(alerts);
  std::string out, drawn;
  for (const Alert& one : alerts) {
    if (one.listed)
      (one.picked == "random" ? drawn : out) += (one.picked == "random" ? " " : out.empty() ? "" : " ") + one.id;
  }
  return drawn.empty() ? out : out + " |" + drawn;
}

TEST(RandomPlaces, AreOneInTenAndNoneBelowFive) {
  std::string out;
  for (const std::int64_t alerts : {1, 4, 5, 10, 14, 15, 20, 100}) {
    out += std::to_string(random_places({alerts, 0.1, 10, 2})) + " ";
  }
  EXPECT_EQ(out, "0 0 1 1 1 2 2 10 ");
  EXPECT_EQ(random_places({20, 0, 10, 2}), 0);
  EXPECT_EQ(random_places({20, 1, 10, 2}), 20);
  EXPECT_EQ(random_places({4, 1, 10, 2}), 0);
}

TEST(Choose, TheBestGetThePlacesAndTheLastOnesAreDrawn) {
  const std::string out = listed(many(30), {5, 0.2, 10, 2});
  EXPECT_EQ(out.substr(0, 17), "a00 a01 a02 a03 |");
  EXPECT_EQ(out.size(), 21U);
}

TEST(Choose, TheSameSeedDrawsTheSameAndAnotherOneAnother) {
  const Budget budget{20, 0.5, 10, 2};
  EXPECT_EQ(listed(many(60), budget, "x"), listed(many(60), budget, "x"));
  EXPECT_NE(listed(many(60), budget, "x"), listed(many(60), budget, "y"));
}

TEST(Choose, OrderOfArrivalDoesNotMatter) {
  std::vector<Alert> reversed = many(60);
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(listed(many(60), {20, 0.5, 10, 2}), listed(reversed, {20, 0.5, 10, 2}));
}

TEST(Choose, WhenEverythingFitsNothingAboveTheThresholdIsDrawn) {
  EXPECT_EQ(listed(many(5), {5, 0.2, 10, 2}), "a00 a01 a02 a03 a04");
  EXPECT_EQ(listed(many(3), {5, 0.2, 10, 2}), "a00 a01 a02");
  EXPECT_EQ(listed({}, {5, 0.2, 10, 2}), "");
}

TEST(Choose, SixForFivePlacesDrawsOneOfTheLastTwo) {
  const std::string out = listed(many(6), {5, 0.2, 10, 2});
  EXPECT_TRUE(out == "a00 a01 a02 a03 | a04" || out == "a00 a01 a02 a03 | a05") << out;
}

TEST(Choose, BelowTheThresholdIsDrawnButNeverRanked) {
  EXPECT_EQ(listed({alert("a", 10), alert("b", 9.9), alert("c", 1)}, {4, 0.1, 10, 2}), "a");
  const std::string out = listed({alert("a", 10), alert("b", 9.9), alert("c", 1)}, {10, 0.1, 10, 2});
  EXPECT_TRUE(out == "a | b" || out == "a | c") << out;
}

TEST(Choose, TheBarIsLowerForTheWatched) {
  const Budget budget{4, 0.1, 10, 2};
  EXPECT_EQ(listed({alert("a", 2, true), alert("b", 1.9, true), alert("c", 9)}, budget), "a");
  // Four places; 30 + 8 comes before 37, but not before 38 with the smaller id, and the score stays.
  EXPECT_EQ(listed({alert("a", 90), alert("b", 80), alert("c", 70), alert("d", 37), alert("w", 30, true)}, budget),
            "a b c w");
  EXPECT_EQ(listed({alert("a", 90), alert("b", 80), alert("c", 70), alert("d", 38), alert("w", 30, true)}, budget),
            "a b c d");
}

TEST(Choose, WhatIsSuppressedAltogetherIsNeitherRankedNorDrawn) {
  Alert quiet = alert("a", 0);
  quiet.contributions.clear();
  quiet.suppressed = {{"rule", "規則", 1, 1, std::nullopt, "", ""}};
  EXPECT_EQ(listed({quiet, alert("b", 20)}, {20, 1, 0, 0}), "b");
}

TEST(SortForReading, DrawnOnesStandLastWhateverTheirScore) {
  std::vector<Alert> alerts = {alert("c", 95), alert("b", 10), alert("a", 10), alert("d", 99)};
  alerts[0].picked = "random";
  alerts[3].listed = false;
  sort_for_reading(alerts);
  EXPECT_EQ(alerts[0].id + alerts[1].id + alerts[2].id + alerts[3].id, "abcd");
  sort_by_score(alerts);
  EXPECT_EQ(alerts[0].id + alerts[1].id + alerts[2].id + alerts[3].id, "dcab");
}

RC_GTEST_PROP(Choose, KeepsTheBudgetAndNeverTouchesAScore, ()) {
  const auto scores = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 100));
  const Budget budget{*rc::gen::inRange<std::int64_t>(1, 30), *rc::gen::elementOf(std::vector<double>{0, 0.1, 0.5, 1}),
                      20, 5};
  std::vector<Alert> alerts;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    alerts.push_back(alert("a" + std::to_string(i), scores[i], scores[i] % 7 == 0));
  }
  const std::vector<Alert> before = alerts;
  choose(alerts, budget, "seed");
  std::int64_t ranked = 0, drawn = 0, above = 0;
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    RC_ASSERT(alerts[i].score == before[i].score);
    const double bar = alerts[i].watched ? 5 : 20;
    above += alerts[i].score >= bar ? 1 : 0;
    if (!alerts[i].listed) continue;
    if (alerts[i].picked == "rank") RC_ASSERT(alerts[i].score >= bar);
    ++(alerts[i].picked == "rank" ? ranked : drawn);
  }
  RC_ASSERT(ranked + drawn <= budget.alerts);
  RC_ASSERT(drawn <= random_places(budget));
  // No place stays empty while something above the threshold waits.
  RC_ASSERT(ranked + drawn >= std::min(budget.alerts, above));
}

// Over many days every alert below the line is drawn about as often: 60 alerts for 10 places. No chance is in it: the
// seeds are fixed.
TEST(Choose, EveryAlertBelowTheLineHasTheSameChance) {
  std::map<std::string, int> times;
  for (int day = 0; day < 2'000; ++day) {
    std::vector<Alert> alerts = many(70);
    choose(alerts, {20, 0.5, 10, 2}, "day " + std::to_string(day));
    for (const Alert& one : alerts) times[one.id] += one.picked == "random" ? 1 : 0;
  }
  for (int i = 10; i < 70; ++i) {
    // 2,000 · 10/60 = 333, standard deviation 17.
    EXPECT_NEAR(times["a" + std::to_string(i)], 333, 90) << i;
  }
}

}  // namespace
}  // namespace trailwatch::alert
