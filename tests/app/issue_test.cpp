#include "app/issue.h"

#include <gtest/gtest.h>

#include "app/announcer.h"

namespace trailwatch::app {
namespace {

LocalDay day(int month, int of_month) {
  return to_day({2026, month, of_month});
}

Instant at(const char* local) {
  return parse_rfc3339(std::string(local) + "+08:00")->instant;
}

Workplace office(const std::string& calendar = "") {
  Workplace out;
  out.zone = Zone::fixed(480);
  registry::ReferenceTexts texts;
  if (!calendar.empty()) texts.calendar = calendar;
  registry::Options options;
  options.zone = out.zone;
  out.registry = registry::Snapshot::build(texts, options);
  return out;
}

using Days = std::vector<LocalDay>;

TEST(DueReports, EachMorningTellsOfTheDayBefore) {
  // 2026-03-02 is a Monday.
  EXPECT_EQ(due_reports(office(), day(3, 2), at("2026-03-04T05:59:59")), Days{});
  EXPECT_EQ(due_reports(office(), day(3, 2), at("2026-03-04T06:00:00")), Days{day(3, 3)});
  EXPECT_EQ(due_reports(office(), day(3, 3), at("2026-03-04T23:59:59")), Days{});
}

TEST(DueReports, FridayToSundayAreToldOnMonday) {
  EXPECT_EQ(due_reports(office(), day(3, 5), at("2026-03-07T12:00:00")), Days{});
  EXPECT_EQ(due_reports(office(), day(3, 5), at("2026-03-08T12:00:00")), Days{});
  EXPECT_EQ(due_reports(office(), day(3, 5), at("2026-03-09T05:59:59")), Days{});
  EXPECT_EQ(due_reports(office(), day(3, 5), at("2026-03-09T06:00:00")), (Days{day(3, 6), day(3, 7), day(3, 8)}));
}

TEST(DueReports, TheFirstOneComesAtOnce) {
  EXPECT_EQ(due_reports(office(), std::nullopt, at("2026-03-07T12:00:00")), Days{day(3, 6)});
  EXPECT_EQ(due_reports(office(), std::nullopt, at("2026-03-07T05:00:00")), Days{day(3, 5)});
}

TEST(DueReports, AfterALongRestNotMoreThanTwoMonths) {
  const Days days = due_reports(office(), day(1, 1), at("2026-11-04T06:00:00"));
  ASSERT_EQ(days.size(), static_cast<std::size_t>(kCatchUpDays));
  EXPECT_EQ(days.back(), day(11, 3));
}

TEST(DueReports, AClockThatGoesBackIssuesNothingTwice) {
  EXPECT_EQ(due_reports(office(), day(3, 20), at("2026-03-04T06:00:00")), Days{});
}

TEST(RoutesByUnit, AreNamedWholeOrInPart) {
  EXPECT_TRUE(names_unit({}, "甲", "乙"));
  EXPECT_TRUE(names_unit({"甲"}, "甲", "乙"));
  EXPECT_TRUE(names_unit({"乙"}, "甲", "乙"));
  EXPECT_TRUE(names_unit({"丙", "甲/乙"}, "甲", "乙"));
  EXPECT_FALSE(names_unit({"甲/丙"}, "甲", "乙"));
  EXPECT_FALSE(names_unit({"/"}, "甲", ""));
}

}  // namespace
}  // namespace trailwatch::app
