#include "rules/condition.h"

#include <gtest/gtest.h>

#include "rules/rule_text.h"

namespace trailwatch::rules {
namespace {

// a, b and c hold when the system, channel and agency say so.
bool holds(const std::string& condition, const std::string& letters) {
  const std::string selections =
      "  a:\n    system: a\n  b:\n    channel: b\n  _c:\n    agency: c\n  condition: " + condition + "\n";
  model::QueryEvent event;
  if (letters.find('a') != std::string::npos) event.system = "a";
  if (letters.find('b') != std::string::npos) event.channel = "b";
  if (letters.find('c') != std::string::npos) event.agency = "c";
  auto outcome = RuleSet::parse({{"r.yml", test::rule_text(selections)}});
  EXPECT_TRUE(outcome.ok()) << outcome.problems.front().text();
  const Engine engine(std::move(outcome.rules), registry::Snapshot::build({}, {}));
  std::vector<RuleIndex> satisfied;
  engine.match(event, satisfied);
  return !satisfied.empty();
}

std::string error_of(const std::string& condition) {
  std::string out;
  for (const Problem& problem :
       RuleSet::parse(
           {{"r.yml", test::rule_text("  a:\n    system: a\n  ab:\n    channel: b\n  condition: " + condition + "\n")}})
           .problems) {
    if (problem.is_error) out += problem.text() + "\n";
  }
  return out;
}

TEST(Condition, NotBindsTighterThanAndThanOr) {
  EXPECT_TRUE(holds("a or b and not _c", "a"));
  EXPECT_TRUE(holds("a or b and not _c", "ac")) << "(a) or (b and not c)";
  EXPECT_TRUE(holds("a or b and not _c", "b"));
  EXPECT_FALSE(holds("a or b and not _c", "bc"));
  EXPECT_FALSE(holds("(a or b) and not _c", "ac"));
  EXPECT_FALSE(holds("not a or b", "a"));
  EXPECT_TRUE(holds("not (a and b)", "a"));
  EXPECT_TRUE(holds("not not a", "a"));
}

TEST(Condition, WordsMatchInEitherCase) {
  EXPECT_TRUE(holds("a AND b", "ab"));
  EXPECT_TRUE(holds("a Or b", "b"));
  EXPECT_TRUE(holds("NOT a", ""));
}

TEST(Condition, ThemSkipsNamesWithAnUnderscore) {
  EXPECT_TRUE(holds("1 of them", "b"));
  EXPECT_FALSE(holds("1 of them", "c"));
  EXPECT_TRUE(holds("all of them", "ab"));
  EXPECT_FALSE(holds("all of them", "a"));
  EXPECT_TRUE(holds("1 of _*", "c"));
  EXPECT_TRUE(holds("not 1 of them and _c", "c"));
}

TEST(Condition, AListIsAnyOfItsConditions) {
  EXPECT_TRUE(holds("[a and b, _c]", "c"));
  EXPECT_TRUE(holds("[a and b, _c]", "ab"));
  EXPECT_FALSE(holds("[a and b, _c]", "a"));
}

TEST(Condition, ProblemsNameTheirPlace) {
  EXPECT_EQ(error_of("a and abc"), "r.yml:12:20: error: unknown selection \"abc\"; did you mean \"ab\"?\n");
  EXPECT_EQ(error_of("'a and (a or ab'"), "r.yml:12:29: error: a \"(\" is not closed\n");
  EXPECT_EQ(error_of("a and"), "r.yml:12:19: error: the condition ends too early\n");
  EXPECT_EQ(error_of("a ab"), "r.yml:12:16: error: unexpected \"ab\"\n");
  EXPECT_EQ(error_of("a and or ab"), "r.yml:12:20: error: unexpected \"or\"\n");
  EXPECT_EQ(error_of("2 of a*"), "r.yml:12:14: error: expected \"1 of\" or \"all of\"\n");
  EXPECT_EQ(error_of("1 of x*"), "r.yml:12:19: error: no selection is called \"x*\"\n");
  EXPECT_EQ(error_of("a | count() > 5"),
            "r.yml:12:16: error: conditions with \"|\" are no longer Sigma; write a correlation document\n");
  EXPECT_EQ(error_of("a)"), "r.yml:12:15: error: unexpected \")\"\n");
  EXPECT_EQ(error_of("''"), "r.yml:12:14: error: the condition is empty\n");
  EXPECT_EQ(error_of(std::string(60, '(') + "a" + std::string(60, ')')), "r.yml:12:47: error: nested too deeply\n");
}

}  // namespace
}  // namespace trailwatch::rules
