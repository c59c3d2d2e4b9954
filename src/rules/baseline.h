#pragma once

#include <map>
#include <string>
#include <vector>

#include "rules/compiled.h"
#include "rules/statistics.h"
#include "trailwatch/registry/snapshot.h"
#include "trailwatch/rules/engine.h"

namespace trailwatch::rules {

// Among whom somebody is compared, closest first.
enum class PeerLevel { unit, agency, everywhere };

// The comparison of one officer's month to date with the peers'.
struct Comparison {
  std::string officer;
  std::string agency;  // as in staff.csv where known, else as in the events
  double own = 0;      // look-ups this month, the day included
  double today = 0;
  double days = 0;        // with at least one look-up
  bool has_role = false;  // peers share the role, not only the place
  PeerLevel level = PeerLevel::unit;
  PeerFit fit;
  double dispersion = 0;
  double p = 1;
  double history_days = 0;  // on which anybody of the group was active
};

// `同單位同職務`, `各機關同職務` …
std::string peer_group_name(const Comparison& comparison);

// Compares everybody who was active on the last day of `counts`' period and has enough peers, sorted by officer.
//
// Peers are those who looked something up this month: of the same agency, unit and role by staff.csv; if they are fewer
// than peers_min, of the same agency and role; then of the same role anywhere. Who is not in staff.csv is compared by
// the agency and unit of the events, whatever the role.
std::vector<Comparison> compare_month(const Baseline& rule, const std::vector<PeriodCount>& counts,
                                      const registry::Snapshot& registry);

}  // namespace trailwatch::rules
