#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "trailwatch/config/listen.h"

namespace trailwatch::config {

namespace {

constexpr int kBitsAll = 128;
constexpr int kBitsBeforeIpv4 = 96;

// An IPv4 address as IPv6 writes it.
constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  const std::string literal(text);
  Address out{};
  if (::inet_pton(AF_INET6, literal.c_str(), out.data()) == 1) return out;
  std::copy(kMapped.begin(), kMapped.end(), out.begin());
  if (::inet_pton(AF_INET, literal.c_str(), out.data() + kMapped.size()) == 1) return out;
  return std::nullopt;
}

bool Network::contains(const Address& other) const {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(whole), other.begin())) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  const int mask = 0xff << (8 - rest) & 0xff;
  return (address[whole] & mask) == (other[whole] & mask);
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network out{*address, kBitsAll};
  if (slash == std::string_view::npos) return out;
  const bool is_ipv4 = text.find(':') == std::string_view::npos;
  const std::string_view digits = text.substr(slash + 1);
  int bits = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (bits < 0 || bits > (is_ipv4 ? kBitsAll - kBitsBeforeIpv4 : kBitsAll)) return std::nullopt;
  out.bits = is_ipv4 ? bits + kBitsBeforeIpv4 : bits;
  return out;
}

}  // namespace trailwatch::config
