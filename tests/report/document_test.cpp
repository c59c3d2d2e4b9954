#include "trailwatch/report/document.h"

#include <gtest/gtest.h>

#include "report/sample.h"
#include "report/zip.h"
#include "support/program.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/case_summary.h"

namespace trailwatch::report {
namespace {

using Style = Paragraph::Style;

std::string part(const std::string& archive, const std::string& wanted) {
  const auto members = read_zip(archive, [&](const std::string& name) { return name == wanted; });
  return members && members->size() == 1 ? (*members)[0].bytes : "";
}

Document document() {
  Document out;
  out.title = out.running = "標題 <b>&";
  out.agency = "機關";
  out.made = sample::at(sample::day(), 6, 0);
  out.blocks = {Paragraph{Style::heading, "一、<script>"},
                Paragraph{Style::body, "a  b\tc\nd\x01"},
                TextTable{{{"頭", 1}, {"數", 2, TableColumn::Align::right}}, {{"=1+1", "&"}, {"跨"}}, true},
                Signatures{{"承辦人", "主管"}},
                PageBreak{},
                Paragraph{Style::fixed, "— x"}};
  return out;
}

TEST(Odt, IsAnArchiveWithItsKindInFrontAndTheSameEveryTime) {
  const std::string odt = to_odt(document());
  EXPECT_EQ(odt.substr(30, 8), "mimetype");
  EXPECT_EQ(odt.substr(38, 39), "application/vnd.oasis.opendocument.text");
  EXPECT_EQ(odt, to_odt(document()));
}

TEST(Odt, EscapesEverythingAndHoldsNoField) {
  const std::string text = part(to_odt(document()), "content.xml");
  EXPECT_NE(text.find("一、&lt;script&gt;"), std::string::npos);
  EXPECT_NE(text.find("a <text:s/>b<text:tab/>c<text:line-break/>d"), std::string::npos) << text;
  EXPECT_NE(text.find("<text:p text:style-name=\"cell\">=1+1</text:p>"), std::string::npos);
  EXPECT_NE(text.find("table:number-columns-spanned=\"2\""), std::string::npos);
  for (const char* tag : {"xlink", "script:", "table:formula", "text:database", "<script"}) {
    EXPECT_EQ(text.find(tag), std::string::npos) << tag;
  }
  EXPECT_NE(part(to_odt(document()), "styles.xml").find("標題 &lt;b&gt;&amp;"), std::string::npos);
}

class DocumentPdf : public ::testing::Test {
 protected:
  void SetUp() override {
    if (test::run_program("/usr/bin/env", {"pdftotext", "-v"}).code != 0)
      GTEST_SKIP() << "poppler-utils is not installed";
  }
  std::vector<std::string> pages(const Document& document) {
    const Result<std::string> pdf = to_pdf(document);
    EXPECT_TRUE(pdf.has_value());
    test::write_file(place_.path("a.pdf"), *pdf);
    const test::Ran ran = test::run_program("/usr/bin/env", {"pdftotext", "-layout", place_.path("a.pdf"), "-"});
    std::vector<std::string> out;
    for (const std::string_view page : split(ran.out, '\f')) out.emplace_back(page);
    out.pop_back();
    return out;
  }
  test::TemporaryDirectory place_;
};

// Whatever stands before it, a heading is never the last thing on a page, and a row that goes across follows its row.
TEST_F(DocumentPdf, WhatBelongsTogetherStandsOnOnePage) {
  for (int before = 30; before < 60; ++before) {
    Document one;
    for (int i = 0; i < before; ++i) one.blocks.push_back(Paragraph{Style::body, "前文"});
    one.blocks.push_back(Paragraph{Style::heading, "HEADING"});
    one.blocks.push_back(Paragraph{Style::subheading, "SUB"});
    TextTable table;
    table.columns = {{"HEADA", 1}, {"HEADB", 1}};
    for (int i = 0; i < 60; ++i) {
      table.rows.push_back({"row" + std::to_string(i), "x"});
      table.rows.push_back({"across" + std::to_string(i) + "."});
    }
    one.blocks.push_back(table);
    const std::vector<std::string> said = pages(one);
    for (const std::string& page : said) {
      if (page.find("HEADING") != std::string::npos) {
        EXPECT_NE(page.find("SUB"), std::string::npos) << before;
        EXPECT_NE(page.find("row0 "), std::string::npos) << before;
      }
      EXPECT_EQ(page.find("row") != std::string::npos, page.find("HEADA") != std::string::npos) << before;
      for (int i = 0; i < 60; ++i) {
        EXPECT_EQ(page.find("row" + std::to_string(i) + " ") != std::string::npos,
                  page.find("across" + std::to_string(i) + ".") != std::string::npos)
            << before << " " << i;
      }
    }
  }
}

TEST_F(DocumentPdf, BreaksWhereItIsToldAndAnEmptyOneIsAPage) {
  EXPECT_EQ(pages(document()).size(), 2U);
  EXPECT_EQ(pages(Document{}).size(), 1U);
}

TEST_F(DocumentPdf, ACaseOfNothingStillHasItsParts) {
  const std::vector<std::string> said = pages(case_document(CaseSummary{}));
  std::string all;
  for (const std::string& page : said) all += page;
  for (const char* text :
       {"一、基本資料", "本案不以單筆紀錄為佐證。", "尚未匯出證據包", "製作時尚無經簽署之檢查點。", "承辦人"}) {
    EXPECT_NE(all.find(text), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace trailwatch::report
