#pragma once

#include <string>

#include "app/workplace.h"
#include "trailwatch/store/writer.h"

namespace trailwatch::app {

// Leaves about the house itself: that it began and ended its work, and which configuration, rules and reference files
// it worked with. A file gets a leaf when its SHA-256 is another than in the newest leaf about it, also when it is
// gone. A transaction of its own.
Status record_start(const Machine& machine, const Workplace& workplace, store::Writer& writer);
// The same for files that were replaced while the house works.
Status record_changes(const Machine& machine, const Workplace& workplace, store::Writer& writer);
Status record_stop(const Machine& machine, store::Writer& writer);

}  // namespace trailwatch::app
