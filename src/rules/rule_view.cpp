#include "rules/rule_view.h"

#include <algorithm>
#include <cstdlib>

#include "trailwatch/base/text.h"

namespace trailwatch::rules {

std::string fold_key(std::string_view text) {
  return to_upper(fold_width(text));
}

bool is_folded(std::string_view text) {
  // U+FF01 … U+FF5E begin with EF BC or EF BD, U+3000 with E3 80: what begins so is folded to be sure.
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return (c >= 'a' && c <= 'z') || c == '\xEF' || c == '\xE3'; });
}

// Written by hand: rules that look into the time as text do so for every event.
std::string_view RuleView::own_time() {
  if (time_size_ != 0) return {time_.data(), time_size_};
  const std::int64_t shifted = event_.time.micros + event_.offset_minutes * kMicrosPerMinute;
  const std::int64_t days = shifted / kMicrosPerDay - (shifted % kMicrosPerDay < 0 ? 1 : 0);
  const std::int64_t micros = shifted - days * kMicrosPerDay;
  const CivilDate date = to_civil(LocalDay{static_cast<std::int32_t>(days)});
  char* at = time_.data();
  const auto put = [&](std::int64_t value, int digits, char after) {
    for (int i = digits - 1; i >= 0; --i) {
      at[i] = static_cast<char>('0' + value % 10);
      value /= 10;
    }
    at += digits;
    *at++ = after;
  };
  put(std::clamp(date.year, 0, 9999), 4, '-');
  put(date.month, 2, '-');
  put(date.day, 2, 'T');
  put(micros / kMicrosPerHour, 2, ':');
  put(micros / kMicrosPerMinute % 60, 2, ':');
  put(micros / kMicrosPerSecond % 60, 2, '.');
  const std::int64_t fraction = micros % kMicrosPerSecond;
  const char sign = event_.offset_minutes < 0 ? '-' : '+';
  put(fraction % 1000 == 0 ? fraction / 1000 : fraction, fraction % 1000 == 0 ? 3 : 6, sign);
  const int offset = std::abs(event_.offset_minutes);
  put(offset / 60, 2, ':');
  put(offset % 60, 2, '\0');
  time_size_ = static_cast<std::size_t>(at - time_.data()) - 1;
  return {time_.data(), time_size_};
}

}  // namespace trailwatch::rules
