#include "app/day_plan.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace trailwatch::app {
namespace {

LocalDay day(std::int32_t n) {
  return LocalDay{20'500 + n};
}

TEST(DayPlans, AreWrittenAsStretches) {
  DayPlan plan;
  for (const int n : {0, 1, 2}) add_to(plan, day(n), DayWork::judge);
  for (const int n : {3, 5}) add_to(plan, day(n), DayWork::compare);
  add_to(plan, day(-1), DayWork::count);
  EXPECT_EQ(format_plan(plan),
            "count 2026-02-15..2026-02-15;judge 2026-02-16..2026-02-18;compare 2026-02-19..2026-02-19;"
            "compare 2026-02-21..2026-02-21");
  EXPECT_EQ(format_plan({}), "");
}

TEST(DayPlans, ToCountAndToCompareIsToJudge) {
  for (const DayWork one : {DayWork::compare, DayWork::count, DayWork::judge}) {
    for (const DayWork other : {DayWork::compare, DayWork::count, DayWork::judge}) {
      DayPlan plan;
      add_to(plan, day(0), one);
      add_to(plan, day(0), other);
      EXPECT_EQ(plan[day(0)], one == other ? one : DayWork::judge);
    }
  }
}

TEST(DayPlans, WhatIsNoPlanIsLeftOut) {
  EXPECT_TRUE(parse_plan("").empty());
  for (const char* text : {"judge", "judge ", "judge 2026-03-01", "judge 2026-03-01..", "judge 2026-03-01..2026-03-0x",
                           "judged 2026-03-01..2026-03-02", "judge 2026-03-05..2026-03-02", ";;"}) {
    EXPECT_TRUE(parse_plan(text).empty()) << text;
  }
}

RC_GTEST_PROP(DayPlans, ComeBackAsTheyWereWritten, ()) {
  DayPlan plan;
  for (const auto& [n, work] : *rc::gen::arbitrary<std::map<std::int16_t, std::uint8_t>>()) {
    add_to(plan, day(n), static_cast<DayWork>(1 + work % 3));
  }
  RC_ASSERT(parse_plan(format_plan(plan)) == plan);
}

}  // namespace
}  // namespace trailwatch::app
