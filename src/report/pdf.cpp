#include <algorithm>
#include <string>
#include <vector>

#include "report/pdf_canvas.h"
#include "report/sheet_layout.h"
#include "report/shown.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/workbook.h"

// Two passes: the first measures every row and cuts the tables into pages, the second draws them and knows how many
// pages there are.
namespace trailwatch::report {

namespace {

using Align = TableColumn::Align;

constexpr double kPaddingCm = 0.08;
constexpr double kFootCm = 0.7;
constexpr std::size_t kPdfCellCharacters = 400;
constexpr PdfCanvas::Colour kHeadColour{0.906, 0.922, 0.941};

// One part of a table on one page.
struct Page {
  std::size_t table = 0;
  std::size_t row_begin = 0, row_end = 0;
  std::size_t after_begin = 0, after_end = 0;
};

class Printer {
 public:
  Printer(const Workbook& workbook, std::string& out)
      : workbook_(workbook), names_(sheet_names(workbook)), canvas_(out, kPageWidthCm, kPageHeightCm) {}

  Status run() {
    canvas_.describe(workbook_.title, workbook_.made);
    for (std::size_t t = 0; t < workbook_.tables.size(); ++t) cut(t);
    note_ = canvas_.unknown_note();
    for (std::size_t p = 0; p < pages_.size(); ++p) draw(p);
    return canvas_.finish();
  }

 private:
  void use_font(double size) { canvas_.use_font(size); }
  double set(std::string_view text, double width, Align align) { return canvas_.height(text, width, align); }

  static std::string printed(const TableColumn& column, const TableCell& cell) {
    return shortened(said(column, cell), kPdfCellCharacters);
  }

  double line_cm() {
    use_font(kFontPoints);
    return set("一", 5, Align::left);
  }

  double row_cm(const Table& table, const std::vector<TableCell>& row) {
    use_font(kFontPoints);
    double out = (table.leaves_room_to_sign ? 2 : 1) * line_;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const TableColumn& column = table.columns[i];
      if (!column.is_hidden)
        out = std::max(out, set(printed(column, row[i]), column.width_cm - 2 * kPaddingCm, column.align));
    }
    return out + 2 * kPaddingCm;
  }

  double heads_cm(const Table& table) {
    use_font(14);
    double out = set(table.title, width_cm(table), Align::centre) + 0.2;
    use_font(kFontPoints);
    if (!table.info.empty()) out += set(table.info, width_cm(table), Align::left) + 0.15;
    double heads = 0;
    for (const TableColumn& column : table.columns) {
      if (!column.is_hidden) heads = std::max(heads, set(column.head, column.width_cm - 2 * kPaddingCm, Align::centre));
    }
    return out + heads + 2 * kPaddingCm;
  }

  double after_cm(const Table& table, std::size_t line) {
    use_font(10);
    return set(table.after[line], width_cm(table), Align::left) + (line == 0 ? 0.5 : 0.12);
  }

  // The first pass: which rows and lines stand on which page. What is taller than a page has one for itself.
  void cut(std::size_t t) {
    const Table& table = workbook_.tables[t];
    if (line_ <= 0) line_ = line_cm();
    const double room = kPageHeightCm - 2 * kMarginCm - kFootCm - heads_cm(table);
    Page page{t, 0, 0, 0, 0};
    double used = 0;
    const auto take = [&](double height) {
      if (used > 0 && used + height > room) {
        pages_.push_back(page);
        page = {t, page.row_end, page.row_end, page.after_end, page.after_end};
        used = 0;
      }
      used += height;
    };
    for (const std::vector<TableCell>& row : table.rows) {
      heights_.push_back(row_cm(table, row));
      take(heights_.back());
      ++page.row_end;
    }
    for (std::size_t i = 0; i < table.after.size(); ++i) {
      take(after_cm(table, i));
      ++page.after_end;
    }
    pages_.push_back(page);
  }

  template <typename F>
  void draw_row(const Table& table, double y, double height, bool is_head, F&& text_of) {
    double x = left(table);
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const TableColumn& column = table.columns[i];
      if (column.is_hidden) continue;
      canvas_.box(x, y, column.width_cm, height, is_head ? &kHeadColour : nullptr);
      canvas_.text(x + kPaddingCm, y + kPaddingCm, column.width_cm - 2 * kPaddingCm,
                   is_head ? Align::centre : column.align, text_of(i), height - 2 * kPaddingCm);
      x += column.width_cm;
    }
  }

  static double left(const Table& table) { return (kPageWidthCm - width_cm(table)) / 2; }

  double draw_heads(const Table& table) {
    double y = kMarginCm;
    use_font(14);
    const double width = width_cm(table);
    const double title = set(table.title, width, Align::centre);
    canvas_.text(left(table), y, width, Align::centre, table.title);
    y += title + 0.2;
    use_font(kFontPoints);
    if (!table.info.empty()) {
      const double info = set(table.info, width, Align::left);
      canvas_.text(left(table), y, width, Align::left, table.info);
      y += info + 0.15;
    }
    const double heads = kMarginCm + heads_cm(table) - y;
    use_font(kFontPoints);
    draw_row(table, y, heads, true, [&](std::size_t i) { return table.columns[i].head; });
    return y + heads;
  }

  void draw(std::size_t p) {
    const Page& page = pages_[p];
    const Table& table = workbook_.tables[page.table];
    if (p == 0 || pages_[p - 1].table != page.table) {
      if (p > 0) first_height_ += workbook_.tables[pages_[p - 1].table].rows.size();
      canvas_.outline(names_[page.table], p + 1);
    }
    double y = draw_heads(table);
    for (std::size_t r = page.row_begin; r < page.row_end; ++r) {
      const std::vector<TableCell>& row = table.rows[r];
      const double height = heights_[first_height_ + r];
      use_font(kFontPoints);
      draw_row(table, y, height, false, [&](std::size_t i) { return printed(table.columns[i], row[i]); });
      y += height;
    }
    for (std::size_t i = page.after_begin; i < page.after_end; ++i) {
      const double height = after_cm(table, i);
      canvas_.text(left(table), y + (i == 0 ? 0.4 : 0.06), width_cm(table), Align::left, table.after[i]);
      y += height;
    }
    draw_foot(page, p);
    canvas_.next_page();
  }

  void draw_foot(const Page& page, std::size_t p) {
    use_font(kFontPoints);
    const double y = kPageHeightCm - kMarginCm - kFootCm + 0.3, width = kPageWidthCm - 2 * kMarginCm - 0.2;
    const double x = kMarginCm + 0.1;
    canvas_.text(x, y, width / 2, Align::left, names_[page.table]);
    canvas_.text(x, y, width, Align::centre,
                 "第 " + std::to_string(p + 1) + " 頁，共 " + std::to_string(pages_.size()) + " 頁");
    canvas_.text(x + width / 2, y, width / 2, Align::right, workbook_.stamp);
    if (p + 1 == pages_.size() && !note_.empty()) {
      const std::string text = shortened(note_, kPdfCellCharacters);
      const double tall = set(text, width, Align::left);
      canvas_.text(x, y - tall - 0.05, width, Align::left, text);
    }
  }

  const Workbook& workbook_;
  std::vector<std::string> names_;
  PdfCanvas canvas_;
  double line_ = 0;
  std::vector<Page> pages_;
  std::vector<double> heights_;   // of all rows, table after table
  std::size_t first_height_ = 0;  // of the table that is being drawn
  std::string note_;              // on the last page
};

}  // namespace

Result<std::string> to_pdf(const Workbook& workbook) {
  std::string out;
  {
    Printer printer(workbook, out);
    if (Status done = printer.run(); !done) return std::move(done).error();
  }
  return out;
}

}  // namespace trailwatch::report
