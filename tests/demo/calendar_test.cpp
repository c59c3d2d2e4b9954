#include "demo/calendar.h"

#include <gtest/gtest.h>

namespace trailwatch::demo {
namespace {

TEST(Calendar, WeekendsAndFixedHolidaysAreOff) {
  EXPECT_TRUE(is_working_day(to_day({2026, 3, 20})));
  EXPECT_FALSE(is_working_day(to_day({2026, 3, 21})));
  EXPECT_FALSE(is_working_day(to_day({2026, 1, 1})));
  EXPECT_FALSE(is_working_day(to_day({2025, 10, 10})));
}

TEST(Duty, NightShiftsEndOnTheNextCalendarDay) {
  const Organisation county = organise(1, 1, to_day({2026, 3, 1}));
  const Duty duty(county, 1);
  int nights = 0;
  for (std::size_t officer = 0; officer < county.officers.size(); ++officer) {
    const LocalDay day = to_day({2026, 3, 10});
    const Span shift = duty.duty(officer, day);
    if (county.officers[officer].role != Role::patrol || shift.end <= kMicrosPerDay) continue;
    ++nights;
    EXPECT_EQ(duty.on_calendar_day(officer, day).back().end, kMicrosPerDay);
    EXPECT_EQ(duty.on_calendar_day(officer, day.plus(1)).front().begin, 0);
    EXPECT_EQ(duty.on_calendar_day(officer, day.plus(1)).front().end, 7 * kMicrosPerHour);
  }
  EXPECT_GT(nights, 2);
}

TEST(Duty, LeaveCancelsTheShiftThatTouchesIt) {
  const Organisation county = organise(1, 1, to_day({2026, 3, 1}));
  Duty duty(county, 1);
  const LocalDay day = to_day({2026, 3, 10});
  for (std::size_t officer = 0; officer < county.officers.size(); ++officer)
    duty.add_leave({officer, day, day, "休假"});
  for (std::size_t officer = 0; officer < county.officers.size(); ++officer) {
    EXPECT_TRUE(duty.on_calendar_day(officer, day).empty());
    EXPECT_TRUE(duty.on_leave(officer, day));
    EXPECT_FALSE(duty.on_leave(officer, day.plus(1)));
  }
}

}  // namespace
}  // namespace trailwatch::demo
