#include "trailwatch/seal/base64.h"

#include <array>
#include <cstdint>

namespace trailwatch::seal {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> values() {
  std::array<std::int8_t, 256> out{};
  for (auto& value : out) value = -1;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    out[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return out;
}
constexpr std::array<std::int8_t, 256> kValues = values();

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view three = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8U | (i < three.size() ? static_cast<unsigned char>(three[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) {
      out.push_back(i <= three.size() ? kAlphabet[bits >> (18U - 6U * static_cast<unsigned>(i)) & 63U] : '=');
    }
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const std::string_view four = text.substr(at, 4);
    const bool is_last = at + 4 == text.size();
    const std::size_t letters = !is_last || four[3] != '=' ? 4 : four[2] == '=' ? 2 : 3;
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const int value = i < letters ? kValues[static_cast<unsigned char>(four[i])] : 0;
      if (value < 0) return std::nullopt;
      bits = bits << 6U | static_cast<std::uint32_t>(value);
    }
    for (std::size_t i = 0; i + 1 < letters; ++i)
      out.push_back(static_cast<char>(bits >> (16U - 8U * static_cast<unsigned>(i)) & 255U));
    const std::uint32_t unused = letters == 4 ? 0U : letters == 3 ? 0xFFU : 0xFFFFU;
    if ((bits & unused) != 0) return std::nullopt;
  }
  return out;
}

}  // namespace trailwatch::seal
