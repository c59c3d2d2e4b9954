#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "trailwatch/model/alert.h"

namespace trailwatch::alert {

// The alert's stable name: 16 hexadecimal digits of SHA-256 over kind, key and day.
std::string alert_id(const model::Key& key, LocalDay day);

// What an alert needs to know about a rule.
struct RuleNote {
  std::string title;   // Traditional Chinese
  std::string family;  // `time`, `reason` …: what kind of evidence it is; empty: of its own kind
};
using RuleNotes = std::map<std::string, RuleNote>;

// Findings about one key on one day become one alert; nothing when there are none.
//
// Score: 100 · (1 − e^(−sum/60)), sum being the findings' points: it grows with every finding, never reaches 100, and
// ranks two piles of findings as their sums do. It is rounded to a tenth and at most 99.9. Each contribution is its
// finding's share of it in whole tenths, cut so that they add up to the score exactly.
// Several groups of one rule count as one contribution: the best one's points and half of the others', at most twice
// the best.
// Rules of one family often see the same fact from several sides (a case that does not fit, by day and by month): the
// weightiest counts in full, each other one a third. Different kinds of evidence add up.
std::optional<model::Alert> compose(const model::Key& key, LocalDay day, const std::vector<model::Finding>& findings,
                                    const RuleNotes& notes);

// From 70 high, from 40 medium.
model::Severity severity_of(double score);

}  // namespace trailwatch::alert
