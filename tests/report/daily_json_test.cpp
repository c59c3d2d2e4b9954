#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/hostile.h"

namespace trailwatch::report {
namespace {

using Json = nlohmann::json;

TEST(DailyJson, HoldsWhatTheReportHolds) {
  const Json out = Json::parse(to_json(sample::report()));
  EXPECT_EQ("trailwatch-daily-report/1", out["format"]);
  EXPECT_EQ("2026-03-02", out["day"]);
  EXPECT_EQ("2026-03-03T06:00:00", out["made_at"]);
  EXPECT_EQ(false, out["complete"]);
  EXPECT_EQ(4U, out["alerts"].size());
  EXPECT_EQ(18U, out["alerts"][0]["evidence"].size());
  EXPECT_EQ(30U, out["alerts"][0]["days"].size());
  EXPECT_EQ(2, out["sources"][3]["unaccounted"]);
}

TEST(DailyJson, NotGivenIsNull) {
  DailyReport report = sample::filled_with("");
  const Json out = Json::parse(to_json(report));
  const Json& row = out["alerts"][0]["evidence"][0];
  for (const char* key : {"system", "action", "subject", "reason", "case_no", "terminal", "origin"}) {
    EXPECT_TRUE(row[key].is_null()) << key;
  }
  EXPECT_TRUE(out["alerts"][2]["peers"].is_null());
  EXPECT_TRUE(out["alerts"][2]["first"].is_null());
}

TEST(DailyJson, BrokenBytesAndNumbersStillMakeJson) {
  DailyReport report = sample::filled_with("\xFF\"\\\n\x01");
  report.alerts[0].alert.score = std::numeric_limits<double>::quiet_NaN();
  const Json out = Json::parse(to_json(report));
  EXPECT_EQ("\xEF\xBF\xBD\"\\\n\x01", out["agency"]);
  EXPECT_TRUE(out["alerts"][0]["score"].is_null());
}

TEST(DailyJson, KeepsMicroseconds) {
  DailyReport report;
  report.made_at = LocalTime{sample::day(), kMicrosPerHour + 5};
  EXPECT_EQ("2026-03-02T01:00:00.000005", Json::parse(to_json(report))["made_at"]);
}

}  // namespace
}  // namespace trailwatch::report
