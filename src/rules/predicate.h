#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/field.h"
#include "rules/pattern.h"
#include "rules/rule_view.h"

namespace re2 {
class RE2;
}

namespace trailwatch::rules {

// A number taken from a field: the number itself, or a part of the local time.
enum class Part : std::uint8_t { whole, minute, hour, day, week, month, year };
enum class Order : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

struct NumberTest {
  Order order = Order::equal;
  double value = 0;
  bool holds(double number) const;
};

// Minutes since local midnight, half-open; `from` > `until` goes over midnight; equal ends mean the whole day.
struct TimeRange {
  int from_minute = 0;
  int until_minute = 0;
  bool contains(std::int64_t micros_of_day) const;
};
std::optional<TimeRange> parse_time_range(std::string_view text);

// An address block. IPv4 and IPv6 never match each other.
struct Cidr {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> bytes{};
  int bits = 0;
  bool contains(std::string_view address) const;
};
std::optional<Cidr> parse_cidr(std::string_view text);

// `field|modifiers: values`, compiled. Keywords are a predicate over all text fields.
struct Predicate {
  enum class Kind : std::uint8_t {
    text,
    keyword,
    number,
    exists,
    blank,
    regex,
    cidr,
    time_range,
    weekday,
    field,
    in_list
  };
  Kind kind = Kind::text;
  Field field = Field::time;
  Part part = Part::whole;
  bool negated = false;  // neq: none of the values
  bool every = false;    // all: each of the values
  bool wanted = true;    // exists, blank: the answer asked for
  bool absent = false;   // null or '' is among the values
  bool cased = false;    // field
  std::vector<Pattern> patterns;
  std::vector<std::size_t>
      forms;  // how many patterns each value has, when modifiers give it several and `every` is set
  std::vector<NumberTest> numbers;
  std::vector<std::shared_ptr<const re2::RE2>> regexes;
  std::vector<Cidr> blocks;
  std::vector<TimeRange> ranges;
  unsigned weekdays = 0;  // bit n: ISO weekday n
  Field other = Field::time;
  std::set<std::string, std::less<>> members;  // of `in-list`, folded

  bool holds(RuleView& view) const;

 private:
  bool plain(RuleView& view) const;
  bool number_holds(RuleView& view) const;
  bool keyword_holds(RuleView& view) const;
  bool text_holds(std::string_view text) const;
  bool is_member(std::string_view text) const;
};

// A condition over a rule's predicates.
struct Expression {
  enum class Kind : std::uint8_t { test, all, any, negation };
  Kind kind = Kind::test;
  std::size_t predicate = 0;
  std::vector<Expression> parts;

  bool holds(const std::vector<Predicate>& predicates, RuleView& view) const;
};

}  // namespace trailwatch::rules
