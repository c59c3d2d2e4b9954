#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trailwatch {

// A small CSV file as a whole (RFC 4180, UTF-8, LF or CRLF, byte order mark dropped), for reference files and returned
// sheets. Query trails are read by `normalise`, which takes them in pieces and keeps their raw bytes.
struct CsvTable {
  struct Row {
    std::int64_t line = 0;  // physical, 1-based, where the row starts
    std::vector<std::string> cells;
  };
  std::vector<std::string> columns;  // of the header, trimmed
  std::vector<Row> rows;             // blank lines left out; cells untrimmed
  std::int64_t open_quote = 0;       // the line of the row whose quote never closes; 0 when all do

  // The position of a column, or npos.
  std::size_t column(std::string_view name) const;
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};

// Never fails: an unclosed quote runs to the end of the text.
CsvTable parse_csv(std::string_view text);

}  // namespace trailwatch
