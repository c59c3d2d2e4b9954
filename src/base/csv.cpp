#include "trailwatch/base/csv.h"

#include <algorithm>

#include "trailwatch/base/text.h"

namespace trailwatch {

namespace {

// Reads one row from `at`, which is moved behind its line end. `quoted` tells whether the text ended inside a quote.
std::vector<std::string> read_row(std::string_view text, std::size_t& at, std::int64_t& line, bool& quoted) {
  std::vector<std::string> cells(1);
  quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') {
        cells.back().push_back(c);
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        cells.back().push_back('"');
        ++at;
      } else {
        quoted = false;
      }
    } else if (c == '"' && cells.back().empty()) {
      quoted = true;
    } else if (c == ',') {
      cells.emplace_back();
    } else if (c == '\n') {
      ++at;
      break;
    } else if (c != '\r') {
      cells.back().push_back(c);
    }
  }
  return cells;
}

}  // namespace

std::size_t CsvTable::column(std::string_view name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  return found == columns.end() ? npos : static_cast<std::size_t>(found - columns.begin());
}

CsvTable parse_csv(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  CsvTable table;
  std::size_t at = 0;
  std::int64_t line = 1;
  while (at < text.size()) {
    const std::int64_t start = line;
    bool quoted = false;
    std::vector<std::string> cells = read_row(text, at, line, quoted);
    if (quoted) table.open_quote = start;
    if (cells.size() == 1 && trim(cells[0]).empty()) continue;
    if (table.columns.empty()) {
      for (const std::string& cell : cells) table.columns.emplace_back(trim(cell));
    } else {
      table.rows.push_back({start, std::move(cells)});
    }
  }
  return table;
}

}  // namespace trailwatch
