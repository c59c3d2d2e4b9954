#include "rules/predicate.h"

#include <arpa/inet.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "trailwatch/base/check.h"
#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

// One value is enough, or all are needed.
template <typename Values, typename Test>
bool meets(const Values& values, bool every, Test&& test) {
  return every ? std::all_of(values.begin(), values.end(), test) : std::any_of(values.begin(), values.end(), test);
}

std::optional<int> two_digits(std::string_view text) {
  if (text.size() != 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return std::nullopt;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// `20:00`; 24:00 as an end.
std::optional<int> minute_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = two_digits(text.substr(0, 2)), minute = two_digits(text.substr(3));
  if (!hour || !minute || *minute > 59 || *hour * 60 + *minute > 24 * 60) return std::nullopt;
  return *hour * 60 + *minute;
}

// ISO 8601: week 1 is the one with the year's first Thursday.
int iso_week(LocalDay day) {
  const LocalDay thursday = day.plus(4 - weekday(day));
  const LocalDay first = to_day(CivilDate{to_civil(thursday).year, 1, 1});
  return (thursday.days - first.days) / 7 + 1;
}

double part_of(const LocalTime& local, Part part) {
  switch (part) {
    case Part::minute:
      return static_cast<double>(local.micros / kMicrosPerMinute % 60);
    case Part::hour:
      return static_cast<double>(local.micros / kMicrosPerHour % 24);
    case Part::day:
      return to_civil(local.day).day;
    case Part::week:
      return iso_week(local.day);
    case Part::month:
      return to_civil(local.day).month;
    case Part::year:
      return to_civil(local.day).year;
    case Part::whole:
      break;
  }
  TW_CHECK(false);
  return 0;
}

bool read_address(std::string_view text, bool& is_v6, std::array<std::uint8_t, 16>& bytes) {
  std::array<char, INET6_ADDRSTRLEN> copy{};
  if (text.size() >= copy.size()) return false;
  std::memcpy(copy.data(), text.data(), text.size());
  is_v6 = text.find(':') != std::string_view::npos;
  return inet_pton(is_v6 ? AF_INET6 : AF_INET, copy.data(), bytes.data()) == 1;
}

}  // namespace

bool NumberTest::holds(double number) const {
  switch (order) {
    case Order::equal:
      return number == value;
    case Order::not_equal:
      return number != value;
    case Order::less:
      return number < value;
    case Order::less_equal:
      return number <= value;
    case Order::greater:
      return number > value;
    case Order::greater_equal:
      return number >= value;
  }
  return false;
}

bool TimeRange::contains(std::int64_t micros_of_day) const {
  const std::int64_t from = from_minute * kMicrosPerMinute, until = until_minute * kMicrosPerMinute;
  if (from < until) return micros_of_day >= from && micros_of_day < until;
  return micros_of_day >= from || micros_of_day < until;
}

std::optional<TimeRange> parse_time_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = minute_of_day(trim(text.substr(0, dash))), until = minute_of_day(trim(text.substr(dash + 1)));
  if (!from || !until || *from == 24 * 60) return std::nullopt;
  return TimeRange{*from, *until};
}

bool Cidr::contains(std::string_view address) const {
  bool v6 = false;
  std::array<std::uint8_t, 16> other{};
  if (!read_address(address, v6, other) || v6 != is_v6) return false;
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(whole), other.begin())) return false;
  if (bits % 8 == 0) return true;
  const int shift = 8 - bits % 8;
  return bytes[whole] >> shift == other[whole] >> shift;
}

std::optional<Cidr> parse_cidr(std::string_view text) {
  Cidr out;
  const std::size_t slash = text.find('/');
  if (!read_address(text.substr(0, slash), out.is_v6, out.bytes)) return std::nullopt;
  const int bits_max = out.is_v6 ? 128 : 32;
  out.bits = bits_max;
  if (slash == std::string_view::npos) return out;
  const std::string_view bits = text.substr(slash + 1);
  const auto read = std::from_chars(bits.data(), bits.data() + bits.size(), out.bits);
  if (bits.empty() || read.ec != std::errc{} || read.ptr != bits.data() + bits.size()) return std::nullopt;
  if (out.bits < 0 || out.bits > bits_max) return std::nullopt;
  return out;
}

bool Predicate::holds(RuleView& view) const {
  return plain(view) != negated;
}

bool Predicate::plain(RuleView& view) const {
  switch (kind) {
    case Kind::text: {
      const std::string_view text = view.text(field);
      return (text.empty() && absent) || text_holds(text);
    }
    case Kind::keyword:
      return keyword_holds(view);
    case Kind::number:
      return number_holds(view);
    case Kind::exists:
      return view.exists(field) == wanted;
    case Kind::blank:
      return (view.quality(field) != Quality::text) == wanted;
    case Kind::regex: {
      const std::string_view text = view.text(field);
      return meets(regexes, every, [&](const auto& regex) {
        return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *regex);
      });
    }
    case Kind::cidr: {
      const std::string_view text = view.text(field);
      return meets(blocks, every, [&](const Cidr& block) { return block.contains(text); });
    }
    case Kind::time_range:
      return meets(ranges, every, [&](const TimeRange& range) { return range.contains(view.local().micros); });
    case Kind::weekday:
      return (weekdays >> weekday(view.local().day) & 1U) != 0;
    case Kind::field: {
      // Both views stay valid: at most one of the fields is written out into the event view.
      const std::string_view a = view.text(field), b = view.text(other);
      if (a.empty() || b.empty()) return false;
      return cased ? a == b : equals_ignoring_case(a, b);
    }
    case Kind::in_list:
      return is_member(view.text(field));
  }
  return false;
}

bool Predicate::text_holds(std::string_view text) const {
  const auto matches = [&](const Pattern& pattern) { return pattern.matches(text); };
  if (forms.empty()) return !patterns.empty() && meets(patterns, every, matches);
  auto at = patterns.begin();
  for (const std::size_t count : forms) {
    const auto end = at + static_cast<std::ptrdiff_t>(count);
    if (!std::any_of(at, end, matches)) return false;
    at = end;
  }
  return true;
}

bool Predicate::is_member(std::string_view text) const {
  if (text.empty()) return false;
  return is_folded(text) ? members.find(text) != members.end() : members.find(fold_key(text)) != members.end();
}

bool Predicate::number_holds(RuleView& view) const {
  std::optional<double> number;
  if (part != Part::whole) {
    number = part_of(view.local(), part);
  } else if (const auto value = view.number(field)) {
    number = static_cast<double>(*value);
  }
  if (!number) return absent;
  return !numbers.empty() && meets(numbers, every, [&](const NumberTest& test) { return test.holds(*number); });
}

bool Predicate::keyword_holds(RuleView& view) const {
  return meets(patterns, every, [&](const Pattern& pattern) {
    const auto& fields = keyword_fields();
    return std::any_of(fields.begin(), fields.end(), [&](Field f) { return pattern.matches(view.text(f)); });
  });
}

bool Expression::holds(const std::vector<Predicate>& predicates, RuleView& view) const {
  switch (kind) {
    case Kind::test:
      return predicates[predicate].holds(view);
    case Kind::all:
      return std::all_of(parts.begin(), parts.end(), [&](const Expression& e) { return e.holds(predicates, view); });
    case Kind::any:
      return std::any_of(parts.begin(), parts.end(), [&](const Expression& e) { return e.holds(predicates, view); });
    case Kind::negation:
      return !parts.front().holds(predicates, view);
  }
  return false;
}

}  // namespace trailwatch::rules
