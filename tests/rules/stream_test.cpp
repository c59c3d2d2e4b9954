#include "trailwatch/rules/stream.h"

#include <gtest/gtest.h>

#include "rules/rule_text.h"
#include "trailwatch/rules/self_test.h"

namespace trailwatch::rules {
namespace {

using test::taipei;

std::string rules_text(const std::string& correlation) {
  return "title: any\nname: any\nid: 00000000-0000-4000-8000-000000000001\nx-explain: {zh: 規則}\n"
         "logsource: {product: trailwatch}\ndetection: {a: {officer|exists: true}, condition: a}\n---\n"
         "title: c\nname: c\nid: 00000000-0000-4000-8000-000000000002\n" +
         correlation;
}

Engine engine_of(const std::string& text) {
  auto outcome = RuleSet::parse({{"r.yml", text}});
  for (const Problem& problem : outcome.problems) ADD_FAILURE() << problem.text();
  return Engine(std::move(outcome.rules), registry::Snapshot::build({}, {}));
}

model::QueryEvent at(const std::string& time, const std::string& officer, const std::string& subject = "") {
  model::QueryEvent event;
  event.time = taipei(time);
  event.officer = officer;
  event.subject = subject;
  return event;
}

TEST(StreamFindings, ACorrelationsFindingIsWhole) {
  const Engine engine = engine_of(rules_text(
      "x-explain: {zh: '{first_day} {first_time}–{last_time} 最多 {peak}/{events}、{hours}'}\n"
      "x-score: {base: 5, add: [{number: peak, over: 1, max: 20, each: 2}]}\n"
      "correlation: {type: event_count, rules: [any], group-by: [officer], timespan: 1h, condition: {gte: 2}}\n"));
  Stream stream(engine);
  stream.take(7, at("2026-03-01T23:30:00", "h1"));
  stream.take(3, at("2026-03-02T00:15:00", "H1"));
  stream.take(4, at("2026-03-02T00:20:00", "H1"));
  const auto findings = stream.finish();
  ASSERT_EQ(findings.size(), 1U);
  const model::Finding& finding = findings[0];
  EXPECT_EQ(finding.rule, "c");
  EXPECT_EQ(finding.key, (model::Key{model::About::officer, "", "H1"}));
  EXPECT_EQ(finding.group, "");
  EXPECT_EQ(finding.day, to_day({2026, 3, 2}));
  EXPECT_EQ(finding.events, (std::vector<model::EventId>{3, 4, 7}));
  EXPECT_EQ(finding.first, taipei("2026-03-01T23:30:00"));
  EXPECT_EQ(finding.last, taipei("2026-03-02T00:20:00"));
  EXPECT_EQ(finding.count, 2);
  EXPECT_EQ(finding.sentence, "03/01 23:30–00:20 最多 3/3、0.8");
  EXPECT_DOUBLE_EQ(finding.points, 5 + 4);
  EXPECT_EQ(finding.numbers.at("peak"), 3);
  EXPECT_EQ(finding.numbers.at("minutes"), 50);
}

TEST(StreamFindings, DaysThatAreOverCanBeTakenOneByOne) {
  const Engine engine = engine_of(rules_text(
      "x-explain: {zh: 一}\n"
      "correlation: {type: event_count, rules: [any], group-by: [officer], timespan: 1h, condition: {gte: 1}}\n"));
  StreamOptions options;
  options.tallies = StreamOptions::Tallies::in_order;
  Stream stream(engine, options);
  const auto days = [](const auto& rows) {
    std::string out;
    for (const auto& row : rows) out += (out.empty() ? "" : " ") + format_day(row.day);
    return out;
  };
  stream.take(1, at("2026-03-01T10:00:00", "H1"));
  EXPECT_EQ(days(stream.take_findings()), "");
  stream.take(2, at("2026-03-03T10:00:00", "H1"));
  EXPECT_EQ(days(stream.take_findings()), "2026-03-01");
  EXPECT_EQ(days(stream.take_findings()), "");
  EXPECT_EQ(days(stream.finish()), "2026-03-03");
  EXPECT_EQ(stream.tallies(), stream.take_tallies());
  EXPECT_TRUE(stream.tallies().empty());
}

TEST(StreamFindings, GroupsThatShareAKeyAreToldApart) {
  const std::string correlation =
      "x-explain: {zh: 規則}\n"
      "correlation: {type: event_count, rules: [any], group-by: [officer, subject], timespan: 1h, condition: {gte: "
      "1}}\n";
  const Engine engine = engine_of(rules_text(correlation));
  Stream stream(engine);
  stream.take(1, at("2026-03-02T10:00:00", "H1", "A"));
  stream.take(2, at("2026-03-02T10:00:00", "H1", "B"));
  const auto findings = stream.finish();
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].key, findings[1].key);
  EXPECT_EQ(findings[0].group.size(), 16U);
  EXPECT_NE(findings[0].group, findings[1].group);
  EXPECT_LT(findings[0].group, findings[1].group) << "sorted";
}

TEST(StreamFindings, DaysOutsideTheWantedOnesOnlyWarmUp) {
  const Engine engine =
      engine_of(rules_text("x-explain: {zh: 規則}\n"
                           "correlation: {type: event_count, rules: [any], generate: true, timespan: 2d, group-by: "
                           "[officer], condition: {gte: 2}}\n"));
  StreamOptions options;
  options.first = options.last = to_day({2026, 3, 2});
  Stream stream(engine, options);
  stream.take(1, at("2026-03-01T10:00:00", "H1"));
  stream.take(2, at("2026-03-01T11:00:00", "H1"));
  stream.take(3, at("2026-03-02T09:00:00", "H1"));
  stream.take(4, at("2026-03-03T09:00:00", "H1"));
  std::string all;
  for (const model::Finding& f : stream.finish())
    all += f.rule + " " + format_day(f.day) + " " + std::to_string(f.events.size()) + "\n";
  EXPECT_EQ(all, "any 2026-03-02 1\nc 2026-03-02 3\n");
}

TEST(StreamFindings, PartitionsThatAreNotAskedForAreNotConcluded) {
  const std::string text = rules_text(
      "x-explain: {zh: 規則}\n"
      "correlation: {type: event_count, rules: [any], generate: true, timespan: 1h, group-by: [subject], condition: "
      "{gte: 1}}\n");
  const Engine engine = engine_of(text);
  const auto found = [&](std::set<Partition> partitions, bool event_rules) {
    StreamOptions options;
    options.partitions = std::move(partitions);
    options.event_rules = event_rules ? StreamOptions::EventRules::all : StreamOptions::EventRules::none;
    Stream stream(engine, options);
    stream.take(1, at("2026-03-02T10:00:00", "H1", "A"));
    std::string all;
    for (const model::Finding& f : stream.finish()) all += f.rule + " " + f.key.name + "\n";
    return all;
  };
  EXPECT_EQ(found({Partition::officer}, true), "any H1\n");
  EXPECT_EQ(found({Partition::subject}, true), "c A\n");
  EXPECT_EQ(found({Partition::officer, Partition::subject}, false), "c A\n");
  EXPECT_EQ(found({Partition::all}, true), "");
}

TEST(StreamFindings, TheSameEventAgainIsHarmlessAndFinishedStreamsAreEmpty) {
  const Engine engine =
      engine_of(rules_text("x-explain: {zh: 規則}\ncorrelation: {type: event_count, rules: [any], timespan: 1h, "
                           "group-by: [officer], condition: {gte: 2}}\n"));
  Stream stream(engine);
  stream.take(1, at("2026-03-02T10:00:00", "H1"));
  stream.take(1, at("2026-03-02T10:00:00", "H1"));
  EXPECT_TRUE(stream.finish().empty());
  EXPECT_TRUE(stream.finish().empty());
  EXPECT_TRUE(Stream(engine).finish().empty());
}

TEST(StreamFindings, AMissingReferenceFileSilencesWhatIsBuiltOnIt) {
  const Engine engine = engine_of(
      "title: any\nname: any\nid: 00000000-0000-4000-8000-000000000001\nx-explain: {zh: 規則}\nx-needs: [calendar]\n"
      "logsource: {product: trailwatch}\ndetection: {a: {officer|exists: true}, condition: a}\n---\n"
      "title: c\nname: c\nid: 00000000-0000-4000-8000-000000000002\nx-explain: {zh: 規則}\n"
      "correlation: {type: event_count, rules: [any], timespan: 1h, condition: {gte: 1}}\n");
  Stream stream(engine);
  stream.take(1, at("2026-03-02T10:00:00", "H1"));
  EXPECT_TRUE(stream.finish().empty());
  EXPECT_EQ(engine.not_evaluable(), (std::vector<std::string>{"any: calendar.csv", "c: calendar.csv"}));
}

TEST(StreamFindings, WhatLacksAFieldIsNotCountedAndThatIsSaid) {
  const Engine engine = engine_of(
      "title: any\nname: any\nid: 00000000-0000-4000-8000-000000000001\nx-explain: {zh: 規則}\n"
      "logsource: {product: trailwatch}\ndetection: {a: {time|year|gt: 0}, condition: a}\n---\n"
      "title: c\nname: c\nid: 00000000-0000-4000-8000-000000000002\nx-explain: {zh: 規則}\n"
      "correlation: {type: value_count, rules: [any], generate: true, group-by: [officer], timespan: 1h, condition: "
      "{field: subject, gte: 1}}\n");
  StreamOptions options;
  options.first = to_day({2026, 3, 2});
  Stream stream(engine, options);
  stream.take(1, at("2026-03-01T10:00:00", ""));
  stream.take(2, at("2026-03-02T10:00:00", "", "S"));
  stream.take(3, at("2026-03-02T10:00:00", "H1"));
  stream.take(4, at("2026-03-02T10:00:00", "H1", "S"));
  EXPECT_EQ(stream.finish().size(), 2U);
  EXPECT_EQ(stream.uncounted(), (std::vector<Uncounted>{{"any", 1}, {"c", 2}}));
}

TEST(SelfTest, CorrelationsHaveTestsToo) {
  auto outcome = RuleSet::parse(
      {{"r.yml",
        rules_text(
            "x-explain: {zh: 規則}\n"
            "correlation: {type: event_count, rules: [any], timespan: 1h, group-by: [subject], condition: {gte: 2}}\n"
            "x-tests:\n"
            "  - name: right\n"
            "    defaults: {officer: H1, subject: A}\n"
            "    events: [{time: '2026-03-02T10:30'}, {time: '2026-03-02T10:00', repeat: 2}]\n"
            "    expect: {findings: [{subject: A, day: 2026-03-02, events: 3, completing: 2}]}\n"
            "  - name: wrong\n"
            "    defaults: {officer: H1, subject: A}\n"
            "    events: [{time: '2026-03-02T10:00', repeat: 2}]\n"
            "    expect: {findings: [{subject: A, day: 2026-03-02, events: 2, completing: 2}]}\n")}});
  ASSERT_TRUE(outcome.ok()) << outcome.problems.front().text();
  const auto results = run_self_tests(outcome.rules);
  ASSERT_EQ(results.size(), 2U);
  EXPECT_TRUE(results[0].passed) << results[0].message;
  EXPECT_EQ(results[1].message, "expected [A 2026-03-02 2, completing 2], got [A 2026-03-02 2, completing 1]");
}

}  // namespace
}  // namespace trailwatch::rules
