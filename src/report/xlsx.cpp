#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "report/sheet_layout.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/workbook.h"

namespace trailwatch::report {

namespace {

using Align = TableColumn::Align;

// libxlsxwriter writes to a named file only. This one has a name, but no place on any disk.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(::memfd_create("trailwatch-xlsx", MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  bool is_open() const { return descriptor_ >= 0; }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }
  std::string content() const {
    std::string out;
    std::array<char, 1U << 16U> piece{};
    for (off_t at = 0;;) {
      const ssize_t got = ::pread(descriptor_, piece.data(), piece.size(), at);
      if (got <= 0) return out;
      out.append(piece.data(), static_cast<std::size_t>(got));
      at += got;
    }
  }

 private:
  int descriptor_;
};

Error failed(lxw_error error) {
  return {Errc::unavailable,
          std::string("the XLSX file could not be made: ") + lxw_strerror(error),
          "is there room for temporary files?",
          {}};
}

// Excel measures columns in digits of its standard font: 7 pixels and 5 for the edges, 96 pixels an inch.
double digits(double cm) {
  return (cm / 2.54 * 96 - 5) / 7;
}
double points(double cm) {
  return cm / 2.54 * 72;
}
double inches(double cm) {
  return cm / 2.54;
}

// `&` begins a command in a foot.
std::string in_foot(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '&' ? "&&" : std::string(1, c);
  return out;
}

class Book {
 public:
  explicit Book(const std::string& path) : book_(workbook_new(path.c_str())) {
    title_ = style(LXW_ALIGN_CENTER, "@", false, 14);
    format_set_bold(title_);
    info_ = style(LXW_ALIGN_LEFT, "@", false, 9);
    note_ = style(LXW_ALIGN_LEFT, "@", false, 10);
    head_ = style(LXW_ALIGN_CENTER, "@", true, 9);
    format_set_bg_color(head_, 0xE7EBF0);
    time_ = style(LXW_ALIGN_CENTER, "[$-404]e/mm/dd hh:mm", true, 9);
    for (const bool is_sum : {false, true}) {
      Styles& to = is_sum ? sums_ : plain_;
      to = {style(LXW_ALIGN_LEFT, "@", true, 9), style(LXW_ALIGN_CENTER, "@", true, 9),
            style(LXW_ALIGN_RIGHT, "@", true, 9), style(LXW_ALIGN_RIGHT, "#,##0", true, 9),
            style(LXW_ALIGN_CENTER, "0", true, 9)};
      if (!is_sum) continue;
      for (lxw_format* const one : {to.left, to.centre, to.right, to.number, to.order}) format_set_bold(one);
    }
  }
  // A book that is never closed would leak.
  ~Book() {
    if (book_ != nullptr) lxw_workbook_free(book_);
  }
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  void describe(const Workbook& workbook) {
    lxw_doc_properties properties{};
    std::string title = workbook.title, company = "trailwatch";
    properties.title = title.data();
    properties.company = company.data();
    // Seconds since 1970, as if the local time were UTC: the file says no zone.
    properties.created = static_cast<time_t>(workbook.made.day.days) * 86'400 +
                         static_cast<time_t>(workbook.made.micros / kMicrosPerSecond);
    workbook_set_properties(book_, &properties);
  }

  void add(const Table& table, const std::string& name, const std::string& stamp) {
    lxw_worksheet* const sheet = workbook_add_worksheet(book_, name.c_str());
    keep(sheet == nullptr ? LXW_ERROR_SHEETNAME_LENGTH_EXCEEDED : LXW_NO_ERROR);
    if (sheet == nullptr) return;
    const lxw_row_t heads = table.info.empty() ? 1 : 2;
    lxw_col_t last_seen = 0;
    for (lxw_col_t c = 0; c < table.columns.size(); ++c) {
      lxw_row_col_options options{};
      options.hidden = table.columns[c].is_hidden ? LXW_TRUE : LXW_FALSE;
      keep(worksheet_set_column_opt(sheet, c, c, digits(table.columns[c].width_cm), nullptr, &options));
      if (!table.columns[c].is_hidden) last_seen = c;
    }
    line(sheet, 0, last_seen, table.title, title_, 0.9);
    if (!table.info.empty()) {
      line(sheet, 1, last_seen, table.info, info_, text_height_cm(table.info, width_cm(table)));
    }
    keep(worksheet_set_row(sheet, heads, points(0.95), nullptr));
    for (lxw_col_t c = 0; c < table.columns.size(); ++c) {
      keep(worksheet_write_string(sheet, heads, c, table.columns[c].head.c_str(), head_));
    }
    lxw_row_t row = heads + 1;
    for (std::size_t i = 0; i < table.rows.size(); ++i, ++row) {
      keep(worksheet_set_row(sheet, row, points(row_height_cm(table, table.rows[i])), nullptr));
      const Styles& styles = table.last_row_is_sum && i + 1 == table.rows.size() ? sums_ : plain_;
      for (lxw_col_t c = 0; c < table.columns.size(); ++c) {
        write(sheet, row, c, table.columns[c], table.rows[i][c], styles);
      }
    }
    if (!table.rows.empty()) {
      keep(worksheet_autofilter(sheet, heads, 0, row - 1, static_cast<lxw_col_t>(table.columns.size() - 1)));
      let_choose(sheet, table, heads + 1, row - 1);
    }
    for (const std::string& text : table.after) {
      line(sheet, ++row, last_seen, text, note_, text_height_cm(text, width_cm(table)) + 0.1);
    }
    lay_out(sheet, heads, row, last_seen, stamp);
  }

  lxw_error close() {
    const lxw_error closed = workbook_close(std::exchange(book_, nullptr));
    return first_ != LXW_NO_ERROR ? first_ : closed;
  }

 private:
  struct Styles {
    lxw_format *left, *centre, *right, *number, *order;
  };

  lxw_format* style(lxw_format_alignments align, const char* number, bool has_box, double size) {
    lxw_format* const out = workbook_add_format(book_);
    format_set_font_name(out, "標楷體");
    format_set_font_size(out, size);
    format_set_align(out, static_cast<std::uint8_t>(align));
    format_set_align(out, LXW_ALIGN_VERTICAL_CENTER);
    format_set_text_wrap(out);
    format_set_num_format(out, number);
    if (has_box) format_set_border(out, LXW_BORDER_THIN);
    return out;
  }

  // The first thing that went wrong is the one that is told.
  void keep(lxw_error error) {
    if (first_ == LXW_NO_ERROR) first_ = error;
  }

  void line(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t last, const std::string& text, lxw_format* format,
            double height) {
    keep(worksheet_set_row(sheet, row, points(height), nullptr));
    keep(worksheet_merge_range(sheet, row, 0, row, last, text.c_str(), format));
  }

  // Text goes in as a string, whatever it looks like: never as number, link or formula.
  void write(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const TableColumn& about, const TableCell& cell,
             const Styles& styles) {
    if (cell.time) {
      const CivilDate date = to_civil(cell.time->day);
      const std::int64_t seconds = cell.time->micros / kMicrosPerSecond;
      lxw_datetime time{date.year,
                        date.month,
                        date.day,
                        static_cast<int>(seconds / 3600),
                        static_cast<int>(seconds / 60 % 60),
                        static_cast<double>(seconds % 60)};
      keep(worksheet_write_datetime(sheet, row, column, &time, time_));
    } else if (cell.number) {
      lxw_format* const format = about.align == Align::centre ? styles.order : styles.number;
      keep(worksheet_write_number(sheet, row, column, static_cast<double>(*cell.number), format));
    } else {
      lxw_format* const format = about.align == Align::left     ? styles.left
                                 : about.align == Align::centre ? styles.centre
                                                                : styles.right;
      keep(cell.text.empty() ? worksheet_write_blank(sheet, row, column, format)
                             : worksheet_write_string(sheet, row, column, cell.text.c_str(), format));
    }
  }

  void let_choose(lxw_worksheet* sheet, const Table& table, lxw_row_t first, lxw_row_t last) {
    for (lxw_col_t c = 0; c < table.columns.size(); ++c) {
      if (!table.columns[c].chooses_fit) continue;
      std::array<std::string, 3> words = {"是", "否", "待查"};
      std::array<const char*, 4> list = {words[0].c_str(), words[1].c_str(), words[2].c_str(), nullptr};
      lxw_data_validation choice{};
      choice.validate = LXW_VALIDATION_TYPE_LIST;
      choice.value_list = const_cast<char**>(list.data());  // read only
      choice.error_title = const_cast<char*>("符合公務");
      choice.error_message = const_cast<char*>("請選擇：是、否、待查");
      keep(worksheet_data_validation_range(sheet, first, c, last, c, &choice));
    }
  }

  void lay_out(lxw_worksheet* sheet, lxw_row_t heads, lxw_row_t last, lxw_col_t last_seen, const std::string& stamp) {
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, 9);  // A4
    worksheet_set_margins(sheet, inches(kMarginCm), inches(kMarginCm), inches(kMarginCm), inches(1.3));
    worksheet_fit_to_pages(sheet, 1, 0);
    worksheet_center_horizontally(sheet);
    keep(worksheet_repeat_rows(sheet, 0, heads));
    keep(worksheet_print_area(sheet, 0, 0, last, last_seen));
    worksheet_freeze_panes(sheet, heads + 1, 0);
    lxw_header_footer_options foot{};
    foot.margin = inches(0.6);
    const std::string text = "&L&9&A&C&9第 &P 頁，共 &N 頁&R&9" + in_foot(stamp);
    keep(worksheet_set_footer_opt(sheet, text.c_str(), &foot));
  }

  lxw_workbook* book_;
  lxw_error first_ = LXW_NO_ERROR;
  lxw_format *title_, *info_, *note_, *head_, *time_;
  Styles plain_{}, sums_{};
};

}  // namespace

Result<std::string> to_xlsx(const Workbook& workbook) {
  const MemoryFile file;
  if (!file.is_open()) return failed(LXW_ERROR_CREATING_XLSX_FILE);
  Book book(file.path());
  book.describe(workbook);
  const std::vector<std::string> names = sheet_names(workbook);
  for (std::size_t i = 0; i < names.size(); ++i) book.add(workbook.tables[i], names[i], workbook.stamp);
  if (const lxw_error error = book.close(); error != LXW_NO_ERROR) return failed(error);
  std::string out = file.content();
  if (out.empty()) return failed(LXW_ERROR_CREATING_XLSX_FILE);
  return out;
}

}  // namespace trailwatch::report
