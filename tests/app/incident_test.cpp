#include "app/incident.h"

#include <gtest/gtest.h>

namespace trailwatch::app {
namespace {

Instant at(const char* local) {
  return parse_rfc3339(std::string(local) + "+08:00")->instant;
}

Workplace office(std::map<std::string, std::string> words = {}) {
  Workplace out;
  out.zone = Zone::fixed(480);
  out.words.incident = std::move(words);
  return out;
}

std::string clock(const char* known_at, const char* now, const Workplace& workplace = office()) {
  const report::NoticeClock out = notice_clock(workplace, *parse_local_minute(known_at), at(now));
  return format_roc_minute(out.ends) + " " + report::remaining_words(out.remaining_minutes);
}

TEST(NoticeClock, StartsWhenTheOfficeLearnedOfIt) {
  EXPECT_EQ(clock("2026-02-26T23:30", "2026-02-26T23:30:00"), "115/03/01 23:30 尚餘 72 小時 0 分");
  EXPECT_EQ(clock("2026-02-26T23:30", "2026-02-26T23:30:01"), "115/03/01 23:30 尚餘 71 小時 59 分");
  EXPECT_EQ(clock("2026-02-26T23:30", "2026-03-01T23:30:00"), "115/03/01 23:30 尚餘 0 小時 0 分");
  EXPECT_EQ(clock("2026-02-26T23:30", "2026-03-01T23:30:01"), "115/03/01 23:30 已逾期 0 小時 1 分");
  EXPECT_EQ(clock("2026-12-30 00:00", "2027-01-03T01:00:00"), "116/01/02 00:00 已逾期 25 小時 0 分");
}

TEST(NoticeClock, GoesByThePeriodThatIsConfiguredAndNamesItsSource) {
  const Workplace other = office({{"notice_hours", "24"}, {"law", "某法"}, {"as_of", "2027-01-01"}});
  EXPECT_EQ(clock("2026-02-26T23:30", "2026-02-26T23:30:00", other), "115/02/27 23:30 尚餘 24 小時 0 分");
  EXPECT_EQ(notice_clock(other, {}, {}).law, "某法（法規資料日期 2027-01-01）");
  for (const char* bad : {"", "0", "-5", "72 hours", "99999999999999999999"}) {
    EXPECT_EQ(notice_clock(office({{"notice_hours", bad}}), {}, {}).hours, 72) << bad;
  }
  EXPECT_NE(notice_clock(office(), {}, {}).law.find("未登錄法規依據"), std::string::npos);
}

TEST(LocalMinute, HasOneForm) {
  EXPECT_EQ(parse_local_minute("2026-03-05T14:30"),
            (LocalTime{to_day({2026, 3, 5}), (14 * 60 + 30) * kMicrosPerMinute}));
  EXPECT_EQ(parse_local_minute("2026-03-05 00:00"), (LocalTime{to_day({2026, 3, 5}), 0}));
  for (const char* bad : {"", "2026-03-05", "2026-03-05T24:00", "2026-03-05T14:60", "2026-02-29T10:00",
                          "2026-03-05T14:30:00", "2026-03-05x14:30", "2026-03-05T1a:30"}) {
    EXPECT_EQ(parse_local_minute(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace trailwatch::app
