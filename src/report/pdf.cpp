#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "report/sheet_layout.h"
#include "report/shown.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/workbook.h"

// Two passes: the first measures every row and cuts the tables into pages, the second draws them and knows how many
// pages there are.
namespace trailwatch::report {

namespace {

using Align = TableColumn::Align;

constexpr double kPoint = 72 / 2.54;  // points in a centimetre
constexpr double kPaddingCm = 0.08;
constexpr double kFootCm = 0.7;
constexpr std::size_t kPdfCellCharacters = 400;
// TrueType first: print shops and old readers trip over the outlines of the others.
constexpr const char* kFonts = "TW-Kai,AR PL UMing TW,AR PL UMing TW MBE,Noto Serif CJK TC,Noto Sans CJK TC,serif";

struct Free {
  void operator()(cairo_surface_t* it) const { cairo_surface_destroy(it); }
  void operator()(cairo_t* it) const { cairo_destroy(it); }
  void operator()(PangoLayout* it) const { g_object_unref(it); }
  void operator()(PangoFontDescription* it) const { pango_font_description_free(it); }
};
template <typename T>
using Held = std::unique_ptr<T, Free>;

cairo_status_t append(void* to, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

// One part of a table on one page.
struct Page {
  std::size_t table = 0;
  std::size_t row_begin = 0, row_end = 0;
  std::size_t after_begin = 0, after_end = 0;
};

class Printer {
 public:
  Printer(const Workbook& workbook, std::string& out)
      : workbook_(workbook),
        names_(sheet_names(workbook)),
        surface_(cairo_pdf_surface_create_for_stream(&append, &out, kPageWidthCm * kPoint, kPageHeightCm * kPoint)),
        cairo_(cairo_create(surface_.get())),
        layout_(pango_cairo_create_layout(cairo_.get())) {
    // A point of type is a point of the page, not of a screen, and letters stand where they belong, not on its dots.
    PangoContext* const context = pango_layout_get_context(layout_.get());
    pango_cairo_context_set_resolution(context, 72);
    cairo_font_options_t* const options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_layout_context_changed(layout_.get());
    pango_layout_set_line_spacing(layout_.get(), 1.15F);
    pango_layout_set_wrap(layout_.get(), PANGO_WRAP_WORD_CHAR);
    PangoAttrList* const attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_fallback_new(TRUE));
    pango_layout_set_attributes(layout_.get(), attributes);
    pango_attr_list_unref(attributes);
    cairo_set_line_width(cairo_.get(), 0.5);
  }

  Status run() {
    describe();
    for (std::size_t t = 0; t < workbook_.tables.size(); ++t) cut(t);
    list_unknown();
    for (std::size_t p = 0; p < pages_.size(); ++p) draw(p);
    cairo_surface_finish(surface_.get());
    const cairo_status_t status = cairo_surface_status(surface_.get());
    if (status == CAIRO_STATUS_SUCCESS) return Done{};
    return Error{
        Errc::unavailable, std::string("the PDF could not be made: ") + cairo_status_to_string(status), "", {}};
  }

 private:
  void describe() {
    const std::string made = format_day(workbook_.made.day) + "T" + format_clock(workbook_.made);
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, workbook_.title.c_str());
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATOR, "trailwatch");
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE, made.c_str());
  }

  // One weight: the fonts have no other, and would be replaced for it.
  void use_font(double size) {
    const Held<PangoFontDescription> font(pango_font_description_from_string(kFonts));
    pango_font_description_set_size(font.get(), static_cast<int>(size * PANGO_SCALE));
    pango_layout_set_font_description(layout_.get(), font.get());
  }

  // Puts a text into the layout; returns its height in centimetres.
  double set(std::string_view text, double width, Align align) {
    const std::string known = replaced(text);
    pango_layout_set_width(layout_.get(), static_cast<int>(std::max(width, 0.1) * kPoint * PANGO_SCALE));
    pango_layout_set_alignment(layout_.get(), align == Align::centre  ? PANGO_ALIGN_CENTER
                                              : align == Align::right ? PANGO_ALIGN_RIGHT
                                                                      : PANGO_ALIGN_LEFT);
    pango_layout_set_text(layout_.get(), known.data(), static_cast<int>(known.size()));
    int height = 0;
    pango_layout_get_size(layout_.get(), nullptr, &height);
    return height / (PANGO_SCALE * kPoint);
  }

  // Each character is looked up in the fonts once.
  bool has_glyph(char32_t c) {
    const auto found = glyphs_.find(c);
    if (found != glyphs_.end()) return found->second;
    std::string text;
    append_utf8(text, c);
    pango_layout_set_text(layout_.get(), text.data(), static_cast<int>(text.size()));
    const bool is_known = c == '\n' || pango_layout_get_unknown_glyphs_count(layout_.get()) == 0;
    return glyphs_[c] = is_known;
  }

  std::string replaced(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const char32_t c = next_code_point(text, at);
      const bool is_known = has_glyph(c);
      if (!is_known) unknown_.insert(c);
      append_utf8(out, is_known ? c : U'〓');
    }
    return out;
  }

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

  // On the last page; if it is full, this is what goes below the edge, so it gets a page's last line of its own.
  void list_unknown() {
    if (unknown_.empty() || pages_.empty()) return;
    note_ = "字型未收錄、以〓代替之字元：";
    for (const char32_t c : unknown_) {
      std::array<char, 16> code{};
      std::snprintf(code.data(), code.size(), " U+%04X", static_cast<unsigned>(c));
      note_ += code.data();
    }
  }

  void draw_text(double x, double y, double width, Align align, std::string_view text, double height = 0) {
    const double tall = set(text, width, align);
    cairo_move_to(cairo_.get(), x * kPoint, (y + std::max(height - tall, 0.0) / 2) * kPoint);
    pango_cairo_show_layout(cairo_.get(), layout_.get());
  }

  void draw_box(double x, double y, double width, double height, bool is_shaded) {
    cairo_rectangle(cairo_.get(), x * kPoint, y * kPoint, width * kPoint, height * kPoint);
    if (is_shaded) {
      cairo_set_source_rgb(cairo_.get(), 0.906, 0.922, 0.941);
      cairo_fill_preserve(cairo_.get());
      cairo_set_source_rgb(cairo_.get(), 0, 0, 0);
    }
    cairo_stroke(cairo_.get());
  }

  template <typename F>
  void draw_row(const Table& table, double y, double height, bool is_head, F&& text_of) {
    double x = left(table);
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const TableColumn& column = table.columns[i];
      if (column.is_hidden) continue;
      draw_box(x, y, column.width_cm, height, is_head);
      draw_text(x + kPaddingCm, y + kPaddingCm, column.width_cm - 2 * kPaddingCm,
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
    draw_text(left(table), y, width, Align::centre, table.title);
    y += title + 0.2;
    use_font(kFontPoints);
    if (!table.info.empty()) {
      const double info = set(table.info, width, Align::left);
      draw_text(left(table), y, width, Align::left, table.info);
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
      const std::string target = "page=" + std::to_string(p + 1) + " pos=[0 0]";
      cairo_pdf_surface_add_outline(surface_.get(), CAIRO_PDF_OUTLINE_ROOT, names_[page.table].c_str(), target.c_str(),
                                    static_cast<cairo_pdf_outline_flags_t>(0));
    }
    cairo_set_source_rgb(cairo_.get(), 0, 0, 0);
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
      draw_text(left(table), y + (i == 0 ? 0.4 : 0.06), width_cm(table), Align::left, table.after[i]);
      y += height;
    }
    draw_foot(page, p);
    cairo_show_page(cairo_.get());
  }

  void draw_foot(const Page& page, std::size_t p) {
    use_font(kFontPoints);
    const double y = kPageHeightCm - kMarginCm - kFootCm + 0.3, width = kPageWidthCm - 2 * kMarginCm - 0.2;
    const double x = kMarginCm + 0.1;
    draw_text(x, y, width / 2, Align::left, names_[page.table]);
    draw_text(x, y, width, Align::centre,
              "第 " + std::to_string(p + 1) + " 頁，共 " + std::to_string(pages_.size()) + " 頁");
    draw_text(x + width / 2, y, width / 2, Align::right, workbook_.stamp);
    if (p + 1 == pages_.size() && !note_.empty()) {
      const std::string text = shortened(note_, kPdfCellCharacters);
      const double tall = set(text, width, Align::left);
      draw_text(x, y - tall - 0.05, width, Align::left, text);
    }
  }

  const Workbook& workbook_;
  std::vector<std::string> names_;
  Held<cairo_surface_t> surface_;
  Held<cairo_t> cairo_;
  Held<PangoLayout> layout_;
  double line_ = 0;
  std::vector<Page> pages_;
  std::vector<double> heights_;   // of all rows, table after table
  std::size_t first_height_ = 0;  // of the table that is being drawn
  std::map<char32_t, bool> glyphs_;
  std::set<char32_t> unknown_;
  std::string note_;
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
