#include "trailwatch/base/csv.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace trailwatch {
namespace {

// `columns`, then every row as `line:cell|cell`.
std::vector<std::string> show(const CsvTable& table) {
  const auto join = [](const std::vector<std::string>& cells) {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) out += (i > 0 ? "|" : "") + cells[i];
    return out;
  };
  std::vector<std::string> out = {join(table.columns)};
  for (const CsvTable::Row& row : table.rows) out.push_back(std::to_string(row.line) + ":" + join(row.cells));
  return out;
}
using Lines = std::vector<std::string>;

TEST(Csv, ReadsHeaderAndRows) {
  EXPECT_EQ(show(parse_csv("a, b\n1,2\n3,4")), (Lines{"a|b", "2:1|2", "3:3|4"}));
  EXPECT_EQ(show(parse_csv("\xEF\xBB\xBF"
                           "a,b\r\n1, 2 \r\n")),
            (Lines{"a|b", "2:1| 2 "}));
  EXPECT_EQ(show(parse_csv("")), (Lines{""}));
  EXPECT_EQ(show(parse_csv("a\n")), (Lines{"a"}));
}

TEST(Csv, LeavesBlankLinesOutButCountsThem) {
  EXPECT_EQ(show(parse_csv("\n\na,b\n\n \n1,2\n,\n")), (Lines{"a|b", "6:1|2", "7:|"}));
}

TEST(Csv, UndoesQuotes) {
  EXPECT_EQ(show(parse_csv("a,b\n\"x,\"\"y\"\"\",\"\"\n")), (Lines{"a|b", "2:x,\"y\"|"}));
  EXPECT_EQ(show(parse_csv("a,b\n\"two\nlines\",1\nz,2\n")), (Lines{"a|b", "2:two\nlines|1", "4:z|2"}));
  EXPECT_EQ(show(parse_csv("a,b\n5\" disk,1\n")), (Lines{"a|b", "2:5\" disk|1"}));
}

TEST(Csv, SaysWhereAQuoteNeverCloses) {
  const CsvTable open = parse_csv("a,b\n1,2\n3,\"4\n5,6\n");
  EXPECT_EQ(show(open), (Lines{"a|b", "2:1|2", "3:3|4\n5,6\n"}));
  EXPECT_EQ(open.open_quote, 3);
  EXPECT_EQ(parse_csv("a,b\n3,\"4\"").open_quote, 0);
}

TEST(Csv, KeepsShortAndLongRowsAsTheyAre) {
  EXPECT_EQ(show(parse_csv("a,b\n1\n1,2,3\n")), (Lines{"a|b", "2:1", "3:1|2|3"}));
}

TEST(Csv, FindsColumnsByName) {
  const CsvTable table = parse_csv("西元日期, 是否放假 ,備註\n");
  EXPECT_EQ(table.column("是否放假"), 1U);
  EXPECT_EQ(table.column("星期"), CsvTable::npos);
}

RC_GTEST_PROP(Csv, ReadsBackQuotedCells, (const std::vector<std::pair<std::string, std::string>>& rows)) {
  const auto quoted = [](const std::string& cell) {
    std::string out = "\"";
    for (const char c : cell) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
  };
  std::string text = "a,b\r\n";
  for (const auto& [a, b] : rows) text += quoted(a) + "," + quoted(b) + "\r\n";
  const CsvTable table = parse_csv(text);
  RC_ASSERT(table.rows.size() == rows.size());
  RC_ASSERT(table.open_quote == 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    RC_ASSERT(table.rows[i].cells == (std::vector<std::string>{rows[i].first, rows[i].second}));
  }
}

RC_GTEST_PROP(Csv, NeverFails, (const std::string& bytes)) {
  parse_csv(bytes + ",\"\n" + bytes);
}

}  // namespace
}  // namespace trailwatch
