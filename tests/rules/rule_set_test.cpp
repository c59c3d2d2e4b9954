#include "trailwatch/rules/rule_set.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rules/rule_text.h"
#include "trailwatch/rules/stream.h"

namespace trailwatch::rules {
namespace {

using test::problems_of;
using test::rule_text;

const std::string kDetection = "  a:\n    system: x\n  condition: a\n";

TEST(RuleSet, AFaultlessRuleHasNoProblems) {
  EXPECT_EQ(problems_of(rule_text(kDetection)), "");
}

TEST(RuleSet, ReadsWhatPeopleAreTold) {
  const auto outcome = RuleSet::parse({{"r.yml", rule_text(kDetection,
                                                           "x-title-en: Test\ndescription: 說明\nx-guide: 指引\n"
                                                           "falsepositives: [加班]\n")}});
  ASSERT_EQ(outcome.rules.rules().size(), 1U);
  const RuleInfo& info = outcome.rules.rules()[0];
  EXPECT_EQ(info.id, "7d3b2a52-6c3e-4c39-9d44-3d2c7b6a9f10");
  EXPECT_EQ(info.title, "測試規則");
  EXPECT_EQ(info.title_en, "Test");
  EXPECT_EQ(info.description, "說明");
  EXPECT_EQ(info.guide, "指引");
  EXPECT_EQ(info.false_positives, std::vector<std::string>{"加班"});
  EXPECT_EQ(info.explain_zh, "{count} 筆");
  EXPECT_EQ(info.level, model::Level::low);
  EXPECT_TRUE(info.alerts);
  EXPECT_EQ(outcome.rules.find("r"), RuleIndex{0});
  EXPECT_EQ(outcome.rules.find("s"), std::nullopt);
}

TEST(RuleSet, ReportsAllProblemsInTheOrderOfPlaces) {
  EXPECT_EQ(problems_of("title: t\nid: 7\nname: R\nlevel: hihg\ndate: yesterday\nlogsource: {product: windows}\n"
                        "detection:\n  a:\n    sytem: x\n    reason|contians: y\n  condition: b\n"),
            "r.yml:2:5: error: \"id\" must be a UUID\n"
            "r.yml:3:7: error: \"name\" may hold lower-case letters, digits, \"-\" and \"_\" only\n"
            "r.yml:4:8: error: unknown level \"hihg\"; did you mean \"high\"?\n"
            "r.yml:5:7: error: \"date\" must be a day such as 2026-03-02\n"
            "r.yml:6:22: error: product \"windows\" is not read by trailwatch; expected \"trailwatch\"\n"
            "r.yml:9:5: error: unknown field \"sytem\"; did you mean \"system\"?\n"
            "r.yml:10:12: error: unknown modifier \"contians\"; did you mean \"contains\"?\n"
            "r.yml:11:14: error: unknown selection \"b\"; did you mean \"a\"?\n");
}

TEST(RuleSet, KeysThatOccurTwiceAreRefused) {
  EXPECT_EQ(problems_of(rule_text("  a:\n    system: x\n    system: y\n  condition: a\n")),
            "r.yml:10:5: error: key \"system\" occurs twice\n");
  EXPECT_EQ(problems_of(rule_text(kDetection, "level: high\n")), "r.yml:11:1: error: key \"level\" occurs twice\n");
}

TEST(RuleSet, ColumnsCountCharactersNotBytes) {
  EXPECT_EQ(problems_of(rule_text("  選擇: {reason: 查, resaon: 詢}\n  condition: 選擇\n")),
            "r.yml:8:19: error: unknown field \"resaon\"; did you mean \"reason\"?\n");
}

TEST(RuleSet, ScalarsStayText) {
  // `010` is no eight and `no` is no false, as yaml-cpp would have it.
  model::QueryEvent event;
  event.reason_code = "010";
  event.action = "no";
  EXPECT_TRUE(test::holds("reason_code: 010", event));
  EXPECT_TRUE(test::holds("action: no", event));
  EXPECT_FALSE(test::holds("reason_code: 8", event));
}

TEST(RuleSet, AnchorsAliasesAndBrokenYamlAreRefused) {
  EXPECT_EQ(problems_of(rule_text("  a: &x {system: y}\n  b: *x\n  condition: a or b\n")).substr(0, 60),
            "r.yml:9:6: error: anchors and aliases are not supported; wri");
  EXPECT_EQ(problems_of("title: [a\n").substr(0, 27), "r.yml:2:1: error: not YAML:");
  EXPECT_EQ(problems_of("title: a\n\xFF: b\n"), "r.yml:2:1: error: the file is not UTF-8 text\n");
  EXPECT_NE(problems_of(std::string(5000, '[')).find("nested too deeply"), std::string::npos);
  EXPECT_EQ(problems_of(",a: b\n"), "r.yml:1:1: error: not YAML: unexpected character\n") << "and it ends";
  EXPECT_EQ(problems_of("- a\n"), "r.yml:1:1: error: \"rule\" must be a map\n");
  EXPECT_EQ(problems_of(""), "");
}

TEST(RuleSet, KeysOfOthersAreWarnedOfAndOursAreChecked) {
  EXPECT_EQ(problems_of(rule_text(kDetection, "falsepositivs: [x]\n")),
            "r.yml:11:1: warning: unknown key \"falsepositivs\"; did you mean \"falsepositives\"?\n");
  EXPECT_EQ(problems_of(rule_text(kDetection, "x-gide: y\n")),
            "r.yml:11:1: error: unknown key \"x-gide\" in \"rule\"; did you mean \"x-guide\"?\n");
}

TEST(RuleSet, UnusedSelectionsAreWarnedOf) {
  EXPECT_EQ(problems_of(rule_text("  a:\n    system: x\n  b:\n    system: y\n  condition: a\n")),
            "r.yml:10:3: warning: selection \"b\" is not used by the condition\n");
}

TEST(RuleSet, SentencesAreCheckedForPlacesAndLength) {
  EXPECT_EQ(problems_of("title: t\nid: 7d3b2a52-6c3e-4c39-9d44-3d2c7b6a9f10\nname: r\n"
                        "logsource: {category: query}\ndetection: {a: {system: x}, condition: a}\n"
                        "x-explain:\n  zh: 共 {cuont} 筆\n"),
            "r.yml:7:9: error: unknown number \"cuont\"; did you mean \"count\"?\n");
  EXPECT_NE(
      problems_of("title: t\nid: 7d3b2a52-6c3e-4c39-9d44-3d2c7b6a9f10\nname: r\n"
                  "logsource: {category: query}\ndetection: {a: {system: x}, condition: a}\n"
                  "x-explain:\n  zh: 一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五{count}\n")
          .find("r.yml:7:7: error: the sentence may become 41 characters long, more than 40"),
      std::string::npos);
}

TEST(RuleSet, NamesAndIdsAreUnique) {
  const std::string other = rule_text(kDetection);
  const auto outcome = RuleSet::parse({{"b.yml", other}, {"a.yml", other}});
  std::string all;
  for (const Problem& problem : outcome.problems) all += problem.text() + "\n";
  EXPECT_EQ(all,
            "b.yml:1:1: error: id \"7d3b2a52-6c3e-4c39-9d44-3d2c7b6a9f10\" is used by another rule; see a.yml:1\n"
            "b.yml:1:1: error: name \"r\" is used by another rule; see a.yml:1\n");
  EXPECT_EQ(outcome.rules.rules().size(), 1U);
}

TEST(RuleSet, OnlyRulesWithoutErrorsAreUsed) {
  const std::string bad =
      "title: t\nid: 00000000-6c3e-4c39-9d44-3d2c7b6a9f10\nname: bad\n"
      "logsource: {category: query}\ndetection: {a: {systm: x}, condition: a}\n";
  const auto outcome = RuleSet::parse({{"r.yml", rule_text(kDetection) + "---\n" + bad}});
  EXPECT_FALSE(outcome.ok());
  ASSERT_EQ(outcome.rules.rules().size(), 1U);
  EXPECT_EQ(outcome.rules.rules()[0].name, "r");
}

std::string correlation(const std::string& body) {
  return rule_text(kDetection) +
         "---\ntitle: 比較\nid: 22222222-6c3e-4c39-9d44-3d2c7b6a9f10\nname: c\nx-explain: {zh: '{own} "
         "筆'}\ncorrelation:\n" +
         body;
}
const std::string kBaseline =
    "  group-by: [officer]\n  peer-by: [agency, unit, role]\n  period: month-to-date\n  false-alarm-rate: 0.01\n";

TEST(RuleSet, ACorrelationHidesItsRuleUnlessToldOtherwise) {
  const auto hidden = RuleSet::parse({{"r.yml", correlation("  type: x-baseline\n  rules: [r]\n" + kBaseline)}});
  EXPECT_TRUE(hidden.ok()) << hidden.problems.front().text();
  ASSERT_EQ(hidden.rules.rules().size(), 2U);
  EXPECT_EQ(hidden.rules.rules()[0].kind, RuleInfo::Kind::baseline);
  EXPECT_FALSE(hidden.rules.rules()[1].alerts);
  const auto shown = RuleSet::parse(
      {{"r.yml", correlation("  type: x-baseline\n  generate: true\n  rules: 7d3b2a52-6c3e-4c39-9d44-3d2c7b6a9f10\n" +
                             kBaseline)}});
  EXPECT_TRUE(shown.ok());
  EXPECT_TRUE(shown.rules.rules()[1].alerts);
}

TEST(RuleSet, ABrokenCorrelationStillHidesItsRule) {
  const auto outcome = RuleSet::parse({{"r.yml", correlation("  type: x-silence\n  rules: [r]\n  timespan: 1h\n")}});
  ASSERT_EQ(outcome.problems.size(), 1U);
  EXPECT_EQ(outcome.problems[0].text(),
            "r.yml:17:9: error: unknown type \"x-silence\"; one of event_count, value_count, value_sum, value_avg, "
            "value_percentile, value_median, temporal, temporal_ordered, x-streak, x-first-seen, x-gap, x-baseline");
  ASSERT_EQ(outcome.rules.rules().size(), 1U);
  EXPECT_FALSE(outcome.rules.rules()[0].alerts)
      << "a rule over every look-up must not flood because of a mistake elsewhere";
}

TEST(RuleSet, ProblemsOfCorrelations) {
  EXPECT_EQ(problems_of(correlation("  type: x-basline\n  rules: [r]\n")),
            "r.yml:17:9: error: unknown type \"x-basline\"; did you mean \"x-baseline\"?\n");
  EXPECT_EQ(problems_of(correlation("  type: x-baseline\n  rules: [rr]\n" + kBaseline)),
            "r.yml:18:11: error: unknown rule \"rr\"; did you mean \"r\"?\n");
  EXPECT_EQ(problems_of(correlation("  type: x-baseline\n  rules: [r]\n  min-peers: 1\n  atleast: 4\n" + kBaseline)),
            "r.yml:19:14: error: \"min-peers\" is out of range\n"
            "r.yml:20:3: error: unknown key \"atleast\" in \"correlation\"; did you mean \"at-least\"?\n");
}

TEST(RuleSet, VersionIsOfTheFilesWhateverTheirOrder) {
  const RuleFile a{"a.yml", rule_text(kDetection)}, lists{"l.yml", test::kPlaceholders};
  EXPECT_EQ(RuleSet::parse({a, lists}).rules.version(), RuleSet::parse({lists, a}).rules.version());
  EXPECT_NE(RuleSet::parse({a}).rules.version(), RuleSet::parse({a, lists}).rules.version());
  EXPECT_EQ(RuleSet::parse({a}).rules.version().size(), 16U);
}

// Whatever stands in a file, the answer is rules or problems, never an exception and never a crash.
RC_GTEST_PROP(RuleSet, NeverThrows, ()) {
  std::string text = correlation("  type: x-baseline\n  rules: [r]\n" + kBaseline);
  const int changes = *rc::gen::inRange(1, 12);
  for (int i = 0; i < changes; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const char c = *rc::gen::elementOf(std::string("\n\t :-[]{}&*!|>'\"%@`#?,ax0\\\xE6"));
    if (*rc::gen::arbitrary<bool>()) {
      text[at] = c;
    } else {
      text.insert(at, 1, c);
    }
  }
  const auto outcome = RuleSet::parse({{"r.yml", text}});
  RC_ASSERT(outcome.rules.rules().size() <= 3U);
}

RC_GTEST_PROP(RuleSet, NeverThrowsOnCorrelationsListsAndFilters, ()) {
  std::string text = correlation(
      "  type: temporal_ordered\n  rules: [r, s]\n  group-by: [who, subject]\n  aliases: {who: {r: officer, s: "
      "approver}}\n"
      "  timespan: 24h\n  min-timespan: 14h\n---\nx-list: l\nvalues: [a, b]\n---\nx-fields: f\nfields: {ts: "
      "time}\n---\n"
      "title: s\nname: s\nid: 33333333-6c3e-4c39-9d44-3d2c7b6a9f10\nlogsource: {category: query}\n"
      "detection: {a: {reason|expand|contains: '%l%', ts|contains: 'T10'}, condition: a}\n---\n"
      "title: f\nid: 44444444-6c3e-4c39-9d44-3d2c7b6a9f10\nfilter: {rules: [r], a: {unit: x}, condition: not a}\n---\n"
      "title: d\nname: d\nid: 55555555-6c3e-4c39-9d44-3d2c7b6a9f10\ncorrelation: {type: value_percentile, rules: [r], "
      "timespan: 1d, condition: {field: rows, percentile: 95, gt: 3, lt: 9}}\n");
  const int changes = *rc::gen::inRange(0, 12);
  for (int i = 0; i < changes; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    if (*rc::gen::arbitrary<bool>()) {
      text[at] = *rc::gen::elementOf(std::string("\n\t :-[]{}&*!|>'\"%@`#?,ax0\\\xE6"));
    } else {
      // Words in the wrong place are what people write.
      const auto from = *rc::gen::inRange<std::size_t>(0, text.size());
      text.insert(at, text.substr(from, *rc::gen::inRange<std::size_t>(1, 12)));
    }
  }
  auto outcome = RuleSet::parse({{"r.yml", text}});
  RC_ASSERT(changes != 0 || !outcome.rules.rules().empty());
  const Engine engine(std::move(outcome.rules), registry::Snapshot::build({}, {}));
  Stream stream(engine);
  model::QueryEvent event;
  event.officer = "H1";
  event.reason = "ab";
  event.rows = 4;
  for (model::EventId id = 1; id < 4; ++id) {
    stream.take(id, event);
    event.time.micros += 15 * kMicrosPerHour;
  }
  stream.finish();
}

}  // namespace
}  // namespace trailwatch::rules
