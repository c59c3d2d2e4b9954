#include "trailwatch/report/period.h"

#include <gtest/gtest.h>

namespace trailwatch::report {
namespace {

std::string told(const std::optional<Period>& period) {
  if (!period) return "-";
  return period->name() + " " + format_day(period->first) + " " + format_day(period->last()) + " " + period->title() +
         " " + period->brief();
}

TEST(Period, KnowsMonthsQuartersAndHalves) {
  EXPECT_EQ("2026-02 2026-02-01 2026-02-28 115年2月 115/02", told(parse_period("2026-02")));
  EXPECT_EQ("2024-02 2024-02-01 2024-02-29 113年2月 113/02", told(parse_period("2024-02")));
  EXPECT_EQ("2026-12 2026-12-01 2026-12-31 115年12月 115/12", told(parse_period("2026-12")));
  EXPECT_EQ("2026-Q1 2026-01-01 2026-03-31 115年第1季 115Q1", told(parse_period("2026-Q1")));
  EXPECT_EQ("2026-Q4 2026-10-01 2026-12-31 115年第4季 115Q4", told(parse_period("2026q4")));
  EXPECT_EQ("2026-H1 2026-01-01 2026-06-30 115年上半年 115H1", told(parse_period("2026-H1")));
  EXPECT_EQ("2026-H2 2026-07-01 2026-12-31 115年下半年 115H2", told(parse_period("2026-h2")));
}

TEST(Period, RefusesWhatIsNone) {
  for (const char* text :
       {"", "2026", "2026-", "2026-00", "2026-13", "2026-1", "2026-001", "202603", "2026-Q0", "2026-Q5", "2026-H3",
        "26-03", "2026-03-01", "2026-Q1x", "1911-01", "0000-01", "２０２６-03"}) {
    EXPECT_EQ("-", told(parse_period(text))) << text;
  }
}

TEST(Period, IsFoundInWhatSheetsSay) {
  for (const char* name : {"2026-03", "2026-11", "2026-Q2", "2026-H1", "2026-H2"}) {
    const Period period = parse_period(name).value();
    EXPECT_EQ(period, find_period("政風處查詢個人資料紀錄抽查清冊（" + period.title() + "）【非正式】")) << name;
    EXPECT_EQ(period, find_period(period.brief())) << name;
  }
  EXPECT_EQ("-", told(find_period("抽查筆數：11（隨機 8、風險加權 3）　抽樣種子：9990882f")));
  EXPECT_EQ("-", told(find_period("")));
}

}  // namespace
}  // namespace trailwatch::report
