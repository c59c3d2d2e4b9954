#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "report/charts.h"
#include "report/pdf_canvas.h"
#include "report/pdf_charts.h"
#include "report/shown.h"
#include "report/words.h"
#include "trailwatch/report/document.h"

// Three steps: blocks become pieces that can't be divided (a paragraph, a row), pieces are dealt out to pages, and only
// then they are drawn, since every page says how many there are.
namespace trailwatch::report {

namespace {

using Align = TableColumn::Align;
using Style = Paragraph::Style;

constexpr double kPageWidthCm = 21.0, kPageHeightCm = 29.7;
constexpr double kLeftCm = 1.6, kWidthCm = kPageWidthCm - 2 * kLeftCm;
constexpr double kTopCm = 2.0, kBottomCm = 1.9;  // where the text begins and ends
constexpr double kPaddingCm = 0.13;
constexpr double kCellPoints = 9;
constexpr std::size_t kCharactersMax = 2'000;  // a paragraph stands on one page
constexpr PdfCanvas::Colour kHeadColour{0.906, 0.922, 0.941}, kRule{0.56, 0.63, 0.7}, kSoft{0.2, 0.25, 0.3},
    kFault{1.0, 0.96, 0.85};

struct Look {
  double points;
  double before;    // blank above it
  bool keeps_next;  // never the last thing on a page
  bool has_rule;    // a line above it
};

Look look_of(Style style) {
  switch (style) {
    case Style::title:
      return {20, 0, true, false};
    case Style::heading:
      return {14.5, 0.7, true, true};
    case Style::subheading:
      return {11.5, 0.3, true, false};
    case Style::lead:
      return {12.5, 0.25, false, false};
    case Style::soft:
      return {9, 0.1, false, false};
    case Style::fixed:
      return {8, 0.1, false, false};
    case Style::fault:
      return {10.5, 0.25, false, false};
    case Style::body:
      break;
  }
  return {10.5, 0.12, false, false};
}

// What stands on one page as a whole.
struct Piece {
  double before = 0, height = 0;
  bool keeps_next = false;
  bool begins_page = false;
  const TextTable* heads = nullptr;  // repeated above it where it begins a page
  std::string outline;
  std::function<void(double y)> draw;
  std::size_t page = 0;
  double y = 0;
};

class Pages {
 public:
  Pages(const Document& document, std::string& out) : document_(document), canvas_(out, kPageWidthCm, kPageHeightCm) {}

  Status run() {
    canvas_.describe(document_.title, document_.made);
    for (const Block& block : document_.blocks) std::visit([&](const auto& one) { add(one); }, block);
    if (const std::string note = canvas_.unknown_note(); !note.empty()) {
      unknown_ = {Style::soft, note};
      add(unknown_);
    }
    deal();
    draw();
    return canvas_.finish();
  }

 private:
  // --- blocks to pieces
  void add(const Paragraph& paragraph) {
    const Look look = look_of(paragraph.style);
    const double inset = paragraph.style == Style::fault ? 0.25 : 0;
    const std::string text = shortened(shown_with_lines(paragraph.text), kCharactersMax);
    canvas_.use_font(look.points);
    Piece piece;
    piece.before = look.before + (look.has_rule ? 0.2 : 0);
    piece.height = canvas_.height(text, kWidthCm - 2 * inset, Align::left) + 2 * inset;
    piece.keeps_next = look.keeps_next;
    if (paragraph.style == Style::heading) piece.outline = text;
    piece.draw = [this, text, look, inset, height = piece.height, style = paragraph.style](double y) {
      if (look.has_rule && y > kTopCm) canvas_.line(kLeftCm, y - 0.15, kLeftCm + kWidthCm, y - 0.15, 1.5);
      if (style == Style::fault) canvas_.box(kLeftCm, y, kWidthCm, height, &kFault);
      canvas_.use_font(look.points);
      canvas_.use_colour(style == Style::soft ? kSoft : PdfCanvas::Colour{});
      canvas_.text(kLeftCm + inset, y + inset, kWidthCm - 2 * inset, Align::left, text);
      canvas_.use_colour({});
    };
    pieces_.push_back(std::move(piece));
  }

  void add(const TextTable& table) {
    bool is_first = true;
    for (const std::vector<std::string>& row : table.rows) {
      const bool goes_across = row.size() == 1 && table.columns.size() > 1;
      if (goes_across && !is_first) pieces_.back().keeps_next = true;
      Piece piece;
      piece.before = is_first ? 0.15 : 0;
      piece.height = row_height(table, row);
      if (table.has_heads) piece.heads = &table;
      piece.draw = [this, &table, &row, height = piece.height](double y) { draw_row(table, row, y, height); };
      if (is_first && table.has_heads) {
        const double heads = heads_height(table);
        piece.height += heads;
        piece.draw = [this, &table, &row, heads, height = piece.height - heads](double y) {
          draw_heads(table, y, heads);
          draw_row(table, row, y + heads, height);
        };
        piece.heads = nullptr;
      }
      pieces_.push_back(std::move(piece));
      is_first = false;
    }
  }

  void add(const Charts& charts) {
    const double half = (kWidthCm - 0.4) / 2;
    Piece piece;
    piece.before = 0.25;
    piece.height = kChartCm + 0.55;
    piece.draw = [this, &charts, half](double y) {
      double x = kLeftCm;
      const auto title = [&](const std::string& text) {
        canvas_.use_font(9.5);
        canvas_.text(x, y, half, Align::left, text);
      };
      if (charts.peers) {
        title(std::string(or_word(charts.peers->title, "與同儕比較")) + "　" + charts.peers->peers_label);
        report::draw(canvas_, x, y + 0.5, half, *charts.peers);
        x += half + 0.4;
      }
      if (charts.days && !charts.days->own.empty()) {
        title("每日查詢筆數");
        report::draw(canvas_, x, y + 0.5, half, *charts.days);
      }
    };
    piece.keeps_next = true;
    pieces_.push_back(std::move(piece));
  }

  void add(const Signatures& signatures) {
    Piece piece;
    piece.before = 0.8;
    piece.height = 2.2;
    piece.draw = [this, &signatures](double y) {
      const double width = kWidthCm / static_cast<double>(std::max<std::size_t>(1, signatures.roles.size()));
      for (std::size_t i = 0; i < signatures.roles.size(); ++i) {
        const double x = kLeftCm + width * static_cast<double>(i);
        canvas_.box(x, y, width, 2.2);
        canvas_.fill(x + 0.02, y + 0.02, width - 0.04, 0.58, kHeadColour);
        canvas_.use_font(10);
        canvas_.text(x, y, width, Align::centre, signatures.roles[i], 0.6);
        canvas_.use_font(8);
        canvas_.text(x + 0.15, y + 1.75, width - 0.3, Align::right, "　　年　　月　　日");
      }
    };
    pieces_.push_back(std::move(piece));
  }

  void add(const PageBreak& /*unused*/) { next_page_at_.push_back(pieces_.size()); }

  // --- tables
  static double column_width(const TextTable& table, std::size_t i) {
    double all = 0;
    for (const TextColumn& column : table.columns) all += column.share;
    return kWidthCm * table.columns[i].share / all;
  }

  double row_height(const TextTable& table, const std::vector<std::string>& row) {
    canvas_.use_font(kCellPoints);
    double out = canvas_.height("一", 5, Align::left);
    const bool goes_across = row.size() == 1 && table.columns.size() > 1;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const double width = goes_across ? kWidthCm : column_width(table, i);
      out = std::max(out, canvas_.height(cell(row[i]), width - 2 * kPaddingCm, Align::left));
    }
    return out + 2 * kPaddingCm;
  }

  double heads_height(const TextTable& table) {
    canvas_.use_font(kCellPoints);
    double out = 0;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      out = std::max(out, canvas_.height(table.columns[i].head, column_width(table, i) - 2 * kPaddingCm, Align::left));
    }
    return out + 2 * kPaddingCm;
  }

  static std::string cell(const std::string& text) { return shortened(shown_with_lines(text), kCharactersMax); }

  void draw_heads(const TextTable& table, double y, double height) {
    canvas_.fill(kLeftCm, y, kWidthCm, height, kHeadColour);
    canvas_.use_font(kCellPoints);
    double x = kLeftCm;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const double width = column_width(table, i);
      canvas_.text(x + kPaddingCm, y, width - 2 * kPaddingCm, table.columns[i].align, table.columns[i].head, height);
      x += width;
    }
    canvas_.line(kLeftCm, y + height, kLeftCm + kWidthCm, y + height, 0.9);
  }

  void draw_row(const TextTable& table, const std::vector<std::string>& row, double y, double height) {
    const bool goes_across = row.size() == 1 && table.columns.size() > 1;
    double x = kLeftCm;
    for (std::size_t i = 0; i < row.size() && i < table.columns.size(); ++i) {
      const double width = goes_across ? kWidthCm : column_width(table, i);
      const bool names = !table.has_heads && i == 0 && !goes_across;
      if (names) canvas_.fill(x, y, width, height, kHeadColour);
      canvas_.use_font(kCellPoints);
      canvas_.text(x + kPaddingCm, y + kPaddingCm, width - 2 * kPaddingCm,
                   goes_across ? Align::left : table.columns[i].align, cell(row[i]));
      x += width;
    }
    canvas_.use_colour(kRule);
    canvas_.line(kLeftCm, y + height, kLeftCm + kWidthCm, y + height, 0.4);
    canvas_.use_colour({});
  }

  // --- pieces to pages
  // What must stand on one page with piece `i`: itself and all that it may not be parted from. Not more than fits.
  double together(std::size_t i) const {
    double out = pieces_[i].height;
    for (; pieces_[i].keeps_next && i + 1 < pieces_.size(); ++i) out += pieces_[i + 1].before + pieces_[i + 1].height;
    return out;
  }

  void deal() {
    for (const std::size_t at : next_page_at_) {
      if (at < pieces_.size()) pieces_[at].begins_page = true;
    }
    const double room = kPageHeightCm - kTopCm - kBottomCm;
    double used = 0;
    bool was_kept = false;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      Piece& piece = pieces_[i];
      const double needed = std::min(together(i), room);
      const bool is_full = used > 0 && used + piece.before + (was_kept ? piece.height : needed) > room;
      if (used > 0 && (is_full || piece.begins_page)) {
        ++pages_;
        used = 0;
      }
      if (used > 0) {
        used += piece.before;
      } else if (piece.heads != nullptr) {
        used += heads_height(*piece.heads);
      }
      piece.page = pages_;
      piece.y = kTopCm + used;
      used += piece.height;
      was_kept = piece.keeps_next;
    }
  }

  // --- pages
  void draw() {
    std::size_t i = 0;
    for (std::size_t page = 0; page <= pages_; ++page) {
      bool is_first = true;
      for (; i < pieces_.size() && pieces_[i].page == page; ++i) {
        const Piece& piece = pieces_[i];
        if (!piece.outline.empty()) canvas_.outline(piece.outline, page + 1);
        if (is_first && piece.heads != nullptr) draw_heads(*piece.heads, kTopCm, heads_height(*piece.heads));
        piece.draw(piece.y);
        is_first = false;
      }
      draw_frame(page);
      canvas_.next_page();
    }
  }

  void draw_frame(std::size_t page) {
    canvas_.use_font(8.5);
    canvas_.text(kLeftCm, 1.0, kWidthCm, Align::left, shortened(document_.running, kNameLength));
    canvas_.text(kLeftCm, 1.0, kWidthCm, Align::right, shortened(document_.agency, kNameLength));
    canvas_.line(kLeftCm, 1.55, kLeftCm + kWidthCm, 1.55, 0.7);
    const double y = kPageHeightCm - 1.35;
    canvas_.text(kLeftCm, y, kWidthCm, Align::left, shortened(document_.foot, kCellLength));
    canvas_.text(kLeftCm, y, kWidthCm, Align::right,
                 "第 " + std::to_string(page + 1) + " 頁，共 " + std::to_string(pages_ + 1) + " 頁");
  }

  const Document& document_;
  PdfCanvas canvas_;
  std::vector<Piece> pieces_;
  std::vector<std::size_t> next_page_at_;
  std::size_t pages_ = 0;  // index of the last one
  Paragraph unknown_;
};

}  // namespace

Result<std::string> to_pdf(const Document& document) {
  std::string out;
  {
    Pages pages(document, out);
    if (Status done = pages.run(); !done) return std::move(done).error();
  }
  return out;
}

}  // namespace trailwatch::report
