#pragma once

#include <map>
#include <string>
#include <vector>

#include "rules/compiled.h"
#include "rules/explain.h"
#include "trailwatch/rules/engine.h"

namespace trailwatch::rules {

struct Comparison;

struct Engine::Impl {
  RuleSet rules;
  registry::Snapshot registry;
  std::vector<std::string> missing;  // by rule: the files without which it cannot be evaluated

  std::vector<RuleIndex> counted;  // event rules that raise findings of their own or feed a baseline

  const RuleInfo& info(RuleIndex rule) const { return rules.impl().infos[rule]; }
  const CompiledRule& compiled(RuleIndex rule) const { return rules.impl().rules[rule]; }
  std::string clock(Instant instant) const;
  std::string sentence(RuleIndex rule, const Numbers& numbers, const std::map<std::string, std::string>& words) const;
  model::Finding conclude(RuleIndex rule, const model::Key& key, LocalDay day, const std::vector<Match>& matches,
                          std::int64_t total) const;
  model::Finding baseline_finding(RuleIndex rule, const Comparison& comparison, LocalDay day,
                                  const History& history) const;
};

}  // namespace trailwatch::rules
