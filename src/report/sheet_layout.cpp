#include "report/sheet_layout.h"

#include <algorithm>
#include <set>

#include "report/columns.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

constexpr double kPaddingCm = 0.2;  // both sides
constexpr double kColumnCm = kFontPoints / 2 * 2.54 / 72;
constexpr double kRowMaxCm = 14.0;
constexpr std::size_t kNameUnits = 31;

std::size_t lines_of(std::string_view text, double width) {
  const auto room = static_cast<std::size_t>(std::max((width - kPaddingCm) / kColumnCm, 2.0));
  std::size_t lines = 0;
  for (const std::string_view line : split(text, '\n')) lines += wrap(line, room).size();
  return lines;
}

bool may_stand(char32_t c) {
  return c != 0xFFFE && c != 0xFFFF && (c >= 0x20 || c == '\t' || c == '\n' || c == '\r');
}

std::string clean_name(std::string_view name) {
  static const std::u32string kForbidden = U"[]:*?/\\'";
  static const std::u32string kInstead = U"［］：＊？／＼’";
  std::string out;
  std::size_t units = 0;
  for (std::size_t at = 0; at < name.size();) {
    char32_t c = next_code_point(name, at);
    const std::size_t found = kForbidden.find(c);
    if (found != std::u32string::npos) c = kInstead[found];
    if (c < 0x20) c = ' ';
    units += c > 0xFFFF ? 2 : 1;
    if (units > kNameUnits) break;
    append_utf8(out, c);
  }
  const std::string_view trimmed = trim(out);
  return trimmed.empty() ? "未填單位" : std::string(trimmed);
}

}  // namespace

std::string xml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      append_utf8(out, may_stand(c) ? c : 0xFFFD);
    }
  }
  return out;
}

double width_cm(const Table& table) {
  double out = 0;
  for (const TableColumn& column : table.columns) out += column.is_hidden ? 0 : column.width_cm;
  return out;
}

double text_height_cm(std::string_view text, double width) {
  return std::min(static_cast<double>(lines_of(text, width)) * kLineCm + 0.1, kRowMaxCm);
}

double row_height_cm(const Table& table, const std::vector<TableCell>& row) {
  double out = table.leaves_room_to_sign ? 2 * kLineCm + 0.16 : kLineCm + 0.16;
  for (std::size_t i = 0; i < row.size() && i < table.columns.size(); ++i) {
    const TableColumn& column = table.columns[i];
    if (!column.is_hidden) out = std::max(out, text_height_cm(said(column, row[i]), column.width_cm));
  }
  return out;
}

std::string boxes(std::string_view answer) {
  if (answer != "" && answer != "是" && answer != "否") return std::string(answer);
  return std::string(answer == "是" ? "■是\n" : "□是\n") + (answer == "否" ? "■否" : "□否");
}

std::string said(const TableColumn& column, const TableCell& cell) {
  if (cell.time) return format_roc_minute(*cell.time);
  if (cell.number) return with_thousands(*cell.number);
  return column.chooses_fit ? boxes(cell.text) : cell.text;
}

std::vector<std::string> sheet_names(const Workbook& workbook) {
  std::vector<std::string> out;
  std::set<std::string> taken;
  for (const Table& table : workbook.tables) {
    const std::string name = clean_name(table.name);
    std::string one = name;
    for (int number = 2; !taken.insert(to_lower(one)).second; ++number) {
      const std::string tail = "~" + std::to_string(number);
      one = std::string(prefix(name, std::min(length(name), kNameUnits - 1 - tail.size()))) + tail;
    }
    out.push_back(one);
  }
  return out;
}

}  // namespace trailwatch::report
