#pragma once

#include <string>
#include <vector>

#include "app/workplace.h"
#include "trailwatch/model/decision.h"

namespace trailwatch::app {

// A suppression lasts so many days at most: who is fine now is looked at again within a year.
constexpr std::int32_t kSuppressionDaysMax = 366;

// What somebody wants suppressed.
struct SuppressionWish {
  model::Entry entry;
  LocalDay from, until;
  std::vector<std::string> rules;  // of the alert; `all` alone: each of them; may be empty when there is but one
  bool all_groups = false;         // also where a rule tells subjects or terminals apart
};

// Fails when the days make no sense: over already, the wrong way round, too long.
Status check_days(LocalDay from, LocalDay until, LocalDay today);

// By the findings of an alert: one suppression for each rule, or for each group where the rule groups by more than whom
// the alert is about.
Result<std::vector<model::Suppression>> suppressions_of(store::Reader& reader, const model::Alert& alert,
                                                        const SuppressionWish& wish, LocalDay today);

}  // namespace trailwatch::app
