#include "trailwatch/alert/cases.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace trailwatch::alert {
namespace {

using model::AlertHead;

// 2026-03-02 is a Monday.
LocalDay march(int day) {
  return to_day({2026, 3, day});
}
bool works(LocalDay day) {
  return weekday(day) < 6;
}

AlertHead head(LocalDay day, const std::string& officer = "H1", double score = 50) {
  AlertHead out;
  out.id = officer + "@" + format_day(day);
  out.key = {model::About::officer, "", officer};
  out.day = day;
  out.score = score;
  return out;
}

// `H1 02-05(3)`: whom, first and last day, number of alerts.
std::string text(const std::vector<model::Case>& cases) {
  std::string out;
  for (const model::Case& one : cases) {
    out += (out.empty() ? "" : " ") + one.key.name + " " + format_day(one.first).substr(8) + "-" +
           format_day(one.last).substr(8) + "(" + std::to_string(one.alerts.size()) + ")";
  }
  return out;
}
std::string joined(const std::vector<int>& days) {
  std::vector<AlertHead> heads;
  for (const int day : days) heads.push_back(head(march(day)));
  return text(join_cases(heads, works));
}

TEST(JoinCases, NothingGivesNothing) {
  EXPECT_TRUE(join_cases({}, works).empty());
}

TEST(JoinCases, ConsecutiveDaysAreOneCase) {
  EXPECT_EQ(joined({2, 3, 4}), "H1 02-04(3)");
}

TEST(JoinCases, TwoQuietWorkingDaysAreBorneThreeAreNot) {
  EXPECT_EQ(joined({2, 5}), "H1 02-05(2)");
  EXPECT_EQ(joined({2, 6}), "H1 02-02(1) H1 06-06(1)");
}

TEST(JoinCases, AWeekendIsNoGap) {
  EXPECT_EQ(joined({6, 9}), "H1 06-09(2)");   // Friday, Monday
  EXPECT_EQ(joined({6, 11}), "H1 06-11(2)");  // Friday, Wednesday
  EXPECT_EQ(joined({6, 12}), "H1 06-06(1) H1 12-12(1)");
}

TEST(JoinCases, AnAlertOnADayOffBelongsToo) {
  EXPECT_EQ(joined({6, 7, 8, 9}), "H1 06-09(4)");
}

TEST(JoinCases, ALongHolidayIsNoGapButAYearIs) {
  const auto never = [](LocalDay) { return false; };
  EXPECT_EQ(text(join_cases({head(march(1)), head(march(31))}, never)), "H1 01-31(2)");
  EXPECT_EQ(join_cases({head(march(1)), head(march(1).plus(365))}, never).size(), 2U);
}

TEST(JoinCases, AMonthsEndIsNoGap) {
  const auto cases = join_cases({head(to_day({2026, 2, 27})), head(march(2))}, works);
  EXPECT_EQ(cases.size(), 1U);
}

TEST(JoinCases, KeysStayApart) {
  AlertHead unit = head(march(3));
  unit.key.about = model::About::unit;
  AlertHead elsewhere = unit;
  elsewhere.key.agency = "別處";
  EXPECT_EQ(join_cases({head(march(2)), head(march(3), "H2"), unit, elsewhere}, works).size(), 4U);
}

TEST(JoinCases, ACaseHasTheScoreOfItsBestAlert) {
  EXPECT_EQ(join_cases({head(march(2), "H1", 12), head(march(3), "H1", 70), head(march(4), "H1", 30)}, works)[0].score,
            70);
}

TEST(JoinCases, ACaseKeepsItsIdAsItGoesOn) {
  const auto id = [](std::vector<AlertHead> heads) { return join_cases(std::move(heads), works)[0].id; };
  const std::string first = id({head(march(2))});
  EXPECT_EQ(first.size(), 16U);
  EXPECT_EQ(id({head(march(2)), head(march(3)), head(march(6))}), first);
  EXPECT_NE(id({head(march(1)), head(march(2))}), first);
  EXPECT_NE(id({head(march(2), "H2")}), first);
}

// The id is in issued reports: it must never change for the same key and day. From `printf
// 'trailwatch/case/v1\nofficer\n\nH1\n2026-03-02' | sha256sum`.
TEST(JoinCases, TheIdIsWrittenDown) {
  EXPECT_EQ(join_cases({head(march(2))}, works)[0].id, "94f8d759f4032a02");
}

RC_GTEST_PROP(JoinCases, OrderOfArrivalDoesNotMatterAndNothingIsLost, ()) {
  const auto days = *rc::gen::unique<std::vector<int>>(rc::gen::inRange(0, 120));
  std::vector<AlertHead> heads;
  for (const int day : days) heads.push_back(head(march(1).plus(day), day % 3 == 0 ? "H1" : "H2"));
  const auto cases = join_cases(heads, works);
  std::size_t all = 0;
  for (const model::Case& one : cases) all += one.alerts.size();
  RC_ASSERT(all == heads.size());
  std::reverse(heads.begin(), heads.end());
  const auto again = join_cases(heads, works);
  RC_ASSERT(text(again) == text(cases));
}

}  // namespace
}  // namespace trailwatch::alert
