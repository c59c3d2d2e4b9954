#pragma once

#include "trailwatch/base/time.h"

namespace trailwatch {

// What time it is. Handed over at construction, so that tests run a month in a second.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
  // Monotonic microseconds of no particular origin, for progress and lag.
  virtual std::int64_t steady_micros() = 0;
};

}  // namespace trailwatch
