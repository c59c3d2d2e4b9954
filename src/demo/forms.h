#pragma once

#include <string>
#include <string_view>

#include "trailwatch/base/time.h"

namespace trailwatch::demo {

// How the sources write days and times. All of the county lives at +08:00.

// `2026-03-02T14:30:05.120+08:00` with 3 or 6 digits of a second, cut and not rounded.
std::string iso_stamp(LocalTime time, std::size_t digits);
// `1150302`
std::string roc_digits(LocalDay day);
// `115/03/02 14:30:05`
std::string roc_stamp(LocalTime time);
// `20260302`
std::string compact_day(LocalDay day);
// `143005`
std::string clock_digits(LocalTime time);
// `2026-03-02T20:00` of a span's edge; `micros` may lie behind the next midnight.
std::string minute_stamp(LocalDay day, std::int64_t micros);

// One field of a CSV line and the comma before it, unless `out` stands at the start of a line. Quoted where it must be.
void add_field(std::string& out, std::string_view field);

}  // namespace trailwatch::demo
