#include "rules/suppress.h"

#include <gtest/gtest.h>

#include "rules/rule_text.h"

namespace trailwatch::rules {
namespace {

using test::problems_of;
using test::rule_text;

const std::string kDetection = "  a:\n    system: x\n  condition: a\n";

// A correlation over `r` that groups by these fields, with `x-suppress` as given on line 3 of the second document.
std::string correlation(const std::string& group, const std::string& suppress) {
  return rule_text(kDetection) +
         "---\ntitle: 集\nid: 0d5f8a35-1b58-4c3e-9f37-0b8d1f9a6c11\nname: c\nx-suppress: " + suppress +
         "\nx-explain: {zh: '{count} 筆'}\ncorrelation:\n  type: event_count\n  rules: [r]\n  group-by: " + group +
         "\n  timespan: 1h\n  condition: {gte: 3}\n";
}

std::optional<Suppress> read(const std::string& text, const std::string& name) {
  const auto outcome = RuleSet::parse({{"r.yml", text}});
  EXPECT_TRUE(outcome.ok()) << problems_of(text);
  const auto rule = outcome.rules.find(name);
  EXPECT_TRUE(rule.has_value());
  return rule ? outcome.rules.rules()[*rule].suppress : std::nullopt;
}
std::string said(const std::optional<Suppress>& suppress) {
  return suppress ? std::to_string(suppress->days) + (suppress->by_group ? " group" : " key") : "none";
}

TEST(XSuppress, IsNothingUnlessGiven) {
  EXPECT_EQ(said(read(rule_text(kDetection), "r")), "none");
}

TEST(XSuppress, AnEventRuleGroupsByItsOfficer) {
  EXPECT_EQ(said(read(rule_text(kDetection, "x-suppress: {by: officer, for: 7d}\n"), "r")), "7 group");
}

TEST(XSuppress, ByTheWholeGroupOrByWhomTheFindingIsAbout) {
  EXPECT_EQ(said(read(correlation("[officer, subject]", "{by: [subject, officer], for: 24h}"), "c")), "1 group");
  EXPECT_EQ(said(read(correlation("[officer, subject]", "{by: [officer], for: 30d}"), "c")), "30 key");
  EXPECT_EQ(said(read(correlation("[subject, system]", "{by: [subject], for: 30d}"), "c")), "30 key");
  EXPECT_EQ(said(read(correlation("[agency, unit, system]", "{by: [agency, unit], for: 2d}"), "c")), "2 key");
}

TEST(XSuppress, AnythingElseIsAnErrorWithItsPlace) {
  EXPECT_EQ(problems_of(correlation("[officer, subject]", "{by: [subject], for: 7d}")),
            "r.yml:15:18: error: \"by\" must name what this rule groups by, or whom it is about; expected [officer, "
            "subject] or [officer]\n");
  EXPECT_EQ(problems_of(rule_text(kDetection, "x-suppress: {by: [unit], for: 7d}\n")),
            "r.yml:11:18: error: \"by\" must name what this rule groups by, or whom it is about; expected [officer]\n");
  EXPECT_EQ(problems_of(rule_text(kDetection, "x-suppress: {by: [officer], for: 90m}\n")),
            "r.yml:11:34: error: \"for\" counts whole days here; for example \"31d\"\n");
  EXPECT_EQ(problems_of(rule_text(kDetection, "x-suppress: {for: 7d}\n")), "r.yml:11:13: error: \"by\" is missing\n");
  EXPECT_EQ(problems_of(rule_text(kDetection, "x-suppress: {by: [officer]}\n")),
            "r.yml:11:13: error: \"for\" is missing\n");
  EXPECT_EQ(problems_of(rule_text(kDetection, "x-suppress: {by: [officer], for: 7d, until: 3}\n")),
            "r.yml:11:38: error: unknown key \"until\" in \"x-suppress\"\n");
}

}  // namespace
}  // namespace trailwatch::rules
