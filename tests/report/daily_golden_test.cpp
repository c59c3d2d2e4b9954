#include "report/golden.h"
#include "report/sample.h"

namespace trailwatch::report {
namespace {

TEST(DailyReport, PageIsTheGoldenOne) {
  expect_golden("daily.html", to_html(sample::report()));
}
TEST(DailyReport, TextIsTheGoldenOne) {
  expect_golden("daily.txt", to_text(sample::report()));
}
TEST(DailyReport, JsonIsTheGoldenOne) {
  expect_golden("daily.json", to_json(sample::report()));
}

}  // namespace
}  // namespace trailwatch::report
