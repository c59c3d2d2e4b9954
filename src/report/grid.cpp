#include "report/grid.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <optional>
#include <pugixml.hpp>

#include "report/zip.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

constexpr std::size_t kColumnsMax = 256, kRowsMax = 200'000, kSheetsMax = 1'000;
constexpr int kDepthMax = 32;
// Of all cells together, copies included: a few bytes can say that they are a million cells.
constexpr std::size_t kTextMax = 64U << 20U, kCellCost = sizeof(std::string);

Error no_sheet(std::string why) {
  return {Errc::invalid, "the file is no spreadsheet: " + std::move(why), "save it again as ODS, XLSX or CSV", {}};
}

Status parse(const ZipMember& part, pugi::xml_document& into) {
  const pugi::xml_parse_result parsed =
      into.load_buffer(part.bytes.data(), part.bytes.size(), pugi::parse_default | pugi::parse_ws_pcdata);
  if (parsed) return Done{};
  return no_sheet(part.name + " is damaged: " + parsed.description());
}

std::size_t number_of(const char* text, std::size_t otherwise) {
  std::size_t out = 0;
  const auto [end, failed] = std::from_chars(text, text + std::strlen(text), out);
  return failed == std::errc() && *text != '\0' ? out : otherwise;
}

bool is(const pugi::xml_node& node, const char* name) {
  return std::strcmp(node.name(), name) == 0;
}

// The name without its prefix: XLSX files choose their own.
std::string_view local(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name.substr(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
}

// What stands in a paragraph of ODF; notes and their like are left out.
void add_text(const pugi::xml_node& node, std::string& out, int depth) {
  if (depth > kDepthMax) return;
  for (const pugi::xml_node& child : node) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      out += child.value();
    } else if (is(child, "text:s")) {
      out.append(std::min<std::size_t>(number_of(child.attribute("text:c").value(), 1), 1'000), ' ');
    } else if (is(child, "text:tab")) {
      out += '\t';
    } else if (is(child, "text:line-break")) {
      out += '\n';
    } else if (!is(child, "office:annotation") && !is(child, "text:note")) {
      add_text(child, out, depth + 1);
    }
  }
}

std::string ods_cell(const pugi::xml_node& cell) {
  std::string out;
  bool is_first = true;
  for (const pugi::xml_node& child : cell) {
    if (!is(child, "text:p")) continue;
    if (!is_first) out += '\n';
    is_first = false;
    add_text(child, out, 0);
  }
  return out;
}

// Rows may lie in groups: header rows, outlines.
class OdsSheet {
 public:
  // `room`: bytes that may still be taken, of all sheets together.
  OdsSheet(Grid& out, std::size_t& room) : out_(out), room_(room) {}
  void add(const pugi::xml_node& parent, int depth) {
    if (depth > kDepthMax) return;
    for (const pugi::xml_node& child : parent) {
      if (is(child, "table:table-row")) {
        add_row(child);
      } else if (is(child, "table:table-header-rows") || is(child, "table:table-rows") ||
                 is(child, "table:table-row-group")) {
        add(child, depth + 1);
      }
    }
  }

 private:
  void add_row(const pugi::xml_node& row) {
    const std::size_t times = number_of(row.attribute("table:number-rows-repeated").value(), 1);
    Grid::Row one;
    std::size_t blanks = 0;  // only kept when something stands behind them: rows are blank to the edge of the sheet
    for (const pugi::xml_node& cell : row) {
      if (!is(cell, "table:table-cell") && !is(cell, "table:covered-table-cell")) continue;
      const std::size_t copies = number_of(cell.attribute("table:number-columns-repeated").value(), 1);
      const std::string text = ods_cell(cell);
      if (text.empty()) {
        blanks = std::min(blanks + std::min(copies, kColumnsMax), kColumnsMax);
        continue;
      }
      for (; blanks > 0 && one.cells.size() < kColumnsMax && take(0); --blanks) one.cells.emplace_back();
      for (std::size_t i = 0; i < copies && one.cells.size() < kColumnsMax && take(text.size()); ++i) {
        one.cells.push_back(text);
      }
    }
    std::size_t size = 0;
    for (const std::string& cell : one.cells) size += cell.size() + kCellCost;
    const bool is_empty = std::all_of(one.cells.begin(), one.cells.end(), [](const auto& c) { return c.empty(); });
    for (std::size_t i = 0; !is_empty && i < times && out_.rows.size() < kRowsMax && (i == 0 || take(size)); ++i) {
      one.number = number_ + static_cast<std::int64_t>(i);
      out_.rows.push_back(one);
    }
    number_ += static_cast<std::int64_t>(std::min<std::size_t>(times, 1U << 24U));
  }

  bool take(std::size_t size) {
    const bool is_enough = room_ > size + kCellCost;
    room_ = is_enough ? room_ - size - kCellCost : 0;
    return is_enough;
  }

  Grid& out_;
  std::size_t& room_;
  std::int64_t number_ = 1;
};

// `AB12` → 27; nothing when there are no letters.
std::optional<std::size_t> column_of(std::string_view reference) {
  std::size_t out = 0, at = 0;
  for (; at < reference.size() && reference[at] >= 'A' && reference[at] <= 'Z' && out < kColumnsMax; ++at) {
    out = out * 26 + static_cast<std::size_t>(reference[at] - 'A') + 1;
  }
  return at == 0 ? std::nullopt : std::optional<std::size_t>(out - 1);
}

// All `t` below: plain text, or the runs of rich text; not how it is read aloud.
void add_strings(const pugi::xml_node& node, std::string& out, int depth) {
  if (depth > kDepthMax) return;
  for (const pugi::xml_node& child : node) {
    if (local(child) == "t") {
      out += child.text().get();
    } else if (local(child) != "rPh") {
      add_strings(child, out, depth + 1);
    }
  }
}

std::string xlsx_cell(const pugi::xml_node& cell, const std::vector<std::string>& shared) {
  std::string value, inlined;
  for (const pugi::xml_node& child : cell) {
    if (local(child) == "v") value = child.text().get();
    if (local(child) == "is") add_strings(child, inlined, 0);
  }
  const std::string_view type = cell.attribute("t").value();
  if (type == "inlineStr") return inlined;
  if (type != "s") return value;
  const std::size_t at = number_of(value.c_str(), shared.size());
  return at < shared.size() ? shared[at] : "";
}

pugi::xml_node child_of(const pugi::xml_node& parent, std::string_view name) {
  for (const pugi::xml_node& child : parent) {
    if (local(child) == name) return child;
  }
  return {};
}

// False when it holds more than there is room for: many cells may name one long text.
bool add_sheet(const pugi::xml_node& data, const std::vector<std::string>& shared, Grid& out, std::size_t& room) {
  std::int64_t number = 0;
  for (const pugi::xml_node& row : data) {
    if (local(row) != "row" || out.rows.size() >= kRowsMax) continue;
    number = static_cast<std::int64_t>(number_of(row.attribute("r").value(), static_cast<std::size_t>(number + 1)));
    Grid::Row one{number, {}};
    for (const pugi::xml_node& cell : row) {
      if (local(cell) != "c") continue;
      const std::size_t column = column_of(cell.attribute("r").value()).value_or(one.cells.size());
      if (column >= kColumnsMax) continue;
      const std::size_t more = column < one.cells.size() ? 0 : (column - one.cells.size()) * kCellCost;
      if (room <= more) return false;
      room -= more;
      if (one.cells.size() <= column) one.cells.resize(column + 1);
      one.cells[column] = xlsx_cell(cell, shared);
      if (room <= one.cells[column].size() + kCellCost) return false;
      room -= one.cells[column].size() + kCellCost;
    }
    const bool is_empty = std::all_of(one.cells.begin(), one.cells.end(), [](const auto& c) { return c.empty(); });
    if (!is_empty) out.rows.push_back(std::move(one));
  }
  return true;
}

const ZipMember* part_of(const std::vector<ZipMember>& parts, std::string_view name) {
  for (const ZipMember& part : parts) {
    if (part.name == name) return &part;
  }
  return nullptr;
}

// Where each sheet lies, in the workbook's order, by name.
Result<std::vector<std::pair<std::string, std::string>>> sheet_parts(const std::vector<ZipMember>& parts) {
  const ZipMember *const book = part_of(parts, "xl/workbook.xml"), *const links =
                                                                       part_of(parts, "xl/_rels/workbook.xml.rels");
  if (book == nullptr || links == nullptr) return no_sheet("its list of sheets is missing");
  pugi::xml_document workbook, relations;
  if (Status done = parse(*book, workbook); !done) return std::move(done).error();
  if (Status done = parse(*links, relations); !done) return std::move(done).error();
  std::map<std::string, std::string> targets;
  for (const pugi::xml_node& link : relations.document_element()) {
    std::string target = link.attribute("Target").value();
    target = target.starts_with('/') ? target.substr(1) : "xl/" + target;
    targets[link.attribute("Id").value()] = target;
  }
  std::vector<std::pair<std::string, std::string>> out;
  for (const pugi::xml_node& sheet : child_of(workbook.document_element(), "sheets")) {
    if (local(sheet) == "sheet")
      out.emplace_back(sheet.attribute("name").value(), targets[sheet.attribute("r:id").value()]);
  }
  return out;
}

}  // namespace

Result<std::vector<Grid>> read_ods(std::string_view archive) {
  Result<std::vector<ZipMember>> parts = read_zip(archive, [](const std::string& n) { return n == "content.xml"; });
  if (!parts) return std::move(parts).error();
  if (parts->empty()) return no_sheet("content.xml is missing");
  pugi::xml_document document;
  if (Status done = parse(parts->front(), document); !done) return std::move(done).error();
  const pugi::xml_node body =
      document.child("office:document-content").child("office:body").child("office:spreadsheet");
  if (!body) return no_sheet("it holds no tables");
  std::vector<Grid> out;
  std::size_t room = kTextMax;
  for (const pugi::xml_node& table : body.children("table:table")) {
    if (out.size() == kSheetsMax) break;
    out.push_back({table.attribute("table:name").value(), {}});
    OdsSheet(out.back(), room).add(table, 0);
  }
  if (room == 0) return no_sheet("it holds too much");
  return out;
}

Result<std::vector<Grid>> read_xlsx(std::string_view archive) {
  Result<std::vector<ZipMember>> parts = read_zip(archive, [](const std::string& name) {
    return name == "xl/workbook.xml" || name == "xl/_rels/workbook.xml.rels" || name == "xl/sharedStrings.xml" ||
           name.starts_with("xl/worksheets/sheet");
  });
  if (!parts) return std::move(parts).error();
  const auto sheets = sheet_parts(*parts);
  if (!sheets) return sheets.error();
  std::vector<std::string> shared;
  if (const ZipMember* const part = part_of(*parts, "xl/sharedStrings.xml")) {
    pugi::xml_document strings;
    if (Status done = parse(*part, strings); !done) return std::move(done).error();
    for (const pugi::xml_node& one : strings.document_element()) {
      if (local(one) == "si") add_strings(one, shared.emplace_back(), 0);
    }
  }
  std::vector<Grid> out;
  std::size_t room = kTextMax;
  for (const auto& [name, path] : *sheets) {
    const ZipMember* const part = part_of(*parts, path);
    if (part == nullptr || out.size() == kSheetsMax) continue;
    pugi::xml_document sheet;
    if (Status done = parse(*part, sheet); !done) return std::move(done).error();
    out.push_back({name, {}});
    if (!add_sheet(child_of(sheet.document_element(), "sheetData"), shared, out.back(), room)) {
      return no_sheet("it holds too much");
    }
  }
  return out;
}

}  // namespace trailwatch::report
