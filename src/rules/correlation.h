#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rules/predicate.h"
#include "rules/problems.h"
#include "rules/yaml.h"
#include "trailwatch/rules/rule_set.h"

namespace trailwatch::rules {

// A word of a rule file and where it stands.
struct PlacedWord {
  std::string text;
  Place place;
};

// Where a group key comes from, for one of the rules that are counted.
struct KeySource {
  bool is_chain = false;  // that rule is a correlation itself
  Field field = Field::time;
  std::size_t key = 0;  // of a chain: the position in its group-by
};

// One entry of `group-by`, or one measured field.
struct CorrelationKey {
  PlacedWord name;
  std::vector<KeySource> sources;  // by input; filled when all rules are known
  Field meaning = Field::time;     // the field of the event that the first of them comes from in the end
};

// The `correlation` part of every type that `Stream` evaluates. What is meant by each is in docs/rule-format.md.
struct Correlation {
  enum class Type : std::uint8_t {
    event_count,
    value_count,
    value_sum,
    value_avg,
    value_percentile,
    value_median,
    temporal,
    temporal_ordered,
    streak,
    first_seen,
    gap,
  };
  Type type = Type::event_count;
  std::vector<CorrelationKey> group_by;
  std::vector<CorrelationKey> values;                                // `condition.field`, or `fields` of first-seen
  std::map<std::string, std::map<std::string, PlacedWord>> aliases;  // name → rule as written → field
  std::vector<NumberTest> condition;                                 // all of them; empty: the type's default
  double percentile = 50;                                            // (0, 100]
  std::int64_t span_micros = 0;                                      // windows of time
  std::int64_t distance_micros_min = 0;  // from the first step or event to the last; of a gap its length
  double factor = 0;                     // of a gap: over the longest one before; 0: any
  std::int32_t active_days_min = 1;      // of a gap: before it
  std::int32_t span_days = 0;            // windows of days
  std::int32_t learn_days = 0;
  bool working_days = false;

  bool counts_days() const { return type == Type::streak || type == Type::first_seen || type == Type::gap; }
  // Inputs of the rule are told apart, as steps or as members.
  bool names_rules() const { return type == Type::temporal || type == Type::temporal_ordered; }
  bool measures_numbers() const {
    return type == Type::value_sum || type == Type::value_avg || type == Type::value_percentile ||
           type == Type::value_median;
  }
};

constexpr std::size_t kInputsMax = 32;
constexpr std::size_t kKeysMax = 8;

// One text or a list of them.
std::vector<PlacedWord> read_words(const Yaml* yaml, const char* key, Problems& problems);

// A time span of whole days (`7d`) under `key`; reports what is none.
class MapReader;
std::optional<std::int32_t> read_days(MapReader& reader, const char* key, Problems& problems);

struct CompiledRule;
// Reads the `correlation` map into `rule`: its inputs, and a baseline or a correlation when the type is understood.
void read_correlation(const Yaml& yaml, CompiledRule& rule, Problems& problems);

}  // namespace trailwatch::rules
