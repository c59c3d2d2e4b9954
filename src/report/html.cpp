#include "report/html.h"

#include <algorithm>
#include <array>
#include <utility>

#include "report/shown.h"
#include "trailwatch/base/check.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

// After all others a new line begins, so that a change to the page is a change to few lines.
constexpr std::array<std::string_view, 8> kInline = {"a", "b", "span", "td", "th", "text", "small", "label"};

bool ends_line(std::string_view tag) {
  return std::find(kInline.begin(), kInline.end(), tag) == kInline.end();
}

}  // namespace

void Html::start(Markup tag, std::initializer_list<Attribute> attributes) {
  out_ += '<';
  out_ += tag.text;
  for (const Attribute& attribute : attributes) {
    out_ += ' ';
    out_ += attribute.name.text;
    out_ += "=\"";
    out_ += html_escape(shown(attribute.value));
    out_ += '"';
  }
}

Html& Html::open(Markup tag, std::initializer_list<Attribute> attributes) {
  start(tag, attributes);
  out_ += '>';
  open_.push_back(tag.text);
  return *this;
}

Html& Html::close() {
  TW_CHECK(!open_.empty());
  const std::string_view tag = open_.back();
  open_.pop_back();
  out_ += "</";
  out_ += tag;
  out_ += '>';
  if (ends_line(tag)) out_ += '\n';
  return *this;
}

Html& Html::single(Markup tag, std::initializer_list<Attribute> attributes) {
  start(tag, attributes);
  out_ += "/>\n";
  return *this;
}

Html& Html::element(Markup tag, std::string_view content, std::initializer_list<Attribute> attributes) {
  return open(tag, attributes).text(content).close();
}

Html& Html::text(std::string_view content) {
  out_ += html_escape(shown(content));
  return *this;
}

Html& Html::literal(Markup markup) {
  out_ += markup.text;
  return *this;
}

Html& Html::digits(std::int64_t number) {
  out_ += std::to_string(number);
  return *this;
}

std::string Html::take() && {
  TW_CHECK(open_.empty());
  return std::move(out_);
}

}  // namespace trailwatch::report
