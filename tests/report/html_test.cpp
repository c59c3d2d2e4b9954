#include "report/html.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace trailwatch::report {
namespace {

// What was read can't become markup: not even from a string literal kept in a variable that is not constant.
static_assert(!std::is_convertible_v<std::string, Markup>);
static_assert(!std::is_convertible_v<std::string_view, Markup>);
static_assert(!std::is_convertible_v<const char*, Markup>);

TEST(Html, EscapesTextAndAttributes) {
  Html page;
  page.open("p", {{"title", "\"><script>alert(1)</script>"}}).text("<b>&'\"").close();
  EXPECT_EQ("<p title=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\">&lt;b&gt;&amp;&#39;&quot;</p>\n",
            std::move(page).take());
}

TEST(Html, ShowsControlCharactersAsMarksAndKeepsUserDefinedOnes) {
  Html page;
  page.element("td", std::string("a\0b\x1b\n\xE2\x80\xAE", 8) + "\xEE\x80\x80\xFF");
  EXPECT_EQ("<td>a␦b␦ ␦\xEE\x80\x80〓</td>", std::move(page).take());
}

TEST(Html, ClosesInOrder) {
  Html page;
  page.open("div").open("span").text("x").close().close();
  EXPECT_EQ("<div><span>x</span></div>\n", std::move(page).take());
}

TEST(HtmlDeathTest, RefusesAnOpenElementAtTheEnd) {
  Html page;
  page.open("div");
  EXPECT_DEATH(std::move(page).take(), "open_.empty");
}

TEST(HtmlDeathTest, RefusesToCloseWhatIsNotOpen) {
  Html page;
  EXPECT_DEATH(page.close(), "open_.empty");
}

}  // namespace
}  // namespace trailwatch::report
