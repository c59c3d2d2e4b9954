#include "report/columns.h"

#include <algorithm>
#include <utility>

#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

bool is_combining(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x200B && c <= 0x200D) || c == 0x2060 || c == 0xFEFF ||
         (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
}

std::size_t columns_of(char32_t c) {
  return is_combining(c) ? 0 : c < 0x80 ? 1 : 2;
}

bool stands_in(char32_t c, std::u32string_view set) {
  return set.find(c) != std::u32string_view::npos;
}

bool opens(char32_t c) {
  return stands_in(c, U"（「『《〈【〔［｛“‘([{");
}
bool closes(char32_t c) {
  return stands_in(c, U"）」』》〉】〕］｝”’，。、；：？！．・…—％–~～)]},.;:?!%/");
}

// What stays together on a line.
struct Piece {
  std::string text;
  std::size_t width = 0;
  std::size_t blanks_before = 0;  // two for a full-width blank
};

std::vector<Piece> pieces(std::string_view text) {
  std::vector<Piece> out;
  bool glue = false;
  std::size_t blanks = 0;
  char32_t before = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(text, at);
    if (c == ' ' || c == 0x3000) {
      blanks = std::max<std::size_t>(blanks, c == ' ' ? 1 : 2);
      continue;
    }
    const bool same_word = c < 0x80 && before < 0x80 && before != 0;
    if (out.empty() || blanks > 0 || !(glue || same_word || closes(c) || is_combining(c))) {
      out.push_back(Piece{"", 0, out.empty() ? 0 : blanks});
    }
    out.back().text += text.substr(start, at - start);
    out.back().width += columns_of(c);
    glue = opens(c);
    blanks = 0;
    before = c;
  }
  return out;
}

}  // namespace

std::size_t columns(std::string_view text) {
  std::size_t out = 0;
  for (std::size_t at = 0; at < text.size();) out += columns_of(next_code_point(text, at));
  return out;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width, std::string_view first, std::string_view rest) {
  std::vector<std::string> lines;
  std::string line(first);
  std::size_t used = columns(first);
  bool empty = true;
  const auto next_line = [&] {
    lines.push_back(std::exchange(line, std::string(rest)));
    used = columns(rest);
    empty = true;
  };
  for (const Piece& piece : pieces(text)) {
    const std::size_t blanks = empty ? 0 : piece.blanks_before;
    if (!empty && used + blanks + piece.width > width) {
      next_line();
    } else {
      line.append(blanks, ' ');
      used += blanks;
    }
    // Only a piece that is longer than a whole line is cut.
    for (std::size_t at = 0; at < piece.text.size();) {
      const std::size_t start = at;
      const std::size_t needed = columns_of(next_code_point(piece.text, at));
      if (!empty && used + needed > width) next_line();
      line += piece.text.substr(start, at - start);
      used += needed;
      empty = false;
    }
  }
  lines.push_back(std::move(line));
  return lines;
}

std::string left(std::string_view text, std::size_t width) {
  std::string out(text);
  if (const std::size_t used = columns(text); used < width) out.append(width - used, ' ');
  return out;
}

std::string right(std::string_view text, std::size_t width) {
  const std::size_t used = columns(text);
  return std::string(used < width ? width - used : 0, ' ') + std::string(text);
}

}  // namespace trailwatch::report
