#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "trailwatch/registry/snapshot.h"

namespace trailwatch::registry {
namespace {

// 2026-03-02 is a Monday. Saturday the 7th is off, Sunday the 8th is made up for Friday the 6th, which is off.
constexpr const char* kCalendar =
    "西元日期,星期,是否放假,備註\n20260302,一,0,\n20260303,二,0,\n20260304,三,0,\n20260305,四,0,\n20260306,五,2,"
    "調整放假\n"
    "20260307,六,2,\n20260308,日,0,補行上班\n20260309,一,0,\n20260310,二,0,\n";

class DutyOf : public ::testing::Test {
 public:
  ReferenceTexts texts;
  Options options;

  DutyOf() { texts.calendar = kCalendar; }
  Snapshot snapshot() const { return Snapshot::build(texts, options); }
  // `off 12` for `2026-03-02T20:00:59`, local time in Taipei.
  std::string at(const std::string& local, const std::string& officer = "H1", const std::string& agency = "戶所",
                 const std::string& unit = "一課") const {
    const auto instant = parse_rfc3339(local + (local.size() == 16 ? ":00" : "") + "+08:00")->instant;
    const Snapshot known = snapshot();
    EXPECT_EQ(known.problems().size(), 0U);
    const DutyState state = known.duty(officer, agency, unit, instant);
    return std::string(to_text(state.duty)) + " " + std::to_string(state.minutes_outside);
  }
  std::string text(const std::string& day, const std::string& officer) const {
    return snapshot().duty_text(officer, *parse_day(day));
  }
};

TEST_F(DutyOf, OfficeStaffFollowsTheCalendarsHours) {
  EXPECT_EQ(at("2026-03-02T07:29:59"), "off 0");
  EXPECT_EQ(at("2026-03-02T07:30"), "on 0");
  EXPECT_EQ(at("2026-03-02T12:00"), "on 0");
  EXPECT_EQ(at("2026-03-02T18:29:59.999999"), "on 0");
  EXPECT_EQ(at("2026-03-02T18:30"), "off 0");
  EXPECT_EQ(at("2026-03-02T18:31"), "off 1");
  EXPECT_EQ(at("2026-03-02T07:00"), "off 30");
}

TEST_F(DutyOf, TheNearestEdgeMayBeTomorrow) {
  EXPECT_EQ(at("2026-03-02T22:00"), "off 210");
  EXPECT_EQ(at("2026-03-03T00:59"), "off 389");
  EXPECT_EQ(at("2026-03-03T01:00"), "off 390");
  EXPECT_EQ(at("2026-03-03T01:01"), "off 389");
}

TEST_F(DutyOf, DaysOffAreHolidays) {
  EXPECT_EQ(at("2026-03-06T10:00"), "holiday 930");  // since Thursday 18:30
  EXPECT_EQ(at("2026-03-07T20:00"), "holiday 690");  // until Sunday 07:30
  EXPECT_EQ(at("2026-03-06T00:00"), "holiday 330");
  EXPECT_EQ(at("2026-03-05T23:59"), "off 329");
}

TEST_F(DutyOf, AMakeUpSundayIsAWorkingDay) {
  EXPECT_EQ(at("2026-03-08T10:00"), "on 0");
  EXPECT_EQ(at("2026-03-08T20:00"), "off 90");
}

TEST_F(DutyOf, NothingIsKnownOutsideTheCalendar) {
  EXPECT_EQ(at("2026-03-11T10:00"), "unknown 0");
  EXPECT_EQ(at("2026-03-01T03:00"), "unknown 0");
  texts.calendar.reset();
  EXPECT_EQ(at("2026-03-02T03:00"), "unknown 0");
}

TEST_F(DutyOf, UnitsHaveTheirOwnHours) {
  options.unit_hours["戶所/一課"] = {13 * 60, 21 * 60};
  options.unit_hours["戶所"] = {6 * 60, 12 * 60};
  EXPECT_EQ(at("2026-03-02T12:59"), "off 1");
  EXPECT_EQ(at("2026-03-02T20:59"), "on 0");
  EXPECT_EQ(at("2026-03-02T21:00"), "off 0");
  EXPECT_EQ(at("2026-03-02T06:00", "H2", "戶所", "二課"), "on 0");
  EXPECT_EQ(at("2026-03-02T12:00", "H2", "戶所", "二課"), "off 0");
  EXPECT_EQ(at("2026-03-02T12:00", "H3", "地所", "一課"), "on 0");
}

TEST_F(DutyOf, HoursMayEndAtMidnight) {
  options.hours = {0, 24 * 60};
  EXPECT_EQ(at("2026-03-02T00:00"), "on 0");
  EXPECT_EQ(at("2026-03-02T23:59:59"), "on 0");
  EXPECT_EQ(at("2026-03-06T00:10"), "holiday 10");
}

TEST_F(DutyOf, OvertimeWidensTheHoursAndDoesNotReplaceThem) {
  texts.shifts = "officer,start,end\nH1,2026-03-02T18:30,2026-03-02T21:00\nH1,2026-03-07T09:00,2026-03-07T12:00\n";
  EXPECT_EQ(at("2026-03-02T18:30"), "on 0");
  EXPECT_EQ(at("2026-03-02T20:59:59"), "on 0");
  EXPECT_EQ(at("2026-03-02T21:00"), "off 0");
  EXPECT_EQ(at("2026-03-02T21:30"), "off 30");
  EXPECT_EQ(at("2026-03-03T10:00"), "on 0");
  EXPECT_EQ(at("2026-03-07T09:00"), "on 0");
  EXPECT_EQ(at("2026-03-07T12:30"), "holiday 30");
  EXPECT_EQ(at("2026-03-02T20:00", "H2"), "off 90");
}

// The middle half of 07:30 to 18:30 is 10:15 to 15:45.
TEST_F(DutyOf, WhatReachesIntoTheMiddleOfAWorkingDayIsAShift) {
  texts.shifts =
      "officer,start,end\n"
      "H1,2026-03-02T15:44,2026-03-02T20:00\nH2,2026-03-02T15:45,2026-03-02T20:00\n"
      "H3,2026-03-02T06:00,2026-03-02T10:16\nH4,2026-03-02T06:00,2026-03-02T10:15\n"
      "H5,2026-03-04T20:00,2026-03-05T20:00\nH6,2026-03-06T08:00,2026-03-06T16:00\n";
  EXPECT_EQ(at("2026-03-02T10:00", "H1"), "off 344");
  EXPECT_EQ(at("2026-03-02T10:00", "H2"), "on 0");
  EXPECT_EQ(at("2026-03-02T12:00", "H3"), "off 104");
  EXPECT_EQ(at("2026-03-02T12:00", "H4"), "on 0");
  EXPECT_EQ(at("2026-03-04T10:00", "H5"), "off 600");
  EXPECT_EQ(at("2026-03-05T10:00", "H6"), "on 0");  // a whole day of work on a day off is overtime
}

// An afternoon of overtime in a unit that works mornings lies inside the usual hours, but not inside the unit's.
TEST_F(DutyOf, OvertimeIsMeasuredByTheUnitsHours) {
  options.unit_hours["戶所/一課"] = {8 * 60, 12 * 60};
  texts.staff = "officer,agency,unit,role\nH1,戶所,一課,戶籍員\n";
  texts.shifts = "officer,start,end\nH1,2026-03-02T13:00,2026-03-02T17:00\n";
  EXPECT_EQ(at("2026-03-03T10:00"), "on 0");
  EXPECT_EQ(at("2026-03-02T14:00"), "on 0");
  EXPECT_EQ(at("2026-03-02T12:30"), "off 30");
}

class Roster : public DutyOf {
 public:
  Roster() {
    texts.staff =
        "officer,agency,unit,role\nA1,分局,偵查隊,偵查佐\nA2,分局,偵查隊,偵查佐\nA3,分局,偵查隊,書記\nH1,戶所,一課,"
        "戶籍員\n";
    texts.shifts =
        "officer,start,end\n"
        "A1,2026-03-02T08:00,2026-03-02T16:00\nA1,2026-03-03T22:00,2026-03-04T06:00\nA1,2026-03-07T08:00,2026-03-07T16:"
        "00\n"
        "A2,2026-03-03T22:00,2026-03-04T06:00\n"
        "A3,2026-03-03T18:30,2026-03-03T20:00\n";
  }
  std::string police(const std::string& local, const std::string& officer = "A1") const {
    return at(local, officer, "分局", "偵查隊");
  }
};

TEST_F(Roster, ShiftWorkersFollowTheRosterAlone) {
  EXPECT_EQ(police("2026-03-02T07:59"), "off 1");
  EXPECT_EQ(police("2026-03-02T08:00"), "on 0");
  EXPECT_EQ(police("2026-03-02T15:59:59"), "on 0");
  EXPECT_EQ(police("2026-03-02T16:00"), "off 0");
  EXPECT_EQ(police("2026-03-03T10:00"), "off 720");  // a working day of the calendar
  EXPECT_EQ(police("2026-03-07T10:00"), "on 0");     // a day off of the calendar
}

TEST_F(Roster, ANightShiftRunsOverMidnight) {
  EXPECT_EQ(police("2026-03-03T21:59"), "off 1");
  EXPECT_EQ(police("2026-03-03T22:00"), "on 0");
  EXPECT_EQ(police("2026-03-04T00:00"), "on 0");
  EXPECT_EQ(police("2026-03-04T05:59:59"), "on 0");
  EXPECT_EQ(police("2026-03-04T06:00"), "off 0");
  EXPECT_EQ(police("2026-03-04T06:05"), "off 5");
}

// A2 has a night shift only, which does not replace any hours; the colleague of the same unit and role tells.
TEST_F(Roster, OneShiftWorkerMakesTheGroupShiftWorkers) {
  EXPECT_EQ(police("2026-03-03T10:00", "A2"), "off 720");
  EXPECT_EQ(police("2026-03-03T23:00", "A2"), "on 0");
  // Another role in the same unit keeps the calendar's hours, and so does who has no entry at all.
  EXPECT_EQ(police("2026-03-03T10:00", "A3"), "on 0");
  EXPECT_EQ(police("2026-03-03T19:00", "A3"), "on 0");
  EXPECT_EQ(at("2026-03-03T10:00"), "on 0");
}

TEST_F(Roster, WhoIsNotOnTheStaffStandsAlone) {
  *texts.shifts += "X1,2026-03-03T22:00,2026-03-04T06:00\nX2,2026-03-03T08:00,2026-03-03T16:00\n";
  EXPECT_EQ(police("2026-03-03T10:00", "X1"), "on 0");
  EXPECT_EQ(police("2026-03-03T20:00", "X2"), "off 240");
}

TEST_F(Roster, WithoutACalendarEveryEntryIsAShift) {
  texts.calendar.reset();
  EXPECT_EQ(police("2026-03-03T10:00", "A2"), "off 720");
  EXPECT_EQ(police("2026-03-03T18:30", "A3"), "on 0");
  EXPECT_EQ(at("2026-03-03T10:00"), "unknown 0");
}

TEST_F(Roster, NothingIsKnownBeforeAndAfterTheRoster) {
  EXPECT_EQ(police("2026-03-01T23:59"), "unknown 0");
  EXPECT_EQ(police("2026-03-02T00:00"), "off 480");
  EXPECT_EQ(police("2026-03-07T15:59"), "on 0");
  EXPECT_EQ(police("2026-03-07T16:00"), "unknown 0");
  EXPECT_EQ(police("2026-03-07T15:00", "A2"), "off 4860");  // the roster goes on for others
}

// Overtime of the office, entered weeks ahead, does not say that the police roster goes that far.
TEST_F(Roster, OvertimeOfOthersDoesNotLengthenTheRoster) {
  *texts.shifts += "H1,2026-03-09T18:30,2026-03-09T20:00\nH1,2026-02-02T18:30,2026-02-02T20:00\n";
  EXPECT_EQ(police("2026-03-09T10:00"), "unknown 0");
  EXPECT_EQ(police("2026-02-10T10:00"), "unknown 0");
  EXPECT_EQ(at("2026-03-09T19:00"), "on 0");
}

TEST_F(Roster, LongAndShortShiftsMayOverlap) {
  texts.shifts =
      "officer,start,end\nA1,2026-03-02T08:00,2026-03-02T16:00\nA1,2026-03-03T08:00,2026-03-07T08:00\n"
      "A1,2026-03-04T08:00,2026-03-04T09:00\nA1,2026-03-09T08:00,2026-03-09T16:00\n";
  EXPECT_EQ(police("2026-03-06T23:00"), "on 0");
  EXPECT_EQ(police("2026-03-07T09:00"), "off 60");
}

TEST_F(Roster, TheOrderOfRowsDoesNotMatter) {
  const std::string before = police("2026-03-03T21:00");
  texts.shifts =
      "officer,start,end\nA1,2026-03-07T08:00,2026-03-07T16:00\nA1,2026-03-03T22:00,2026-03-04T06:00\n"
      "A1,2026-03-02T08:00,2026-03-02T16:00\n";
  EXPECT_EQ(police("2026-03-03T21:00"), before);
  EXPECT_EQ(before, "off 60");
}

TEST_F(Roster, LeaveGoesBeforeEverything) {
  texts.leave =
      "officer,start,end,kind\na1,2026-03-02T00:00,2026-03-02T23:59,休假\nH1,2026-03-03,2026-03-04,公假\n"
      "A2,2026-03-03T08:00,2026-03-03T12:00,事假\nA3,2026-03-02T12:00,2026-03-02T24:00,病假\n"
      "X9,2026-03-02T08:00:00,2026-03-02T23:59:59,病假\n";
  EXPECT_EQ(police("2026-03-01T23:59"), "unknown 0");
  EXPECT_EQ(police("2026-03-02T00:00"), "leave 480");
  EXPECT_EQ(police("2026-03-02T10:00"), "leave 0");
  EXPECT_EQ(police("2026-03-02T23:59:59.999999"), "leave 479");
  EXPECT_EQ(police("2026-03-03T00:00"), "off 480");
  // Bare days are whole days.
  EXPECT_EQ(at("2026-03-02T23:59"), "off 329");
  EXPECT_EQ(at("2026-03-03T00:00"), "leave 330");
  EXPECT_EQ(at("2026-03-04T23:59:59"), "leave 329");
  EXPECT_EQ(at("2026-03-05T00:00"), "off 330");
  // Hours end where they end.
  EXPECT_EQ(police("2026-03-03T11:59:59", "A2").substr(0, 5), "leave");
  EXPECT_EQ(police("2026-03-03T12:00", "A2").substr(0, 3), "off");
  EXPECT_EQ(police("2026-03-02T23:59:59", "A3").substr(0, 5), "leave");
  EXPECT_EQ(police("2026-03-03T00:00", "A3").substr(0, 3), "off");
  EXPECT_EQ(police("2026-03-02T23:59:59", "X9").substr(0, 5), "leave");
  EXPECT_EQ(police("2026-03-03T00:00", "X9").substr(0, 3), "off");
}

TEST_F(Roster, LeaveIsKnownWithoutAnythingElse) {
  texts = {};
  texts.leave = "officer,start,end\nH1,2026-03-02,2026-03-02\n";
  EXPECT_EQ(at("2026-03-02T10:00"), "leave 0");
  EXPECT_EQ(at("2026-03-03T10:00"), "unknown 0");
}

TEST_F(Roster, TimesAreLocal) {
  options.zone = Zone::find("America/Los_Angeles").value();
  const Snapshot known = snapshot();
  // 08:00 on the wall in Los Angeles, in winter and, from the 8th, in summer time.
  EXPECT_EQ(known.duty("A1", "", "", parse_rfc3339("2026-03-02T16:00:00Z")->instant).duty, Duty::on);
  EXPECT_EQ(known.duty("A1", "", "", parse_rfc3339("2026-03-02T15:59:59Z")->instant).duty, Duty::off);
  EXPECT_EQ(known.duty("H1", "", "", parse_rfc3339("2026-03-09T14:30:00Z")->instant).duty, Duty::on);
  EXPECT_EQ(known.duty("H1", "", "", parse_rfc3339("2026-03-09T14:29:59Z")->instant).duty, Duty::off);
}

TEST_F(Roster, IsToldInWords) {
  texts.leave = "officer,start,end\nA1,2026-03-05,2026-03-05\nH1,2026-03-03T00:00,2026-03-03T23:59\n";
  EXPECT_EQ(text("2026-03-02", "A1"), "08:00–16:00");
  EXPECT_EQ(text("2026-03-03", "A1"), "22:00–翌日 06:00");
  EXPECT_EQ(text("2026-03-04", "A1"), "前日 22:00–06:00");
  EXPECT_EQ(text("2026-03-05", "A1"), "休假");
  EXPECT_EQ(text("2026-03-06", "A1"), "未排班");
  EXPECT_EQ(text("2026-03-02", "A2"), "未排班");
  EXPECT_EQ(text("2026-03-09", "A1"), "");
  EXPECT_EQ(text("2026-03-01", "A1"), "");
  EXPECT_EQ(text("2026-03-03", "H1"), "休假");
  EXPECT_EQ(text("2026-03-04", "H1"), "");
  // Overtime is told where it lies; elsewhere there is no roster that could say anything.
  EXPECT_EQ(text("2026-03-03", "A3"), "18:30–20:00");
  EXPECT_EQ(text("2026-03-04", "A3"), "");
}

TEST_F(Roster, SeveralShiftsOfADayStandInOrder) {
  *texts.shifts += "A1,2026-03-02T20:00,2026-03-04T04:00\nA1,2026-03-01T22:00,2026-03-02T02:00\n";
  EXPECT_EQ(text("2026-03-02", "A1"), "前日 22:00–02:00、08:00–16:00、20:00–115/03/04 04:00");
  EXPECT_EQ(text("2026-03-04", "A1"), "115/03/02 20:00–04:00、前日 22:00–06:00");
}

// Whatever the shifts: duty is on exactly inside one of them, and the distance is that to the nearest edge.
RC_GTEST_FIXTURE_PROP(Roster, DutyIsTheDistanceToTheNearestShift, ()) {
  texts = {};
  const auto starts = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 8 * 24)));
  std::string rows = "officer,start,end\n";
  std::vector<std::pair<std::int64_t, std::int64_t>> shifts;
  const auto stamp = [](std::int64_t hour) {
    return format_day(LocalDay{20514}.plus(static_cast<std::int32_t>(hour / 24))) + "T" +
           format_clock({LocalDay{}, hour % 24 * kMicrosPerHour}).substr(0, 5);
  };
  for (const int start : starts) {
    const int hours = *rc::gen::inRange(1, 80);
    shifts.emplace_back(start, start + hours);
    rows += "A1," + stamp(start) + "," + stamp(start + hours) + "\n";
  }
  texts.shifts = rows;
  const Snapshot known = snapshot();
  const std::int64_t minute = *rc::gen::inRange<std::int64_t>(0, 12 * 24 * 60);
  std::int64_t first = shifts[0].first, last = shifts[0].second, nearest = 1'000'000;
  bool on = false;
  for (const auto& [from, until] : shifts) {
    first = std::min(first, from);
    last = std::max(last, until);
    on = on || (minute >= from * 60 && minute < until * 60);
    nearest = std::min(nearest, minute < from * 60 ? from * 60 - minute : minute - until * 60);
  }
  const bool covered = minute >= first / 24 * 24 * 60 && minute < last * 60;
  const Instant at{LocalDay{20514}.days * kMicrosPerDay + (minute - 480) * kMicrosPerMinute};
  const DutyState state = known.duty("A1", "", "", at);
  RC_ASSERT(state.duty == (!covered ? Duty::unknown : on ? Duty::on : Duty::off));
  RC_ASSERT(state.minutes_outside == (!covered || on ? 0 : nearest));
}

TEST_F(DutyOf, AShiftThatRunsIntoALeaveIsFinishedFirst) {
  texts.shifts = "officer,start,end\nP1,2026-03-02T20:00,2026-03-03T02:00\nP1,2026-03-03T08:00,2026-03-03T16:00\n";
  texts.leave = "officer,start,end,kind\nP1,2026-03-03,2026-03-03,休假\n";
  EXPECT_EQ(at("2026-03-03T01:59", "P1"), "on 0");
  EXPECT_EQ(at("2026-03-03T02:00", "P1").substr(0, 5), "leave");
  EXPECT_EQ(at("2026-03-03T09:00", "P1").substr(0, 5), "leave");  // the roster was not changed
}

}  // namespace
}  // namespace trailwatch::registry
