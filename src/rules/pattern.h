#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trailwatch::rules {

// A Sigma text value, compiled. `*` is any run of characters, `?` one character; `\*`, `\?` and `\\` are the characters
// themselves, and a backslash before anything else is a backslash.
// ASCII letters match in either case unless `cased`; other characters match themselves only.
class Pattern {
 public:
  enum class Place { whole, contains, starts, ends };
  Pattern(std::string_view text, Place place, bool cased);

  // An empty pattern matches empty text alone. Allocates nothing.
  bool matches(std::string_view text) const;

 private:
  enum class Kind { equals, starts, ends, contains, wildcards };
  using Token = char32_t;  // a code point, or one of the two below
  static constexpr Token kOne = 0x110000;
  static constexpr Token kRun = 0x110001;

  bool equal(std::string_view text) const;
  bool contained_in(std::string_view text) const;
  bool matches_tokens(std::string_view text) const;

  Kind kind_ = Kind::equals;
  bool cased_ = false;
  std::string literal_;        // lower case unless cased
  std::vector<Token> tokens_;  // of `wildcards`
};

}  // namespace trailwatch::rules
