#include "fuzz/fuzz.h"
#include "trailwatch/base/check.h"
#include "trailwatch/rules/rule_set.h"
#include "trailwatch/rules/self_test.h"

// A rule file (Sigma, YAML) as an administrator wrote it; those that compile run the tests that stand in them.
TW_FUZZ(rule) {
  using namespace trailwatch;
  const rules::RuleSet::Outcome outcome = rules::RuleSet::parse({{"fuzz.yml", std::string(input)}});
  for (const rules::Problem& problem : outcome.problems) TW_CHECK(!problem.message.empty() && problem.line >= 0);
  if (!outcome.rules.rules().empty()) rules::run_self_tests(outcome.rules);
}
