#include "trailwatch/alert/precision.h"

#include <algorithm>
#include <cmath>

namespace trailwatch::alert {

namespace {

constexpr double kNormal95 = 1.959963984540054;  // 0.975 quantile of the normal distribution

}  // namespace

std::map<std::string, const model::Decision*> standing(const std::vector<model::Decision>& decisions) {
  std::map<std::string, const model::Decision*> out;
  for (const model::Decision& decision : decisions) {
    const model::Decision*& last = out[decision.alert];
    if (last == nullptr || last->entry.number < decision.entry.number) last = &decision;
  }
  return out;
}

std::map<std::string, Verdicts> count_verdicts(const std::map<std::string, const model::Decision*>& standing,
                                               LocalDay before) {
  std::map<std::string, Verdicts> out;
  for (const auto& [alert, decision] : standing) {
    if (decision->day >= before) continue;
    for (const std::string& rule : decision->rules) {
      switch (decision->verdict) {
        case model::Verdict::confirmed:
          ++out[rule].confirmed;
          break;
        case model::Verdict::cleared:
          ++out[rule].cleared;
          break;
        case model::Verdict::false_alarm:
          ++out[rule].false_alarm;
          break;
        case model::Verdict::open:
        case model::Verdict::checking:
          break;
      }
    }
  }
  return out;
}

Share precision(const Verdicts& verdicts) {
  if (verdicts.all() == 0) return {};
  const double n = static_cast<double>(verdicts.all()), p = static_cast<double>(verdicts.confirmed) / n;
  const double z2 = kNormal95 * kNormal95;
  const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kNormal95 / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  // At the ends the formula gives 0 and 1 but for rounding.
  return {p, verdicts.confirmed == 0 ? 0 : std::max(0.0, middle - half),
          verdicts.confirmed == verdicts.all() ? 1 : std::min(1.0, middle + half)};
}

double posterior_mean(const Verdicts& verdicts) {
  return (kPriorConfirmed + static_cast<double>(verdicts.confirmed)) /
         (kPriorConfirmed + kPriorOther + static_cast<double>(verdicts.all()));
}

double weight(const Verdicts& verdicts) {
  constexpr double kPrior = kPriorConfirmed / (kPriorConfirmed + kPriorOther);
  const double mean = posterior_mean(verdicts);
  if (mean < kPrior) return kWeightMin + (1 - kWeightMin) * mean / kPrior;
  return 1 + (kWeightMax - 1) * (mean - kPrior) / (1 - kPrior);
}

}  // namespace trailwatch::alert
