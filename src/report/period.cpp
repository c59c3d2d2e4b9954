#include "trailwatch/report/period.h"

#include <array>

#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

constexpr int kRocOffset = 1911;

int months(Period::Kind kind) {
  return kind == Period::Kind::month ? 1 : kind == Period::Kind::quarter ? 3 : 6;
}

// 1-based: the month of the year, its quarter, its half.
int ordinal(const Period& period) {
  return (to_civil(period.first).month - 1) / months(period.kind) + 1;
}

std::string two_digits(int number) {
  return std::to_string(100 + number).substr(1);
}

std::string roc_year(const Period& period) {
  const std::string year = std::to_string(to_civil(period.first).year - kRocOffset);
  return std::string(year.size() < 3 ? 3 - year.size() : 0, '0') + year;
}

std::optional<Period> made(Period::Kind kind, int year, int number) {
  const int size = months(kind);
  if (number < 1 || number > 12 / size) return std::nullopt;
  const CivilDate date{year, (number - 1) * size + 1, 1};
  if (year <= kRocOffset || !is_valid(date)) return std::nullopt;
  return Period{kind, to_day(date)};
}

// Digits at `at`, which is moved behind them; nothing when there are none or more than four.
std::optional<int> take_number(std::string_view text, std::size_t& at) {
  int number = 0;
  const std::size_t begun = at;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    if (at - begun == 4) return std::nullopt;
    number = number * 10 + text[at] - '0';
  }
  return at == begun ? std::nullopt : std::optional<int>(number);
}

bool take(std::string_view text, std::size_t& at, std::string_view word) {
  if (text.substr(at, word.size()) != word) return false;
  at += word.size();
  return true;
}

std::optional<Period> period_at(std::string_view text, std::size_t at) {
  using Kind = Period::Kind;
  const std::optional<int> roc = take_number(text, at);
  if (!roc) return std::nullopt;
  const int year = *roc + kRocOffset;
  const auto rest = [&](Kind kind, std::string_view after) -> std::optional<Period> {
    const std::optional<int> number = take_number(text, at);
    return number && take(text, at, after) ? made(kind, year, *number) : std::nullopt;
  };
  if (take(text, at, "年上半年")) return made(Kind::half, year, 1);
  if (take(text, at, "年下半年")) return made(Kind::half, year, 2);
  if (take(text, at, "年第")) return rest(Kind::quarter, "季");
  if (take(text, at, "年")) return rest(Kind::month, "月");
  if (take(text, at, "/")) return rest(Kind::month, "");
  if (take(text, at, "Q")) return rest(Kind::quarter, "");
  if (take(text, at, "H")) return rest(Kind::half, "");
  return std::nullopt;
}

}  // namespace

LocalDay Period::last() const {
  CivilDate date = to_civil(first);
  date.month += months(kind) - 1;
  return last_of_month(to_day(date));
}

std::string Period::name() const {
  const std::string year = format_day(first).substr(0, 4);
  if (kind == Kind::month) return year + "-" + two_digits(ordinal(*this));
  return year + (kind == Kind::quarter ? "-Q" : "-H") + std::to_string(ordinal(*this));
}

std::string Period::title() const {
  const std::string year = std::to_string(to_civil(first).year - kRocOffset) + "年";
  if (kind == Kind::month) return year + std::to_string(ordinal(*this)) + "月";
  if (kind == Kind::quarter) return year + "第" + std::to_string(ordinal(*this)) + "季";
  return year + (ordinal(*this) == 1 ? "上半年" : "下半年");
}

std::string Period::brief() const {
  if (kind == Kind::month) return roc_year(*this) + "/" + two_digits(ordinal(*this));
  return roc_year(*this) + (kind == Kind::quarter ? "Q" : "H") + std::to_string(ordinal(*this));
}

std::string_view Period::this_one() const {
  constexpr std::array<std::string_view, 3> kWords = {"本月", "本季", "本半年"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::optional<Period> parse_period(std::string_view text) {
  using Kind = Period::Kind;
  const std::string upper = to_upper(trim(text));
  std::size_t at = 0;
  const std::optional<int> year = take_number(upper, at);
  if (!year || at != 4) return std::nullopt;
  const bool has_dash = take(upper, at, "-");
  const Kind kind = take(upper, at, "Q") ? Kind::quarter : take(upper, at, "H") ? Kind::half : Kind::month;
  const std::size_t begun = at;
  const std::optional<int> number = take_number(upper, at);
  if (!number || at != upper.size() || (kind == Kind::month && (!has_dash || at - begun != 2))) return std::nullopt;
  return made(kind, *year, *number);
}

std::optional<Period> find_period(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_digit = text[at] >= '0' && text[at] <= '9';
    const bool goes_on = at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9';
    if (!is_digit || goes_on) continue;
    if (const auto found = period_at(text, at)) return found;
  }
  return std::nullopt;
}

}  // namespace trailwatch::report
