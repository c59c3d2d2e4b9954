#pragma once

#include <vector>

#include "app/listing.h"
#include "trailwatch/report/daily.h"

namespace trailwatch::app {

// What is suppressed on the report's day, and what of its alerts does not count because of that.
void add_suppressions(const Workplace& workplace, const AlertDesk& desk, const std::vector<model::Alert>& alerts,
                      report::DailyReport& out);

}  // namespace trailwatch::app
