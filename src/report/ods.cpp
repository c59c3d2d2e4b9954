#include <array>
#include <cstdio>
#include <vector>

#include "report/sheet_layout.h"
#include "report/zip.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/workbook.h"

// OpenDocument 1.2 (ISO/IEC 26300): four parts of XML in a ZIP. No cell has a formula and none is a link, so nothing in
// it is ever run; text cells have the format `@`, so that typing into one does not make a formula of it either.
namespace trailwatch::report {

namespace {

constexpr const char* kMimetype = "application/vnd.oasis.opendocument.spreadsheet";
constexpr const char* kNamespaces =
    " xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""
    " xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\""
    " xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\""
    " xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\""
    " xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\""
    " xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\""
    " xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\""
    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" office:version=\"1.2\"";
constexpr const char* kXml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

std::string cm(double length) {
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), "%.2fcm", length);
  return out.data();
}

// Blanks that XML readers fold, tabs and line ends have elements of their own.
std::string paragraphs(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    out += "<text:p>";
    for (std::size_t at = 0; at < line.size();) {
      const std::size_t begun = at;
      if (line[at] == '\t') {
        out += "<text:tab/>";
        ++at;
      } else if (line[at] == ' ') {
        out += "<text:s/>";
        ++at;
      } else {
        while (at < line.size() && line[at] != '\t' && line[at] != ' ') ++at;
        out += xml(line.substr(begun, at - begun));
      }
    }
    out += "</text:p>";
  }
  return out;
}

// Column and row styles by their sizes: each size once.
class Sizes {
 public:
  explicit Sizes(const char* prefix) : prefix_(prefix) {}
  std::string name(double size) {
    const std::string text = cm(size);
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
      if (sizes_[i] == text) return prefix_ + std::to_string(i);
    }
    sizes_.push_back(text);
    return prefix_ + std::to_string(sizes_.size() - 1);
  }
  const std::vector<std::string>& all() const { return sizes_; }

 private:
  std::string prefix_;
  std::vector<std::string> sizes_;
};

class Content {
 public:
  explicit Content(const Workbook& workbook) : workbook_(workbook), names_(sheet_names(workbook)) {}

  std::string text() {
    std::string body;
    for (std::size_t i = 0; i < workbook_.tables.size(); ++i) body += table(workbook_.tables[i], names_[i]);
    return std::string(kXml) + "<office:document-content" + kNamespaces + "><office:automatic-styles>" + styles() +
           "</office:automatic-styles><office:body><office:spreadsheet>" + body +
           "</office:spreadsheet></office:body></office:document-content>\n";
  }

 private:
  std::string table(const Table& table, const std::string& name) {
    std::size_t seen = 0;
    std::string columns;
    for (const TableColumn& column : table.columns) {
      columns += "<table:table-column table:style-name=\"" + columns_.name(column.width_cm) + "\"" +
                 (column.is_hidden ? " table:visibility=\"collapse\"" : "") + "/>";
      seen += column.is_hidden ? 0 : 1;
    }
    std::string out = "<table:table table:name=\"" + xml(name) + "\" table:style-name=\"ta\">" + columns;
    out += "<table:table-header-rows>" + line(table, seen, table.title, "title", 0.9);
    if (!table.info.empty()) out += line(table, seen, table.info, "info", text_height_cm(table.info, width_cm(table)));
    out += open_row(0.95);
    for (const TableColumn& column : table.columns) out += text_cell("head", column.head);
    out += "</table:table-row></table:table-header-rows>";
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const bool is_sum = table.last_row_is_sum && i + 1 == table.rows.size();
      out += open_row(row_height_cm(table, table.rows[i]));
      for (std::size_t c = 0; c < table.columns.size(); ++c) out += cell(table.columns[c], table.rows[i][c], is_sum);
      out += "</table:table-row>";
    }
    if (!table.after.empty()) out += line(table, seen, "", "note", 0.4);
    for (const std::string& text : table.after) {
      out += line(table, seen, text, "note", text_height_cm(text, width_cm(table)) + 0.1);
    }
    return out + "</table:table>";
  }

  std::string open_row(double height) { return "<table:table-row table:style-name=\"" + rows_.name(height) + "\">"; }

  // One text across the table.
  std::string line(const Table& table, std::size_t seen, std::string_view text, const char* style, double height) {
    std::string out = open_row(height) + "<table:table-cell table:style-name=\"" + style +
                      "\" office:value-type=\"string\" table:number-columns-spanned=\"" + std::to_string(seen) +
                      "\" table:number-rows-spanned=\"1\">" + paragraphs(text) + "</table:table-cell>";
    if (seen > 1) {
      out += "<table:covered-table-cell table:number-columns-repeated=\"" + std::to_string(seen - 1) + "\"/>";
    }
    if (table.columns.size() > seen) out += "<table:table-cell/>";
    return out + "</table:table-row>";
  }

  static std::string text_cell(const std::string& style, std::string_view text) {
    const std::string open = "<table:table-cell table:style-name=\"" + style + "\"";
    if (text.empty()) return open + "/>";
    return open + " office:value-type=\"string\">" + paragraphs(text) + "</table:table-cell>";
  }

  static std::string cell(const TableColumn& column, const TableCell& cell, bool is_sum) {
    using Align = TableColumn::Align;
    const std::string text = said(column, cell), sum = is_sum ? "s" : "";
    if (cell.time) {
      const std::string clock = format_clock(*cell.time);
      return "<table:table-cell table:style-name=\"time\" office:value-type=\"date\" office:date-value=\"" +
             format_day(cell.time->day) + "T" + clock + "\">" + paragraphs(text) + "</table:table-cell>";
    }
    if (cell.number) {
      const char* const style = column.align == Align::centre ? "order" : "number";
      return "<table:table-cell table:style-name=\"" + (style + sum) +
             "\" office:value-type=\"float\" office:value=\"" + std::to_string(*cell.number) + "\">" +
             paragraphs(text) + "</table:table-cell>";
    }
    const char* const style = column.align == Align::centre  ? "centre"
                              : column.align == Align::right ? "right"
                                                             : "left";
    return text_cell(style + sum, text);
  }

  std::string styles() const {
    std::string out =
        "<number:text-style style:name=\"NT\"><number:text-content/></number:text-style>"
        "<number:number-style style:name=\"NN\"><number:number number:decimal-places=\"0\" "
        "number:min-integer-digits=\"1\" "
        "number:grouping=\"true\"/></number:number-style>"
        "<number:number-style style:name=\"NO\"><number:number number:decimal-places=\"0\" "
        "number:min-integer-digits=\"1\"/></number:number-style>"
        "<number:date-style style:name=\"ND\" number:language=\"zh\" number:country=\"TW\">"
        "<number:year number:calendar=\"ROC\"/><number:text>/</number:text><number:month number:style=\"long\"/>"
        "<number:text>/</number:text><number:day number:style=\"long\"/><number:text> </number:text>"
        "<number:hours number:style=\"long\"/><number:text>:</number:text><number:minutes number:style=\"long\"/>"
        "</number:date-style>"
        "<style:style style:name=\"ta\" style:family=\"table\" style:master-page-name=\"Sheet\">"
        "<style:table-properties table:display=\"true\"/></style:style>";
    for (std::size_t i = 0; i < columns_.all().size(); ++i) {
      out += "<style:style style:name=\"co" + std::to_string(i) +
             "\" style:family=\"table-column\"><style:table-column-properties style:column-width=\"" +
             columns_.all()[i] + "\"/></style:style>";
    }
    for (std::size_t i = 0; i < rows_.all().size(); ++i) {
      out += "<style:style style:name=\"ro" + std::to_string(i) +
             "\" style:family=\"table-row\"><style:table-row-properties style:row-height=\"" + rows_.all()[i] +
             "\" style:use-optimal-row-height=\"false\"/></style:style>";
    }
    const auto cell = [&](const std::string& name, const char* data, const char* align, const char* more,
                          const char* font) {
      out += "<style:style style:name=\"" + name +
             "\" style:family=\"table-cell\" style:parent-style-name=\"Default\" " + "style:data-style-name=\"" + data +
             "\"><style:table-cell-properties fo:wrap-option=\"wrap\" style:vertical-align=\"middle\" "
             "fo:padding=\"0.08cm\" " +
             more + "/><style:paragraph-properties fo:text-align=\"" + align + "\" fo:margin-left=\"0cm\"/>" +
             "<style:text-properties " + font + "/></style:style>";
    };
    constexpr const char* kBox = "fo:border=\"0.5pt solid #000000\"";
    constexpr const char* kShade = "fo:border=\"0.5pt solid #000000\" fo:background-color=\"#e7ebf0\"";
    cell("title", "NT", "center", "",
         "fo:font-size=\"14pt\" style:font-size-asian=\"14pt\" fo:font-weight=\"bold\" "
         "style:font-weight-asian=\"bold\"");
    cell("info", "NT", "start", "", "fo:font-size=\"9pt\" style:font-size-asian=\"9pt\"");
    cell("note", "NT", "start", "", "fo:font-size=\"10pt\" style:font-size-asian=\"10pt\"");
    cell("head", "NT", "center", kShade, "fo:font-size=\"9pt\" style:font-size-asian=\"9pt\"");
    for (const bool is_sum : {false, true}) {
      const std::string tail = is_sum ? "s" : "";
      const char* const font = is_sum ? "fo:font-weight=\"bold\" style:font-weight-asian=\"bold\"" : "";
      cell("left" + tail, "NT", "start", kBox, font);
      cell("centre" + tail, "NT", "center", kBox, font);
      cell("right" + tail, "NT", "end", kBox, font);
      cell("number" + tail, "NN", "end", kBox, font);
      cell("order" + tail, "NO", "center", kBox, font);
    }
    cell("time", "ND", "center", kBox, "");
    return out;
  }

  const Workbook& workbook_;
  std::vector<std::string> names_;
  Sizes columns_{"co"}, rows_{"ro"};
};

std::string styles_part(const Workbook& workbook) {
  const auto region = [](const char* name, const std::string& inside) {
    return std::string("<style:") + name + "><text:p>" + inside + "</text:p></style:" + name + ">";
  };
  return std::string(kXml) + "<office:document-styles" + kNamespaces +
         "><office:styles><style:default-style style:family=\"table-cell\"><style:text-properties "
         "fo:font-family=\"'Liberation Sans', Arial\" style:font-family-asian=\"'TW-Kai', '標楷體', DFKai-SB, 'AR PL "
         "UMing TW', 'Noto Sans CJK TC'\" "
         "fo:font-size=\"9pt\" style:font-size-asian=\"9pt\" fo:language=\"zh\" fo:country=\"TW\" "
         "style:language-asian=\"zh\" style:country-asian=\"TW\"/></style:default-style>"
         "<style:style style:name=\"Default\" style:family=\"table-cell\"/></office:styles><office:automatic-styles>"
         "<style:page-layout style:name=\"pm\"><style:page-layout-properties fo:page-width=\"" +
         cm(kPageWidthCm) + "\" fo:page-height=\"" + cm(kPageHeightCm) +
         "\" style:print-orientation=\"landscape\" fo:margin=\"" + cm(kMarginCm) + "\" fo:margin-left=\"" +
         cm(kMarginCm) + "\" fo:margin-right=\"" + cm(kMarginCm) + "\" fo:margin-top=\"" + cm(kMarginCm) +
         "\" fo:margin-bottom=\"" + cm(kMarginCm) +
         "\" style:scale-to-X=\"1\" style:scale-to-Y=\"0\" style:table-centering=\"horizontal\" "
         "style:print=\"charts drawings objects zero-values\"/>"
         "<style:footer-style><style:header-footer-properties fo:min-height=\"0.6cm\" "
         "fo:margin-top=\"0.2cm\"/></style:footer-style></style:page-layout></office:automatic-styles>"
         "<office:master-styles><style:master-page style:name=\"Sheet\" style:page-layout-name=\"pm\">"
         "<style:header style:display=\"false\"/><style:footer>" +
         region("region-left", "<text:sheet-name>-</text:sheet-name>") +
         region("region-center",
                "第 <text:page-number>1</text:page-number> 頁，共 <text:page-count>1</text:page-count> 頁") +
         region("region-right", xml(workbook.stamp)) +
         "</style:footer></style:master-page></office:master-styles></office:document-styles>\n";
}

std::string meta_part(const Workbook& workbook) {
  return std::string(kXml) + "<office:document-meta" + kNamespaces + "><office:meta><meta:generator>trailwatch/" +
         TRAILWATCH_VERSION + "</meta:generator><dc:title>" + xml(workbook.title) + "</dc:title><meta:creation-date>" +
         format_day(workbook.made.day) + "T" + format_clock(workbook.made) +
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

std::string to_ods(const Workbook& workbook) {
  ZipWriter zip;
  zip.add("mimetype", kMimetype, ZipWriter::How::stored);  // first and plain: programs look there
  zip.add("content.xml", Content(workbook).text());
  zip.add("styles.xml", styles_part(workbook));
  zip.add("meta.xml", meta_part(workbook));
  zip.add("META-INF/manifest.xml", manifest_part());
  return zip.take();
}

}  // namespace trailwatch::report
