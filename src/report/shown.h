#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trailwatch::report {

// Text as a page may show it: tabs and line ends become a blank, other control characters and those that turn the
// direction of reading become ␦, ill-formed bytes become 〓. User-defined characters (造字) stay, since the office's
// own fonts have them.
std::string shown(std::string_view text);
// The same, but with tabs and line ends as they are: for cells that keep them.
std::string shown_with_lines(std::string_view text);
// At most `limit` characters, followed by how many are missing: `…（餘 1,200 字）`.
std::string shortened(std::string_view text, std::size_t limit = 400);
// What never troubles a sensible text, yet keeps a page a page; the JSON form and the stored record have the rest.
inline constexpr std::size_t kCellLength = 120;
inline constexpr std::size_t kSentenceLength = 200;
inline constexpr std::size_t kNameLength = 60;
// `text`, or `word` when it is blank.
std::string_view or_word(std::string_view text, std::string_view word);

// `1,234` or `1,234.5`: at most one decimal, none when it is zero. `—` when it is not a number.
std::string decimal(double number);
// For coordinates: one decimal, a full stop, no separators.
std::string coordinate(double number);

}  // namespace trailwatch::report
