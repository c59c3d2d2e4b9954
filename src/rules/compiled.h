#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/blank.h"
#include "rules/detection.h"
#include "rules/explain.h"
#include "rules/problems.h"
#include "rules/test_case.h"
#include "trailwatch/rules/rule_set.h"

namespace trailwatch::rules {

// The `correlation` part of an `x-baseline`.
struct Baseline {
  std::string base_name;  // name or id, as written
  Place base_place;
  RuleIndex base = 0;  // in the finished rule set
  std::int64_t peers_min = 5;
  std::int64_t history_days_min = 5;
  std::int64_t count_min = 1;  // `at-least`
  double factor_min = 1;       // own count over the peers' median
  double false_alarm_rate = 0.01;
  bool base_alerts = false;  // `generate`
};

// Reference files, any one of which is enough.
using Need = std::vector<std::string>;

// What a rule is made of, besides its RuleInfo.
struct CompiledRule {
  Detection detection;               // of an event rule
  std::optional<Baseline> baseline;  // of a baseline rule
  std::vector<Need> needs;
  Score score;
  std::optional<Sentence> sentence;
  std::vector<TestCase> tests;
  std::string file;
  Place place;
};

struct RuleSet::Impl {
  std::vector<RuleInfo> infos;
  std::vector<CompiledRule> rules;  // in the same order
  Placeholders placeholders;
  std::string version;
};

}  // namespace trailwatch::rules
