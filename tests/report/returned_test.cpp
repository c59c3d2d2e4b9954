#include "trailwatch/report/returned.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "report/sheets.h"
#include "report/zip.h"
#include "trailwatch/base/encoding.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {
namespace {

using Lines = std::vector<std::string>;

Lines told(const Returned& returned) {
  Lines out;
  for (const ReturnedRow& row : returned.rows) {
    out.push_back(row.place + ": " + row.code + " " + std::string(model::to_chinese(row.answer)) +
                  (row.explanation.empty() ? "" : " " + row.explanation));
  }
  for (const ReturnedProblem& problem : returned.problems) {
    out.push_back("! " + problem.place + ": " + problem.message + "。" + problem.hint);
  }
  return out;
}
Lines told(const Result<Returned>& returned) {
  return returned ? told(*returned) : Lines{"!! " + returned.error().text()};
}

// A CSV with the columns that are read back, in another order than ours.
Lines of_csv(const std::string& rows) {
  return told(read_returned("符合公務,事件代碼,承辦人說明（附佐證）,承辦人確認,主管複核,月份\n" + rows));
}

SamplingSheets answered() {
  SamplingSheets out = sample::sampling_sheets();
  out.units[0].rows[0].answer = model::Answer::fits;
  out.units[0].rows[0].explanation = "=東偵字第1號\n卷內第 3 頁";
  out.units[0].rows[3].answer = model::Answer::fits_not;
  out.units[0].rows[5].answer = model::Answer::unclear;
  out.units[0].rows[5].explanation = "調卷中";
  out.units[1].rows[0].answer = model::Answer::fits;
  return out;
}

const Lines kAnswered = {"000000000120 符合 =東偵字第1號\n卷內第 3 頁", "000000000123 不符", "000000000125 待查 調卷中",
                         "000000000900 符合"};

// Without the places, which each format counts in its own way.
Lines without_places(const Result<Returned>& returned) {
  Lines out = told(returned);
  for (std::string& line : out) line.erase(0, line.find(": ") + 2);
  return out;
}

TEST(Returned, ReadsEachOfOurFormatsTheSameWay) {
  const Workbook book = to_workbook(answered(), sample::stamp());
  for (const std::string& bytes : {to_ods(book), to_xlsx(book).value(), to_csv(answered())}) {
    const Result<Returned> returned = read_returned(bytes);
    EXPECT_EQ(kAnswered, without_places(returned));
    EXPECT_EQ(5, returned->blank);
    EXPECT_EQ(parse_period("2026-03"), returned->period);
  }
}

TEST(Returned, OfJointAuditsKnowsItsPeriod) {
  SamplingSheets sheets = answered();
  for (const char* name : {"2026-Q1", "2026-H1"}) {
    sheets.kind = parse_period(name)->kind;
    sheets.month = {2026, 1, 1};
    const Workbook book = to_workbook(sheets, sample::stamp());
    for (const std::string& bytes : {to_ods(book), to_xlsx(book).value(), to_csv(sheets)}) {
      EXPECT_EQ(parse_period(name), read_returned(bytes)->period);
    }
  }
}

TEST(Returned, BlankSheetsSayNothing) {
  const Workbook book = to_workbook(sample::sampling_sheets(), sample::stamp());
  for (const std::string& bytes : {to_ods(book), to_xlsx(book).value(), to_csv(sample::sampling_sheets())}) {
    const Result<Returned> returned = read_returned(bytes);
    EXPECT_EQ(Lines{}, told(returned));
    EXPECT_EQ(9, returned->blank);
  }
}

TEST(Returned, NamesTheRowAsTheProgramCountsIt) {
  EXPECT_EQ("東門分局［偵查隊］ 第 4 列",
            read_returned(to_ods(to_workbook(answered(), sample::stamp())))->rows[0].place);
  EXPECT_EQ("第 2 行", read_returned(to_csv(answered()))->rows[0].place);
}

TEST(Returned, TakesExcelsBig5AndColumnsInAnyOrder) {
  const std::string text = "符合公務,事件代碼,承辦人說明（附佐證）\r\n是,12,許功蓋已核\r\n";
  EXPECT_EQ((Lines{"第 2 行: 000000000012 符合 許功蓋已核"}), told(read_returned(encode(text, Encoding::cp950))));
  EXPECT_EQ((Lines{"第 2 行: 000000000012 符合 許功蓋已核"}), told(read_returned("\xEF\xBB\xBF" + text)));
}

TEST(Returned, KnowsCodesThatSpreadsheetsTookTheZerosFrom) {
  EXPECT_EQ((Lines{"第 2 行: 000000000012 符合", "第 3 行: 000000000013 符合", "第 4 行: 000000000014 符合"}),
            of_csv("是,12,,,,\n是,'000000000013,,,,\n是,14.0,,,,\n"));
}

TEST(Returned, AnExplanationWithoutAnAnswerIsToBeLookedInto) {
  EXPECT_EQ((Lines{"第 2 行: 000000000012 待查 已調卷；承辦人確認：王○明；主管複核：李○"}),
            of_csv("□是 □否,12,已調卷,王○明,李○,\n"));
}

TEST(Returned, TellsEveryFaultyRow) {
  EXPECT_EQ((Lines{"第 5 行: 000000000012 符合",
                   "! 第 2 行: 事件代碼「1E+05」不是數字。試算表可能改寫了該欄，請以文字格式開啟，或改用 ODS",
                   "! 第 3 行: 「符合公務」欄的「■是■否」無法判讀。請填是、否或待查，且只勾選一項",
                   "! 第 4 行: 「符合公務」欄的「應該是吧」無法判讀。請填是、否或待查，且只勾選一項",
                   "! 第 6 行: 事件 000000000012 與「第 5 行」答覆不同。請只保留一列",
                   "! 第 8 行: 有答覆但沒有事件代碼。請保留隱藏的「事件代碼」欄",
                   "! 第 9 行: 說明超過 2,000 字。請摘要填寫，附件另存"}),
            of_csv("是,1E+05,,,,\n■是■否,10,,,,\n應該是吧,11,,,,\n是,12,,,,\n否,12,,,,\n是,12,,,,\n是,,,,,\n是,13," +
                   std::string(2001, 'x') + ",,,\n"));
}

TEST(Returned, SheetsOfTwoPeriodsAreToldApart) {
  const Result<Returned> returned = read_returned("符合公務,事件代碼,月份\n是,1,115/03\n是,2,115/04\n");
  EXPECT_FALSE(returned->period);
  EXPECT_EQ("檔案內有不同期間的清冊：115年3月、115年4月", returned->problems.at(0).message);
}

TEST(Returned, RefusesWhatIsNoSheetOfOurs) {
  const std::string missing =
      "!! 找不到「事件代碼」與「符合公務」兩欄. 請使用由 export sampling 產製的清冊，不要刪除標題列";
  EXPECT_EQ(Lines{missing}, told(read_returned("")));
  EXPECT_EQ(Lines{missing}, told(read_returned("a,b\n1,2\n")));
  EXPECT_EQ((Lines{"!! 檔案是 UTF-16. 請另存為「CSV UTF-8」或 ODS"}), told(read_returned("\xFF\xFE"
                                                                                         "a")));
  EXPECT_EQ((Lines{"!! 檔案既不是 UTF-8 也不是 Big5. 請另存為「CSV UTF-8」或 ODS"}),
            told(read_returned("\xFF\xFF\xFF")));
  EXPECT_EQ((Lines{"!! 引號沒有結尾 (第 2 行). 請檢查該列，或改用 ODS"}),
            told(read_returned("事件代碼,符合公務\n1,\"是\n")));
  EXPECT_EQ((Lines{"!! the file is no whole spreadsheet: too short. save it again as ODS, XLSX or CSV"}),
            told(read_returned("PK\x03\x04")));
}

TEST(ReadFit, KnowsWordsAndBoxes) {
  const auto said = [](const char* cell) {
    const FitAnswer fit = read_fit(cell);
    return fit.is_blank ? std::string("空白") : fit.answer ? std::string(model::to_chinese(*fit.answer)) : "?";
  };
  for (const char* cell : {"是", " 是 ", "符合", "說明合理", "■是\n□否", "☑是□否", "V是　□否", "ｖ是□否"})
    EXPECT_EQ("符合", said(cell)) << cell;
  for (const char* cell : {"否", "不符", "說明不合理", "□是■否", "□是\n✔否", "N", "不 符"})
    EXPECT_EQ("不符", said(cell)) << cell;
  for (const char* cell : {"待查", "待 說 明", "?", "？"}) EXPECT_EQ("待查", said(cell)) << cell;
  for (const char* cell : {"", "　", "□是\n□否", "□是 □否"}) EXPECT_EQ("空白", said(cell)) << cell;
  for (const char* cell : {"■是■否", "□是■否否", "是否", "可能", "x", "是的", "1"})
    EXPECT_EQ(std::string(cell) == "是否" ? "空白" : "?", said(cell)) << cell;
}

// Damage anywhere is an error or another content, never a crash.
RC_GTEST_PROP(Returned, SurvivesDamage, ()) {
  static const std::string ods = to_ods(to_workbook(answered(), sample::stamp()));
  static const std::string xlsx = to_xlsx(to_workbook(answered(), sample::stamp())).value();
  std::string bytes = *rc::gen::arbitrary<bool>() ? ods : xlsx;
  for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  }
  if (*rc::gen::arbitrary<bool>()) bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
  const Result<Returned> returned = read_returned(bytes);
  RC_CLASSIFY(returned.has_value());
}

std::string ods_of(const std::string& table) {
  ZipWriter zip;
  zip.add("mimetype", "application/vnd.oasis.opendocument.spreadsheet", ZipWriter::How::stored);
  zip.add("content.xml", "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"t\">" +
                             table + "</table:table></office:spreadsheet></office:body></office:document-content>");
  return zip.take();
}

// As LibreOffice saves: rows and columns repeated to the edge of the sheet, text in spans, notes at cells.
TEST(Returned, ReadsWhatOtherProgramsMakeOfIt) {
  const std::string heads =
      "<table:table-row><table:table-cell><text:p>符合<text:s/>公務</text:p></table:table-cell><table:table-cell "
      "table:number-columns-repeated=\"2\"/><table:table-cell><text:p><text:span>事件</text:span>代碼</text:p>"
      "</table:table-cell><table:table-cell table:number-columns-repeated=\"16380\"/></table:table-row>";
  const std::string row =
      "<table:table-row><table:table-cell><office:annotation><text:p>note</text:p></office:annotation><text:p>否</"
      "text:p>"
      "</table:table-cell><table:table-cell table:number-columns-repeated=\"2\"/><table:table-cell><text:p>77</text:p>"
      "</table:table-cell></table:table-row>";
  EXPECT_EQ(
      (Lines{"t 第 1000003 列: 000000000077 不符"}),
      told(read_returned(ods_of("<table:table-header-rows>" + heads +
                                "</table:table-header-rows><table:table-row table:number-rows-repeated=\"1000001\">"
                                "<table:table-cell/></table:table-row>" +
                                row))));
}

TEST(Returned, IsNotFooledBySizes) {
  // Twelve bytes that say they are a hundred thousand cells, ten million times.
  const std::string many =
      "<table:table-row table:number-rows-repeated=\"99999999999\"><table:table-cell "
      "table:number-columns-repeated=\"99999999999\"><text:p>x<text:s "
      "text:c=\"99999999999\"/></text:p></table:table-cell>"
      "</table:table-row>";
  EXPECT_FALSE(read_returned(
      ods_of("<table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>")));
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<text:span>";
  EXPECT_FALSE(read_returned(ods_of("<table:table-row><table:table-cell><text:p>" + deep)));
  ZipWriter zip;
  zip.add("mimetype", "application/vnd.oasis.opendocument.spreadsheet", ZipWriter::How::stored);
  zip.add("content.xml", std::string(70U << 20U, ' '));
  EXPECT_EQ(
      (Lines{"!! the file is no whole spreadsheet: it is too large (content.xml). save it again as ODS, XLSX or CSV"}),
      told(read_returned(zip.take())));
  EXPECT_FALSE(read_returned(ods_of(many)));
}

}  // namespace
}  // namespace trailwatch::report
