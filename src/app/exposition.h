#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/figures.h"

namespace trailwatch::app {

// What this process has done so far.
struct ProcessFigures {
  Instant started;
  std::int64_t commits = 0;
  std::optional<Instant> committed_at;
};

// What the writer hands to the thread that answers Prometheus: never changed afterwards.
struct Snapshot {
  Figures figures;
  std::vector<Complaint> complaints;
  ProcessFigures process;
};

// In the text format of Prometheus 0.0.4. Names and labels stay as they are once published, since people build alarms
// on them. Labels are names of the configuration: sources, channels; never a person.
std::string prometheus_text(const Snapshot& snapshot);

}  // namespace trailwatch::app
