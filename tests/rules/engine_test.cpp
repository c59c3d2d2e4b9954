#include "trailwatch/rules/engine.h"

#include <gtest/gtest.h>

#include "rules/rule_text.h"
#include "trailwatch/rules/self_test.h"

namespace trailwatch::rules {
namespace {

using test::rule_text;
using test::taipei;

Engine engine_of(const std::string& text, const registry::ReferenceTexts& reference = {}) {
  auto outcome = RuleSet::parse({{"r.yml", text}});
  EXPECT_TRUE(outcome.ok()) << outcome.problems.front().text();
  return Engine(std::move(outcome.rules), registry::Snapshot::build(reference, {}));
}

const std::string kAny = "  a:\n    officer|exists: true\n  condition: a\n";
const LocalDay kDay = to_day({2026, 3, 2});

TEST(Engine, AFindingHoldsItsEvidenceAndNumbers) {
  const Engine engine = engine_of(
      "title: t\nid: 7d3b2a52-6c3e-4c39-9d44-3d2c7b6a9f10\nname: r\nlogsource: {category: query}\n"
      "x-explain: {zh: '{first_time}–{last_time} 共 {count} 筆，占 {total} 筆的 {share}'}\n"
      "x-score: {base: 5, add: [{number: count, max: 30, half: 2}, {number: share, max: 10, each: 10}], max: 60}\n"
      "detection:\n" +
      kAny);
  const model::Finding finding =
      engine.conclude(0, {model::About::officer, "甲", "H1"}, kDay,
                      {{3, taipei("2026-03-02T23:00:59")}, {7, taipei("2026-03-02T08:05:00")}}, 8);
  EXPECT_EQ(finding.rule, "r");
  EXPECT_EQ(finding.key, (model::Key{model::About::officer, "甲", "H1"}));
  EXPECT_EQ(finding.events, (std::vector<model::EventId>{3, 7}));
  EXPECT_EQ(finding.count, 2);
  EXPECT_EQ(finding.first, taipei("2026-03-02T08:05:00"));
  EXPECT_EQ(finding.last, taipei("2026-03-02T23:00:59"));
  EXPECT_EQ(finding.sentence, "08:05–23:00 共 2 筆，占 8 筆的 25%");
  EXPECT_EQ(finding.numbers,
            (std::map<std::string, double>{{"count", 2}, {"total", 8}, {"share", 0.25}, {"minutes", 895}}));
  EXPECT_DOUBLE_EQ(finding.points, 5 + 15 + 2.5);
}

TEST(Engine, PointsStopAtTheRulesOwnMaximum) {
  const Engine engine =
      engine_of(rule_text(kAny, "x-score: {base: 5, add: [{number: count, over: 1, max: 90, each: 2}], max: 9}\n"));
  const auto points = [&](std::size_t count) {
    return engine.conclude(0, {}, kDay, std::vector<Match>(count), 1000).points;
  };
  EXPECT_DOUBLE_EQ(points(1), 5);
  EXPECT_DOUBLE_EQ(points(2), 7);
  EXPECT_DOUBLE_EQ(points(500), 9);
}

TEST(Engine, MissingReferenceFilesSilenceARuleAndItSaysSo) {
  const std::string text = rule_text(kAny, "x-needs: [[calendar, shifts], reasons]\n");
  model::QueryEvent event;
  event.officer = "H1";
  std::vector<RuleIndex> satisfied;
  engine_of(text).match(event, satisfied);
  EXPECT_TRUE(satisfied.empty());
  EXPECT_EQ(engine_of(text).not_evaluable(), std::vector<std::string>{"r: calendar.csv or shifts.csv, reasons.csv"});
  registry::ReferenceTexts reference;
  reference.shifts = "officer,start,end\n";
  reference.reasons = "system,reason_code,meaning,needs_case,needs_approver\n";
  const Engine engine = engine_of(text, reference);
  EXPECT_TRUE(engine.not_evaluable().empty());
  engine.match(event, satisfied);
  EXPECT_EQ(satisfied, std::vector<RuleIndex>{0});
}

TEST(Engine, AnOfficerIsOneWhateverAgencyTheSystemNames) {
  EXPECT_EQ(Engine::key_of("H1"), (model::Key{model::About::officer, "", "H1"}));
}

TEST(Engine, NoRulesNoFindings) {
  const Engine engine(RuleSet{}, registry::Snapshot::build({}, {}));
  std::vector<RuleIndex> satisfied;
  engine.match({}, satisfied);
  EXPECT_TRUE(satisfied.empty());
}

TEST(SelfTest, AWrongExpectationSaysWhatCame) {
  const auto outcome =
      RuleSet::parse({{"r.yml", rule_text(kAny,
                                          "x-tests:\n"
                                          "  - name: wrong count\n"
                                          "    events: [{officer: A, time: '2026-03-02T10:00', repeat: 3}]\n"
                                          "    expect: {count: 0}\n"
                                          "  - name: wrong day\n"
                                          "    events: [{officer: A, time: '2026-03-02T23:59:59'}]\n"
                                          "    expect: {findings: [{officer: A, day: 2026-03-03, events: 1}]}\n"
                                          "  - name: other zone\n"
                                          "    zone: UTC\n"
                                          "    events: [{officer: A, time: '2026-03-02T23:59:59+08:00'}]\n"
                                          "    expect: {findings: [{officer: A, day: 2026-03-02, events: 1}]}\n")}});
  ASSERT_TRUE(outcome.ok()) << outcome.problems.front().text();
  const auto results = run_self_tests(outcome.rules);
  ASSERT_EQ(results.size(), 3U);
  EXPECT_FALSE(results[0].passed);
  EXPECT_EQ(results[0].message, "expected 0 findings, got 1");
  EXPECT_EQ(results[1].message, "expected [A 2026-03-03 1], got [A 2026-03-02 1]");
  EXPECT_TRUE(results[2].passed) << results[2].message;
}

}  // namespace
}  // namespace trailwatch::rules
