#include "trailwatch/base/encoding.h"

#include "fuzz/fuzz.h"
#include "trailwatch/base/check.h"
#include "trailwatch/base/text.h"

// First byte: which encoding. What was decoded without loss can be written again, and is read the same.
TW_FUZZ(encoding) {
  using namespace trailwatch;
  constexpr Encoding kAll[] = {Encoding::cp950, Encoding::utf8, Encoding::utf16le, Encoding::utf16be};
  const Encoding encoding = kAll[fuzz::take_byte(input) % 4];
  std::string text, again;
  const Decoded decoded = decode(input, encoding, text);
  TW_CHECK(is_utf8(text));
  decode(encode(text, encoding), encoding, again);
  if (decoded.undecodable == 0) TW_CHECK(again == text || encoding == Encoding::utf8);
  const std::string folded = fold_width(text);
  TW_CHECK(fold_width(folded) == folded && is_utf8(folded));
  TW_CHECK(is_utf8(for_display(text)) && is_utf8(for_log(input)) && is_utf8(html_escape(input)));
  TW_CHECK(is_utf8(repair_utf8(input)) && is_utf8(prefix(text, 7)));
  TW_CHECK(for_log(input).find('\n') == std::string::npos && for_display(text).find('\x1b') == std::string::npos);
  const std::string html = html_escape(input);
  TW_CHECK(html.find_first_of("<>\"'") == std::string::npos && html_escape(text).size() >= length(text));
}
