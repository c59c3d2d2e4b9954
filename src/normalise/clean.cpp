#include "normalise/clean.h"

#include <algorithm>

#include "trailwatch/base/text.h"

namespace trailwatch::normalise {

namespace {

unsigned byte(char c) {
  return static_cast<unsigned char>(c);
}

// Lead bytes of the blanks beyond ASCII: U+00A0, U+3000, U+FEFF.
bool may_lead_blank(char c) {
  return byte(c) == 0xC2 || byte(c) == 0xE3 || byte(c) == 0xEF;
}

void trim_in_place(std::string& value) {
  const std::string_view kept = trimmed(value);
  if (kept.size() == value.size()) return;
  const auto skipped = static_cast<std::size_t>(kept.data() - value.data());
  if (kept.empty()) {
    value.clear();
  } else {
    value.erase(skipped + kept.size());
    value.erase(0, skipped);
  }
}

void fold_in_place(std::string& value) {
  const bool wide = std::any_of(value.begin(), value.end(), [](char c) { return byte(c) == 0xEF || byte(c) == 0xE3; });
  if (!wide) return;
  value = fold_width(value);
}

void collapse_in_place(std::string& value) {
  std::size_t kept = 0;
  bool after_blank = false;
  for (const char c : value) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!blank || !after_blank) value[kept++] = blank ? ' ' : c;
    after_blank = blank;
  }
  value.resize(kept);
}

void step(std::string& value, Clean what) {
  switch (what) {
    case Clean::trim:
      break;
    case Clean::upper:
      for (char& c : value) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      break;
    case Clean::lower:
      for (char& c : value) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      break;
    case Clean::fold_width:
      fold_in_place(value);
      break;
    case Clean::strip_dashes:
      std::erase(value, '-');
      break;
    case Clean::plus_is_blank:
      std::replace(value.begin(), value.end(), '+', ' ');
      break;
    case Clean::collapse_blanks:
      collapse_in_place(value);
      break;
    case Clean::nil_dash:
      if (value == "-") value.clear();
      break;
  }
}

}  // namespace

const std::vector<std::string>& clean_words() {
  static const std::vector<std::string> words = {"trim",         "upper",         "lower",           "fold-width",
                                                 "strip-dashes", "plus-is-blank", "collapse-blanks", "nil-dash"};
  return words;
}

std::optional<Clean> find_clean(std::string_view word) {
  const auto& words = clean_words();
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Clean>(found - words.begin());
}

std::string_view trimmed(std::string_view text) {
  const std::size_t size = text.size();
  if (size == 0) return text;
  const bool first_is_ink = byte(text[0]) > ' ' && !may_lead_blank(text[0]);
  const bool last_is_ink =
      byte(text[size - 1]) > ' ' && (byte(text[size - 1]) < 0x80 ||
                                     (size >= 3 && !may_lead_blank(text[size - 2]) && !may_lead_blank(text[size - 3])));
  return first_is_ink && last_is_ink ? text : trim(text);
}

void clean(std::string& value, const std::vector<Clean>& steps) {
  for (const Clean what : steps) step(value, what);
  trim_in_place(value);
}

}  // namespace trailwatch::normalise
