#pragma once

#include <functional>
#include <string>
#include <vector>

#include "trailwatch/rules/stream.h"
#include "trailwatch/store/reader.h"

namespace trailwatch::app {

// How far long work has come: done and all, in any unit.
using Progress = std::function<void(std::int64_t done, std::int64_t all)>;

// What a stream has added up, with the names of all that it adds up.
struct DayTallies {
  std::vector<std::string> names;
  std::vector<rules::DayTally> rows;
};

// Shows the stored events of these days, and what the rules' look-back needs before them, to the rules in the order of
// the events' own time. Findings about subjects hold plain values: see `rules::Stream`. `tallies`, if given, is filled
// when the options ask for tallies.
Result<std::vector<model::Finding>> stream_findings(store::Reader& reader, const rules::Engine& engine,
                                                    const Zone& zone, const rules::StreamOptions& options,
                                                    const Progress& progress, DayTallies* tallies = nullptr);

}  // namespace trailwatch::app
