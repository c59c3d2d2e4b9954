#include "trailwatch/deliver/siem.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace trailwatch::deliver {
namespace {

model::Alert sample() {
  model::Alert out;
  out.id = "5b1c0f2a9d3e4786";
  out.key = {model::About::officer, "範例縣警察局", "B10427"};
  out.day = to_day({2026, 3, 2});
  out.score = 91.4;
  out.severity = model::Severity::high;
  out.first = parse_rfc3339("2026-03-02T23:14:00+08:00")->instant;
  out.last = parse_rfc3339("2026-03-03T01:40:12+08:00")->instant;
  out.contributions = {{"off-hours", "非勤務時間", 60, "23 筆", 23}, {"no-case", "缺案號", 31.4, "19 筆", 19}};
  out.why = "深夜查詢 23 筆";
  out.events = 23;
  return out;
}

TEST(Ocsf, IsADetectionFinding) {
  const model::Alert alert = sample();
  const std::string line =
      to_ocsf({alert, "林○德", "範例縣警察局", "偵查隊", {"household", "vehicle"}, "9e8d7c6b5a493827", 480}, "m1");
  for (const char c : line) ASSERT_TRUE(c >= ' ' && c < 0x7f);
  const nlohmann::json json = nlohmann::json::parse(line);
  EXPECT_EQ(json["class_uid"], 2004);
  EXPECT_EQ(json["category_uid"], 2);
  EXPECT_EQ(json["type_uid"], 200401);
  EXPECT_EQ(json["severity_id"], 4);
  EXPECT_EQ(json["time"], 1772473212000);
  EXPECT_EQ(json["metadata"]["uid"], "m1");
  EXPECT_EQ(json["finding_info"]["uid"], "5b1c0f2a9d3e4786");
  EXPECT_EQ(json["finding_info"]["title"], "非勤務時間");
  EXPECT_EQ(json["finding_info"]["first_seen_time"], 1772464440000);
  EXPECT_EQ(json["finding_info"]["related_analytics"][1]["uid"], "no-case");
  EXPECT_EQ(json["evidences"][0]["actor"]["user"], nlohmann::json::parse(R"({"uid":"B10427","name":"林○德","type_id":1,
                                      "org":{"name":"範例縣警察局","ou_name":"偵查隊"}})"));
  EXPECT_EQ(json["risk_score"], 91);
}

TEST(Ocsf, ASubjectsTokenStaysAtHome) {
  model::Alert alert = sample();
  alert.key = {model::About::subject, "", "00ff00ff00ff00ff"};
  const std::string line = to_ocsf({alert, "", "", "", {"household"}, "", 480}, "m1");
  EXPECT_EQ(line.find("00ff00ff"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(line)["unmapped"]["about"], "subject");
}

TEST(Ocsf, HostileTextStaysOneLine) {
  model::Alert alert = sample();
  alert.why = "a\n<1>1 forged\x1b[31m\xff\"";
  const std::string line = to_ocsf({alert, "x", "", "", {}, "", 480}, "m1");
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_TRUE(nlohmann::json::accept(line));
}

TEST(Syslog, AFrameIsThatOfRfc5424) {
  EXPECT_EQ(to_syslog({"audit-1", "alert", "m1", Instant{1'772'409'600'000'000}, model::Severity::high}, "{}"),
            "<106>1 2026-03-02T00:00:00.000+00:00 audit-1 trailwatch - alert [trailwatch@32473 id=\"m1\"] {}");
  EXPECT_EQ(to_syslog({"", "a b\n", "x]\"\\\n", Instant{0}, model::Severity::low}, "m"),
            "<109>1 1970-01-01T00:00:00.000+00:00 - trailwatch - ab [trailwatch@32473 id=\"x\\]\\\"\\\\\"] m");
}

TEST(Ocsf, TroubleIsOneToo) {
  const auto json = nlohmann::json::parse(trouble_to_ocsf("送達異常", "office 已一小時無法送達", Instant{0}, "m2"));
  EXPECT_EQ(json["class_uid"], 2004);
  EXPECT_EQ(json["finding_info"]["title"], "送達異常");
}

}  // namespace
}  // namespace trailwatch::deliver
