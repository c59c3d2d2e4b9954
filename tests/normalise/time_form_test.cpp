#include "normalise/time_form.h"

#include <gtest/gtest.h>

namespace trailwatch::normalise {
namespace {

// The local time as text, or why there is none.
std::string read(std::string_view form, std::string_view text) {
  std::string problem;
  const auto compiled = TimeForm::compile(form, problem);
  if (!compiled) return problem;
  if (compiled->kind() == TimeForm::Kind::pattern) {
    const auto local = compiled->local(text);
    if (!local) return "no";
    return format_rfc3339(Instant{local->day.days * kMicrosPerDay + local->micros}, 0).substr(0, 23);
  }
  const auto got = compiled->instant(text);
  return got ? format_rfc3339(got->instant, got->offset_minutes) : "no";
}

TEST(TimeForm, ReadsCompactRocDates) {
  EXPECT_EQ(read("YYYMMDD hhmmss", "1150302 143005"), "2026-03-02T14:30:05.000");
  EXPECT_EQ(read("YYYMMDD hhmmss", "990501 000000"), "2010-05-01T00:00:00.000");  // two digits of a year
  EXPECT_EQ(read("YYYMMDD hhmmss", "1150228 235959"), "2026-02-28T23:59:59.000");
  EXPECT_EQ(read("YYYMMDDhhmmss", "1150302143005"), "2026-03-02T14:30:05.000");
  EXPECT_EQ(read("YYYMMDDhhmmss", "990302143005"), "2010-03-02T14:30:05.000");
}

TEST(TimeForm, KnowsTheCalendar) {
  EXPECT_EQ(read("YYYMMDD", "1130229"), "2024-02-29T00:00:00.000");  // 2024 is a leap year
  EXPECT_EQ(read("YYYMMDD", "1150229"), "no");
  EXPECT_EQ(read("YYYMMDD", "1150230"), "no");
  EXPECT_EQ(read("YYYMMDD", "1150431"), "no");
  EXPECT_EQ(read("YYYMMDD", "1151231"), "2026-12-31T00:00:00.000");
  EXPECT_EQ(read("YYYMMDD", "1151301"), "no");
  EXPECT_EQ(read("YYYMMDD", "0000101"), "no");  // there is no year 0 of the republic
  EXPECT_EQ(read("YYYMMDD", "11503021"), "no");
  EXPECT_EQ(read("YYYMMDD", "50302"), "no");
}

TEST(TimeForm, KnowsTheClock) {
  EXPECT_EQ(read("YYYYMMDD hhmmss", "20260302 240000"), "no");
  EXPECT_EQ(read("YYYYMMDD hhmmss", "20260302 236000"), "no");
  EXPECT_EQ(read("YYYYMMDD hhmmss", "20260302 235960"), "no");
  EXPECT_EQ(read("YYYYMMDD hhmmss", "20260302 235959"), "2026-03-02T23:59:59.000");
  EXPECT_EQ(read("YYYYMMDD hhmmss", "20260302 81907"), "no");
}

TEST(TimeForm, ReadsSeparatedDatesWithSingleDigits) {
  EXPECT_EQ(read("YYY/MM/DD hh:mm:ss", "115/03/02 14:30:05"), "2026-03-02T14:30:05.000");
  EXPECT_EQ(read("YYY.MM.DD hh:mm", "113.5.1 8:03"), "2024-05-01T08:03:00.000");
  EXPECT_EQ(read("民國YYY年MM月DD日 hh時mm分ss秒", "民國113年05月01日 06時48分29秒"), "2024-05-01T06:48:29.000");
  EXPECT_EQ(read("YYYY-MM-DDThh:mm:ss", "2026-03-02T14:30:05"), "2026-03-02T14:30:05.000");
  EXPECT_EQ(read("YYY/MM/DD hh:mm:ss", "115-03-02 14:30:05"), "no");
  EXPECT_EQ(read("YYY/MM/DD hh:mm:ss", "115/03/02 14:30:05 x"), "no");
  EXPECT_EQ(read("YYY/MM/DD hh:mm:ss", "115/03/02   14:30:05"), "2026-03-02T14:30:05.000");
}

TEST(TimeForm, ReadsHalvesOfTheDay) {
  EXPECT_EQ(read("YYYY/MM/DD AP hh:mm", "2024/5/1 上午 08:03"), "2024-05-01T08:03:00.000");
  EXPECT_EQ(read("YYYY/MM/DD AP hh:mm", "2024/5/1 下午 08:03"), "2024-05-01T20:03:00.000");
  EXPECT_EQ(read("YYYY/MM/DD AP hh:mm", "2024/5/1 上午 12:00"), "2024-05-01T00:00:00.000");
  EXPECT_EQ(read("YYYY/MM/DD hh:mm AP", "2024/5/1 12:00 pm"), "2024-05-01T12:00:00.000");
  EXPECT_EQ(read("YYYY/MM/DD hh:mm AP", "2024/5/1 13:00 PM"), "no");
}

TEST(TimeForm, CutsFractionsToMicroseconds) {
  EXPECT_EQ(read("YYYY-MM-DD hh:mm:ss[.f]", "2025-06-18 00:02:04.789"), "2025-06-18T00:02:04.789");
  EXPECT_EQ(read("YYYY-MM-DD hh:mm:ss[.f]", "2025-06-18 00:02:04"), "2025-06-18T00:02:04.000");
  EXPECT_EQ(read("YYYY-MM-DD hh:mm:ss[.f]", "2025-06-18 00:02:04."), "no");
  EXPECT_EQ(read("YYYY-MM-DD hh:mm:ss.f", "2025-06-18 00:02:04.123000999"), "2025-06-18T00:02:04.123");
  EXPECT_EQ(read("YYYY-MM-DD hh:mm:ss.f", "2025-06-18 00:02:04.1234567890"), "no");
}

TEST(TimeForm, ReadsEpochsAndRfc3339) {
  EXPECT_EQ(read("epoch-s", "1772433005"), "2026-03-02T06:30:05.000+00:00");
  EXPECT_EQ(read("epoch-s", "1772433005.25"), "2026-03-02T06:30:05.250+00:00");
  EXPECT_EQ(read("epoch-ms", "1772433005120"), "2026-03-02T06:30:05.120+00:00");
  EXPECT_EQ(read("epoch-ms", "1772433005120.5"), "2026-03-02T06:30:05.120500+00:00");
  for (const char* bad : {"", "-1", "-0", "1e9", "1.", ".5", "99999999999999999999", "253402300800", "1 2"}) {
    EXPECT_EQ(read("epoch-s", bad), "no") << bad;
  }
  EXPECT_EQ(read("rfc3339", "2026-03-02T14:30:05.12+08:00"), "2026-03-02T14:30:05.120+08:00");
  EXPECT_EQ(read("rfc3339", "2026-03-02T14:30:60+08:00"), "no");
  EXPECT_EQ(read("rfc3339", "2026-03-02T14:30:05"), "no");
}

TEST(TimeForm, RefusesFormsThatDoNotHoldTogether) {
  EXPECT_EQ(read("MMDD hhmmss", ""), "the form needs one of YYYY and YYY");
  EXPECT_EQ(read("YYYYYYYMMDD", ""), "the form needs one of YYYY and YYY");
  EXPECT_EQ(read("YYYYDD", ""), "the form needs one MM");
  EXPECT_EQ(read("YYYYMMDD hhss", ""), "the form has a smaller part without the larger one: hh, mm, ss, f");
  EXPECT_EQ(read("YYYYMMDD[ hhmmss", ""), "a \"[\" is not closed");
  EXPECT_EQ(read("yyyyMMDD", ""), "cannot read \"y\" in the form");
}

}  // namespace
}  // namespace trailwatch::normalise
