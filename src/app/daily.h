#pragma once

#include <optional>

#include "app/workplace.h"
#include "trailwatch/report/daily.h"

namespace trailwatch::app {

// Gathers what the daily report of `day` says. Decrypts the evidence of the alerts it shows, and masks it. `cut`:
// decisions up to that entry of the ledger; all of them when there is none.
Result<report::DailyReport> gather_daily(const Workplace& workplace, store::Reader& reader, LocalDay day,
                                         std::optional<std::int64_t> cut);

// What the sources say of their completeness, in words.
struct SourceFaults {
  std::map<std::string, std::vector<std::string>> by_source;
};
// Only faults whose place in time lies from `from` up to, without, `until`: what was missing last year is no news
// today.
Result<SourceFaults> gather_faults(const Workplace& workplace, store::Reader& reader, Instant from, Instant until);

}  // namespace trailwatch::app
