#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trailwatch/base/result.h"
#include "trailwatch/base/time.h"

// Tables as people print and sign them, and the three programs that write them down. The same workbook gives the same
// bytes (PDF: on the same machine, since fonts differ).
namespace trailwatch::report {

struct TableColumn {
  enum class Align : std::uint8_t { left, centre, right };
  std::string head;
  double width_cm = 2;
  Align align = Align::left;
  bool is_hidden = false;    // for programs that read the sheet again; never printed
  bool chooses_fit = false;  // 符合公務: boxes to tick on paper, a list to choose from in XLSX
};

struct TableCell {
  std::string text;  // never a formula, whatever it begins with; line ends are LF
  std::optional<std::int64_t> number = {};
  std::optional<LocalTime> time = {};
};

struct Table {
  std::string name;   // of the sheet; made fit for each format by its writer
  std::string title;  // these two and the heads are repeated on every page
  std::string info;   // may be empty
  std::vector<TableColumn> columns;
  std::vector<std::vector<TableCell>> rows;  // as many cells as columns
  std::vector<std::string> after;            // lines below the table, across its width
  bool leaves_room_to_sign = false;          // rows have at least two lines
  bool last_row_is_sum = false;
};

struct Workbook {
  std::vector<Table> tables;  // each begins a page
  std::string stamp;          // of the foot, right: `密件　產製 115/04/01 06:00　查核碼 …`
  std::string title;
  LocalTime made;  // local time; written into the file as when it was made
};

// A4 landscape, widths in centimetres, heads repeated, foot with the sheet's name and `第 n 頁，共 m 頁`.

// OpenDocument 1.2 spreadsheet.
std::string to_ods(const Workbook& workbook);
// Office Open XML, by libxlsxwriter. Fails with Errc::unavailable when the system gives no temporary file.
Result<std::string> to_xlsx(const Workbook& workbook);
// By Pango and Cairo, with the machine's fonts: TW-Kai, else AR PL UMing, else what is there. Characters that no font
// has print as 〓 and are listed after the last table. Cells longer than 400 characters are shortened, since a row
// never splits over pages; the other formats hold all of them.
Result<std::string> to_pdf(const Workbook& workbook);

// Names as spreadsheet programs allow them: none of []:*?/\ (full-width forms take their place), at most 31 UTF-16
// units, none twice whatever the case, never empty.
std::vector<std::string> sheet_names(const Workbook& workbook);

}  // namespace trailwatch::report
