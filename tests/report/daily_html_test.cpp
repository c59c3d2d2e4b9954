#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "report/hostile.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {
namespace {

// The tags with the names of their attributes, without any value or text: what a browser would build.
std::string skeleton(std::string_view html) {
  std::string out;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
    bool quoted = false;
    for (; at < html.size() && (quoted || html[at] != '>'); ++at) {
      if (html[at] == '"') quoted = !quoted;
      if (!quoted) out += html[at];
    }
    out += ">\n";
  }
  return out;
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const std::vector<std::string> kHostile = {"<script>alert(1)</script>",
                                           "\"><img src=x onerror=alert(1)>",
                                           "' onmouseover='alert(1)",
                                           "</style><script>",
                                           "</td></tr></table>",
                                           "<!--",
                                           "]]>",
                                           "&lt;b&gt;",
                                           "\\\"};</style>",
                                           "\xFF\xFE<\x80svg>",
                                           "javascript:alert(1)",
                                           "\xE2\x80\xAE"
                                           "cba",
                                           "＜script＞",
                                           std::string("a\0<b>", 5)};

TEST(DailyHtml, HostileTextChangesNoTag) {
  const std::string plain = skeleton(to_html(sample::filled_with("x")));
  for (const std::string& text : kHostile) EXPECT_EQ(plain, skeleton(to_html(sample::filled_with(text)))) << text;
}

RC_GTEST_PROP(DailyHtml, NoTextChangesATag, (std::string text)) {
  RC_PRE(!trim(text).empty());
  RC_ASSERT(skeleton(to_html(sample::filled_with("x"))) == skeleton(to_html(sample::filled_with(text))));
}

TEST(DailyHtml, HostileTextIsShownAsText) {
  const std::string page = to_html(sample::filled_with("<script>alert(1)</script>"));
  EXPECT_FALSE(holds(page, "<script"));
  EXPECT_TRUE(holds(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
}

TEST(DailyHtml, AsksForNothingOutsideItself) {
  const std::string page = to_html(sample::report());
  for (const std::string_view part :
       {"<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "@font-face", "://"}) {
    EXPECT_FALSE(holds(page, part)) << part;
  }
  EXPECT_TRUE(holds(page, "content=\"default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;\""));
  EXPECT_TRUE(holds(page, "<html lang=\"zh-Hant-TW\">"));
}

TEST(DailyHtml, EveryCellSaysSomething) {
  DailyReport report = sample::filled_with("");
  report.sources[0].newest.reset();
  const std::string page = to_html(report);
  EXPECT_FALSE(holds(page, "<td></td>"));
  EXPECT_TRUE(holds(page, "<td class=\"missing\">未填</td><td class=\"missing\">無</td>"));
}

TEST(DailyHtml, QuietDaySaysThatEverythingWasRead) {
  DailyReport report = sample::report();
  report.alerts.clear();
  report.alerts_total = 0;
  report.sources.resize(1);
  const std::string page = to_html(report);
  EXPECT_TRUE(holds(page, "<p class=\"lead\">本日沒有待處理的警示。</p>"));
  EXPECT_TRUE(holds(page, "已讀完 21,874 筆查詢紀錄"));
  EXPECT_FALSE(holds(page, "資料不完整"));
  EXPECT_FALSE(holds(page, "低於門檻"));
  EXPECT_TRUE(holds(page, "「待說明」不代表違規。"));
}

TEST(DailyHtml, QuietDayWithAFaultyStreamIsHeadedIncomplete) {
  DailyReport report = sample::report();
  report.alerts.clear();
  EXPECT_TRUE(holds(to_html(report), "<p class=\"lead\">資料不完整：本日沒有待處理的警示。</p>"));
}

TEST(DailyHtml, SeverityIsShapeWordAndClass) {
  const std::string page = to_html(sample::report());
  EXPECT_TRUE(holds(page, "<span class=\"badge high\">▲ 高 91</span>"));
  EXPECT_TRUE(holds(page, "<span class=\"badge medium\">◆ 中 58</span>"));
  EXPECT_TRUE(holds(page, "<span class=\"badge low\">● 低 38</span>"));
}

TEST(DailyHtml, OneHeadingOfFirstRankAndUniqueIds) {
  const std::string page = to_html(sample::report());
  EXPECT_EQ(page.find("<h1>"), page.rfind("<h1>"));
  std::set<std::string> ids;
  for (std::size_t at = page.find(" id=\""); at != std::string::npos; at = page.find(" id=\"", at + 1)) {
    EXPECT_TRUE(ids.insert(page.substr(at, page.find('"', at + 5) - at)).second);
  }
  EXPECT_EQ(4U, ids.size());
}

TEST(DailyHtml, AnEmptyReportIsAPage) {
  const std::string page = to_html(DailyReport{});
  EXPECT_TRUE(holds(page, "沒有任何資料來源的紀錄"));
  EXPECT_TRUE(holds(page, "</html>"));
}

}  // namespace
}  // namespace trailwatch::report
