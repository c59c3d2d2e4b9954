#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "report/golden.h"
#include "report/sample.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/sampling.h"

namespace trailwatch::report {
namespace {

SamplingSheets sheets() {
  SamplingSheets out;
  out.agency = "範例縣政府";
  out.month = CivilDate{2026, 3, 1};
  out.seed = "115-03-7F3A";
  out.official = true;
  UnitSheet first{"範例縣警察局", "東門分局偵查隊", 5200, 2, 1, {}, {}};
  first.rows = {
      {1, sample::at(sample::day(), 7, 0), "戶政", "B10427 林○德", "全戶戶籍", "J12****000 李○○", "C01 偵辦刑案",
       "東偵字第1150001230號", Drawn::random, "", "4be10d93a7265fc8", "household/HH_QLOG_20260302.csv", 12,
       "00ff4be10d93a7265fc84be10d93a7265fc84be10d93a7265fc87f3a9c2155d0"},
      {2, sample::at(sample::day(), 12, 13, 59), "車籍", "B10431 吳○齊", "車主查詢", "ABC-1***",
       "=HYPERLINK(\"x\")惡意,\r\n換行", "", Drawn::weighted, "非勤務時間；缺案號", "0123456789abcdef",
       "vehicle/MVR_20260302.log", 1204, ""},
      {3, sample::at(sample::day(), 23, 1), "警政", "", "", "", "", "＋886", Drawn::random, "", "fedcba9876543210",
       "plog.log", 3, ""}};
  UnitSheet second{"石橋鄉公所", "民政課", 0, 0, 0, {}, 1};
  out.units = {first, second};
  return out;
}

// A reader as RFC 4180 describes it, for files without the quotes of careless writers.
std::vector<std::vector<std::string>> read_csv(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false;
  for (std::size_t at = 3; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
      cell += text[++at];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      cell += c;
    } else if (c == ',' || c == '\n') {
      row.push_back(std::exchange(cell, {}));
      if (c == '\n') rows.push_back(std::exchange(row, {}));
    } else if (c != '\r') {
      ADD_FAILURE() << "unquoted " << c;
    }
  }
  return rows;
}

std::string unguarded(std::string cell) {
  return cell.starts_with('\'') ? cell.substr(1) : cell;
}

TEST(SamplingCsv, SheetIsTheGoldenOne) {
  expect_golden("sampling.csv", to_csv(sheets()));
}
TEST(SamplingCsv, SummaryIsTheGoldenOne) {
  expect_golden("sampling-summary.csv", summary_csv(sheets()));
}

TEST(SamplingCsv, ReadsBackWithTheColumnsOfThePrintedSheetFirst) {
  const auto rows = read_csv(to_csv(sheets()));
  ASSERT_EQ(4U, rows.size());
  EXPECT_EQ((std::vector<std::string>{"序號",
                                      "查詢時間",
                                      "系統",
                                      "查詢人員",
                                      "查詢項目",
                                      "查詢對象",
                                      "查詢事由",
                                      "案號／文號",
                                      "抽樣別",
                                      "風險說明",
                                      "承辦人說明（附佐證）",
                                      "符合公務",
                                      "承辦人確認",
                                      "主管複核",
                                      "事件代碼",
                                      "來源檔案",
                                      "來源行號",
                                      "葉節點雜湊",
                                      "機關",
                                      "單位",
                                      "月份",
                                      "抽樣種子",
                                      "性質"}),
            rows[0]);
  EXPECT_EQ((std::vector<std::string>{"2",
                                      "115/03/02 12:13",
                                      "車籍",
                                      "B10431 吳○齊",
                                      "車主查詢",
                                      "ABC-1***",
                                      "'=HYPERLINK(\"x\")惡意,\r\n換行",
                                      "",
                                      "風險加權",
                                      "非勤務時間；缺案號",
                                      "",
                                      "",
                                      "",
                                      "",
                                      "0123456789abcdef",
                                      "vehicle/MVR_20260302.log",
                                      "1204",
                                      "",
                                      "範例縣警察局",
                                      "東門分局偵查隊",
                                      "115/03",
                                      "115-03-7F3A",
                                      "正式"}),
            rows[2]);
  for (const auto& row : rows) EXPECT_EQ(23U, row.size());
}

TEST(SamplingCsv, ASeedGivenByHandIsMarkedOnEveryRow) {
  SamplingSheets other = sheets();
  other.official = false;
  for (const std::string& text : {to_csv(other), summary_csv(other)}) {
    const auto rows = read_csv(text);
    for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_EQ("非正式", rows[i].back());
  }
}

TEST(SamplingCsv, RateIsCutNotRounded) {
  SamplingSheets other = sheets();
  other.units = {UnitSheet{"a", "u", 3, 2, 0, {}, {}}};
  EXPECT_EQ("66.66%", read_csv(summary_csv(other))[1][9]);
}

TEST(CsvCell, GuardsWhatASpreadsheetWouldRun) {
  EXPECT_EQ("\"\"", csv_cell(""));
  EXPECT_EQ("\"abc\"", csv_cell("abc"));
  EXPECT_EQ("\"a=b\"", csv_cell("a=b"));
  EXPECT_EQ("\"say \"\"x\"\"\"", csv_cell("say \"x\""));
  for (const std::string text : {"=1+1",
                                 "+1",
                                 "-1",
                                 "@SUM(A1)",
                                 "\tx",
                                 "\rx",
                                 "\nx",
                                 "=cmd|' /C calc'!A0",
                                 "＝1",
                                 "＋1",
                                 "－1",
                                 "＠x",
                                 "﹦1",
                                 "﹢1",
                                 "﹣1",
                                 "﹫x",
                                 "−1",
                                 " =1",
                                 "　=1",
                                 "\xC2\xA0=1",
                                 "\xE2\x80\x8B=1",
                                 "  \t=1",
                                 "'=1",
                                 "'"}) {
    EXPECT_EQ("\"'" + text + "\"", csv_cell(text)) << text;
  }
  EXPECT_EQ("\"'␦=1\"", csv_cell("\xE2\x80\xAE=1"));
  EXPECT_EQ("\"'␦=1\"", csv_cell("\xEF\xBB\xBF=1"));
  EXPECT_EQ("\"'␦=1\"", csv_cell("\xE2\x80\xA8=1"));
  EXPECT_EQ("\"␦=1\"", csv_cell("\x01=1"));
}

TEST(CsvCell, KeepsUserDefinedCharactersAndMarksBrokenOnes) {
  EXPECT_EQ("\"\xEE\x80\x80〓␦\"", csv_cell(std::string("\xEE\x80\x80\xFF\0", 5)));
}

std::string any_cell() {
  const std::vector<std::string> parts = {"=",  "+",  "-", "@",  "'",  "\"", ",",  "\r",
                                          "\n", "\t", " ", "　", "＝", "a",  "李", "○"};
  std::string out;
  for (const std::size_t i :
       *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, parts.size()))) {
    out += parts[i];
  }
  return out;
}

RC_GTEST_PROP(CsvCell, ComesBackAsItWas, ()) {
  const std::string text = any_cell();
  const auto rows = read_csv("\xEF\xBB\xBF" + csv_cell(text) + "\r\n");
  RC_ASSERT(rows.size() == 1U);
  RC_ASSERT(unguarded(rows[0][0]) == text);
}

RC_GTEST_PROP(CsvCell, NeverBeginsWithASignThatIsRun, ()) {
  const auto rows = read_csv("\xEF\xBB\xBF" + csv_cell(any_cell()) + "\r\n");
  const std::string seen = fold_width(trim(rows[0][0]));
  RC_ASSERT(seen.empty() || std::string_view("=+-@\t\r\n").find(seen[0]) == std::string_view::npos);
}

}  // namespace
}  // namespace trailwatch::report
