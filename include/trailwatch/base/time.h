#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "trailwatch/base/result.h"

namespace trailwatch {

// A point in time: microseconds since 1970-01-01T00:00:00Z, leap seconds ignored. Never local time.
struct Instant {
  std::int64_t micros = 0;
  auto operator<=>(const Instant&) const = default;
};

// A calendar day, without a zone: days since 1970-01-01. Written to disk as this number.
struct LocalDay {
  std::int32_t days = 0;
  auto operator<=>(const LocalDay&) const = default;
  LocalDay plus(std::int32_t n) const { return LocalDay{days + n}; }
};

// Year of our era (民國 year + 1911), month 1..12, day 1..31.
struct CivilDate {
  int year = 1970;
  int month = 1;
  int day = 1;
  auto operator<=>(const CivilDate&) const = default;
};

bool is_valid(CivilDate date);
// `date` must be valid.
LocalDay to_day(CivilDate date);
CivilDate to_civil(LocalDay day);
// 1 = Monday .. 7 = Sunday (ISO 8601).
int weekday(LocalDay day);
LocalDay first_of_month(LocalDay day);
LocalDay last_of_month(LocalDay day);

// What a clock on the wall shows: a day and the microseconds since its midnight, [0, 86,400,000,000).
struct LocalTime {
  LocalDay day;
  std::int64_t micros = 0;
  auto operator<=>(const LocalTime&) const = default;
};

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr std::int64_t kMicrosPerDay = 24 * kMicrosPerHour;

// A time zone: an IANA name (`Asia/Taipei`, from the system's tzdata) or a fixed offset (`+08:00`, `Z`).
//
// Immutable and cheap to copy; safe to share between threads.
class Zone {
 public:
  static Result<Zone> find(std::string_view name);
  // -1440 < minutes < 1440, east positive.
  static Zone fixed(int offset_minutes);

  LocalTime local(Instant instant) const;
  // A time that a clock shows twice (autumn) means its first occurrence; one that it skips (spring) means the instant
  // of the jump.
  Instant instant(LocalTime local) const;
  // East of Greenwich, at that instant.
  int offset_minutes(Instant instant) const;
  // The first instant of a local day.
  Instant start_of(LocalDay day) const { return instant(LocalTime{day, 0}); }
  const std::string& name() const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

// `2026-03-02`; nothing for anything else.
std::optional<LocalDay> parse_day(std::string_view text);
// `2026-03-02`
std::string format_day(LocalDay day);
// `2026-03-02T14:30:05.120+08:00`: RFC 3339, milliseconds unless `instant` has finer ones (then six digits).
std::string format_rfc3339(Instant instant, int offset_minutes);
struct OffsetInstant {
  Instant instant;
  int offset_minutes = 0;
};
// RFC 3339 with an offset, as RFC 5424 uses it: upper-case T, up to 9 digits of a second (cut to 6), no leap second.
std::optional<OffsetInstant> parse_rfc3339(std::string_view text);

// How officers read dates: the 民國 year is the year of our era minus 1911, always three digits here.
// `115/03/02`
std::string format_roc_day(LocalDay day);
// `115/03/02（一）`
std::string format_roc_day_weekday(LocalDay day);
// `115年3月2日（一）`
std::string format_roc_day_long(LocalDay day);
// `115/03/02 14:30`
std::string format_roc_minute(LocalTime local);
// `14:30:05`
std::string format_clock(LocalTime local);

}  // namespace trailwatch
