#include "report/shown.h"

#include <cmath>

#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

bool is_private_use(char32_t c) {
  return (c >= 0xE000 && c <= 0xF8FF) || (c >= 0xF0000 && c <= 0x10FFFD);
}
bool is_line_or_tab(char32_t c) {
  return c == '\t' || c == '\n' || c == '\r';
}

// Whole tenths; far beyond any count, and beyond what a double holds exactly, it stops growing.
std::int64_t tenths(double number) {
  constexpr double kLimit = 9e15;
  return std::llround(std::fmin(std::fmax(number * 10, -kLimit), kLimit));
}

}  // namespace

std::string shown_with_lines(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(text, at);
    if (is_private_use(c) || is_line_or_tab(c) || (c >= 0x20 && c < 0x7F)) {
      out += text.substr(start, at - start);
    } else {
      out += for_display(text.substr(start, at - start));
    }
  }
  return out;
}

std::string shown(std::string_view text) {
  std::string out = shown_with_lines(text);
  for (char& c : out) {
    if (is_line_or_tab(static_cast<unsigned char>(c))) c = ' ';
  }
  return out;
}

std::string shortened(std::string_view text, std::size_t limit) {
  const std::string_view kept = prefix(text, limit);
  if (kept.size() == text.size()) return std::string(text);
  const std::size_t missing = length(text.substr(kept.size()));
  return std::string(kept) + "…（餘 " + with_thousands(static_cast<std::int64_t>(missing)) + " 字）";
}

std::string_view or_word(std::string_view text, std::string_view word) {
  return trim(text).empty() ? word : text;
}

std::string decimal(double number) {
  if (!std::isfinite(number)) return "—";
  const std::int64_t all = tenths(number);
  std::string out = with_thousands(all / 10);
  if (all < 0 && all > -10) out.insert(out.begin(), '-');
  if (all % 10 != 0) {
    out += '.';
    out += std::to_string(std::abs(all % 10));
  }
  return out;
}

std::string coordinate(double number) {
  const std::int64_t all = std::isfinite(number) ? tenths(number) : 0;
  std::string out = all < 0 ? "-" : "";
  out += std::to_string(std::abs(all) / 10);
  if (all % 10 != 0) {
    out += '.';
    out += std::to_string(std::abs(all % 10));
  }
  return out;
}

}  // namespace trailwatch::report
