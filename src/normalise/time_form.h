#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/time.h"

namespace trailwatch::normalise {

// How a source writes a time, compiled from a pattern such as `YYYMMDD hhmmss`:
//
//   YYYY  year of our era        YYY  民國 year, two or three digits
//   MM DD hh  two digits, or one where a separator stands on both sides
//   mm ss     two digits         f    1 to 9 digits of a second, cut to microseconds
//   AP        上午, 下午, AM or PM: hh then counts to 12
//   [ ]       may be missing, as a whole; not nested
//   blank     one or more blanks; everything else stands for itself
//
// or one of the words `rfc3339`, `epoch-s`, `epoch-ms`. A form is declared, never guessed from a value.
class TimeForm {
 public:
  enum class Kind : std::uint8_t { pattern, rfc3339, epoch_s, epoch_ms };

  // Nothing when the pattern does not hold together; `problem` then says why.
  static std::optional<TimeForm> compile(std::string_view form, std::string& problem);

  Kind kind() const { return kind_; }
  bool has_time_of_day() const { return has_hour_; }

  // For patterns: nothing unless all of `text` reads as a time that exists on a calendar and a clock (no hour 24, no
  // second 60).
  std::optional<LocalTime> local(std::string_view text) const;
  // For the other kinds. An epoch has no offset of its own: 0 is given.
  std::optional<OffsetInstant> instant(std::string_view text) const;

 private:
  enum class Part : std::uint8_t {
    literal,
    blank,
    year,
    roc_year,
    month,
    day,
    hour,
    minute,
    second,
    fraction,
    half,
    group
  };
  struct Token {
    Part part = Part::literal;
    std::string text;              // of a literal
    bool alone = false;            // no digits of another token touch this one
    std::size_t digits_after = 0;  // of the tokens that follow without a separator
    std::size_t group_size = 0;    // tokens inside an optional group
  };
  struct Read;

  bool read(std::string_view text, std::size_t first, std::size_t last, Read& into) const;
  static bool read_token(const Token& token, std::string_view text, Read& into);
  static std::string check(const std::vector<Token>& tokens);

  Kind kind_ = Kind::pattern;
  bool has_hour_ = false;
  std::vector<Token> tokens_;
};

}  // namespace trailwatch::normalise
