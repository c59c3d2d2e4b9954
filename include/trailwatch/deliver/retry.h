#pragma once

#include <cstdint>
#include <string_view>

#include "trailwatch/base/time.h"

namespace trailwatch::deliver {

// When a message that failed at `now` is tried again: 30 seconds after the first attempt, doubled by each further one
// up to half an hour, and spread by up to a quarter either way so that a server that comes back does not meet all at
// once. The spread comes from the id and the attempt: a run can be repeated. `attempts` counts those made, from 1.
Instant next_attempt(Instant now, std::int64_t attempts, std::string_view id);

// A message that nobody takes is given up after this long, as mail servers do (RFC 5321, 4.5.4.1: at least 4 to 5
// days).
constexpr std::int64_t kGiveUpAfterMicros = 5 * kMicrosPerDay;
// From then on a channel that does not take its messages is a fault that people hear of.
constexpr std::int64_t kFaultAfterMicros = kMicrosPerHour;

}  // namespace trailwatch::deliver
