#pragma once

#include <string>
#include <vector>

#include "trailwatch/rules/rule_set.h"

namespace trailwatch::rules {

struct SelfTestResult {
  std::string rule;
  std::string test;
  bool passed = false;
  std::string message;  // expected and got, when it failed
};

// Runs the x-tests that stand in the rule files: events (and reference data) and what must and must not fire.
std::vector<SelfTestResult> run_self_tests(const RuleSet& rules);

}  // namespace trailwatch::rules
