#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "rules/stream_fields.h"
#include "rules/tables.h"
#include "rules/tally.h"
#include "trailwatch/rules/stream.h"

namespace trailwatch::rules {

// Adds up one tally over a local day, by officer, agency and unit.
//
// Memory: that of one day. Thread rule: one task at a time. All references must outlive it.
class DayTallies {
 public:
  DayTallies(TallyRule rule, Symbols& symbols) : rule_(std::move(rule)), symbols_(symbols), groups_(3, symbols) {}

  const TallyRule& rule() const { return rule_; }
  // The event matches the rule. Nothing is measured without an officer (of a unit's tally: without a unit) or without
  // the field.
  void take(RuleView& view, EventSymbols& fields);
  // Appends what was counted, and forgets it.
  void close_day(LocalDay day, std::vector<DayTally>& out);

 private:
  TallyRule rule_;
  Symbols& symbols_;
  Tuples groups_;
  PairMap pairs_;                                // (group, value) that are counted already
  std::vector<std::int64_t> sums_;               // by group
  std::vector<Slot> active_;                     // groups of the day, held
  std::vector<std::pair<Slot, Symbol>> values_;  // of `pairs_`, held
};

}  // namespace trailwatch::rules
