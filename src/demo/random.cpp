#include "demo/random.h"

#include "trailwatch/base/check.h"

namespace trailwatch::demo {

namespace {

std::uint64_t rotated(std::uint64_t value, int by) {
  return value << by | value >> (64 - by);
}

// Spreads a value over 64 bits and moves `state` on.
std::uint64_t spread(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
  z = (z ^ z >> 27) * 0x94D049BB133111EBU;
  return z ^ z >> 31;
}

}  // namespace

Random::Random(std::uint64_t seed, std::string_view label, std::uint64_t a, std::uint64_t b) {
  std::uint64_t mixed = seed;
  mixed = spread(mixed);
  for (const char c : label) mixed = (mixed ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  mixed = spread(mixed) ^ a;
  mixed = spread(mixed) ^ b;
  for (std::uint64_t& word : state_) word = spread(mixed);
}

// xoshiro256**
std::uint64_t Random::next() {
  const std::uint64_t result = rotated(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = rotated(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t n) {
  TW_CHECK(n > 0);
  // The remainder favours small numbers by less than n / 2^64, which nobody will see in a made-up county.
  return next() % n;
}

int Random::between(int low, int high) {
  TW_CHECK(low <= high);
  return low + static_cast<int>(below(static_cast<std::uint64_t>(std::int64_t{high} - low + 1)));
}

std::int64_t Random::between64(std::int64_t low, std::int64_t high) {
  TW_CHECK(low <= high);
  return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
}

}  // namespace trailwatch::demo
