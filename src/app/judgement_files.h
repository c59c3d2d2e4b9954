#pragma once

#include "app/workplace.h"

// The parts of app/workplace.h that are about reference files, for its own sources.
namespace trailwatch::app {

Result<std::vector<store::InForce>> read_reference_files(const ReadFiles& files, const config::Config& config);
void log_problems(Log& log, const registry::Snapshot& snapshot);

}  // namespace trailwatch::app
