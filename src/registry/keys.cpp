#include "registry/keys.h"

#include <algorithm>

#include "trailwatch/base/text.h"

namespace trailwatch::registry {

std::string key_of(std::string_view text) {
  std::string out = to_upper(fold_width(trim(text)));
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  out.erase(std::remove_if(out.begin(), out.end(), is_blank), out.end());
  return out;
}

bool is_key(std::string_view text) {
  // Blanks and full-width forms beyond ASCII begin with one of three bytes: U+00A0, U+3000, U+FEFF and U+FF01..FF5E.
  const bool is_plain = std::none_of(text.begin(), text.end(), [](char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || (c >= 'a' && c <= 'z') || c == '\xC2' || c == '\xE3' ||
           c == '\xEF';
  });
  return is_plain && is_utf8(text);  // folding mends what is ill-formed
}

std::string_view as_key(std::string_view text, std::string& buffer) {
  if (is_key(text)) return text;
  buffer = key_of(text);
  return buffer;
}

std::vector<std::string> list_of(std::string_view cell) {
  std::vector<std::string> out;
  const std::string folded = fold_width(cell);
  for (const std::string_view part : split(folded, ';')) {
    if (!trim(part).empty()) out.emplace_back(trim(part));
  }
  return out;
}

}  // namespace trailwatch::registry
