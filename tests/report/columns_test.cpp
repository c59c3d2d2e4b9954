#include "report/columns.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "trailwatch/base/text.h"

namespace trailwatch::report {
namespace {

using Lines = std::vector<std::string>;

TEST(Columns, CountsChineseTwiceAndCombiningNot) {
  EXPECT_EQ(0U, columns(""));
  EXPECT_EQ(3U, columns("abc"));
  EXPECT_EQ(6U, columns("林○德"));
  EXPECT_EQ(1U, columns("e\xCC\x81"));
}

TEST(Wrap, BreaksBetweenChineseCharactersAndAtBlanks) {
  EXPECT_EQ((Lines{"一二三四五", "六"}), wrap("一二三四五六", 10));
  EXPECT_EQ((Lines{"abc def", "ghi"}), wrap("abc def ghi", 8));
}

TEST(Wrap, NeverBeginsALineWithClosingPunctuation) {
  EXPECT_EQ((Lines{"一二三四", "五。"}), wrap("一二三四五。", 10));
  EXPECT_EQ((Lines{"一二三四", "五」。六"}), wrap("一二三四五」。六", 10));
}

TEST(Wrap, NeverEndsALineWithOpeningPunctuation) {
  EXPECT_EQ((Lines{"一二三四", "「五」"}), wrap("一二三四「五」", 10));
}

TEST(Wrap, CutsOnlyWhatIsLongerThanALine) {
  EXPECT_EQ((Lines{"ab", "0123456789", "01 c"}), wrap("ab 012345678901 c", 10));
  EXPECT_EQ((Lines{"。。", "。"}), wrap("。。。", 4));
}

TEST(Wrap, IndentsFirstAndOtherLines) {
  EXPECT_EQ((Lines{"- 一二", "  三四", "  五"}), wrap("一二三四五", 6, "- ", "  "));
  EXPECT_EQ((Lines{"- "}), wrap("", 6, "- ", "  "));
}

TEST(Wrap, KeepsAFullWidthBlankAsTwoColumns) {
  EXPECT_EQ((Lines{"一  二"}), wrap("一　二", 10));
}

TEST(Pad, FillsButDoesNotCut) {
  EXPECT_EQ("王  ", left("王", 4));
  EXPECT_EQ("  王", right("王", 4));
  EXPECT_EQ("王小明", left("王小明", 4));
}

std::string any_text() {
  std::string out;
  const std::vector<std::string> parts = {"一", "，", "」", "「", "（", "）",       "a",
                                          "1",  " ",  "　", "○",  ".",  "\xCC\x81", "-"};
  for (const std::size_t i :
       *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, parts.size()))) {
    out += parts[i];
  }
  return out;
}

std::string without_blanks(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c != ' ' && c != 0x3000) append_utf8(out, c);
  }
  return out;
}

RC_GTEST_PROP(Wrap, FitsAndLosesNothing, ()) {
  const std::string text = any_text();
  const auto width = *rc::gen::inRange<std::size_t>(4, 30);
  std::string joined;
  for (const std::string& line : wrap(text, width, "", "  ")) {
    RC_ASSERT(columns(line) <= width);
    joined += line;
  }
  RC_ASSERT(without_blanks(text) == without_blanks(joined));
}

}  // namespace
}  // namespace trailwatch::report
