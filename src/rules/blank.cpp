#include "rules/blank.h"

#include <algorithm>
#include <array>
#include <utility>

#include "trailwatch/base/check.h"
#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

// Words longer than this are not placeholders but sentences.
constexpr std::size_t kWordBytesMax = 120;

// What is neither letter nor digit, outside ASCII: Unicode's blocks of punctuation, symbols and invisible characters.
constexpr std::array<std::pair<char32_t, char32_t>, 16> kSigns = {{
    {0x0080, 0x00BF},    // Latin-1 controls, signs
    {0x00D7, 0x00D7},    // ×
    {0x00F7, 0x00F7},    // ÷
    {0x02B0, 0x036F},    // modifiers, combining marks
    {0x2000, 0x209F},    // general punctuation, invisible characters
    {0x2190, 0x2BFF},    // arrows, technical, box drawing, shapes, dingbats
    {0x2E00, 0x2E7F},    // supplemental punctuation
    {0x3000, 0x3004},    // 　、。〃〄
    {0x3008, 0x3020},    // brackets, 〒, 〓
    {0x3030, 0x3030},    // 〰
    {0x30FB, 0x30FC},    // ・ー
    {0xFE00, 0xFE6F},    // variation selectors, vertical and small forms
    {0xFF5F, 0xFF65},    // half-width brackets
    {0xFEFF, 0xFEFF},    // byte order mark
    {0x1F000, 0x1FAFF},  // pictographs
    {0xE0000, 0xE0FFF},  // tags
}};

char32_t fold(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  return c >= U'A' && c <= U'Z' ? c + 32 : c;
}

// `c` is folded.
bool is_letter(char32_t c) {
  if (c < 0x80) return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9');
  return std::none_of(kSigns.begin(), kSigns.end(),
                      [&](const auto& range) { return c >= range.first && c <= range.second; });
}

}  // namespace

std::string_view to_text(Quality quality) {
  constexpr std::array<std::string_view, 4> words = {"blank", "punctuation", "placeholder", "text"};
  const auto at = static_cast<std::size_t>(quality);
  TW_CHECK(at < words.size());
  return words[at];
}

std::string letters_of(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = fold(next_code_point(text, at));
    if (is_letter(c)) append_utf8(out, c);
  }
  return out;
}

void Placeholders::add(std::string_view word) {
  std::string letters = letters_of(word);
  if (letters.empty() || letters.size() > kWordBytesMax) return;
  bytes_max_ = std::max(bytes_max_, letters.size());
  words_.insert(std::move(letters));
}

Quality Placeholders::judge(std::string_view text) const {
  if (trim(text).empty()) return Quality::blank;
  std::array<char, kWordBytesMax + 4> letters;
  std::size_t size = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = fold(next_code_point(text, at));
    if (!is_letter(c)) continue;
    if (size >= bytes_max_) return Quality::text;
    if (c < 0x80) {
      letters[size++] = static_cast<char>(c);
    } else {
      // Nothing outside ASCII is changed by folding, so its bytes can be taken as they are.
      for (std::size_t i = start; i < at && size < letters.size(); ++i) letters[size++] = text[i];
    }
  }
  if (size == 0) return Quality::punctuation;
  return words_.find(std::string_view(letters.data(), size)) != words_.end() ? Quality::placeholder : Quality::text;
}

}  // namespace trailwatch::rules
