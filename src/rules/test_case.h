#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/problems.h"
#include "rules/yaml.h"
#include "trailwatch/base/time.h"
#include "trailwatch/model/event.h"
#include "trailwatch/registry/snapshot.h"

namespace trailwatch::rules {

// Look-ups of an officer on a day, for rules that compare months: only how many.
struct HistoryRow {
  std::string officer;
  std::string agency;
  std::string unit;
  LocalDay day;
  std::int64_t count = 0;
};

struct ExpectedFinding {
  std::string officer;
  LocalDay day;
  std::int64_t events = 0;
};

// One case of `x-tests`: what happens, and which findings of the rule it must lead to. Silence is stated as `count: 0`.
struct TestCase {
  std::string name;
  Zone zone = Zone::fixed(480);
  registry::ReferenceTexts reference;
  std::vector<model::QueryEvent> events;
  std::vector<HistoryRow> history;
  std::optional<LocalDay> day;  // the day that is closed, when there is a history
  std::int64_t count = 0;       // findings
  std::vector<ExpectedFinding> findings;
  std::optional<std::string> sentence;  // of every finding
};

std::vector<TestCase> read_tests(const Yaml& tests, Problems& problems);

}  // namespace trailwatch::rules
