#include "rules/link.h"

#include <gtest/gtest.h>

#include "rules/rule_text.h"
#include "trailwatch/rules/rule_set.h"

namespace trailwatch::rules {
namespace {

std::string event_rule(const std::string& name, const std::string& number) {
  return "title: t\nname: " + name + "\nid: 00000000-0000-4000-8000-0000000000" + number +
         "\nlogsource: {product: trailwatch}\nx-explain: {zh: 規則}\ndetection: {a: {system: x}, condition: a}\n---\n";
}

std::string correlation(const std::string& name, const std::string& number, const std::string& body) {
  return "title: t\nname: " + name + "\nid: 00000000-0000-4000-8000-0000000000" + number +
         "\nx-explain: {zh: 規則}\ncorrelation: {" + body + "}\n---\n";
}

// `name partition lookback`, of each correlation.
std::string described(const std::string& text) {
  const auto outcome = RuleSet::parse({{"r.yml", text}});
  std::string out;
  for (const Problem& problem : outcome.problems) out += problem.text() + "\n";
  const char* const partitions[] = {"officer", "subject", "unit", "terminal", "all"};
  for (const RuleInfo& info : outcome.rules.rules()) {
    if (info.kind != RuleInfo::Kind::correlation) continue;
    out += info.name + " " + partitions[static_cast<int>(info.partition)] + " " +
           std::to_string(info.lookback_micros / kMicrosPerSecond) + "\n";
  }
  return out;
}

const std::string kCount = "type: event_count, rules: [e], timespan: 1h, condition: {gte: 2}";

TEST(Link, ThePartitionIsTheFirstOfOfficerSubjectUnitTerminal) {
  const auto of = [](const std::string& keys) {
    return described(event_rule("e", "01") + correlation("c", "02", kCount + ", group-by: " + keys));
  };
  EXPECT_EQ(of("[officer]"), "c officer 3600\n");
  EXPECT_EQ(of("[subject, officer]"), "c officer 3600\n");
  EXPECT_EQ(of("[unit, subject]"), "c subject 3600\n");
  EXPECT_EQ(of("[agency, unit]"), "c unit 3600\n");
  EXPECT_EQ(of("terminal"), "c terminal 3600\n");
  EXPECT_EQ(of("[system]"), "c all 3600\n");
  EXPECT_EQ(described(event_rule("e", "01") + correlation("c", "02", kCount)), "c all 3600\n");
}

TEST(Link, AnAliasOfTwoFieldsNeedsEverybodysEvents) {
  const auto of = [](const std::string& second) {
    return described(
        event_rule("e", "01") + event_rule("f", "02") +
        correlation("c", "03",
                    "type: temporal, rules: [e, f], timespan: 10m, group-by: [who], aliases: {who: {e: officer, f: " +
                        second + "}}"));
  };
  EXPECT_EQ(of("officer"), "c officer 600\n");
  EXPECT_EQ(of("approver"), "c all 600\n");
}

TEST(Link, LookbacksAddUpAlongAChain) {
  EXPECT_EQ(
      described(
          event_rule("e", "01") + correlation("a", "02", kCount + ", group-by: [officer]") +
          correlation("b", "03",
                      "type: event_count, rules: [a, e], timespan: 1d, group-by: [officer], condition: {gte: 2}") +
          correlation("c", "04", "type: x-streak, rules: [b], timespan: 7d, group-by: [officer], condition: {gte: 2}")),
      "a officer 3600\n"
      "b officer 90000\n"
      "c officer 781200\n")
      << "7 days and one more for the clocks, a day, an hour";
}

TEST(Link, AChainIsOfThePartitionOfAllItsParts) {
  EXPECT_EQ(
      described(event_rule("e", "01") + event_rule("f", "02") +
                correlation("a", "03",
                            "type: temporal, rules: [e, f], timespan: 1h, group-by: [officer], aliases: {officer: {e: "
                            "officer, f: approver}}") +
                correlation("b", "04",
                            "type: event_count, rules: [a], timespan: 1h, group-by: [officer], condition: {gte: 1}")),
      "a all 3600\n"
      "b all 7200\n");
}

TEST(Link, ProblemsOfChainsAreToldOnce) {
  EXPECT_EQ(described(correlation("a", "01", "type: event_count, rules: [b], timespan: 1h, condition: {gte: 1}") +
                      correlation("b", "02", "type: event_count, rules: [c], timespan: 1h, condition: {gte: 1}") +
                      correlation("c", "03", "type: event_count, rules: [a], timespan: 1h, condition: {gte: 1}")),
            "r.yml:17:42: error: the rule counts itself; a → b → c → a\n");
}

TEST(Link, WhatRestsOnABrokenRuleIsNotUsed) {
  EXPECT_EQ(described(event_rule("e", "01") +
                      correlation("a", "02", "type: event_count, rules: [e], timespan: 1x, condition: {gte: 1}") +
                      correlation("b", "03", "type: event_count, rules: [a], timespan: 1h, condition: {gte: 1}")),
            "r.yml:12:56: error: \"1x\" is not a time span; a number and s, m, h or d: \"90s\", \"24h\"\n"
            "r.yml:18:42: error: rule \"a\" cannot be counted; it has errors itself\n");
}

TEST(Link, WhatRestsOnThePastLooksBackThatFarToo) {
  const auto outcome =
      RuleSet::parse({{"r.yml",
                       "title: e\nid: 7d3b2a52-6c3e-4c39-9d44-3d2c7b6a9f01\nname: e\nlogsource: {product: trailwatch}\n"
                       "detection: {a: {doubt: off-duty}, condition: a}\n---\n"
                       "title: c\nid: 7d3b2a52-6c3e-4c39-9d44-3d2c7b6a9f02\nname: c\n"
                       "correlation: {type: event_count, rules: [e], timespan: 24h, condition: {gte: 2}}\n---\n"
                       "title: d\nid: 7d3b2a52-6c3e-4c39-9d44-3d2c7b6a9f03\nname: d\n"
                       "correlation: {type: x-gap, rules: [c], timespan: 10d, at-least: 2d}\n"}});
  ASSERT_EQ(outcome.rules.rules().size(), 3U);
  const auto& rules = outcome.rules.rules();
  EXPECT_TRUE(rules[2].needs_past);
  EXPECT_EQ(rules[2].lookback_micros, kPastMicros);
  EXPECT_EQ(rules[0].lookback_micros, kPastMicros + kMicrosPerDay);
  EXPECT_EQ(rules[1].lookback_micros, kPastMicros + 12 * kMicrosPerDay);
}

TEST(Link, TheOrderOfFilesDoesNotMatter) {
  const RuleFile e{"e.yml", event_rule("e", "01")}, c{"a.yml", correlation("c", "02", kCount)};
  for (const auto& files : {std::vector<RuleFile>{e, c}, std::vector<RuleFile>{c, e}}) {
    const auto outcome = RuleSet::parse(files);
    EXPECT_TRUE(outcome.ok());
    EXPECT_EQ(outcome.rules.rules().size(), 2U);
    EXPECT_FALSE(outcome.rules.rules()[1].alerts) << "it only feeds the correlation";
  }
}

}  // namespace
}  // namespace trailwatch::rules
