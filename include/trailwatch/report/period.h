#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "trailwatch/base/time.h"

namespace trailwatch::report {

// What one sampling audit looks back on: a month, or for joint audits (聯合稽查) a quarter or half a year.
struct Period {
  enum class Kind : std::uint8_t { month, quarter, half };
  Kind kind = Kind::month;
  LocalDay first;  // its first day

  LocalDay last() const;      // inclusive
  std::string name() const;   // `2026-03`, `2026-Q1`, `2026-H1`: in file names and in the store
  std::string title() const;  // `115年3月`, `115年第1季`, `115年上半年`
  std::string brief() const;  // `115/03`, `115Q1`, `115H1`: in the cells of a CSV
  // 本月, 本季, 本半年
  std::string_view this_one() const;
  bool operator==(const Period&) const = default;
};

// Period::name; also `2026Q1`, and without regard to case. Nothing for anything else.
std::optional<Period> parse_period(std::string_view text);
// The first Period::title or Period::brief that stands in a text written by us.
std::optional<Period> find_period(std::string_view text);

}  // namespace trailwatch::report
