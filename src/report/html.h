#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace trailwatch::report {

// Markup that stands in our own source. Its constructor runs at compile time only, so nothing that was read, computed
// or received can ever become markup: such code does not compile.
struct Markup {
  template <std::size_t N>
  consteval Markup(const char (&literal)[N]) : text(literal, N - 1) {}
  std::string_view text;
};

// The value is escaped.
struct Attribute {
  Markup name;
  std::string value;
};

// Builds a page from elements that are closed in the order they were opened. Every string that is not a literal of ours
// goes through `text` or an attribute's value and is escaped there.
class Html {
 public:
  Html& open(Markup tag, std::initializer_list<Attribute> attributes = {});
  // The element opened last.
  Html& close();
  // An element without content, in the form that both HTML and SVG read: `<rect/>`.
  Html& single(Markup tag, std::initializer_list<Attribute> attributes = {});
  // An element that holds text only.
  Html& element(Markup tag, std::string_view content, std::initializer_list<Attribute> attributes = {});
  Html& text(std::string_view content);
  // For the doctype and the style sheet, where entities mean nothing.
  Html& literal(Markup markup);
  // Digits and perhaps a minus: harmless wherever `literal` is.
  Html& digits(std::int64_t number);
  // The page; every element must have been closed.
  std::string take() &&;

 private:
  void start(Markup tag, std::initializer_list<Attribute> attributes);

  std::string out_;
  std::vector<std::string_view> open_;
};

}  // namespace trailwatch::report
