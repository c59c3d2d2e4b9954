#pragma once

#include <map>
#include <string>
#include <vector>

#include "rules/compiled.h"
#include "rules/explain.h"
#include "rules/tally.h"
#include "trailwatch/rules/engine.h"

namespace trailwatch::rules {

struct Engine::Impl {
  RuleSet rules;
  registry::Snapshot registry;
  std::vector<std::string> missing;  // by rule: the files without which it cannot be evaluated

  std::vector<RuleIndex> counted;         // event rules that are judged by the event alone and whose numbers are kept
  std::vector<TallyRule> stream_tallies;  // what is added up in the order of time instead

  void plan_tallies();
  const RuleInfo& info(RuleIndex rule) const { return rules.impl().infos[rule]; }
  const CompiledRule& compiled(RuleIndex rule) const { return rules.impl().rules[rule]; }
  std::string clock(Instant instant) const;
  std::string sentence(RuleIndex rule, const Numbers& numbers, const std::map<std::string, std::string>& words) const;
  model::Finding conclude(RuleIndex rule, const model::Key& key, LocalDay day, const std::vector<Match>& matches,
                          std::int64_t total) const;
};

// Puts the events, at least one, and their times into the finding.
void add_evidence(model::Finding& finding, const std::vector<Match>& matches);

}  // namespace trailwatch::rules
