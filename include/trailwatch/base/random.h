#pragma once

#include <cstdint>
#include <string>

namespace trailwatch {

// Unpredictable bytes, for keys and nonces only. Nothing that a report or an alert says may depend on them.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::string bytes(std::size_t count) = 0;
};

}  // namespace trailwatch
