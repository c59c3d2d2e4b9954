#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "trailwatch/model/alert.h"

namespace trailwatch::alert {

// The alert's stable name: 16 hexadecimal digits of SHA-256 over kind, key and day.
std::string alert_id(const model::Key& key, LocalDay day);

// Findings about one key on one day become one alert; nothing when there are none. `titles` gives each rule's Chinese
// title.
//
// Score: 100 · (1 − e^(−sum/60)), sum being the findings' points: it grows with every finding, never reaches 100, and
// ranks two piles of findings as their sums do. It is rounded to a tenth and at most 99.9. Each contribution is its
// finding's share of it in whole tenths, cut so that they add up to the score exactly.
// Several groups of one rule count as one contribution: the best one's points and half of the others', at most twice
// the best.
std::optional<model::Alert> compose(const model::Key& key, LocalDay day, const std::vector<model::Finding>& findings,
                                    const std::map<std::string, std::string>& titles);

// From 70 high, from 40 medium.
model::Severity severity_of(double score);

}  // namespace trailwatch::alert
