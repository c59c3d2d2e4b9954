#include "trailwatch/report/incident.h"

#include <gtest/gtest.h>

#include "report/grid.h"
#include "report/sample.h"
#include "trailwatch/base/csv.h"

namespace trailwatch::report {
namespace {

// Two look-ups of one person, with what hostile officers write. Nobody in it exists.
Incident incident() {
  Incident out;
  out.agency = "範例縣政府政風處";
  out.about = "警示 5b1c0f2a9d3e4786（115/03/02）之佐證紀錄";
  out.whom = "林○德 B10427 偵查隊";
  out.made = sample::at(sample::day().plus(2), 10, 0);
  out.by = "E00012";
  out.clock = {sample::at(sample::day().plus(1), 9, 0), 72, sample::at(sample::day().plus(4), 9, 0), 47 * 60, "依據"};
  out.persons = out.subjects = 1;
  out.without_subject = 1;
  out.lines = {{"戶政", "人", 2, 1, 9}};
  out.actions = {{"戶政", "全戶戶籍", 2, 1, 9}};
  out.list = {{"0011aabb****", "人", "J12****000 李○○", "戶政", sample::at(sample::day(), 9, 0),
               sample::at(sample::day(), 10, 0), 2}};
  const IncidentLookup row{sample::at(sample::day(), 9, 0),
                           "戶政",
                           "全戶戶籍",
                           "0011aabb****",
                           "J12****000 李○○",
                           "=HYPERLINK(\"http://x\")\n換行",
                           "+886",
                           "10.40.3.8",
                           4,
                           "000000000012"};
  out.lookups = {row, row, row};
  out.lookups[1].rows = std::nullopt;
  out.lookups[2].code = out.lookups[2].subject = "";
  out.lookups[2].reason = "@SUM(1+1)*cmd|' /C calc'!A0";
  return out;
}

TEST(IncidentCsv, ComesBackAndRunsNothing) {
  const CsvTable table = parse_csv(lookups_csv(incident()));
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[0].cells[table.column("事由")], "'=HYPERLINK(\"http://x\")\n換行");
  EXPECT_EQ(table.rows[0].cells[table.column("案號")], "'+886");
  EXPECT_EQ(table.rows[0].cells[table.column("回傳筆數")], "4");
  EXPECT_EQ(table.rows[1].cells[table.column("回傳筆數")], "");
  EXPECT_EQ(table.rows[2].cells[table.column("事由")].front(), '\'');
  const CsvTable list = parse_csv(subjects_csv(incident()));
  ASSERT_EQ(list.rows.size(), 1U);
  EXPECT_EQ(list.rows[0].cells, (std::vector<std::string>{"1", "0011aabb****", "人", "J12****000 李○○", "戶政",
                                                          "115/03/02 09:00", "115/03/02 10:00", "2"}));
}

TEST(IncidentWorkbook, SaysCountsClockAndLaw) {
  std::string all;
  for (const Table& table : to_workbook(incident(), "abc").tables) {
    for (const auto& row : table.rows) {
      for (const TableCell& cell : row) all += cell.text + "\n";
    }
  }
  for (const char* said :
       {"至少 1 人", "查詢 3 筆，系統回傳合計 9 筆；另有 1 筆未記載查詢對象", "115/03/03 09:00（由製作人填報）",
        "115/03/06 09:00（知悉後 72 小時）", "尚餘 47 小時 0 分", "依據", "「待說明」不代表違規"}) {
    EXPECT_NE(all.find(said), std::string::npos) << said;
  }
}

TEST(IncidentWorkbook, ComesBackFromOdsAndXlsx) {
  const Workbook book = to_workbook(incident(), "abc");
  const Result<std::vector<Grid>> ods = read_ods(to_ods(book));
  const Result<std::string> bytes = to_xlsx(book);
  ASSERT_TRUE(ods && bytes);
  const Result<std::vector<Grid>> xlsx = read_xlsx(*bytes);
  ASSERT_TRUE(xlsx.has_value());
  for (const std::vector<Grid>& grids : {*ods, *xlsx}) {
    ASSERT_EQ(grids.size(), 4U);
    bool is_there = false;
    for (const Grid::Row& row : grids[3].rows) {
      for (const std::string& cell : row.cells) is_there = is_there || cell == "=HYPERLINK(\"http://x\")\n換行";
    }
    EXPECT_TRUE(is_there);
  }
}

TEST(IncidentWorkbook, ColumnsFitOnThePage) {
  for (const Table& table : to_workbook(incident(), "abc").tables) {
    double width = 0;
    for (const TableColumn& column : table.columns) width += column.width_cm;
    EXPECT_LE(width, 28.5) << table.name;
    for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size()) << table.name;
  }
}

TEST(IncidentWorkbook, AnIncidentOfNothingIsAFileToo) {
  EXPECT_TRUE(to_pdf(to_workbook(Incident{}, "")).has_value());
}

TEST(NoticeClock, IsToldInHoursAndMinutes) {
  EXPECT_EQ(remaining_words(0), "尚餘 0 小時 0 分");
  EXPECT_EQ(remaining_words(72 * 60), "尚餘 72 小時 0 分");
  EXPECT_EQ(remaining_words(59), "尚餘 0 小時 59 分");
  EXPECT_EQ(remaining_words(-1), "已逾期 0 小時 1 分");
  EXPECT_EQ(remaining_words(-185), "已逾期 3 小時 5 分");
}

}  // namespace
}  // namespace trailwatch::report
