#pragma once

#include <string>
#include <variant>
#include <vector>

#include "trailwatch/base/result.h"
#include "trailwatch/base/time.h"
#include "trailwatch/report/daily.h"
#include "trailwatch/report/workbook.h"

// A text for people as plain values, and the two programs that write it down: PDF to print and keep, ODT to go on
// writing in. The same document gives the same bytes (PDF: on the same machine, since fonts differ).
namespace trailwatch::report {

struct Paragraph {
  // fault: framed. fixed: for what is compared letter by letter. soft: small.
  enum class Style : std::uint8_t { title, heading, subheading, lead, body, soft, fault, fixed };
  Style style = Style::body;
  std::string text;  // line ends are LF
};

struct TextColumn {
  std::string head;
  double share = 1;  // of the page's width, in proportion to the others
  TableColumn::Align align = TableColumn::Align::left;
};

// Heads are repeated on every page, a row stands on one page. A row of one cell goes across all columns and stays with
// the row before it.
struct TextTable {
  std::vector<TextColumn> columns;
  std::vector<std::vector<std::string>> rows;
  bool has_heads = true;  // false: facts, the first column says what the second is
};

// The two pictures of an alert side by side; in ODT their sentences.
struct Charts {
  model::About about = model::About::officer;
  std::optional<PeerChart> peers;
  std::optional<DayChart> days;
};

// Room for signatures and dates, one field each: `承辦人`
struct Signatures {
  std::vector<std::string> roles;
};

struct PageBreak {};

using Block = std::variant<Paragraph, TextTable, Charts, Signatures, PageBreak>;

struct Document {
  std::string title;    // of the file
  std::string running;  // head of every page, left: `密件　查詢軌跡日報　115年3月2日（一）`
  std::string agency;   // and right
  std::string foot;     // left of the page's number
  LocalTime made;       // written into the file as when it was made
  std::vector<Block> blocks;
};

// A4 portrait, by Pango and Cairo (workbook.h: to_pdf). Fails with Errc::unavailable.
Result<std::string> to_pdf(const Document& document);
// OpenDocument 1.2 text, A4 portrait, heads repeated, head and foot as above.
std::string to_odt(const Document& document);

}  // namespace trailwatch::report
