#pragma once

#include <string>
#include <string_view>

#include "trailwatch/report/workbook.h"

// What the writers of ODS, XLSX and PDF have in common.
namespace trailwatch::report {

constexpr double kPageWidthCm = 29.7, kPageHeightCm = 21.0;
// The 28.4 cm of a unit's columns just fit between them.
constexpr double kMarginCm = 0.6;
constexpr double kFontPoints = 9;
constexpr double kLineCm = 0.44;

// Escaped for text and attributes; characters that XML 1.0 forbids become U+FFFD.
std::string xml(std::string_view text);

double width_cm(const Table& table);  // of the columns that are seen
// How high a row must be for its longest cell, by the widths of half- and full-width characters; never higher than a
// page has room for.
double row_height_cm(const Table& table, const std::vector<TableCell>& row);
double text_height_cm(std::string_view text, double width);

// `□是` and `□否` as two lines, with ■ for what was answered.
std::string boxes(std::string_view answer);
// What a cell says to a person: the text, `1,234`, or `115/03/01 07:00`.
std::string said(const TableColumn& column, const TableCell& cell);

}  // namespace trailwatch::report
