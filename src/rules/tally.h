#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/compiled.h"

namespace trailwatch::rules {

// Something that is added up by local day while events pass in the order of time.
struct TallyRule {
  enum class Kind : std::uint8_t { events, explained, count, sum, distinct };
  std::string name;  // under which it is kept
  Kind kind = Kind::count;
  RuleIndex base = 0;  // the event rule whose matches are added up; all events for the first two
  Field field = Field::time;
  bool by_unit = false;  // different values of a unit are not the sum of those of its officers
};

// Under which name the number that a baseline compares is kept, and how it is added up. A plain count of a rule that
// does not need the past is added up when events arrive, under the rule's own name.
TallyRule tally_of(const Baseline& baseline, const std::vector<RuleInfo>& infos);

}  // namespace trailwatch::rules
