#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "report/columns.h"
#include "report/hostile.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {
namespace {

std::size_t widest(const std::string& text) {
  std::size_t out = 0;
  for (const std::string_view line : split(text, '\n')) out = std::max(out, columns(line));
  return out;
}

TEST(DailyText, LinesHaveAtMost78Columns) {
  EXPECT_EQ(78U, widest(to_text(sample::report())));
  EXPECT_GE(78U, widest(to_text(sample::filled_with(std::string(3000, 'x')))));
  std::string chinese;
  for (int i = 0; i < 300; ++i) chinese += "，測試";
  EXPECT_GE(78U, widest(to_text(sample::filled_with(chinese))));
}

RC_GTEST_PROP(DailyText, NoTextMakesALineTooLongOrACommand, (std::string text)) {
  const std::string out = to_text(sample::filled_with(text));
  RC_ASSERT(widest(out) <= 78U);
  for (const char c : out) RC_ASSERT(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

TEST(DailyText, TerminalCommandsAreShownAsMarks) {
  EXPECT_EQ(std::string::npos, to_text(sample::filled_with("\x1b[2J\x07\xC2\x9B")).find('\x1b'));
}

TEST(DailyText, QuietDaySaysSo) {
  DailyReport report = sample::report();
  report.alerts.clear();
  report.sources.resize(1);
  const std::string text = to_text(report);
  EXPECT_NE(std::string::npos, text.find("\n本日沒有待處理的警示。\n已讀完 21,874 筆"));
  EXPECT_EQ(std::string::npos, text.find("資料不完整"));
}

}  // namespace
}  // namespace trailwatch::report
