#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/compiled.h"
#include "rules/day_book.h"
#include "rules/statistics.h"
#include "trailwatch/registry/snapshot.h"

namespace trailwatch::rules {

// Among whom somebody is compared, closest first.
enum class PeerLevel : std::uint8_t { unit, agency, everywhere };

// The comparison of one group's period with what was to be expected.
struct Comparison {
  model::Key key;
  double own = 0;  // of the period, the day included
  double today = 0;
  double days = 0;   // with at least one look-up of the rule
  double whole = 0;  // what a share is a share of
  std::optional<PeerFit> peers;
  PeerLevel level = PeerLevel::unit;
  bool has_role = false;        // peers share the role, not only the place
  double history_days = 0;      // of the period, on which any of the peers was active
  std::optional<PeerFit> past;  // own periods before this one
  double trend = 1;             // how much more everybody does than usual
  Expectation expected;
  double p = 1;
  // What is usual, for people and for `min-factor`: the peers' median; with a history what is expected.
  double usual = 0;
};

// `同單位同職務`, `各機關同職務` …; `自己以往` without peers.
std::string peer_group_name(const Comparison& comparison);

// What a baseline looks at: the number itself, and what tells whether somebody was active (for a share: the whole).
struct BaselineSeries {
  const Series& values;
  const Series& activity;
  const Groups& groups;
};

// The days that `close` of this day looks at: the period and the own history.
DaySpan days_needed(const Baseline& rule, LocalDay day);

// Compares everybody who has the number on `day` and enough to be compared with, sorted by key. What
// docs/rule-format.md says about `x-baseline`, up to the p-values.
std::vector<Comparison> compare(const Baseline& rule, LocalDay day, const BaselineSeries& series,
                                const registry::Snapshot& registry);

}  // namespace trailwatch::rules
