#pragma once

#include "report/html.h"
#include "trailwatch/report/daily.h"

namespace trailwatch::report {

// Parts of the page, in the order in which they stand there. Each writes complete elements.

// ▲ 高 91: shape, word and number; the colour only repeats them.
void badge(Html& page, const model::Alert& alert);
// Everything about one alert. `number` is its place in the day's order, from 1.
void alert_section(Html& page, const AlertPage& alert, std::size_t number);
// What is not listed for somebody for a while, and why; nothing when there is none.
void suppressions_section(Html& page, const DailyReport& report);
// What earlier reports did not know; nothing when there is none.
void changes_section(Html& page, const DailyReport& report);
// Completeness of the sources, quarantine and notes.
void sources_section(Html& page, const DailyReport& report);
// The whole style sheet.
void style_sheet(Html& page, LocalDay day);

}  // namespace trailwatch::report
