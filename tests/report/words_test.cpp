#include "report/words.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "report/sample.h"
#include "report/shown.h"

namespace trailwatch::report {
namespace {

using sample::at;
using sample::day;
using Whole = std::vector<std::int64_t>;

model::Alert scored(const std::vector<double>& points) {
  model::Alert alert;
  for (const double p : points) {
    alert.contributions.push_back({"r", "t", p, "s", 1});
    alert.score += p;
  }
  return alert;
}

TEST(WholePoints, AddUpToTheRoundedScore) {
  EXPECT_EQ((Whole{34, 27, 18, 12}), whole_points(scored({33.6, 27.3, 18.2, 11.9})));
  EXPECT_EQ((Whole{34, 33, 33}), whole_points(scored({33.34, 33.33, 33.33})));
  EXPECT_EQ((Whole{}), whole_points(scored({})));
}

TEST(WholePoints, SurviveWhatIsNotANumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ((Whole{0, 5}), whole_points(scored({nan, 5})));
  EXPECT_EQ((Whole{0}), whole_points(scored({std::numeric_limits<double>::infinity()})));
}

RC_GTEST_PROP(WholePoints, AreWithinOneOfTheirValueAndAddUp, ()) {
  std::vector<double> points;
  for (const int tenth : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 400)))
    points.push_back(tenth / 10.0);
  const model::Alert alert = scored(points);
  const Whole whole = whole_points(alert);
  RC_ASSERT(std::llround(alert.score) == std::accumulate(whole.begin(), whole.end(), std::int64_t{0}));
  for (std::size_t i = 0; i < whole.size(); ++i) RC_ASSERT(std::abs(static_cast<double>(whole[i]) - points[i]) <= 1.0);
}

TEST(Headline, CountsWhatIsListedAndWhatIsHigh) {
  DailyReport report = sample::report();
  report.alerts[1].alert.decision.reset();
  EXPECT_EQ("今日應看 4 件，其中高風險 2 件", headline(report));
  EXPECT_EQ("本日沒有待處理的警示", headline(DailyReport{}));
}

TEST(Headline, SilenceIsToldFromBlindness) {
  DailyReport report = sample::report();
  report.alerts.clear();
  report.sources.resize(1);
  EXPECT_EQ("已讀完 21,874 筆查詢紀錄（91.5% 有公務依據），來自 1 個來源，均正常。", read_line(report));
  EXPECT_TRUE(faults(report).empty());
  report.sources.clear();
  EXPECT_EQ(1U, faults(report).size());
}

TEST(BeyondLine, IsEmptyWhenEverythingIsListed) {
  DailyReport report = sample::report();
  report.suppressed_total = 0;
  EXPECT_EQ("另有 143 件低於門檻或超出今日件數，均已保存，可於系統檢視。", beyond_line(report));
  report.alerts_total = 4;
  EXPECT_EQ("", beyond_line(report));
}

TEST(Balance, SaysHowManyRecordsAreUnaccountedFor) {
  SourceLine source;
  source.records_in = 10;
  source.stored = 4;
  source.duplicates = 3;
  source.quarantined = 2;
  source.pending = 1;
  EXPECT_EQ("相符", balance(source));
  source.records_in = 1012;
  EXPECT_EQ("少 1,002 筆", balance(source));
  source.records_in = 9;
  EXPECT_EQ("多 1 筆", balance(source));
}

TEST(Faults, HoldWhatDoesNotAddUpEvenWhenTheSourceSawNothing) {
  DailyReport report;
  report.sources.resize(1);
  report.sources[0].title = "警政";
  report.sources[0].records_in = 2;
  EXPECT_EQ((std::vector<std::pair<std::string, std::string>>{
                {"警政", "收到筆數與入庫、重複、隔離、待續之合計不符，少 2 筆。"}}),
            faults(report));
}

TEST(Span, SaysTheNextDayAndOtherDays) {
  AlertPage page;
  page.alert.day = day();
  EXPECT_EQ("", span(page));
  page.first = at(day(), 23, 14);
  EXPECT_EQ("23:14 起", span(page));
  page.last = at(day(), 23, 14, 59);
  EXPECT_EQ("23:14", span(page));
  page.last = at(day().plus(1), 1, 40);
  EXPECT_EQ("23:14–翌日 01:40", span(page));
  page.first = at(day().plus(-3), 8, 0);
  EXPECT_EQ("02/27 08:00–03/03 01:40", span(page));
}

TEST(Span, TakesListedRowsButNotAnEndThatIsNotListed) {
  AlertPage page;
  page.alert.day = day();
  page.evidence.resize(2);
  page.evidence[0].time = at(day(), 9, 5);
  page.evidence[1].time = at(day(), 10, 5);
  EXPECT_EQ("09:05–10:05", span(page));
  page.evidence_omitted = 1;
  EXPECT_EQ("09:05 起", span(page));
}

TEST(PlaceLine, NamesWhatTheAlertIsAbout) {
  AlertPage page;
  page.place = "東門";
  page.alert.key.name = "B10427";
  EXPECT_EQ("東門", place_line(page));
  EXPECT_EQ("B10427", staff_id(page));
  page.alert.key.about = model::About::unit;
  EXPECT_EQ("單位警示・東門", place_line(page));
  EXPECT_EQ("", staff_id(page));
  page.alert.key.about = model::About::subject;
  page.place = "";
  EXPECT_EQ("對象警示", place_line(page));
  page.alert.key.about = model::About::source;
  EXPECT_EQ("資料來源警示", place_line(page));
}

TEST(Origins, AreOneLineAFile) {
  AlertPage page;
  page.evidence.resize(4);
  page.evidence[0].origin = "a.csv:7";
  page.evidence[1].origin = "b:c.log:12";
  page.evidence[2].origin = "a.csv:9";
  EXPECT_EQ((std::vector<std::string>{"a.csv　第 7、9 行（序 1、3）", "b:c.log　第 12 行（序 2）"}), origins(page));
}

TEST(Spread, InterpolatesBetweenValues) {
  const Spread s = spread({4, 1, 2, 3});
  EXPECT_EQ((std::vector<double>{1, 1.75, 2.5, 3.25, 4}),
            (std::vector<double>{s.least, s.lower, s.median, s.upper, s.most}));
  EXPECT_EQ(7, spread({7}).median);
}

TEST(Sentence, SaysRankAndMiddleOrThatThereIsNobody) {
  PeerChart chart{"t", "l", 9, {9, 3, 20}, "筆"};
  EXPECT_EQ("本人 9 筆，4 人中第 2；同儕中位數 9 筆，中間一半 6–14.5 筆，最高 20 筆。",
            sentence(chart, model::About::officer));
  chart.peers.clear();
  EXPECT_EQ("本單位 9 筆；沒有可比較的同儕。", sentence(chart, model::About::unit));
  EXPECT_EQ("沒有每日筆數可供比較。", sentence(DayChart{}));
}

TEST(Decimal, HasAtMostOneDecimalAndKeepsTheSign) {
  EXPECT_EQ("1,234.5", decimal(1234.46));
  EXPECT_EQ("3", decimal(2.96));
  EXPECT_EQ("-0.5", decimal(-0.5));
  EXPECT_EQ("—", decimal(std::nan("")));
}

TEST(Shortened, SaysHowManyCharactersAreMissing) {
  EXPECT_EQ("一二三", shortened("一二三", 3));
  EXPECT_EQ("一二…（餘 1 字）", shortened("一二三", 2));
}

}  // namespace
}  // namespace trailwatch::report
