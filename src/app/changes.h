#pragma once

#include <vector>

#include "app/workplace.h"
#include "trailwatch/report/daily.h"

namespace trailwatch::app {

// What reports that were issued did not know: 補登 and 撤回. It goes by what the rules say, not by decisions, so that a
// decision never looks like a change of the facts.

// How far back is looked.
constexpr std::int32_t kChangesDays = 62;

// What differs, into `out`: days before `until` that have a report. `told` gets those days as they are known now.
Status find_changes(const Workplace& workplace, store::Reader& reader, LocalDay until, report::DailyReport& out,
                    std::vector<store::ToldDay>& told);

// What a report knows of its own day.
Result<store::ToldDay> told_of(store::Reader& reader, const report::DailyReport& report);

}  // namespace trailwatch::app
