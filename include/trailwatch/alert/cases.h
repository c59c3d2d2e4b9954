#pragma once

#include <functional>
#include <vector>

#include "trailwatch/model/case.h"

namespace trailwatch::alert {

// So many working days without an alert may lie between two alerts of a case: a day's leave, a training, a quiet day.
constexpr int kCaseGapDays = 2;

// Joins the alerts of each key whose days follow one another. Only working days count as a gap, so that Friday and
// Monday belong together, and the two ends of a long holiday; an alert on a day off belongs too. `works` says whether
// the office works that day. A pure function of its arguments; by key, then day, whatever the order of `heads`.
std::vector<model::Case> join_cases(std::vector<model::AlertHead> heads, const std::function<bool(LocalDay)>& works);

}  // namespace trailwatch::alert
