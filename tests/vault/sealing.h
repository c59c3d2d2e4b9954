#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "trailwatch/base/random.h"
#include "trailwatch/vault/vault.h"

namespace trailwatch::test {

// Bytes that differ from call to call and from seed to seed, the same in every run.
class CountingRandom : public Random {
 public:
  explicit CountingRandom(std::uint64_t seed = 1) : state_(seed * 0x9E3779B97F4A7C15U + 1) {}
  std::string bytes(std::size_t count) override {
    std::string out;
    while (out.size() < count) {
      state_ = state_ * 6364136223846793005U + 1442695040888963407U;
      out.push_back(static_cast<char>(state_ >> 56U));
    }
    return out;
  }

 private:
  std::uint64_t state_;
};

inline std::string from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

inline std::string key_file(std::uint64_t seed = 1) {
  CountingRandom random(seed);
  return vault::make_key_file(random);
}

inline vault::Vault open_vault(std::uint64_t seed = 1) {
  Result<vault::Vault> vault = vault::Vault::open(key_file(seed));
  EXPECT_TRUE(vault.has_value());
  return *std::move(vault);
}

}  // namespace trailwatch::test
