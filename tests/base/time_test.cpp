#include "trailwatch/base/time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace trailwatch {
namespace {

LocalDay day_of(int year, int month, int day) {
  return to_day({year, month, day});
}
std::string show(std::optional<OffsetInstant> parsed) {
  return parsed ? format_rfc3339(parsed->instant, parsed->offset_minutes) : "refused";
}
Zone zone(std::string_view name) {
  return Zone::find(name).value();
}
// A wall time in a zone, as the instant it means.
std::string in(const Zone& where, LocalDay day, int hour, int minute) {
  const Instant at = where.instant({day, hour * kMicrosPerHour + minute * kMicrosPerMinute});
  return format_rfc3339(at, 0);
}

TEST(Date, KnowsWhichDaysExist) {
  EXPECT_TRUE(is_valid({2024, 2, 29}));
  EXPECT_TRUE(is_valid({2000, 2, 29}));
  EXPECT_FALSE(is_valid({1900, 2, 29}));
  EXPECT_FALSE(is_valid({2026, 2, 29}));
  EXPECT_FALSE(is_valid({2026, 4, 31}));
  EXPECT_FALSE(is_valid({2026, 13, 1}));
  EXPECT_FALSE(is_valid({2026, 0, 1}));
  EXPECT_FALSE(is_valid({2026, 1, 0}));
  EXPECT_FALSE(is_valid({0, 1, 1}));
  EXPECT_TRUE(is_valid({9999, 12, 31}));
  EXPECT_FALSE(is_valid({10000, 1, 1}));
}

TEST(Date, CountsDaysFrom1970) {
  EXPECT_EQ(day_of(1970, 1, 1).days, 0);
  EXPECT_EQ(day_of(1969, 12, 31).days, -1);
  EXPECT_EQ(day_of(2026, 3, 2).days, 20514);
  EXPECT_EQ(day_of(2024, 2, 29).plus(1), day_of(2024, 3, 1));
  EXPECT_EQ(day_of(2026, 2, 28).plus(1), day_of(2026, 3, 1));
}

RC_GTEST_PROP(Date, CivilAndBackIsTheSameDay, ()) {
  const LocalDay day{*rc::gen::inRange<std::int32_t>(-700'000, 2'900'000)};
  RC_ASSERT(to_day(to_civil(day)) == day);
  RC_ASSERT(weekday(day.plus(7)) == weekday(day));
  RC_ASSERT(weekday(day.plus(1)) == weekday(day) % 7 + 1);
}

TEST(Date, NamesTheWeekdayFromMonday) {
  EXPECT_EQ(weekday(day_of(2026, 3, 2)), 1);
  EXPECT_EQ(weekday(day_of(2026, 3, 8)), 7);
  EXPECT_EQ(weekday(day_of(1970, 1, 1)), 4);
  EXPECT_EQ(weekday(day_of(1969, 12, 31)), 3);
}

TEST(Date, FindsTheEndsOfAMonth) {
  EXPECT_EQ(first_of_month(day_of(2024, 2, 29)), day_of(2024, 2, 1));
  EXPECT_EQ(last_of_month(day_of(2024, 2, 1)), day_of(2024, 2, 29));
  EXPECT_EQ(last_of_month(day_of(2026, 2, 28)), day_of(2026, 2, 28));
  EXPECT_EQ(last_of_month(day_of(2025, 12, 31)), day_of(2025, 12, 31));
  EXPECT_EQ(first_of_month(day_of(2026, 1, 1)), day_of(2026, 1, 1));
}

// A record dated at the end of the calendar, seen from further east, lies in the year 10000: no reason to stop.
TEST(Date, EndsOfAMonthHoldBeyondTheLastWrittenYear) {
  const LocalDay last = day_of(9999, 12, 31);
  EXPECT_EQ(last_of_month(last), last);
  EXPECT_EQ(first_of_month(last.plus(1)), last.plus(1));
  EXPECT_EQ(last_of_month(last.plus(1)), last.plus(31));
  EXPECT_EQ(first_of_month(day_of(1, 1, 1).plus(-1)), day_of(1, 1, 1).plus(-31));
}

TEST(Date, ReadsOnlyTheIsoForm) {
  EXPECT_EQ(parse_day("2026-03-02"), day_of(2026, 3, 2));
  EXPECT_EQ(parse_day("2024-02-29"), day_of(2024, 2, 29));
  for (const char* bad : {"", "2026-3-2", "2026/03/02", "20260302", "2026-02-29", "2026-03-02 ", " 2026-03-02",
                          "2026-00-10", "2026-13-01", "0000-01-01", "+026-01-01", "2026-03-0a", "２０２６-03"}) {
    EXPECT_EQ(parse_day(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(format_day(day_of(2026, 3, 2)), "2026-03-02");
  EXPECT_EQ(format_day(day_of(1, 1, 1)), "0001-01-01");
}

TEST(RocDate, HasThreeDigitsAroundTheYearHundred) {
  EXPECT_EQ(format_roc_day(day_of(2010, 12, 31)), "099/12/31");
  EXPECT_EQ(format_roc_day(day_of(2011, 1, 1)), "100/01/01");
  EXPECT_EQ(format_roc_day(day_of(1912, 1, 1)), "001/01/01");
  EXPECT_EQ(format_roc_day(day_of(2024, 2, 29)), "113/02/29");
  EXPECT_EQ(format_roc_day(day_of(2026, 3, 31)), "115/03/31");
}

TEST(RocDate, CarriesItsWeekday) {
  EXPECT_EQ(format_roc_day_weekday(day_of(2026, 3, 2)), "115/03/02（一）");
  EXPECT_EQ(format_roc_day_weekday(day_of(2026, 3, 8)), "115/03/08（日）");
  EXPECT_EQ(format_roc_day_long(day_of(2026, 3, 2)), "115年3月2日（一）");
  EXPECT_EQ(format_roc_day_long(day_of(2010, 12, 31)), "99年12月31日（五）");
}

TEST(RocDate, ShowsTheMinuteAndTheClock) {
  const LocalTime late{day_of(2026, 3, 2), kMicrosPerDay - 1};
  EXPECT_EQ(format_roc_minute(late), "115/03/02 23:59");
  EXPECT_EQ(format_clock(late), "23:59:59");
  EXPECT_EQ(format_clock({day_of(2026, 3, 2), 0}), "00:00:00");
}

TEST(Rfc3339, ReadsOffsetsAndFractions) {
  EXPECT_EQ(show(parse_rfc3339("2026-03-02T14:30:05.120+08:00")), "2026-03-02T14:30:05.120+08:00");
  EXPECT_EQ(show(parse_rfc3339("2026-03-02T14:30:05Z")), "2026-03-02T14:30:05.000+00:00");
  EXPECT_EQ(show(parse_rfc3339("2026-03-02T14:30:05.1Z")), "2026-03-02T14:30:05.100+00:00");
  EXPECT_EQ(show(parse_rfc3339("2026-03-02T14:30:05.123456-08:00")), "2026-03-02T14:30:05.123456-08:00");
  EXPECT_EQ(show(parse_rfc3339("2026-03-02T14:30:05.123456999+08:00")), "2026-03-02T14:30:05.123456+08:00");
  EXPECT_EQ(show(parse_rfc3339("2026-03-02T00:00:00-00:00")), "2026-03-02T00:00:00.000+00:00");
  EXPECT_EQ(show(parse_rfc3339("2026-03-02T23:59:59.999999+23:59")), "2026-03-02T23:59:59.999999+23:59");
  EXPECT_EQ(show(parse_rfc3339("1969-12-31T23:59:59.999999Z")), "1969-12-31T23:59:59.999999+00:00");
}

TEST(Rfc3339, SaysTheInstantInUtc) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T08:00:00+08:00")->instant.micros, 0);
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00+08:00")->instant.micros, -8 * kMicrosPerHour);
  EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59.999999Z")->instant.micros, -1);
  EXPECT_EQ(parse_rfc3339("2026-03-02T00:30:00-08:00")->instant.micros,
            (20514 * 24 + 8) * kMicrosPerHour + kMicrosPerHour / 2);
}

TEST(Rfc3339, RefusesEverythingElse) {
  for (const char* bad : {"",
                          "2026-03-02",
                          "2026-03-02T14:30:05",
                          "2026-03-02t14:30:05Z",
                          "2026-03-02T14:30:05z",
                          "2026-03-02 14:30:05Z",
                          "2026-03-02T14:30Z",
                          "2026-03-02T24:00:00Z",
                          "2026-03-02T23:60:00Z",
                          "2026-03-02T23:59:60Z",
                          "2026-02-29T00:00:00Z",
                          "2026-03-02T14:30:05.Z",
                          "2026-03-02T14:30:05.1234567890Z",
                          "2026-03-02T14:30:05,120Z",
                          "2026-03-02T14:30:05+0800",
                          "2026-03-02T14:30:05+08",
                          "2026-03-02T14:30:05+24:00",
                          "2026-03-02T14:30:05+08:60",
                          "2026-03-02T14:30:05UTC",
                          "2026-03-02T14:30:05.120",
                          "2026-03-02T14:30:05Z ",
                          " 2026-03-02T14:30:05Z",
                          "2026-03-02T1a:30:05Z",
                          "115-03-02T14:30:05Z",
                          "2026-03-02T14:30:05.12+08:0x",
                          "0000-01-01T00:00:00Z",
                          "2026-03-02T-1:30:05Z"}) {
    EXPECT_EQ(show(parse_rfc3339(bad)), "refused") << bad;
  }
}

RC_GTEST_PROP(Rfc3339, ReadsWhatItWrote, ()) {
  const Instant instant{*rc::gen::inRange<std::int64_t>(-62'000'000'000'000'000, 250'000'000'000'000'000)};
  const int offset = *rc::gen::inRange(-1439, 1440);
  const auto parsed = parse_rfc3339(format_rfc3339(instant, offset));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(parsed->instant == instant);
  RC_ASSERT(parsed->offset_minutes == offset);
}

TEST(Zone, TakesNamesAndOffsets) {
  EXPECT_EQ(zone("Asia/Taipei").name(), "Asia/Taipei");
  EXPECT_EQ(zone("+08:00").name(), "+08:00");
  EXPECT_EQ(zone("-03:30").name(), "-03:30");
  EXPECT_EQ(zone("Z").name(), "+00:00");
  for (const char* bad :
       {"", "Taipei", "Asia/Taipeh", "+0800", "+8:00", "+24:00", "+08:60", "../../etc/passwd", "Asia/"}) {
    const Result<Zone> found = Zone::find(bad);
    ASSERT_FALSE(found) << bad;
    EXPECT_EQ(found.error().code, Errc::not_found);
    EXPECT_EQ(found.error().message, "no time zone \"" + std::string(bad) + "\"");
  }
}

TEST(Zone, FixedOffsetsMoveTheDay) {
  const Instant noon = parse_rfc3339("2026-03-02T12:00:00Z")->instant;
  EXPECT_EQ(Zone::fixed(720).local(noon), (LocalTime{day_of(2026, 3, 3), 0}));
  EXPECT_EQ(Zone::fixed(-721).local(noon), (LocalTime{day_of(2026, 3, 1), kMicrosPerDay - kMicrosPerMinute}));
  EXPECT_EQ(Zone::fixed(480).offset_minutes(noon), 480);
}

TEST(Zone, BeginsADayAtItsMidnight) {
  const Zone taipei = zone("Asia/Taipei");
  const Instant start = taipei.start_of(day_of(2026, 3, 2));
  EXPECT_EQ(format_rfc3339(start, 480), "2026-03-02T00:00:00.000+08:00");
  EXPECT_EQ(taipei.local(start), (LocalTime{day_of(2026, 3, 2), 0}));
  EXPECT_EQ(taipei.local(Instant{start.micros - 1}), (LocalTime{day_of(2026, 3, 1), kMicrosPerDay - 1}));
}

TEST(Zone, KnowsDaysBefore1970) {
  const Zone utc = Zone::fixed(0);
  EXPECT_EQ(utc.local(Instant{-1}), (LocalTime{day_of(1969, 12, 31), kMicrosPerDay - 1}));
  EXPECT_EQ(utc.local(Instant{-kMicrosPerDay}), (LocalTime{day_of(1969, 12, 31), 0}));
  EXPECT_EQ(utc.local(Instant{-kMicrosPerDay - 1}), (LocalTime{day_of(1969, 12, 30), kMicrosPerDay - 1}));
  EXPECT_EQ(utc.start_of(day_of(1969, 12, 31)), Instant{-kMicrosPerDay});
  EXPECT_EQ(format_rfc3339(Instant{-1}, 0), "1969-12-31T23:59:59.999999+00:00");
}

// 2025-03-09, 02:00 to 03:00 never happened in Los Angeles.
TEST(Zone, ASkippedTimeIsTheInstantOfTheJump) {
  const Zone pacific = zone("America/Los_Angeles");
  const LocalDay day = day_of(2025, 3, 9);
  EXPECT_EQ(in(pacific, day, 1, 59), "2025-03-09T09:59:00.000+00:00");
  EXPECT_EQ(in(pacific, day, 2, 0), "2025-03-09T10:00:00.000+00:00");
  EXPECT_EQ(in(pacific, day, 2, 59), "2025-03-09T10:00:00.000+00:00");
  EXPECT_EQ(in(pacific, day, 3, 0), "2025-03-09T10:00:00.000+00:00");
  EXPECT_EQ(in(pacific, day, 3, 1), "2025-03-09T10:01:00.000+00:00");
}

// 2025-11-02, 01:00 to 02:00 happened twice there.
TEST(Zone, ATimeShownTwiceIsItsFirst) {
  const Zone pacific = zone("America/Los_Angeles");
  const LocalDay day = day_of(2025, 11, 2);
  EXPECT_EQ(in(pacific, day, 0, 59), "2025-11-02T07:59:00.000+00:00");
  EXPECT_EQ(in(pacific, day, 1, 0), "2025-11-02T08:00:00.000+00:00");
  EXPECT_EQ(in(pacific, day, 1, 59), "2025-11-02T08:59:00.000+00:00");
  EXPECT_EQ(in(pacific, day, 2, 0), "2025-11-02T10:00:00.000+00:00");
}

TEST(Zone, ChangesItsOffsetAtTheJump) {
  const Zone pacific = zone("America/Los_Angeles");
  const Instant spring = parse_rfc3339("2025-03-09T10:00:00Z")->instant;
  // Asked to and fro, since the last answer is remembered.
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(pacific.offset_minutes(Instant{spring.micros - 1}), -480);
    EXPECT_EQ(pacific.offset_minutes(spring), -420);
  }
  EXPECT_EQ(pacific.local(spring), (LocalTime{day_of(2025, 3, 9), 3 * kMicrosPerHour}));
  EXPECT_EQ(pacific.start_of(day_of(2025, 3, 10)).micros - pacific.start_of(day_of(2025, 3, 9)).micros,
            23 * kMicrosPerHour);
  EXPECT_EQ(pacific.start_of(day_of(2025, 11, 3)).micros - pacific.start_of(day_of(2025, 11, 2)).micros,
            25 * kMicrosPerHour);
}

RC_GTEST_PROP(Zone, LocalAndBackIsTheSameInstantExceptInTheSecondHour, ()) {
  const Zone pacific = zone("America/Los_Angeles");
  const Instant instant{*rc::gen::inRange<std::int64_t>(-60 * 365 * kMicrosPerDay, 80 * 365 * kMicrosPerDay)};
  const std::int64_t back = pacific.instant(pacific.local(instant)).micros;
  RC_ASSERT(back == instant.micros || back == instant.micros - kMicrosPerHour);
  RC_ASSERT(pacific.local(Instant{back}) == pacific.local(instant));
}

}  // namespace
}  // namespace trailwatch
