#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trailwatch {

// All text inside the house is UTF-8. A user-defined character of a Big5 source (造字) is kept as the private-use code
// point that Microsoft's code page 950 gives it, so that two different ones stay different; people are shown 〓.

// Strips blanks, tabs, line ends, the ideographic space U+3000, the no-break space U+00A0 and U+FEFF from both ends.
std::string_view trim(std::string_view text);
// Full-width forms U+FF01..FF5E become ASCII and U+3000 a blank; everything else stays.
std::string fold_width(std::string_view text);
// ASCII letters only.
std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);

// True if `text` is well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view text);
// Every ill-formed sequence becomes U+FFFD.
std::string repair_utf8(std::string_view text);
// The code point at `at`, which is moved behind it. Ill-formed bytes read as U+FFFD, one byte each. `at` < text.size().
char32_t next_code_point(std::string_view text, std::size_t& at);
void append_utf8(std::string& out, char32_t code_point);
// Number of code points.
std::size_t length(std::string_view text);
// The first `count` code points.
std::string_view prefix(std::string_view text, std::size_t count);

// For people: private-use characters and U+FFFD become 〓; control characters and what is unseen but changes how a line
// reads (bidirectional marks and overrides, line and paragraph separators, U+FEFF) become ␦ (U+2426).
std::string for_display(std::string_view text);
// For our own log lines: control and unseen characters, quotes and backslashes escaped as in JSON.
std::string for_log(std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);
// The parts with `separator` between them.
std::string joined(const std::vector<std::string>& parts, std::string_view separator);
// `12,345`
std::string with_thousands(std::int64_t number);
// Shell pattern: `*` any run but not '/', `?` one character but not '/'. Case matters. No classes, no braces.
bool matches_pattern(std::string_view text, std::string_view pattern);
// The nearest of `words` by edit distance, or empty when none is near. For hints: `did you mean ...?`
std::string nearest(std::string_view word, const std::vector<std::string>& words);

// & < > " ' as entities; characters that HTML forbids become U+FFFD. Safe in text and in quoted attributes.
std::string html_escape(std::string_view text);

}  // namespace trailwatch
