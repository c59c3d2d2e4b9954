#pragma once

#include "app/lookups.h"
#include "trailwatch/report/case_summary.h"

namespace trailwatch::app {

// Gathers what is known of a matter, masked. `made` and `by` are for the caller. All its alerts must be about one key.
Result<report::CaseSummary> gather_case(const Workplace& workplace, store::Reader& reader, const Matter& matter);

}  // namespace trailwatch::app
