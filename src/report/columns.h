#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trailwatch::report {

// Text in fixed columns. A character of ASCII takes one column, a combining one none, everything else two: terminals
// and mail programs of a Chinese system draw also ▲, ○ and “ that way, and where one does not, a line is only shorter.
std::size_t columns(std::string_view text);

// Breaks `text` into lines of at most `width` columns, indents included: `first` starts the first line, `rest` all
// others. Breaks at blanks and between Chinese characters; never before closing and never after opening punctuation,
// never inside a word or number unless it fills a line alone. Always at least one line.
std::vector<std::string> wrap(std::string_view text, std::size_t width, std::string_view first = "",
                              std::string_view rest = "");

// Filled up with blanks; longer text stays as it is.
std::string left(std::string_view text, std::size_t width);
std::string right(std::string_view text, std::size_t width);

}  // namespace trailwatch::report
