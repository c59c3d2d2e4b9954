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

// Look-ups of an officer on a day, for baselines: only how many.
struct HistoryRow {
  std::string officer;
  std::string agency;
  std::string unit;
  LocalDay day;
  std::int64_t count = 0;  // what the rule compares
  std::int64_t whole = 0;  // look-ups of any kind, or what it is a share of
};

struct ExpectedFinding {
  std::string name;  // of the officer, subject, unit or source that it is about
  LocalDay day;
  std::int64_t events = 0;
  std::optional<std::int64_t> completing;
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

// Fields of `map` over those that `event` has already. Gives `repeat`: the same event several times, a second apart.
std::int64_t read_event(const Yaml& map, const Zone& zone, model::QueryEvent& event, Problems& problems);
// Texts of reference files.
void read_reference(const Yaml& map, registry::ReferenceTexts& out, Problems& problems);

std::vector<TestCase> read_tests(const Yaml& tests, Problems& problems);

}  // namespace trailwatch::rules
