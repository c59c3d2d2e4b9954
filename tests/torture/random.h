#pragma once

#include <cstdint>
#include <string_view>

namespace trailwatch::torture {

// A generator for one case: the same seed, harness and number draw the same, whatever was drawn before (splitmix64).
class Draw {
 public:
  Draw(std::uint64_t seed, std::string_view harness, std::uint64_t number) : state_(seed * 0x9E3779B97F4A7C15U) {
    for (const char c : harness) state_ = next() ^ static_cast<unsigned char>(c);
    state_ = next() ^ number;
  }
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  // 0 … n - 1; n > 0.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  bool chance(double p) { return static_cast<double>(next() >> 11U) < p * 9007199254740992.0; }

 private:
  std::uint64_t state_;
};

}  // namespace trailwatch::torture
