#pragma once

#include <string>
#include <vector>

#include "trailwatch/rules/engine.h"
#include "trailwatch/rules/rule_set.h"

// The small vocabulary of the tests of this room.
namespace trailwatch::rules::test {

// A rule named `r` whose detection starts on line 8; `detection` is indented by two blanks.
inline std::string rule_text(const std::string& detection, const std::string& more = "") {
  return "title: 測試規則\n"
         "id: 7d3b2a52-6c3e-4c39-9d44-3d2c7b6a9f10\n"
         "name: r\n"
         "level: low\n"
         "x-explain: {zh: '{count} 筆'}\n"
         "logsource: {product: trailwatch, category: query}\n"
         "detection:\n" +
         detection + more;
}

inline const std::string kPlaceholders = "x-list: placeholders\nvalues: [查詢, 公務, n/a, '1', test]\n";

// All problems, one a line, of the file `r.yml`.
inline std::string problems_of(const std::string& text) {
  std::string out;
  for (const Problem& problem : RuleSet::parse({{"r.yml", text}}).problems) out += problem.text() + "\n";
  return out;
}

// Does a rule with this detection fire?
inline bool fires(const std::string& detection, const model::QueryEvent& event,
                  const registry::ReferenceTexts& reference = {}) {
  auto outcome = RuleSet::parse({{"lists.yml", kPlaceholders}, {"r.yml", rule_text(detection)}});
  std::string all;
  for (const Problem& problem : outcome.problems) all += problem.text() + "\n";
  if (!all.empty()) throw std::runtime_error(all);
  const Engine engine(std::move(outcome.rules), registry::Snapshot::build(reference, {}));
  std::vector<RuleIndex> satisfied;
  engine.match(event, satisfied);
  return !satisfied.empty();
}

// One test as the whole detection: `reason|contains: 查`.
inline bool holds(const std::string& test, const model::QueryEvent& event,
                  const registry::ReferenceTexts& reference = {}) {
  return fires("  a:\n    " + test + "\n  condition: a\n", event, reference);
}

// `2026-03-02T23:00:00` on a clock in Taipei.
inline Instant taipei(const std::string& text) {
  return parse_rfc3339(text + "+08:00").value().instant;
}

}  // namespace trailwatch::rules::test
