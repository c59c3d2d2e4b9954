#include <gtest/gtest.h>

#include <cstdlib>

#include "report/hostile.h"
#include "report/sample.h"
#include "support/program.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/document.h"

namespace trailwatch::report {
namespace {

std::string pdf_of(const DailyReport& report) {
  Result<std::string> out = to_pdf(report);
  EXPECT_TRUE(out.has_value());
  return out ? *std::move(out) : "";
}

class DailyPdf : public ::testing::Test {
 protected:
  void SetUp() override {
    if (test::run_program("/usr/bin/env", {"pdftotext", "-v"}).code != 0)
      GTEST_SKIP() << "poppler-utils is not installed";
  }
  // Page by page, as it is laid out.
  std::vector<std::string> pages(const std::string& pdf) {
    const char* const keep = std::getenv("TRAILWATCH_KEEP_PDF");  // for looking at
    const std::string path = keep != nullptr ? std::string(keep) : place_.path("a.pdf");
    test::write_file(path, pdf);
    const test::Ran ran = test::run_program("/usr/bin/env", {"pdftotext", "-layout", path, "-"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::vector<std::string> out;
    for (const std::string_view page : split(ran.out, '\f')) out.emplace_back(page);
    if (!out.empty() && trim(out.back()).empty()) out.pop_back();
    return out;
  }
  // All of it without blanks: where a line breaks doesn't matter.
  static std::string squeezed(const std::vector<std::string>& pages) {
    std::string out;
    for (const std::string& page : pages) {
      for (std::size_t at = 0; at < page.size();) {
        const char32_t c = next_code_point(page, at);
        if (c != ' ' && c != '\n' && c != U'　') append_utf8(out, c);
      }
    }
    return out;
  }
  test::TemporaryDirectory place_;
};

DailyReport full() {
  DailyReport out = sample::report();
  out.checkpoint =
      "trailwatch.example/log\n2084952\nAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\n\n— trailwatch.example/log abc\n";
  out.changes = {{sample::day().plus(-1), false, "aaaabbbbccccdddd", "王○明 H10431", "新增警示，高 91 分，23 筆"}};
  out.late = {{sample::day().plus(-1), 412}};
  return out;
}

TEST_F(DailyPdf, SaysWhatThePageSaysInItsOrder) {
  const std::vector<std::string> said = pages(pdf_of(full()));
  ASSERT_GT(said.size(), 2U);
  const std::string all = squeezed(said);
  std::size_t at = 0;
  for (const char* text : {"查詢軌跡日報",
                           "今日應看4件",
                           "▲資料不完整",
                           "21,874",
                           "為何列入",
                           "林○德B10427",
                           "「待說明」不代表違規。",
                           "1.▲高91",
                           "風險分組成",
                           "非勤務時間",
                           "+34",
                           "有下列情形即屬正常",
                           "登錄03/02深夜勤務",
                           "同儕各值：",
                           "佐證紀錄",
                           "J12****100",
                           "2.▲高79",
                           "處理情形：已查明",
                           "補登與撤回",
                           "晚到412筆",
                           "aaaabbbbccccdddd",
                           "暫停類似警示",
                           "石橋鄉公所民政課",
                           "資料來源完整性",
                           "序號120345–120412缺68筆",
                           "隔離紀錄",
                           "附註",
                           "規則版本2026.03-6f1d2c9a",
                           "檢查點",
                           "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="}) {
    const std::size_t found = all.find(text, at);
    EXPECT_NE(found, std::string::npos) << text;
    if (found != std::string::npos) at = found;
  }
}

TEST_F(DailyPdf, EveryPageHasItsHeadItsNumberAndTheHeadsOfItsTable) {
  DailyReport report = full();
  for (int i = 0; i < 60; ++i) report.quarantined.push_back({"police", "p.log", 900 + i, "日期無法判讀"});
  const std::vector<std::string> said = pages(pdf_of(report));
  for (std::size_t i = 0; i < said.size(); ++i) {
    const std::string page = squeezed({said[i]});
    EXPECT_EQ(page.find("密件查詢軌跡日報115年3月2日（一）"), 0U) << said[i];
    const std::string number = "第" + std::to_string(i + 1) + "頁，共" + std::to_string(said.size()) + "頁";
    EXPECT_NE(page.find(number), std::string::npos) << said[i];
    EXPECT_EQ(page.find("日期無法判讀") != std::string::npos,
              page.find("來源檔案行號原因") != std::string::npos || page.find("duty_roster") != std::string::npos)
        << said[i];
  }
}

TEST_F(DailyPdf, IsTheSameEveryTime) {
  const std::string first = pdf_of(full());
  EXPECT_EQ(first, pdf_of(full()));
  EXPECT_NE(first.find("20260303060000"), std::string::npos);
}

TEST_F(DailyPdf, AQuietDayAndNoSourcesArePagesToo) {
  DailyReport empty;
  empty.day = sample::day();
  const std::string said = squeezed(pages(pdf_of(empty)));
  EXPECT_NE(said.find("本日沒有待處理的警示"), std::string::npos);
  EXPECT_NE(said.find("沒有資料來源。"), std::string::npos);
}

TEST_F(DailyPdf, LongAndHostileTextStaysOnThePage) {
  DailyReport report = full();
  for (std::string* text : {&report.alerts[0].alert.why, &report.alerts[0].evidence[0].reason, &report.agency,
                            &report.alerts[0].name, &report.sources[1].faults[0]}) {
    *text = std::string(50'000, 'x') + "\xff\x01\xE2\x80\xAE" + std::string(2'000, '\n');
  }
  const std::vector<std::string> said = pages(pdf_of(report));
  EXPECT_LT(said.size(), 12U);
  EXPECT_NE(squeezed(said).find("…（餘"), std::string::npos);
}

}  // namespace
}  // namespace trailwatch::report
