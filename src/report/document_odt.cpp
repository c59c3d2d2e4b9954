#include <array>
#include <cstdio>

#include "report/sheet_layout.h"
#include "report/shown.h"
#include "report/words.h"
#include "report/zip.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/document.h"

// OpenDocument 1.2 text (ISO/IEC 26300): plain paragraphs and tables, no field but the page's number, no link, no
// macro.
namespace trailwatch::report {

namespace {

using Style = Paragraph::Style;

constexpr const char* kMimetype = "application/vnd.oasis.opendocument.text";
constexpr const char* kNamespaces =
    " xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""
    " xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\""
    " xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\""
    " xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\""
    " xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\""
    " xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\""
    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" office:version=\"1.2\"";
constexpr const char* kXml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
constexpr double kWidthCm = 17.8;

struct StyleRow {
  Style style;
  const char* name;
  const char* points;
  const char* paragraph;  // more properties of the paragraph
};
constexpr std::array<StyleRow, 8> kStyles = {{
    {Style::title, "title", "20pt", "fo:margin-bottom=\"0.2cm\""},
    {Style::heading, "heading", "14pt",
     "fo:margin-top=\"0.6cm\" fo:margin-bottom=\"0.15cm\" fo:border-top=\"1.5pt solid #000000\" "
     "fo:padding-top=\"0.1cm\" "
     "fo:keep-with-next=\"always\""},
    {Style::subheading, "subheading", "11.5pt",
     "fo:margin-top=\"0.3cm\" fo:margin-bottom=\"0.1cm\" fo:keep-with-next=\"always\""},
    {Style::lead, "lead", "12.5pt", "fo:margin-top=\"0.2cm\" fo:margin-bottom=\"0.1cm\""},
    {Style::body, "body", "10.5pt", "fo:margin-top=\"0.1cm\""},
    {Style::soft, "soft", "9pt", "fo:margin-top=\"0.08cm\""},
    {Style::fault, "fault", "10.5pt",
     "fo:margin-top=\"0.2cm\" fo:border=\"0.7pt solid #000000\" fo:padding=\"0.2cm\" fo:background-color=\"#fff5d9\""},
    {Style::fixed, "fixed", "8pt", "fo:margin-top=\"0.08cm\""},
}};

const char* name_of(Style style) {
  for (const StyleRow& row : kStyles) {
    if (row.style == style) return row.name;
  }
  return "body";
}

std::string cm(double length) {
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), "%.2fcm", length);
  return out.data();
}

// Line ends and runs of blanks have elements of their own.
std::string inside(std::string_view text) {
  std::string out;
  bool was_blank = true;
  const std::string kept = shown_with_lines(text);
  for (std::size_t at = 0; at < kept.size();) {
    const std::size_t begun = at;
    if (kept[at] == '\n') {
      out += "<text:line-break/>";
      was_blank = true;
      ++at;
    } else if (kept[at] == '\t') {
      out += "<text:tab/>";
      ++at;
    } else if (kept[at] == '\r') {
      ++at;
    } else if (kept[at] == ' ') {
      out += was_blank ? "<text:s/>" : " ";
      was_blank = true;
      ++at;
    } else {
      while (at < kept.size() && std::string_view("\n\t\r ").find(kept[at]) == std::string_view::npos) ++at;
      out += xml(std::string_view(kept).substr(begun, at - begun));
      was_blank = false;
    }
  }
  return out;
}

std::string paragraph(const char* style, std::string_view text) {
  return std::string("<text:p text:style-name=\"") + style + "\">" + inside(text) + "</text:p>";
}

class Body {
 public:
  std::string text;
  std::string styles;  // of the columns

  void operator()(const Paragraph& one) {
    const bool is_heading = one.style == Style::heading;
    if (!is_heading) {
      text += paragraph(name_of(one.style), one.text);
      return;
    }
    text += "<text:h text:style-name=\"heading\" text:outline-level=\"1\">" + inside(one.text) + "</text:h>";
  }

  void operator()(const TextTable& table) {
    if (table.rows.empty()) return;
    const std::string name = "t" + std::to_string(++tables_);
    double all = 0;
    for (const TextColumn& column : table.columns) all += column.share;
    text += "<table:table table:name=\"" + name + "\" table:style-name=\"table\">";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const std::string column = name + "c" + std::to_string(i);
      styles += "<style:style style:name=\"" + column +
                "\" style:family=\"table-column\"><style:table-column-properties style:column-width=\"" +
                cm(kWidthCm * table.columns[i].share / all) + "\"/></style:style>";
      text += "<table:table-column table:style-name=\"" + column + "\"/>";
    }
    if (table.has_heads) {
      text += "<table:table-header-rows><table:table-row>";
      for (const TextColumn& column : table.columns) text += cell("head", "cell", column.head);
      text += "</table:table-row></table:table-header-rows>";
    }
    for (const std::vector<std::string>& row : table.rows) add_row(table, row);
    text += "</table:table>";
  }

  void operator()(const Charts& charts) {
    if (charts.peers) {
      text += paragraph("body", charts.peers->title + "（" + charts.peers->peers_label + "）：" +
                                    sentence(*charts.peers, charts.about));
    }
    if (charts.days) text += paragraph("body", "每日查詢筆數：" + sentence(*charts.days));
  }

  void operator()(const Signatures& signatures) {
    TextTable table;
    table.columns.assign(signatures.roles.size(), {});
    for (std::size_t i = 0; i < signatures.roles.size(); ++i) table.columns[i].head = signatures.roles[i];
    table.rows = {std::vector<std::string>(signatures.roles.size(), "\n\n\n　　年　　月　　日")};
    text += paragraph("body", "");
    (*this)(table);
  }

  void operator()(const PageBreak& /*unused*/) { text += "<text:p text:style-name=\"break\"/>"; }

 private:
  static std::string cell(const char* style, const char* inner, std::string_view content, std::size_t across = 1) {
    std::string out = std::string("<table:table-cell table:style-name=\"") + style + "\" office:value-type=\"string\"";
    if (across > 1) out += " table:number-columns-spanned=\"" + std::to_string(across) + "\"";
    return out + ">" + paragraph(inner, content) + "</table:table-cell>";
  }

  void add_row(const TextTable& table, const std::vector<std::string>& row) {
    text += "<table:table-row table:style-name=\"row\">";
    if (row.size() == 1 && table.columns.size() > 1) {
      text += cell("box", "cell", row[0], table.columns.size());
      for (std::size_t i = 1; i < table.columns.size(); ++i) text += "<table:covered-table-cell/>";
    } else {
      for (std::size_t i = 0; i < row.size(); ++i) {
        const bool is_right = table.columns[i].align == TableColumn::Align::right;
        text += cell(!table.has_heads && i == 0 ? "head" : "box", is_right ? "number" : "cell", row[i]);
      }
    }
    text += "</table:table-row>";
  }

  int tables_ = 0;
};

std::string content_part(const Document& document) {
  Body body;
  for (const Block& block : document.blocks) std::visit(body, block);
  std::string styles =
      "<style:style style:name=\"table\" style:family=\"table\"><style:table-properties style:width=\"" + cm(kWidthCm) +
      "\" table:align=\"left\" fo:margin-top=\"0.15cm\"/></style:style>"
      "<style:style style:name=\"row\" style:family=\"table-row\"><style:table-row-properties "
      "fo:keep-together=\"always\"/></style:style>"
      "<style:style style:name=\"box\" style:family=\"table-cell\"><style:table-cell-properties fo:padding=\"0.1cm\" "
      "fo:border=\"0.5pt solid #8fa1b3\"/></style:style>"
      "<style:style style:name=\"head\" style:family=\"table-cell\"><style:table-cell-properties fo:padding=\"0.1cm\" "
      "fo:border=\"0.5pt solid #8fa1b3\" fo:background-color=\"#e7ebf0\"/></style:style>";
  return std::string(kXml) + "<office:document-content" + kNamespaces + "><office:automatic-styles>" + styles +
         body.styles + "</office:automatic-styles><office:body><office:text>" + body.text +
         "</office:text></office:body></office:document-content>\n";
}

std::string styles_part(const Document& document) {
  std::string styles;
  const auto add = [&](const std::string& name, const std::string& points, const std::string& properties) {
    styles += "<style:style style:name=\"" + name +
              "\" style:family=\"paragraph\" style:parent-style-name=\"Standard\"><style:paragraph-properties " +
              properties + "/><style:text-properties fo:font-size=\"" + points + "\" style:font-size-asian=\"" +
              points + "\"/></style:style>";
  };
  for (const StyleRow& row : kStyles) add(row.name, row.points, row.paragraph);
  add("cell", "9pt", "");
  add("number", "9pt", "fo:text-align=\"end\"");
  add("break", "2pt", "fo:break-before=\"page\"");
  add("frame", "8.5pt",
      "><style:tab-stops><style:tab-stop style:position=\"" + cm(kWidthCm) +
          "\" style:type=\"right\"/></style:tab-stops></style:paragraph-properties><style:paragraph-properties ");
  return std::string(kXml) + "<office:document-styles" + kNamespaces +
         "><office:styles><style:default-style style:family=\"paragraph\"><style:text-properties "
         "fo:font-family=\"'Liberation Serif', 'Times New Roman'\" style:font-family-asian=\"'TW-Kai', '標楷體', "
         "DFKai-SB, 'AR PL UMing TW', 'Noto Serif CJK TC'\" fo:font-size=\"10.5pt\" style:font-size-asian=\"10.5pt\" "
         "fo:language=\"zh\" fo:country=\"TW\" style:language-asian=\"zh\" "
         "style:country-asian=\"TW\"/></style:default-style><style:style style:name=\"Standard\" "
         "style:family=\"paragraph\"/>" +
         styles +
         "</office:styles><office:automatic-styles><style:page-layout style:name=\"pm\"><style:page-layout-properties "
         "fo:page-width=\"21.0cm\" fo:page-height=\"29.7cm\" style:print-orientation=\"portrait\" "
         "fo:margin-left=\"1.6cm\" fo:margin-right=\"1.6cm\" fo:margin-top=\"1.0cm\" fo:margin-bottom=\"1.0cm\"/>"
         "<style:header-style><style:header-footer-properties fo:min-height=\"0.8cm\" "
         "fo:margin-bottom=\"0.3cm\"/></style:header-style><style:footer-style><style:header-footer-properties "
         "fo:min-height=\"0.8cm\" fo:margin-top=\"0.3cm\"/></style:footer-style></style:page-layout>"
         "</office:automatic-styles><office:master-styles><style:master-page style:name=\"Standard\" "
         "style:page-layout-name=\"pm\"><style:header><text:p text:style-name=\"frame\">" +
         inside(document.running) + "<text:tab/>" + inside(document.agency) +
         "</text:p></style:header><style:footer><text:p text:style-name=\"frame\">" + inside(document.foot) +
         "<text:tab/>第 <text:page-number>1</text:page-number> 頁，共 <text:page-count>1</text:page-count> 頁"
         "</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>\n";
}

std::string meta_part(const Document& document) {
  return std::string(kXml) + "<office:document-meta" + kNamespaces + "><office:meta><meta:generator>trailwatch/" +
         TRAILWATCH_VERSION + "</meta:generator><dc:title>" + xml(document.title) + "</dc:title><meta:creation-date>" +
         format_day(document.made.day) + "T" + format_clock(document.made) +
         "</meta:creation-date></office:meta></office:document-meta>\n";
}

std::string manifest_part() {
  std::string out = std::string(kXml) +
                    "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" "
                    "manifest:version=\"1.2\"><manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.2\" "
                    "manifest:media-type=\"" +
                    kMimetype + "\"/>";
  for (const char* part : {"content.xml", "styles.xml", "meta.xml"}) {
    out += std::string("<manifest:file-entry manifest:full-path=\"") + part + "\" manifest:media-type=\"text/xml\"/>";
  }
  return out + "</manifest:manifest>\n";
}

}  // namespace

std::string to_odt(const Document& document) {
  ZipWriter zip;
  zip.add("mimetype", kMimetype, ZipWriter::How::stored);  // first and plain: programs look there
  zip.add("content.xml", content_part(document));
  zip.add("styles.xml", styles_part(document));
  zip.add("meta.xml", meta_part(document));
  zip.add("META-INF/manifest.xml", manifest_part());
  return zip.take();
}

}  // namespace trailwatch::report
