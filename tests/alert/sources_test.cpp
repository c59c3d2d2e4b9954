#include "trailwatch/alert/sources.h"

#include <gtest/gtest.h>

#include <limits>

#include "trailwatch/base/text.h"

namespace trailwatch::alert {
namespace {

const LocalDay kDay = to_day({2026, 3, 2});
using Events = std::vector<model::EventId>;

TEST(SourceFindings, EveryRuleHasATitle) {
  std::vector<model::Finding> findings;
  add_conflict(findings, "a.csv", kDay, Instant{5}, 7);
  add_trailer_fault(findings, "a.csv", kDay, Instant{5}, 10, 9);
  add_hole(findings, "a.csv", kDay, Instant{5}, 7, 3, 4);
  ASSERT_EQ(findings.size(), 3U);
  for (const model::Finding& finding : findings) {
    EXPECT_EQ(source_titles().count(finding.rule), 1U) << finding.rule;
    EXPECT_EQ(finding.key, (model::Key{model::About::source, "", "a.csv"}));
    EXPECT_EQ(finding.day, kDay);
    EXPECT_GT(finding.points, 0);
    EXPECT_LE(length(finding.sentence), 40U) << finding.sentence;
  }
}

TEST(SourceFindings, ConflictsOfAFileAndDayAreOneFinding) {
  std::vector<model::Finding> findings;
  add_conflict(findings, "a.csv", kDay, Instant{500}, 9);
  add_conflict(findings, "a.csv", kDay, Instant{300}, 4);
  add_conflict(findings, "a.csv", kDay, Instant{700}, 6);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].events, (Events{4, 6, 9}));
  EXPECT_EQ(findings[0].count, 3);
  EXPECT_EQ(findings[0].first, Instant{300});
  EXPECT_EQ(findings[0].last, Instant{700});
  EXPECT_EQ(findings[0].points, 40);
  EXPECT_EQ(findings[0].sentence, "3 筆紀錄與先前收到的同號紀錄內容不同");
}

TEST(SourceFindings, AnEventThatIsNamedTwiceCountsOnce) {
  std::vector<model::Finding> findings;
  add_conflict(findings, "a.csv", kDay, Instant{500}, 9);
  add_conflict(findings, "a.csv", kDay, Instant{500}, 9);
  EXPECT_EQ(findings[0].events, (Events{9}));
  EXPECT_EQ(findings[0].count, 1);
}

TEST(SourceFindings, OtherFilesOtherDaysAndOtherRulesStayApart) {
  std::vector<model::Finding> findings;
  add_conflict(findings, "a.csv", kDay, Instant{500}, 9);
  add_conflict(findings, "b.csv", kDay, Instant{500}, 10);
  add_conflict(findings, "a.csv", kDay.plus(1), Instant{900}, 11);
  add_hole(findings, "a.csv", kDay, Instant{500}, 12, 3, 3);
  ASSERT_EQ(findings.size(), 4U);
  EXPECT_EQ(findings[0].events, (Events{9}));
  EXPECT_EQ(findings[2].day, kDay.plus(1));
  EXPECT_EQ(findings[2].events, (Events{11}));
}

TEST(SourceFindings, PointsStopAtNinety) {
  std::vector<model::Finding> findings;
  for (model::EventId id = 1; id <= 1'000; ++id) add_conflict(findings, "a.csv", kDay, Instant{5}, id);
  EXPECT_EQ(findings[0].points, 90);
  EXPECT_EQ(findings[0].count, 1'000);
}

TEST(SourceFindings, ATrailerNamesBothNumbers) {
  std::vector<model::Finding> findings;
  add_trailer_fault(findings, "a.csv", kDay, Instant{5}, 12'345, 12'340);
  EXPECT_EQ(findings[0].sentence, "檔尾記載 12,345 筆，實收 12,340 筆");
  EXPECT_EQ(findings[0].count, 5);
  EXPECT_TRUE(findings[0].events.empty());
  add_trailer_fault(findings, "b.csv", kDay, Instant{5}, 1, 4);
  EXPECT_EQ(findings[1].count, 3);
}

TEST(SourceFindings, HolesOfAFileAddUp) {
  std::vector<model::Finding> findings;
  add_hole(findings, "a.csv", kDay, Instant{5}, 7, 3, 4);
  add_hole(findings, "a.csv", kDay, Instant{9}, 8, 10, 10);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].count, 3);
  EXPECT_EQ(findings[0].events, (Events{7, 8}));
  EXPECT_EQ(findings[0].sentence, "序號缺 3 筆，2 處");
}

TEST(SourceFindings, HugeHolesDoNotOverflow) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  std::vector<model::Finding> findings;
  add_hole(findings, "a.csv", kDay, Instant{5}, 7, 1, kMost);
  add_hole(findings, "a.csv", kDay, Instant{5}, 8, 1, kMost);
  EXPECT_EQ(findings[0].count, kMost);
  EXPECT_EQ(findings[0].points, 90);
}

}  // namespace
}  // namespace trailwatch::alert
