#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/workplace.h"
#include "trailwatch/report/period.h"
#include "trailwatch/report/sampling.h"
#include "trailwatch/report/sampling_frame.h"
#include "trailwatch/report/sampling_seed.h"

namespace trailwatch::app {

// What is to be drawn: of which period, by what, and for whom (empty: everybody; a unit as UNIT or AGENCY/UNIT).
struct SamplingWish {
  report::Period period;
  report::DrawSeed seed;
  std::string system, unit;
};

// A sample with all that is published with it.
struct Sampling {
  report::SamplingSheets sheets;
  std::vector<report::DrawStratum> strata;
  std::vector<model::EventId> events;  // drawn, ascending
  std::int64_t too_late = 0;           // events of the period that the checkpoint does not hold
};

// Draws, and shows what was drawn with the answers that came back. Decrypts the drawn events, and masks them. The same
// store, plan and seed give the same sample, whatever the filters.
Result<Sampling> gather_sampling(const Workplace& workplace, store::Reader& reader, const SamplingWish& wish);

// The plan for people: 全部系統, 警政, 警政／範例縣警察局／東門分局, each with what holds there.
std::vector<std::pair<std::string, report::SamplingQuota>> quotas_in_words(const Workplace& workplace);

// An event's place in the log names it for ever: twelve digits.
std::string event_code(model::EventId id);

}  // namespace trailwatch::app
