#include "trailwatch/base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

namespace trailwatch {
namespace {

TEST(Text, TrimsAllKindsOfBlanks) {
  EXPECT_EQ(trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(trim("\u3000\uFEFF\u00A0王\u3000小明\u3000"), "王\u3000小明");
  EXPECT_EQ(trim("\u3000 \uFEFF"), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("x"), "x");
  // Broken bytes are not blanks, even where they end like one.
  EXPECT_EQ(trim("\x80\x80 "), "\x80\x80");
  EXPECT_EQ(trim("\xE3\x80"), "\xE3\x80");
}

TEST(Text, FoldsFullWidthForms) {
  EXPECT_EQ(fold_width("ＡＢＣ－１２３４\u3000～！"), "ABC-1234 ~!");
  EXPECT_EQ(fold_width("\uFF5F\uFF00ｱ王"), "\uFF5F\uFF00ｱ王");
}

TEST(Text, ChangesTheCaseOfAsciiOnly) {
  EXPECT_EQ(to_upper("abzé王[`{"), "ABZé王[`{");
  EXPECT_EQ(to_lower("ABZÉ王[@{"), "abzÉ王[@{");
  EXPECT_TRUE(equals_ignoring_case("aBc", "AbC"));
  EXPECT_FALSE(equals_ignoring_case("abc", "abcd"));
  EXPECT_FALSE(equals_ignoring_case("@", "`"));
}

TEST(Utf8, AcceptsEveryScalarValueAndNothingElse) {
  for (const char* good : {"", "a", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x80\x80", "\xE0\x9F\xBF",
                          "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xFF", "\xE4\xB8", "\xC2 ", "\xF0\x9F\x98"}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
  }
}

TEST(Utf8, RepairsByteByByte) {
  EXPECT_EQ(repair_utf8("a\xC0\x80z"), "a\uFFFD\uFFFDz");
  EXPECT_EQ(repair_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(repair_utf8("王\xE4\xB8王"), "王\uFFFD\uFFFD王");
  EXPECT_EQ(repair_utf8("王😀"), "王😀");
}

RC_GTEST_PROP(Utf8, RepairedTextIsWellFormedAndStays, (const std::string& bytes)) {
  const std::string repaired = repair_utf8(bytes);
  RC_ASSERT(is_utf8(repaired));
  RC_ASSERT(repair_utf8(repaired) == repaired);
  RC_ASSERT(is_utf8(bytes) == (repaired == bytes));
  RC_ASSERT(length(repaired) == length(bytes));
}

TEST(Utf8, WritesWhatItReads) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, c);
    std::size_t at = 0;
    ASSERT_EQ(next_code_point(text, at), c);
    ASSERT_EQ(at, text.size());
  }
}

TEST(Text, CountsAndCutsByCodePoints) {
  EXPECT_EQ(length("王a😀\xFF"), 4U);
  EXPECT_EQ(prefix("王a😀", 2), "王a");
  EXPECT_EQ(prefix("王a", 9), "王a");
  EXPECT_EQ(prefix("王", 0), "");
}

TEST(Text, ShowsPeopleWhatCannotBeSeen) {
  EXPECT_EQ(for_display("陳\uE000\uF8FF\U000F0001\U00100000芳"), "陳〓〓〓〓芳");
  EXPECT_EQ(for_display("a\xFF\uFFFD"), "a〓〓");
  EXPECT_EQ(for_display("a\x1B[31m\r\n\t\x7F\u0085"), "a␦[31m␦␦␦␦␦");
  EXPECT_EQ(for_display("\u202Etxt\u2066\u2069\u200E\u200F\u061C"), "␦txt␦␦␦␦␦");
  EXPECT_EQ(for_display("a\uFEFFb\u2028c\u2029"), "a␦b␦c␦");
  EXPECT_EQ(for_display("王\u3000小明 <b>"), "王\u3000小明 <b>");
}

TEST(Text, EscapesWhatWouldForgeALogLine) {
  EXPECT_EQ(for_log("a\nalert cleared\r\x1B[2K"), "a\\u000aalert cleared\\u000d\\u001b[2K");
  EXPECT_EQ(for_log("say \"no\" \\ yes %n"), "say \\\"no\\\" \\\\ yes %n");
  EXPECT_EQ(for_log("\u202E\u2028\uFEFF\u0085"), "\\u202e\\u2028\\ufeff\\u0085");
  EXPECT_EQ(for_log(std::string_view("\0", 1)), "\\u0000");
  EXPECT_EQ(for_log("王\xFF"), "王\uFFFD");
}

TEST(Text, SplitsAtEverySeparator) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(split("a;b;;c", ';'), (Parts{"a", "b", "", "c"}));
  EXPECT_EQ(split("", ';'), (Parts{""}));
  EXPECT_EQ(split(";", ';'), (Parts{"", ""}));
}

TEST(Text, GroupsThousands) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(-1000), "-1,000");
  EXPECT_EQ(with_thousands(-999), "-999");
  EXPECT_EQ(with_thousands(1234567), "1,234,567");
  EXPECT_EQ(with_thousands(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(Pattern, MatchesWholeNames) {
  EXPECT_TRUE(matches_pattern("HH_QLOG_10004010_1150302.csv", "HH_QLOG_*.csv"));
  EXPECT_FALSE(matches_pattern("HH_QLOG_10004010_1150302.csv.tmp", "HH_QLOG_*.csv"));
  EXPECT_FALSE(matches_pattern("x-HH_QLOG_1.csv", "HH_QLOG_*.csv"));
  EXPECT_FALSE(matches_pattern("hh_qlog_1.csv", "HH_QLOG_*.csv"));
  EXPECT_TRUE(matches_pattern("mvr-query.jsonl", "mvr-query*.jsonl"));
  EXPECT_TRUE(matches_pattern("", ""));
  EXPECT_TRUE(matches_pattern("", "**"));
  EXPECT_FALSE(matches_pattern("", "?"));
  EXPECT_FALSE(matches_pattern("a", ""));
  EXPECT_TRUE(matches_pattern("[a].{b}", "[a].{b}"));
}

TEST(Pattern, AQuestionMarkIsOneCharacterNotOneByte) {
  EXPECT_TRUE(matches_pattern("地政查詢紀錄_1150302.csv", "地政??紀錄_*.csv"));
  EXPECT_FALSE(matches_pattern("地政查詢紀錄_1150302.csv", "地政???紀錄_*.csv"));
  EXPECT_TRUE(matches_pattern("王", "*?"));
  EXPECT_FALSE(matches_pattern("王", "??"));
  EXPECT_TRUE(matches_pattern("\xFF", "?"));
}

TEST(Pattern, NothingCrossesASlash) {
  EXPECT_FALSE(matches_pattern("a/b", "*"));
  EXPECT_FALSE(matches_pattern("a/b", "a?b"));
  EXPECT_TRUE(matches_pattern("a/b", "*/*"));
  EXPECT_FALSE(matches_pattern("a/b/c", "*/*"));
  EXPECT_FALSE(matches_pattern("a/b", "a*b"));
}

TEST(Pattern, ManyStarsStayCheap) {
  std::string pattern;
  for (int i = 0; i < 2'000; ++i) pattern += "*a";
  EXPECT_FALSE(matches_pattern(std::string(4'000, 'a') + "b", pattern));
  EXPECT_TRUE(matches_pattern(std::string(4'000, 'a'), pattern));
}

// The plain definition, which takes its time.
bool matches_slowly(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return matches_slowly(text, pattern.substr(1)) ||
           (!text.empty() && text[0] != '/' && matches_slowly(text.substr(1), pattern));
  }
  if (text.empty() || (pattern[0] == '?' ? text[0] == '/' : text[0] != pattern[0])) return false;
  return matches_slowly(text.substr(1), pattern.substr(1));
}

RC_GTEST_PROP(Pattern, AgreesWithItsDefinition, ()) {
  const auto text = *rc::gen::resize(12, rc::gen::container<std::string>(rc::gen::element('a', 'b', '/')));
  const auto pattern =
      *rc::gen::resize(8, rc::gen::container<std::string>(rc::gen::element('a', 'b', '/', '*', '*', '?')));
  RC_ASSERT(matches_pattern(text, pattern) == matches_slowly(text, pattern));
}

TEST(Text, FindsTheNearestWord) {
  const std::vector<std::string> words = {"budget", "sources", "report_at", "poll_ms"};
  EXPECT_EQ(nearest("bugdet", words), "budget");
  EXPECT_EQ(nearest("source", words), "sources");
  EXPECT_EQ(nearest("report-at", words), "report_at");
  EXPECT_EQ(nearest("colour", words), "");
  EXPECT_EQ(nearest("budget", {}), "");
}

TEST(Html, EscapesWhatCouldLeaveItsPlace) {
  EXPECT_EQ(html_escape("<a href=\"x\" id='y'>&amp;"), "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;");
  EXPECT_EQ(html_escape("王\n\t\u3000"), "王\n\t\u3000");
  EXPECT_EQ(html_escape(std::string_view("\0\r\x1B\x7F\u0085\uFFFE\uFDD0\U0001FFFF\xFF", 17)),
            "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
}

}  // namespace
}  // namespace trailwatch
