#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "trailwatch/model/decision.h"

namespace trailwatch::alert {

// What became of the alerts that a rule contributed to.
struct Verdicts {
  std::int64_t confirmed = 0;    // 移送
  std::int64_t cleared = 0;      // 已查明
  std::int64_t false_alarm = 0;  // 誤報
  std::int64_t all() const { return confirmed + cleared + false_alarm; }
};

// The decision that stands for each alert: its last one. By alert id.
std::map<std::string, const model::Decision*> standing(const std::vector<model::Decision>& decisions);

// By rule, over standing decisions about alerts of days before `before`. An alert counts once for each rule that
// contributed to it when it was decided. Alerts that are open or being checked count nowhere.
std::map<std::string, Verdicts> count_verdicts(const std::map<std::string, const model::Decision*>& standing,
                                               LocalDay before);

// Share of confirmed alerts and the range that it lies in with 95 % confidence: the score interval of E. B. Wilson
// (J. Am. Stat. Assoc. 22, 1927). Without decisions 0, and the range is everything.
struct Share {
  double value = 0, lower = 0, upper = 1;
};
Share precision(const Verdicts& verdicts);

// Before anyone has decided anything, a rule is taken as one that was right in 3 of 12 alerts: Beta(3, 9).
constexpr double kPriorConfirmed = 3;
constexpr double kPriorOther = 9;
// A rule that never is right still counts by half; one that always is, by a quarter more.
constexpr double kWeightMin = 0.5;
constexpr double kWeightMax = 1.25;

// Mean of the Beta posterior.
double posterior_mean(const Verdicts& verdicts);
// What the points of the rule's findings are multiplied by: 1 at the prior mean, kWeightMin at 0, kWeightMax at 1,
// straight lines between. Exactly 1 without decisions.
double weight(const Verdicts& verdicts);

}  // namespace trailwatch::alert
