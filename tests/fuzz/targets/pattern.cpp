#include "rules/pattern.h"

#include <algorithm>

#include "fuzz/fuzz.h"
#include "trailwatch/base/check.h"
#include "trailwatch/base/text.h"

namespace trailwatch::fuzz {
namespace {

// The same question, answered slowly and plainly, for one code point after the other.
bool matches(const std::vector<char32_t>& pattern, std::size_t p, const std::vector<char32_t>& text, std::size_t t) {
  std::vector<bool> row(text.size() + 1), next(text.size() + 1);
  row[t] = true;
  for (; p < pattern.size(); ++p) {
    std::fill(next.begin(), next.end(), false);
    bool any = false;
    for (std::size_t at = 0; at <= text.size(); ++at) {
      if (pattern[p] == 0x110001) {
        any = any || row[at];
        next[at] = any;
      } else if (row[at] && at < text.size() && (pattern[p] == 0x110000 || pattern[p] == text[at])) {
        next[at + 1] = true;
      }
    }
    row.swap(next);
  }
  return row[text.size()];
}

std::vector<char32_t> points(std::string_view text, bool is_pattern) {
  std::vector<char32_t> out;
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    if (is_pattern && c == U'*') {
      c = 0x110001;
    } else if (is_pattern && c == U'?') {
      c = 0x110000;
    } else if (is_pattern && c == U'\\' && at < text.size() &&
               (text[at] == '*' || text[at] == '?' || text[at] == '\\')) {
      c = next_code_point(text, at);
    }
    out.push_back(c);
  }
  return out;
}

}  // namespace
}  // namespace trailwatch::fuzz

// First byte: how the pattern is meant. First line: the pattern. The rest: the text.
TW_FUZZ(pattern) {
  using namespace trailwatch;
  using Place = rules::Pattern::Place;
  constexpr Place kPlaces[] = {Place::whole, Place::contains, Place::starts, Place::ends};
  const Place place = kPlaces[fuzz::take_byte(input) % 4];
  const std::string pattern = repair_utf8(fuzz::take_line(input)), text = repair_utf8(input.substr(0, 4096));
  const rules::Pattern compiled(pattern, place, true);
  std::vector<char32_t> tokens = fuzz::points(pattern, true);
  if (place == Place::contains || place == Place::ends) tokens.insert(tokens.begin(), 0x110001);
  if (place == Place::contains || place == Place::starts) tokens.push_back(0x110001);
  if (tokens.size() <= 256) TW_CHECK(compiled.matches(text) == fuzz::matches(tokens, 0, fuzz::points(text, false), 0));
  // Whatever matches in its own case matches in any.
  if (compiled.matches(text)) TW_CHECK(rules::Pattern(pattern, place, false).matches(text));
  matches_pattern(input, pattern);
}
