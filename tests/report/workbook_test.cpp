#include "trailwatch/report/workbook.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "report/columns.h"
#include "report/grid.h"
#include "report/sheet_layout.h"
#include "report/sheets.h"
#include "report/zip.h"
#include "support/program.h"
#include "trailwatch/base/csv.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Workbook workbook() {
  return to_workbook(sample::sampling_sheets(), sample::stamp());
}

// All rows of a table as they are said, heads included.
Rows said_rows(const Table& table) {
  Rows out(1);
  for (const TableColumn& column : table.columns) out[0].push_back(column.head);
  for (const std::vector<TableCell>& row : table.rows) {
    out.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) out.back().push_back(said(table.columns[i], row[i]));
  }
  return out;
}

Rows rows_of(const Grid& grid, std::size_t from, std::size_t count, std::size_t width) {
  Rows out;
  for (const Grid::Row& row : grid.rows) {
    if (row.number <= static_cast<std::int64_t>(from) || out.size() == count) continue;
    out.push_back(row.cells);
    out.back().resize(width);
  }
  return out;
}

TEST(SheetNames, AreFitForEveryProgram) {
  Workbook book;
  for (const char* name : {"a[1]:*?/\\b", "", "  ", "民政課", "民政課", "'x'", "ABC", "abc"})
    book.tables.emplace_back().name = name;
  book.tables.emplace_back().name = std::string(40, 'n');
  book.tables.emplace_back().name = std::string(41, 'n');
  EXPECT_EQ((std::vector<std::string>{"a［1］：＊？／＼b", "未填單位", "未填單位~2", "民政課", "民政課~2", "’x’", "ABC",
                                      "abc~2", std::string(31, 'n'), std::string(28, 'n') + "~2"}),
            sheet_names(book));
}

TEST(Workbook, HasAUnitASheetThenSummaryAndNotes) {
  EXPECT_EQ((std::vector<std::string>{"東門分局［偵查隊］", "民政課", "彙總", "抽樣說明"}), sheet_names(workbook()));
}

TEST(Workbook, ColumnsFitOnThePage) {
  for (const Table& table : workbook().tables) EXPECT_LE(width_cm(table), kPageWidthCm - 2 * kMarginCm + 1e-9);
}

TEST(Workbook, SaysWhatTheEstimateIs) {
  SamplingSheets sheets = sample::sampling_sheets();
  sheets.estimates = {{"全部", estimate({{5200, 6, 6, 0}, {40, 1, 1, 0}})},
                      {"戶政", estimate({{5200, 6, 4, 1}})},
                      {"地政", estimate({{5200, 6, 6, 0}, {10, 0, 0, 0}})},
                      {"車籍", estimate({{10, 0, 0, 0}})}};
  const std::vector<std::string> after = to_workbook(sheets, sample::stamp()).tables[2].after;
  EXPECT_EQ((std::vector<std::string>{
                "隨機部分已回復 0 筆，其中不符 0 筆；風險加權部分已回復 0 筆，其中不符 0 筆。",
                "依隨機部分推估（95％信賴區間）：",
                "　全部：本月 5,240 筆，隨機抽查 7 筆，不符 0 筆，推估全部不符約 0 筆，介於 0 至 3,198 筆之間。",
                "　戶政：本月 5,200 筆，隨機抽查 6 筆，不符 1 筆，推估全部不符介於 21 至 5,196 "
                "筆之間（尚有 1 筆待補，上限以其全部不符計）。",
                "　地政：本月 5,200 筆，隨機抽查 6 筆，不符 0 筆，推估全部不符約 0 筆，介於 0 至 3,198 筆之間；另有 10 "
                "筆未列入抽查，不在推估範圍。",
                "　車籍：本月 0 筆，隨機抽查 0 筆，無從推估。",
                "「不符」指尚未查得公務依據，不代表違規；風險加權部分不作推估之用。"}),
            after);
}

TEST(Workbook, MarksWhatIsUnofficial) {
  SamplingSheets sheets = sample::sampling_sheets();
  sheets.official = false;
  SamplingStamp stamp = sample::stamp();
  stamp.doubt = "抽樣種子由人工指定";
  const Workbook book = to_workbook(sheets, stamp);
  for (const Table& table : book.tables) EXPECT_NE(std::string::npos, table.title.find("【非正式】")) << table.title;
  EXPECT_EQ("非正式：抽樣種子由人工指定", book.tables[3].rows[1][1].text);
}

TEST(Workbook, JointAuditsSayWhatTheyAre) {
  SamplingSheets sheets = sample::sampling_sheets();
  sheets.kind = Period::Kind::quarter;
  sheets.month = {2026, 1, 1};
  EXPECT_EQ("範例縣政府查詢個人資料紀錄抽查清冊（115年第1季聯合稽查）",
            to_workbook(sheets, sample::stamp()).tables[0].title);
}

TEST(Ods, IsAnArchiveWithItsKindInFront) {
  const std::string ods = to_ods(workbook());
  EXPECT_EQ("mimetypeapplication/vnd.oasis.opendocument.spreadsheet", ods.substr(30, 54));
  EXPECT_EQ(ods, to_ods(workbook()));
  const auto parts = read_zip(ods, [](const std::string&) { return true; });
  ASSERT_TRUE(parts);
  std::string names;
  for (const ZipMember& part : *parts) names += part.name + " ";
  EXPECT_EQ("mimetype content.xml styles.xml meta.xml META-INF/manifest.xml ", names);
}

TEST(Ods, HoldsNoFormulaAndNoLink) {
  const auto parts = read_zip(to_ods(workbook()), [](const std::string& name) { return name == "content.xml"; });
  for (const char* word : {"table:formula", "xlink", "dde", "text:a"}) {
    EXPECT_EQ(std::string::npos, parts->front().bytes.find(word)) << word;
  }
}

TEST(Ods, ComesBackCellByCell) {
  const Workbook book = workbook();
  const auto grids = read_ods(to_ods(book));
  ASSERT_TRUE(grids);
  for (std::size_t t = 0; t < book.tables.size(); ++t) {
    const Table& table = book.tables[t];
    const std::size_t heads = table.info.empty() ? 1 : 2;
    EXPECT_EQ(said_rows(table), rows_of((*grids)[t], heads, table.rows.size() + 1, table.columns.size())) << table.name;
    EXPECT_EQ(table.title, (*grids)[t].rows[0].cells[0]);
  }
}

// Times come back as numbers of days, numbers without separators, and 符合公務 is a list instead of boxes.
TEST(Xlsx, ComesBackCellByCell) {
  const Workbook book = workbook();
  const Result<std::string> xlsx = to_xlsx(book);
  ASSERT_TRUE(xlsx) << xlsx.error().text();
  const auto grids = read_xlsx(*xlsx);
  ASSERT_TRUE(grids);
  for (std::size_t t = 0; t < book.tables.size(); ++t) {
    const Table& table = book.tables[t];
    Rows expected = said_rows(table),
         actual = rows_of((*grids)[t], table.info.empty() ? 1 : 2, table.rows.size() + 1, table.columns.size());
    for (std::size_t r = 1; r < expected.size(); ++r) {
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const TableCell& cell = table.rows[r - 1][c];
        if (table.columns[c].chooses_fit) expected[r][c] = "";
        if (cell.number) expected[r][c] = std::to_string(*cell.number);
        if (cell.time) expected[r][c] = actual[r][c];
      }
    }
    EXPECT_EQ(expected, actual) << table.name;
  }
  EXPECT_EQ("46083.00554398148", (*grids)[0].rows[3].cells[1]);  // 2026-03-02 00:07:59
}

TEST(Xlsx, IsTheSameEveryTime) {
  EXPECT_EQ(to_xlsx(workbook()).value(), to_xlsx(workbook()).value());
}

TEST(Xlsx, HoldsNoFormulaAndNoLink) {
  const auto parts =
      read_zip(to_xlsx(workbook()).value(), [](const std::string& name) { return name.starts_with("xl/worksheets/"); });
  ASSERT_GT(parts->size(), 3U);
  for (const ZipMember& part : *parts) {
    for (const char* word : {"<f>", "<f ", "hyperlink"})
      EXPECT_EQ(std::string::npos, part.bytes.find(word)) << part.name;
  }
}

TEST(Workbook, AnEmptyOneIsStillAFile) {
  SamplingSheets none;
  none.agency = "範例縣政府";
  none.month = {2026, 3, 1};
  const Workbook book = to_workbook(none, sample::stamp());
  EXPECT_TRUE(read_ods(to_ods(book)));
  EXPECT_TRUE(to_xlsx(book));
  EXPECT_TRUE(to_pdf(book));
}

// 5,000 rows with the longest text that is kept: nothing is lost, whatever a format's own limits are.
TEST(Workbook, HoldsVeryLongText) {
  SamplingSheets sheets = sample::sampling_sheets();
  sheets.units[1].rows[0].reason = std::string(60'000, 'x') + "\n" + std::string(50, '\n');
  const Workbook book = to_workbook(sheets, sample::stamp());
  const Result<std::string> xlsx = to_xlsx(book);
  ASSERT_TRUE(xlsx) << xlsx.error().text();
  const std::string kept = read_xlsx(*xlsx).value()[1].rows[3].cells[6];
  EXPECT_EQ(std::string(32'000, 'x') + "…（餘 28,051 字）", kept);
  EXPECT_EQ(kept, read_ods(to_ods(book)).value()[1].rows[3].cells[6]);
  EXPECT_TRUE(to_pdf(book));
}

// What an office has on its desk: opened, calculated, and written as CSV by LibreOffice, then compared cell by cell.
class LibreOffice : public ::testing::TestWithParam<const char*> {
 protected:
  // The sheets of a file, as shown on the screen.
  std::vector<Rows> opened(const std::string& name, const std::string& bytes, const Workbook& book) const {
    test::write_file(place_.path(name), bytes);
    const test::Ran ran = test::run_program(
        "/usr/bin/env", {"soffice", "--headless", "-env:UserInstallation=file://" + place_.path("profile"),
                         "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1",
                         "--outdir", place_.path("csv"), place_.path(name)});
    EXPECT_EQ(0, ran.code) << ran.err;
    std::vector<Rows> out;
    for (const std::string& sheet : sheet_names(book)) {
      const std::string base = name.substr(0, name.find('.'));
      const CsvTable table = parse_csv(test::read_file(place_.path("csv/" + base + "-" + sheet + ".csv")));
      out.emplace_back().push_back(table.columns);
      for (const CsvTable::Row& row : table.rows) out.back().push_back(row.cells);
    }
    return out;
  }
  test::TemporaryDirectory place_;
};

TEST_P(LibreOffice, ShowsTheSameCells) {
  if (test::run_program("/usr/bin/env", {"sh", "-c", "command -v soffice"}).code != 0) {
    GTEST_SKIP() << "LibreOffice is not installed";
  }
  const std::string format = GetParam();
  const Workbook book = workbook();
  const std::vector<Rows> sheets =
      opened("sheets." + format, format == "ods" ? to_ods(book) : to_xlsx(book).value(), book);
  ASSERT_EQ(book.tables.size(), sheets.size());
  for (std::size_t t = 0; t < sheets.size(); ++t) {
    const Table& table = book.tables[t];
    Rows expected = said_rows(table);
    if (format == "xlsx") {
      for (std::size_t r = 1; r < expected.size(); ++r) {
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
          if (table.columns[c].chooses_fit) expected[r][c] = "";
        }
      }
    }
    Rows actual;
    for (const std::vector<std::string>& row : sheets[t]) {
      std::vector<std::string> cells = row;
      cells.resize(table.columns.size());
      actual.push_back(cells);
    }
    const std::size_t heads = table.info.empty() ? 1 : 2;
    ASSERT_GE(actual.size(), heads + expected.size());
    actual = Rows(actual.begin() + static_cast<std::ptrdiff_t>(heads),
                  actual.begin() + static_cast<std::ptrdiff_t>(heads + expected.size()));
    for (std::size_t r = 0; r < expected.size(); ++r) EXPECT_EQ(expected[r], actual[r]) << format << " " << table.name;
  }
}
INSTANTIATE_TEST_SUITE_P(Formats, LibreOffice, ::testing::Values("ods", "xlsx"),
                         [](const auto& format) { return std::string(format.param); });

class Pdf : public ::testing::Test {
 protected:
  // The text of each page, blanks and line ends taken out.
  std::vector<std::string> pages(const Workbook& book) const {
    test::write_file(place_.path("sheets.pdf"), to_pdf(book).value());
    const test::Ran ran = test::run_program("/usr/bin/env", {"pdftotext", "-layout", place_.path("sheets.pdf"), "-"});
    EXPECT_EQ(0, ran.code) << ran.err;
    std::vector<std::string> out;
    for (const std::string_view page : split(ran.out, '\f')) {
      std::string text;
      for (const char c : page) {
        if (c != ' ' && c != '\n') text += c;
      }
      if (!text.empty()) out.push_back(text);
    }
    return out;
  }
  void SetUp() override {
    if (test::run_program("/usr/bin/env", {"pdftotext", "-v"}).code != 0)
      GTEST_SKIP() << "poppler-utils is not installed";
  }
  test::TemporaryDirectory place_;
};

TEST_F(Pdf, HasAUnitAPageAndRepeatsHeadsAndFoot) {
  SamplingSheets sheets = sample::sampling_sheets();
  for (int i = 0; i < 40; ++i) {
    sheets.units[0].rows.push_back(sheets.units[0].rows[0]);
    sheets.units[0].rows.back().number = i + 9;
  }
  const std::vector<std::string> found = pages(to_workbook(sheets, sample::stamp()));
  ASSERT_EQ(6U, found.size());
  for (std::size_t p = 0; p < found.size(); ++p) {
    const auto holds = [&](const std::string& text) { return found[p].find(text) != std::string::npos; };
    EXPECT_TRUE(holds("第" + std::to_string(p + 1) + "頁，共6頁")) << found[p];
    EXPECT_TRUE(holds("密件產製115/04/0306:05查核碼6abd6c7e833c")) << found[p];
    EXPECT_TRUE(holds("（115年3月）")) << found[p];
    EXPECT_EQ(p < 3, holds("受查單位：範例縣警察局東門分局[偵查隊]")) << p;
    EXPECT_EQ(p == 3, holds("受查單位：石橋鄉公所民政課")) << p;
    EXPECT_EQ(p < 4, holds("主管複核")) << p;
    EXPECT_EQ(p == 2 || p == 3, holds("機關首長：")) << p;
  }
}

TEST_F(Pdf, SaysWhichCharactersNoFontHas) {
  SamplingSheets sheets = sample::sampling_sheets();
  sheets.units[1].rows[0].officer = "B1 \xF4\x8F\xBF\xBD德";  // U+10FFFD
  std::string all;
  for (const std::string& page : pages(to_workbook(sheets, sample::stamp()))) all += page;
  EXPECT_NE(std::string::npos, all.find("〓德"));
  EXPECT_NE(std::string::npos, all.find("字型未收錄、以〓代替之字元：U+10FFFD"));
}

}  // namespace
}  // namespace trailwatch::report
