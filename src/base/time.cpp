#include "trailwatch/base/time.h"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <mutex>
#include <stdexcept>

namespace trailwatch {

bool is_valid(CivilDate date) {
  if (date.year < 1 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1) return false;
  const date::year_month_day civil{date::year{date.year}, date::month{static_cast<unsigned>(date.month)},
                                   date::day{static_cast<unsigned>(date.day)}};
  return civil.ok();
}

LocalDay to_day(CivilDate date) {
  TW_CHECK(is_valid(date));
  const date::year_month_day civil{date::year{date.year}, date::month{static_cast<unsigned>(date.month)},
                                   date::day{static_cast<unsigned>(date.day)}};
  return LocalDay{static_cast<std::int32_t>(date::local_days{civil}.time_since_epoch().count())};
}

CivilDate to_civil(LocalDay day) {
  const date::year_month_day civil{date::local_days{date::days{day.days}}};
  return CivilDate{static_cast<int>(civil.year()), static_cast<int>(static_cast<unsigned>(civil.month())),
                   static_cast<int>(static_cast<unsigned>(civil.day()))};
}

int weekday(LocalDay day) {
  return static_cast<int>(date::weekday{date::local_days{date::days{day.days}}}.iso_encoding());
}

LocalDay first_of_month(LocalDay day) {
  return day.plus(1 - to_civil(day).day);
}

LocalDay last_of_month(LocalDay day) {
  const date::year_month_day civil{date::local_days{date::days{day.days}}};
  const date::year_month_day_last last{civil.year(), date::month_day_last{civil.month()}};
  return LocalDay{static_cast<std::int32_t>(date::local_days{last}.time_since_epoch().count())};
}

namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

std::optional<int> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z" || text == "UTC") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  for (const std::size_t at : {1U, 2U, 4U, 5U}) {
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
  }
  const int hours = (text[1] - '0') * 10 + (text[2] - '0');
  const int minutes = (text[4] - '0') * 10 + (text[5] - '0');
  if (hours > 23 || minutes > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

struct Zone::Impl {
  std::string name;
  int fixed_minutes = 0;
  const date::time_zone* zone = nullptr;  // owned by the date library, lives as long as the process

  // The stretch of constant offset that was asked for last: nearly every question falls into it.
  struct Stretch {
    std::int64_t begin_s = 0, end_s = 0;
    int offset_s = 0;
  };
  mutable std::mutex mutex;
  mutable Stretch last;

  int offset_s(std::int64_t utc_s) const {
    if (zone == nullptr) return fixed_minutes * 60;
    const std::lock_guard lock(mutex);
    if (utc_s < last.begin_s || utc_s >= last.end_s) {
      const date::sys_info info = zone->get_info(date::sys_seconds{std::chrono::seconds{utc_s}});
      last = {info.begin.time_since_epoch().count(), info.end.time_since_epoch().count(),
              static_cast<int>(info.offset.count())};
    }
    return last.offset_s;
  }
};

Result<Zone> Zone::find(std::string_view name) {
  if (const auto minutes = parse_offset(name)) return fixed(*minutes);
  try {
    auto impl = std::make_shared<Impl>();
    impl->zone = date::locate_zone(std::string(name));
    impl->name = std::string(name);
    Zone zone;
    zone.impl_ = std::move(impl);
    return zone;
  } catch (const std::exception&) {
    return Error{Errc::not_found,
                 "no time zone \"" + std::string(name) + "\"",
                 "use an IANA name such as Asia/Taipei, or an offset such as +08:00",
                 {}};
  }
}

Zone Zone::fixed(int offset_minutes) {
  TW_CHECK(offset_minutes > -1440 && offset_minutes < 1440);
  auto impl = std::make_shared<Impl>();
  impl->fixed_minutes = offset_minutes;
  std::array<char, 16> name{};
  const int size = std::abs(offset_minutes);
  std::snprintf(name.data(), name.size(), "%c%02d:%02d", offset_minutes < 0 ? '-' : '+', size / 60, size % 60);
  impl->name = name.data();
  Zone zone;
  zone.impl_ = std::move(impl);
  return zone;
}

const std::string& Zone::name() const {
  return impl_->name;
}

int Zone::offset_minutes(Instant instant) const {
  return impl_->offset_s(floor_div(instant.micros, kMicrosPerSecond)) / 60;
}

LocalTime Zone::local(Instant instant) const {
  const std::int64_t shifted =
      instant.micros + impl_->offset_s(floor_div(instant.micros, kMicrosPerSecond)) * kMicrosPerSecond;
  const std::int64_t day = floor_div(shifted, kMicrosPerDay);
  return LocalTime{LocalDay{static_cast<std::int32_t>(day)}, shifted - day * kMicrosPerDay};
}

Instant Zone::instant(LocalTime local) const {
  const std::int64_t wall = local.day.days * kMicrosPerDay + local.micros;
  if (impl_->zone == nullptr) return Instant{wall - impl_->fixed_minutes * kMicrosPerMinute};
  const date::local_info info =
      impl_->zone->get_info(date::local_seconds{std::chrono::seconds{floor_div(wall, kMicrosPerSecond)}});
  if (info.result == date::local_info::nonexistent) {
    return Instant{info.second.begin.time_since_epoch().count() * kMicrosPerSecond};
  }
  return Instant{wall - info.first.offset.count() * kMicrosPerSecond};
}

namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

template <typename... Args>
std::string print(const char* format, Args... args) {
  std::array<char, 96> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, args...);
  return buffer.data();
}

constexpr std::array<const char*, 7> kWeekdays = {"一", "二", "三", "四", "五", "六", "日"};

}  // namespace

std::optional<LocalDay> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const CivilDate date{*year, *month, *day};
  if (!is_valid(date)) return std::nullopt;
  return to_day(date);
}

std::string format_day(LocalDay day) {
  const CivilDate date = to_civil(day);
  return print("%04d-%02d-%02d", date.year, date.month, date.day);
}

std::string format_rfc3339(Instant instant, int offset_minutes) {
  const LocalTime local = Zone::fixed(offset_minutes).local(instant);
  const std::int64_t s = local.micros / kMicrosPerSecond;
  const std::int64_t fraction = local.micros % kMicrosPerSecond;
  std::string out = format_day(local.day) + print("T%02d:%02d:%02d", static_cast<int>(s / 3600),
                                                  static_cast<int>(s / 60 % 60), static_cast<int>(s % 60));
  out += fraction % 1000 == 0 ? print(".%03d", static_cast<int>(fraction / 1000))
                              : print(".%06d", static_cast<int>(fraction));
  const int size = std::abs(offset_minutes);
  return out + print("%c%02d:%02d", offset_minutes < 0 ? '-' : '+', size / 60, size % 60);
}

std::optional<OffsetInstant> parse_rfc3339(std::string_view text) {
  if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  const auto day = parse_day(text.substr(0, 10));
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!day || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  std::size_t at = 19;
  std::int64_t micros = 0;
  if (text[at] == '.') {
    std::int64_t unit = 100'000;
    std::size_t count = 0;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++count, unit /= 10) {
      micros += unit * (text[at] - '0');
    }
    if (count == 0 || count > 9) return std::nullopt;
  }
  const auto offset = parse_offset(text.substr(at));
  if (!offset || text.substr(at) == "z" || text.substr(at) == "UTC") return std::nullopt;
  const std::int64_t wall = day->days * kMicrosPerDay + *hour * kMicrosPerHour + *minute * kMicrosPerMinute +
                            *second * kMicrosPerSecond + micros;
  return OffsetInstant{Instant{wall - *offset * kMicrosPerMinute}, *offset};
}

std::string format_roc_day(LocalDay day) {
  const CivilDate date = to_civil(day);
  return print("%03d/%02d/%02d", date.year - 1911, date.month, date.day);
}

std::string format_roc_day_weekday(LocalDay day) {
  return format_roc_day(day) + "（" + kWeekdays[static_cast<std::size_t>(weekday(day) - 1)] + "）";
}

std::string format_roc_day_long(LocalDay day) {
  const CivilDate date = to_civil(day);
  return print("%d年%d月%d日（", date.year - 1911, date.month, date.day) +
         kWeekdays[static_cast<std::size_t>(weekday(day) - 1)] + "）";
}

std::string format_clock(LocalTime local) {
  const std::int64_t s = local.micros / kMicrosPerSecond;
  return print("%02d:%02d:%02d", static_cast<int>(s / 3600), static_cast<int>(s / 60 % 60), static_cast<int>(s % 60));
}

std::string format_roc_minute(LocalTime local) {
  return format_roc_day(local.day) + " " + format_clock(local).substr(0, 5);
}

}  // namespace trailwatch
