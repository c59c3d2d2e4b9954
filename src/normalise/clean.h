#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trailwatch::normalise {

// One step on the way from what a source wrote to the canonical form of a value.
enum class Clean : std::uint8_t {
  trim,             // blanks at both ends; always done, the word is accepted for clarity
  upper,            // ASCII letters
  lower,            // ASCII letters
  fold_width,       // Ａ１－ to A1-
  strip_dashes,     // ABC-1234 to ABC1234
  plus_is_blank,    // Person+Crime to Person Crime
  collapse_blanks,  // runs of blanks, tabs and line ends to one blank
  nil_dash,         // a lone `-` to nothing
};

std::optional<Clean> find_clean(std::string_view word);
const std::vector<std::string>& clean_words();

// Strips blanks from both ends as `trim` does, but fast where there are none.
std::string_view trimmed(std::string_view text);
// Does the steps in their order, in place.
void clean(std::string& value, const std::vector<Clean>& steps);

}  // namespace trailwatch::normalise
