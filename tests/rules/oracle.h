#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "trailwatch/base/time.h"

// A second implementation of what docs/rule-format.md says about correlations, for comparison: brute force over all
// pairs of events, no windows that move, nothing shared with the first one but the clock of a zone. Slow and simple.
namespace trailwatch::rules::oracle {

struct Event {
  std::int64_t id = 0;
  std::int64_t micros = 0;
  std::map<std::string, std::string> fields;  // our names; what is not given is not there
};

// A rule of one of the types that are compared. Times are in microseconds.
struct Rule {
  std::string name;
  std::string type;                 // `event`, or the type of the correlation
  std::string system;               // of an event rule: the `system` it wants; empty for any
  std::vector<std::string> inputs;  // of a correlation
  // Names of the groups, each with its field for every input.
  std::vector<std::pair<std::string, std::vector<std::string>>> group_by;
  std::vector<std::string> fields;  // measured
  std::vector<std::pair<std::string, double>> condition;
  double percentile = 50;
  std::int64_t span = 0;
  std::int64_t distance_min = 0;
  std::int32_t days = 0;
  std::int32_t learn_days = 0;
  std::int32_t active_days = 0;  // of a gap: its `min-history`
  double factor = 0;             // of a gap
  bool working_days = false;
  bool alerts = true;
};

struct Found {
  std::string rule;
  std::vector<std::string> values;  // of the group
  LocalDay day;
  std::int64_t count = 0;
  std::set<std::int64_t> events;
  std::int64_t first = 0, last = 0;
};

// What the correlations among `rules` find; a rule comes after those that it counts. `days_off`: what the calendar
// says.
std::vector<Found> evaluate(const std::vector<Rule>& rules, const std::vector<Event>& events, const Zone& zone,
                            const std::set<std::int32_t>& days_off);

// The rule as a document, with an id made of `number`.
std::string write(const Rule& rule, int number);

}  // namespace trailwatch::rules::oracle
