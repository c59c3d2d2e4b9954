#include "demo/forms.h"

#include <algorithm>

#include "demo/identity.h"

namespace trailwatch::demo {

namespace {

std::string two(std::int64_t number) {
  return padded(static_cast<std::uint64_t>(number), 2);
}

std::string clock(LocalTime time, std::string_view between) {
  std::string out = two(time.micros / kMicrosPerHour);
  out += between;
  out += two(time.micros / kMicrosPerMinute % 60);
  out += between;
  out += two(time.micros / kMicrosPerSecond % 60);
  return out;
}

std::string roc_day(LocalDay day, std::string_view between) {
  const CivilDate date = to_civil(day);
  std::string out = padded(static_cast<std::uint64_t>(std::max(0, date.year - 1911)), 3);
  out += between;
  out += two(date.month);
  out += between;
  out += two(date.day);
  return out;
}

}  // namespace

std::string iso_stamp(LocalTime time, std::size_t digits) {
  const std::string fraction = padded(static_cast<std::uint64_t>(time.micros % kMicrosPerSecond), 6);
  return format_day(time.day) + "T" + clock(time, ":") + "." + fraction.substr(0, digits) + "+08:00";
}

std::string roc_digits(LocalDay day) {
  return roc_day(day, "");
}

std::string roc_stamp(LocalTime time) {
  return roc_day(time.day, "/") + " " + clock(time, ":");
}

std::string compact_day(LocalDay day) {
  const CivilDate date = to_civil(day);
  return padded(static_cast<std::uint64_t>(std::max(0, date.year)), 4) + two(date.month) + two(date.day);
}

std::string clock_digits(LocalTime time) {
  return clock(time, "");
}

std::string minute_stamp(LocalDay day, std::int64_t micros) {
  const LocalTime time{day.plus(static_cast<std::int32_t>(micros / kMicrosPerDay)), micros % kMicrosPerDay};
  return format_day(time.day) + "T" + clock(time, ":").substr(0, 5);
}

void add_field(std::string& out, std::string_view field) {
  if (!out.empty() && out.back() != '\n') out += ',';
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += field;
    return;
  }
  out += '"';
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace trailwatch::demo
