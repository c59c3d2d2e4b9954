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
  // What is compared: look-ups, different values of a field, the sum of a number field, or look-ups as a share of
  // others.
  enum class Metric : std::uint8_t { count, distinct, sum, share };
  enum class Period : std::uint8_t { day, week, month_to_date };
  Metric metric = Metric::count;
  Period period = Period::month_to_date;
  bool by_unit = false;                // groups are units with their agency, not officers
  RuleIndex base = 0;                  // in the finished rule set
  std::optional<RuleIndex> whole;      // `of`: what a share is a share of; all look-ups without it
  std::optional<PlacedWord> measured;  // `field`, as written
  Field field = Field::time;           // the same, once it is found
  // Who the peers are: of the same unit, agency, role. None of these: no peers.
  bool peers_unit = false, peers_agency = false, peers_role = false;
  std::int32_t history_days = 0;  // how far back the own past goes; 0: it is not looked at
  std::int64_t peers_min = 5;
  std::int64_t history_min = 5;
  std::int64_t count_min = 1;  // `at-least`
  double factor_min = 1;       // own number over the usual one
  double false_alarm_rate = 0.01;

  bool has_peers() const { return peers_unit || peers_agency || peers_role; }
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
  std::vector<Input> inputs;               // of the two below; of a baseline the rule and, if it has one, its `of`
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
