#include "rules/tally.h"

namespace trailwatch::rules {

TallyRule tally_of(const Baseline& baseline, const std::vector<RuleInfo>& infos) {
  const std::string& base = infos[baseline.base].name;
  TallyRule out{base, TallyRule::Kind::count, baseline.base, baseline.field, false};
  const std::string field(info(baseline.field).name);
  if (baseline.metric == Baseline::Metric::sum) {
    out.kind = TallyRule::Kind::sum;
    out.name = "=sum " + field + " " + base;
  } else if (baseline.metric == Baseline::Metric::distinct) {
    out.kind = TallyRule::Kind::distinct;
    out.by_unit = baseline.by_unit;
    out.name = std::string(out.by_unit ? "=units' " : "=officers' ") + field + " " + base;
  }
  return out;
}

}  // namespace trailwatch::rules
