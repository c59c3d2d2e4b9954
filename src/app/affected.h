#pragma once

#include <optional>

#include "app/day_plan.h"
#include "trailwatch/registry/comparison.h"
#include "trailwatch/rules/engine.h"
#include "trailwatch/store/reader.h"

namespace trailwatch::app {

// What a change asks for.
struct Affected {
  DayPlan plan;
  // Days before this one are affected too, but keep their findings: they lie further back than asked for.
  std::optional<LocalDay> kept_before;
  bool from_the_first_day = false;  // no day keeps what older files have said of it
};

// Every stored day, as far back as the first event: rules have changed.
Result<Affected> affect_all(store::Reader& reader, const Zone& zone);

// The days that a change of reference files affects, at most `days_back` before the newest stored day (0: all). Asks
// both versions about every stored event; nothing sealed is opened. `engine` is the one with the new files.
//
// A day is judged anew when one of its events, its working hours or an officer's post or leave on it are seen
// differently, and so are the days after it from which rules look back on it. Days whose baselines look at those are
// compared again. Where affected days lie beyond `days_back`, what the first days' baselines need of them is counted.
Result<Affected> affect(store::Reader& reader, const rules::Engine& engine, const registry::Comparison& comparison,
                        const Zone& zone, std::int64_t days_back);
// The same for a change of which only everything can be said.
Result<Affected> affect_recent(store::Reader& reader, const rules::Engine& engine, const Zone& zone,
                               std::int64_t days_back);

// Days before `first` keep what they have: of what they rest on, something was erased.
void keep_before(Affected& affected, LocalDay first);

// How many days before a day the rules look at its events' past, in whole days.
std::int32_t lookback_days(const rules::Engine& engine);

}  // namespace trailwatch::app
