#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trailwatch/base/hash.h"

namespace trailwatch::vault {

// A 256-bit key. Wiped when it goes.
class Key {
 public:
  explicit Key(std::string_view bytes32);
  ~Key();
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::array<char, 32> bytes_{};
};

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

// RFC 5869 with SHA-256, no salt: a key for one purpose from another key.
Key derive(const Key& from, std::string_view purpose);

// HMAC-SHA-256 (RFC 2104), the key's two pads hashed once.
class Mac {
 public:
  explicit Mac(const Key& key);
  Digest operator()(std::string_view bytes) const;

 private:
  Sha256 inner_, outer_;
};

// AES-256-GCM (NIST SP 800-38D): nonce ‖ ciphertext ‖ tag. `nonce` has 12 bytes and is never used twice with a key.
std::string encrypt(const Key& key, std::string_view nonce, std::string_view bound, std::string_view plain);
// Nothing when key, `bound` or bytes are not what they were.
std::optional<std::string> decrypt(const Key& key, std::string_view bound, std::string_view sealed);

}  // namespace trailwatch::vault
