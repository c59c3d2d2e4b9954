#pragma once

#include <string>
#include <vector>

#include "trailwatch/report/period.h"
#include "trailwatch/report/sampling.h"
#include "trailwatch/report/sampling_seed.h"

namespace trailwatch::report {

// One unit's look-ups in one system: what a quota asks of, and what is drawn from by itself.
struct DrawStratum {
  std::string system, agency, unit;  // the system by its name: `police`
  SamplingQuota quota;
  std::vector<SamplingUnit> events;
};

// The frame: every event that could have been drawn, published with the sheets, so that anybody can draw the random
// part again (docs/recompute-sample.py). CSV like the sheets: 系統 機關 單位 人員序 事件代碼, by stratum, then code. It
// tells nothing of persons: officers are 1, 2, 3 … within their stratum in the order of their lowest codes, 0 is
// nobody.
std::string frame_csv(const std::vector<DrawStratum>& strata);

// The plan: seed, checkpoint, quotas and sizes of each stratum, and the frame's hash, as JSON. `docs/sampling.md` tells
// its keys.
std::string plan_json(const std::vector<DrawStratum>& strata, const DrawSeed& seed, const Period& period,
                      const std::string& agency, const LocalTime& cutoff, const std::string& frame);

}  // namespace trailwatch::report
