#include "trailwatch/deliver/retry.h"

#include <algorithm>
#include <string>

#include "trailwatch/base/hash.h"

namespace trailwatch::deliver {

namespace {

constexpr std::int64_t kFirstMicros = 30 * kMicrosPerSecond;
constexpr std::int64_t kMostMicros = 30 * kMicrosPerMinute;

}  // namespace

Instant next_attempt(Instant now, std::int64_t attempts, std::string_view id) {
  const std::int64_t doublings = std::clamp<std::int64_t>(attempts - 1, 0, 10);
  const std::int64_t pause = std::min(kFirstMicros << doublings, kMostMicros);
  const std::uint64_t draw = first_64_bits(sha256(std::string(id) + "/" + std::to_string(attempts)));
  const auto spread = static_cast<std::int64_t>(draw % static_cast<std::uint64_t>(pause / 2));
  return Instant{now.micros + pause - pause / 4 + spread};
}

}  // namespace trailwatch::deliver
