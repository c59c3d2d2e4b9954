#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/blank.h"
#include "rules/correlation.h"
#include "rules/detection.h"
#include "rules/explain.h"
#include "rules/problems.h"
#include "rules/test_case.h"
#include "trailwatch/rules/rule_set.h"

namespace trailwatch::rules {

// The `correlation` part of an `x-baseline`.
struct Baseline {
  RuleIndex base = 0;  // in the finished rule set
  std::int64_t peers_min = 5;
  std::int64_t history_days_min = 5;
  std::int64_t count_min = 1;  // `at-least`
  double factor_min = 1;       // own count over the peers' median
  double false_alarm_rate = 0.01;
};

// A rule that a correlation counts.
struct Input {
  PlacedWord name;     // name or id, as written; the name once it is found
  RuleIndex rule = 0;  // in the finished rule set
};

// Reference files, any one of which is enough.
using Need = std::vector<std::string>;

// What a rule is made of, besides its RuleInfo.
struct CompiledRule {
  Detection detection;                     // of an event rule
  std::vector<Input> inputs;               // of the two below
  bool inputs_alert = false;               // `generate`
  std::optional<Baseline> baseline;        // of a baseline rule
  std::optional<Correlation> correlation;  // of all other types
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
  // The correlations, each after those that it counts.
  std::vector<RuleIndex> correlations;
  Placeholders placeholders;
  std::string version;
};

}  // namespace trailwatch::rules
