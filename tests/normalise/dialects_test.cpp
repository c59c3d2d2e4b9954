#include <gtest/gtest.h>

#include "normalise/collected.h"
#include "trailwatch/base/encoding.h"

// The shipped profiles, one made-up record each of what sources.md describes.
namespace trailwatch::normalise {
namespace {

using Lines = std::vector<std::string>;

// Without the raw record: up to " <".
Lines read(const std::string& profile, const std::string& bytes, const std::string& file) {
  Collected collected;
  read_all(shipped_profile(profile), bytes, collected, file);
  Lines out = print(collected);
  for (std::string& line : out) line = line.substr(line.find(' ') + 1, line.rfind(" <") - line.find(' ') - 1);
  return out;
}

const std::string kHousehold =
    "序號,機關代碼,機關名稱,單位,工作代碼,員工代號,姓名,查詢日期,查詢時間,作業代碼,作業名稱,查詢條件,被查詢人統號,"
    "被查詢人姓名,申請依據,申請事由,收件號,核准人,端末機,回傳筆數\r\n";
std::string household(const std::string& rows) {
  return encode(kHousehold + rows, Encoding::cp950);
}
const std::string kHouseholdFile = "HH_QLOG_10004990_1150302.csv";

TEST(Dialects, HouseholdReadsIdNameAndAddress) {
  const std::string start = "10004990,測試所,登記課,W01,h00001,許功蓋,1150302,143005,RC1,查詢,";
  EXPECT_EQ(
      read("household",
           household("1," + start + "統號,ａ123456789,,01,申請,115測戶字第000001號,,10.0.0.1,1\r\n" + "2," + start +
                     "姓名,,王小明,02,,,h2,10.0.0.1,0\r\n" + "3," + start + "門牌,A123456789,,03,,,,,\r\n" + "4," +
                     start + "門牌,,,,,,,,\r\n總筆數,00000004\r\n"),
           kHouseholdFile),
      (Lines{"2026-03-02T14:30:05.000+08:00|household|household|測試所|登記課|H00001||許功蓋|10.0.0.1|RC1|id|person|"
             "A123456789||01|申請|115測戶字第000001號||1 key household|10004990|2026-03-02#1",
             "2026-03-02T14:30:05.000+08:00|household|household|測試所|登記課|H00001||許功蓋|10.0.0.1|RC1|name|person|"
             "王小明|王小明|02|||H2|0 key household|10004990|2026-03-02#2",
             "2026-03-02T14:30:05.000+08:00|household|household|測試所|登記課|H00001||許功蓋||RC1|address|person|"
             "A123456789||03||||- key household|10004990|2026-03-02#3",
             "2026-03-02T14:30:05.000+08:00|household|household|測試所|登記課|H00001||許功蓋||RC1|address|none||||||"
             "|- key household|10004990|2026-03-02#4"}));
}

TEST(Dialects, HouseholdKeepsUserDefinedCharactersAndTruncatedBytes) {
  const auto officer_name = [](const std::string& name) {
    const std::string bytes =
        household("1,1,所,課,W,h1,") + name + encode(",1150302,143005,R,x,統號,A1,,01,,,,,1\r\n", Encoding::cp950);
    Collected collected;
    read_all(shipped_profile("household"), bytes, collected, kHouseholdFile);
    EXPECT_EQ(collected.codes(), Lines{"ok"});
    return std::pair(collected.items.at(0).event.officer_name, collected.items.at(0).event.undecodable);
  };
  EXPECT_EQ(officer_name("\xFA\x40"), std::pair(std::string("\xEE\x80\x80"), false));  // U+E000
  EXPECT_EQ(officer_name("\xB3\x5C\xA5\x5C\xBB\x5C"), std::pair(std::string("許功蓋"), false));
  EXPECT_EQ(officer_name("\xB3"), std::pair(std::string("\xEF\xBF\xBD"), true));  // a lead byte before the comma
}

TEST(Dialects, HouseholdKeepsTheFilesDayForALateStamp) {
  const std::string late = household("9,1,所,課,W,h1,某,1150303,000002,R,x,統號,A1,,01,,,,,1\r\n");
  EXPECT_TRUE(read("household", late, kHouseholdFile)[0].ends_with(" key household|1|2026-03-02#9"));
  EXPECT_TRUE(read("household", late, "HH_QLOG_10004990_1150302(1).csv")[0].ends_with(" key household|1|2026-03-02#9"));
  EXPECT_TRUE(read("household", late, "copy.csv")[0].ends_with(" key household|1|2026-03-03#9"));
}

TEST(Dialects, VehicleReadsPlateOrId) {
  const std::string start =
      R"({"seq":7,"ts":"2026-03-02T14:30:05.120+08:00","org":"JH99","unit":"測試組","uid":"A00001","account":"a00001","host":"10.0.0.2","fn":"F",)";
  EXPECT_EQ(
      read("vehicle",
           start + R"("plate":"abc－1234","id":null,"purpose":"T02","memo":"事故","doc":null,"rows":1})" + "\n" +
               start + R"("plate":null,"id":"a123456789","purpose":"","memo":"","doc":"測字第1號","rows":0})" + "\n",
           "mvr-query.jsonl"),
      (Lines{
          "2026-03-02T14:30:05.120+08:00|vehicle|vehicle|JH99|測試組|A00001|a00001||10.0.0.2|F|plate|vehicle|ABC-1234||"
          "T02|事故|||1 key vehicle#7",
          "2026-03-02T14:30:05.120+08:00|vehicle|vehicle|JH99|測試組|A00001|a00001||10.0.0.2|F|id|person|A123456789||"
          "||測字第1號||0 key vehicle#7"}));
}

TEST(Dialects, LandReadsOwnersParcelsAndBuildings) {
  const std::string header =
      "\xEF\xBB\xBF流水號,查詢時間,帳號,員工代號,姓名,機關,課室,查詢項目,地段,地號,建號,所有權人統編,所有權人姓名,"
      "查詢原因代碼,查詢原因,案件字號,核准人,IP,筆數\n";
  const auto row = [](const std::string& number, const std::string& subject) {
    return number + ",115/03/02 14:30:05,t1,T1,某,公所,課,項目," + subject +
           ",L01,\"勘查\n\"\"現場\"\"\",,,10.0.0.3,1\n";
  };
  const std::string start = "2026-03-02T14:30:05.000+08:00|land|land|公所|課|T1|t1|某|10.0.0.3|項目|";
  const std::string end = "|L01|勘查\n\"現場\"|||1 key land|2026-03-02#";
  EXPECT_EQ(
      read("land",
           header + row("1", ",,,a123456789,王小明") + row("2", ",,,,王小明") +
               row("3", "測試段,0123-0004,00012-000,,") + row("4", "測試段,,00012-000,,") + row("5", "測試段,,,,"),
           "地政查詢紀錄_1150302.csv"),
      (Lines{start + "id|person|A123456789|王小明" + end + "1", start + "name|person|王小明|王小明" + end + "2",
             start + "parcel|parcel|測試段0123-0004|" + end + "3", start + "parcel|parcel|測試段00012-000|" + end + "4",
             start + "unknown|none||" + end + "5"}));
}

TEST(Dialects, PoliceNamesTheRegisterThatWasRead) {
  const auto message = [](const std::string& system, const std::string& subject) {
    return "<134>1 2026-03-02T14:30:05.123456+08:00 plog09 PLOG 1 QRY [q@52000 sn=\"8\" org=\"JH99\" unit=\"隊\" "
           "badge=\"A1\" acct=\"a1\" "
           "ip=\"10.0.0.4\" sys=\"" +
           system + "\" func=\"F\" " + subject + " purpose=\"C01\" case=\"測字第1號\" rows=\"1\"] \xEF\xBB\xBF偵辦\n";
  };
  const std::string rest = "|police|JH99|隊|A1|a1||10.0.0.4|F|";
  const std::string end = "||C01|偵辦|測字第1號||1 key police|plog09#8";
  const std::string stamp = "2026-03-02T14:30:05.123456+08:00|";
  EXPECT_EQ(read("police",
                 message("戶役政", "subj=\"a123456789\" kind=\"person\"") +
                     message("車籍", "subj=\"abc-1234\" kind=\"vehicle\"") + message("新系統", "subj=\"\""),
                 "plog.log"),
            (Lines{stamp + "household" + rest + "id|person|A123456789" + end,
                   stamp + "vehicle" + rest + "plate|vehicle|ABC-1234" + end,
                   stamp + "新系統" + rest + "unknown|none|" + end}));
}

TEST(Dialects, PlateSearchIsConfigurationOnly) {
  EXPECT_EQ(
      read("plate-search",
           "\"id\",\"userId\",\"searchDate\",\"cameraCount\",\"reason\"\n"
           "\"00-a\",\"11-b\",\"2025-11-02 09:30:04.789\",2510,\"Person+Crime+\"",
           "log.csv"),
      Lines{
          "2025-11-02T09:30:04.789+00:00|plate-search|plate-search|||11-B|||||unknown|none||||Person Crime|||2510 key "
          "plate-search#00-a"});
}

TEST(Dialects, CommonLoadIsConfigurationOnly) {
  EXPECT_EQ(
      read(
          "common-load",
          R"({"ts":"2026-03-02T00:00:00.123+01:00","system":"tax","agency":"AG01","unit":"unit-001","officer":"OF1","account":"u1","terminal_ip":"10.0.0.1","action":"print","subject_id":"S1","reason_code":"R01","reason_text":"audit","case_no":"C1"})"
          "\n",
          "load.jsonl"),
      Lines{"2026-03-02T00:00:00.123+01:00|tax|tax|AG01|unit-001|OF1|u1||10.0.0.1|print|id|person|S1||R01|audit|C1||- "
            "key #"});
}

}  // namespace
}  // namespace trailwatch::normalise
