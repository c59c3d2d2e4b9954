#include "trailwatch/alert/compose.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "trailwatch/base/text.h"

namespace trailwatch::alert {
namespace {

const LocalDay kDay = to_day({2026, 3, 2});
const model::Key kKey{model::About::officer, "", "H10431"};

model::Finding finding(const std::string& rule, double points, const std::string& sentence = "",
                       std::vector<model::EventId> events = {1}) {
  model::Finding out;
  out.rule = rule;
  out.key = kKey;
  out.day = kDay;
  out.points = points;
  out.sentence = sentence;
  out.events = std::move(events);
  out.count = static_cast<std::int64_t>(out.events.size());
  return out;
}

model::Alert composed(const std::vector<model::Finding>& findings) {
  std::optional<model::Alert> alert = compose(kKey, kDay, findings, {});
  EXPECT_TRUE(alert.has_value());
  return alert.value_or(model::Alert{});
}

std::int64_t tenths(double value) {
  EXPECT_NEAR(value * 10, std::round(value * 10), 1e-9);
  return std::llround(value * 10);
}

std::string whole(const model::Alert& alert) {
  std::string out = alert.id + " " + std::to_string(alert.score) + " " +
                    std::to_string(static_cast<int>(alert.severity)) + " " + std::to_string(alert.first.micros) + " " +
                    std::to_string(alert.last.micros) + " " + alert.why + "\n";
  for (const auto& c : alert.contributions) {
    out += c.rule + " " + c.title + " " + std::to_string(c.points) + " " + c.sentence + " " + std::to_string(c.events) +
           "\n";
  }
  for (const model::EventId id : alert.evidence) out += std::to_string(id) + " ";
  return out + std::to_string(alert.events);
}

// Written to disk and into reports: must never change.
TEST(AlertId, IsTheSameForEver) {
  EXPECT_EQ(alert_id(kKey, kDay), "ed29f9137a299838");
  EXPECT_EQ(alert_id({model::About::unit, "範例縣政府", "戶政科"}, kDay), "0dce8cd52d52875a");
}

TEST(AlertId, GoesByKindAgencyNameAndDay) {
  const std::set<std::string> ids = {
      alert_id(kKey, kDay),
      alert_id(kKey, kDay.plus(1)),
      alert_id({model::About::unit, "", "H10431"}, kDay),
      alert_id({model::About::subject, "", "H10431"}, kDay),
      alert_id({model::About::source, "", "H10431"}, kDay),
      alert_id({model::About::officer, "甲", "H10431"}, kDay),
      alert_id({model::About::officer, "H10431", ""}, kDay),
      alert_id({model::About::officer, "", "H10432"}, kDay),
  };
  EXPECT_EQ(ids.size(), 8U);
  for (const std::string& id : ids) EXPECT_EQ(id.size(), 16U);
}

TEST(Severity, HasItsThresholdsAtFortyAndSeventy) {
  EXPECT_EQ(severity_of(0), model::Severity::low);
  EXPECT_EQ(severity_of(39.9), model::Severity::low);
  EXPECT_EQ(severity_of(40), model::Severity::medium);
  EXPECT_EQ(severity_of(69.9), model::Severity::medium);
  EXPECT_EQ(severity_of(70), model::Severity::high);
  EXPECT_EQ(severity_of(100), model::Severity::high);
}

TEST(Compose, WithoutFindingsThereIsNoAlert) {
  EXPECT_FALSE(compose(kKey, kDay, {}, {}).has_value());
}

TEST(Compose, OfOneFamilyTheFirstCountsInFullAndTheOthersAThird) {
  const RuleNotes notes = {{"case-doubt", {"", "reason"}}, {"case-month", {"", "reason"}}, {"off-hours", {"", "time"}}};
  const auto score = [&](const std::vector<model::Finding>& findings) {
    return compose(kKey, kDay, findings, notes).value_or(model::Alert{}).score;
  };
  const model::Finding doubt = finding("case-doubt", 30), month = finding("case-month", 24);
  const model::Finding hours = finding("off-hours", 24), unknown = finding("not-in-the-notes", 24);
  EXPECT_EQ(score({doubt, month}), score({finding("case-doubt", 38)}));
  EXPECT_EQ(score({month, doubt}), score({doubt, month}));
  EXPECT_EQ(score({doubt, hours}), score({finding("case-doubt", 54)}));
  EXPECT_EQ(score({doubt, unknown}), score({finding("case-doubt", 54)}));
}

TEST(Compose, AnAlertHoldsAllOfItsFindings) {
  model::Finding one = finding("off-hours", 20, "夜間查詢 2 筆", {4, 9});
  one.first = Instant{300};
  one.last = Instant{900};
  model::Finding two = finding("no-reason", 40, "未填事由 3 筆", {2, 4, 7});
  two.first = Instant{200};
  two.last = Instant{700};
  const std::optional<model::Alert> alert = compose(kKey, kDay, {one, two}, {{"off-hours", {"非勤務時間", ""}}});
  ASSERT_TRUE(alert.has_value());
  EXPECT_EQ(alert->id, alert_id(kKey, kDay));
  EXPECT_EQ(alert->key, kKey);
  EXPECT_EQ(alert->day, kDay);
  EXPECT_EQ(alert->first, Instant{200});
  EXPECT_EQ(alert->last, Instant{900});
  EXPECT_EQ(alert->evidence, (std::vector<model::EventId>{2, 4, 7, 9}));
  EXPECT_EQ(alert->events, 4);
  EXPECT_EQ(alert->score, 63.2);  // 100 · (1 − 1/e)
  EXPECT_EQ(alert->severity, model::Severity::medium);
  EXPECT_EQ(alert->why, "未填事由 3 筆；夜間查詢 2 筆");
  EXPECT_EQ(alert->status, "open");
  EXPECT_EQ(alert->picked, "rank");
  ASSERT_EQ(alert->contributions.size(), 2U);
  EXPECT_EQ(alert->contributions[0].rule, "no-reason");
  EXPECT_EQ(alert->contributions[0].title, "no-reason");  // no title known
  EXPECT_EQ(alert->contributions[0].points, 42.1);
  EXPECT_EQ(alert->contributions[0].events, 3);
  EXPECT_EQ(alert->contributions[1].title, "非勤務時間");
  EXPECT_EQ(alert->contributions[1].points, 21.1);
  EXPECT_EQ(alert->contributions[1].sentence, "夜間查詢 2 筆");
}

TEST(Compose, FindingsWithoutPointsMakeAnAlertOfNone) {
  const model::Alert alert = composed({finding("a", 0), finding("b", -5)});
  EXPECT_EQ(alert.score, 0);
  EXPECT_EQ(alert.severity, model::Severity::low);
  EXPECT_EQ(alert.contributions.size(), 2U);
}

TEST(Compose, TheScoreNeverReachesAHundred) {
  EXPECT_EQ(composed({finding("a", 1e6)}).score, 99.9);
  std::vector<model::Finding> many;
  for (int i = 0; i < 600; ++i) many.push_back(finding("r" + std::to_string(i), 90));
  EXPECT_EQ(composed(many).score, 99.9);
}

TEST(Compose, WhyTakesWhatFitsIntoFortyCharacters) {
  const auto text = [](std::size_t count, const std::string& of) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += of;
    return out;
  };
  // 30 + 1 + 9 = 40
  EXPECT_EQ(composed({finding("a", 9, text(30, "甲")), finding("b", 8, text(9, "乙"))}).why,
            text(30, "甲") + "；" + text(9, "乙"));
  // One character too many: left out, and the next that fits comes in.
  EXPECT_EQ(composed({finding("a", 9, text(30, "甲")), finding("b", 8, text(10, "乙")), finding("c", 7, "丙")}).why,
            text(30, "甲") + "；丙");
  // The weightiest stands even when it is too long by itself.
  EXPECT_EQ(composed({finding("a", 9, text(50, "甲")), finding("b", 8, "乙")}).why, text(50, "甲"));
  EXPECT_EQ(composed({finding("a", 9, ""), finding("b", 8, "乙")}).why, "乙");
}

std::vector<model::Finding> arbitrary_findings() {
  std::vector<model::Finding> out;
  const auto count = *rc::gen::inRange(1, 12);
  for (int i = 0; i < count; ++i) {
    // Equal points are frequent, so that ties are met.
    const double points = *rc::gen::oneOf(rc::gen::map(rc::gen::inRange(0, 900), [](int n) { return n / 10.0; }),
                                          rc::gen::map(rc::gen::inRange(0, 1000), [](int n) { return n / 7.0; }),
                                          rc::gen::map(rc::gen::inRange(1, 4), [](int n) { return n * 10.0; }));
    out.push_back(finding("r" + std::to_string(i), points,
                          std::string(static_cast<std::size_t>(*rc::gen::inRange(0, 45)), 'x'),
                          {*rc::gen::inRange<model::EventId>(1, 20)}));
    out.back().first = Instant{*rc::gen::inRange<std::int64_t>(0, 100)};
    out.back().last = Instant{out.back().first.micros + 5};
  }
  return out;
}

RC_GTEST_PROP(Compose, ContributionsAddUpExactlyToTheScore, ()) {
  const model::Alert alert = composed(arbitrary_findings());
  std::int64_t sum = 0;
  for (const model::Contribution& c : alert.contributions) {
    RC_ASSERT(c.points >= 0);
    sum += tenths(c.points);
  }
  RC_ASSERT(sum == tenths(alert.score));
  RC_ASSERT(alert.score < 100);
  RC_ASSERT(std::is_sorted(alert.contributions.begin(), alert.contributions.end(),
                           [](const auto& a, const auto& b) { return a.points > b.points; }));
}

RC_GTEST_PROP(Compose, TheOrderOfFindingsDoesNotMatter, ()) {
  std::vector<model::Finding> findings = arbitrary_findings();
  const std::string before = whole(composed(findings));
  for (std::size_t i = findings.size(); i > 1; --i) {
    std::swap(findings[i - 1], findings[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  RC_ASSERT(whole(composed(findings)) == before);
}

RC_GTEST_PROP(Compose, MorePointsNeverMakeALowerScore, ()) {
  std::vector<model::Finding> findings = arbitrary_findings();
  const double before = composed(findings).score;
  std::vector<model::Finding> more = findings;
  more.push_back(finding("z", *rc::gen::inRange(0, 100) / 10.0));
  RC_ASSERT(composed(more).score >= before);
  findings[*rc::gen::inRange<std::size_t>(0, findings.size())].points += *rc::gen::inRange(0, 100) / 10.0;
  RC_ASSERT(composed(findings).score >= before);
}

RC_GTEST_PROP(Compose, WhyIsShortUnlessItsFirstSentenceIsLong, ()) {
  const model::Alert alert = composed(arbitrary_findings());
  const auto first = std::find_if(alert.contributions.begin(), alert.contributions.end(),
                                  [](const auto& c) { return !c.sentence.empty(); });
  if (first == alert.contributions.end()) {
    RC_ASSERT(alert.why == "");
    return;
  }
  RC_ASSERT(length(alert.why) <= std::max<std::size_t>(40, length(first->sentence)));
  RC_ASSERT(alert.why.compare(0, first->sentence.size(), first->sentence) == 0);
}

// Three subjects of one officer under one rule are one line, not three.
TEST(Compose, GroupsOfOneRuleAreOneContribution) {
  std::vector<model::Finding> findings = {finding("stalking", 40, "八筆", {1, 2}), finding("stalking", 20, "四筆", {3}),
                                          finding("stalking", 20, "三筆", {4})};
  findings[0].group = "a";
  findings[1].group = "b";
  findings[2].group = "c";
  const model::Alert three = composed(findings);
  ASSERT_EQ(three.contributions.size(), 1U);
  EXPECT_EQ(three.contributions[0].sentence, "八筆");
  EXPECT_EQ(three.contributions[0].events, 4);
  EXPECT_EQ(three.score, composed({finding("stalking", 60)}).score);
  // Of two with the same points the words decide, never the group, which is another text in every store.
  const std::vector<std::string> groups = {"a", "b", "c", "d"};
  std::vector<model::Finding> even = {finding("stalking", 20, "乙", {1}), finding("stalking", 20, "甲", {2})};
  for (std::size_t i = 0; i + 1 < groups.size(); ++i) {
    even[0].group = groups[i + 1];
    even[1].group = groups[3 - i];
    EXPECT_EQ(composed(even).contributions[0].sentence, "乙");
  }
  findings.insert(findings.end(), 30, finding("stalking", 40));
  EXPECT_EQ(composed(findings).score, composed({finding("stalking", 80)}).score);
}

}  // namespace
}  // namespace trailwatch::alert
