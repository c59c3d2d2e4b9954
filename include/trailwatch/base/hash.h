#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace trailwatch {

using Digest = std::array<std::uint8_t, 32>;

// FIPS 180-4.
Digest sha256(std::string_view bytes);

// SHA-256 over bytes that arrive in pieces. Movable; one thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  Sha256(const Sha256& other);
  Sha256& operator=(const Sha256& other);
  void add(std::string_view bytes);
  // The digest so far; more may be added afterwards.
  Digest digest() const;

 private:
  void* context_;
};

// Lower-case hexadecimal of the first `bytes_max` bytes.
std::string to_hex(const Digest& digest, std::size_t bytes_max = 32);
std::string_view as_bytes(const Digest& digest);
// Big-endian number from the first 8 bytes.
std::uint64_t first_64_bits(const Digest& digest);

}  // namespace trailwatch
