#include "rules/modifiers.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

// What a modifier does to the test. At most one of each role may stand in a field, flags apart.
enum class Role { match, part, flag, regex_flag, unsupported };

struct Modifier {
  std::string_view name;
  Role role;
};

constexpr std::array<Modifier, 38> kModifiers = {{
    {"contains", Role::match},
    {"startswith", Role::match},
    {"endswith", Role::match},
    {"re", Role::match},
    {"cidr", Role::match},
    {"exists", Role::match},
    {"lt", Role::match},
    {"lte", Role::match},
    {"gt", Role::match},
    {"gte", Role::match},
    {"fieldref", Role::match},
    {"x-blank", Role::match},
    {"timerange", Role::match},
    {"weekday", Role::match},
    {"minute", Role::part},
    {"hour", Role::part},
    {"day", Role::part},
    {"week", Role::part},
    {"month", Role::part},
    {"year", Role::part},
    {"all", Role::flag},
    {"cased", Role::flag},
    {"neq", Role::flag},
    {"i", Role::regex_flag},
    {"m", Role::regex_flag},
    {"s", Role::regex_flag},
    {"base64", Role::unsupported},
    {"base64offset", Role::unsupported},
    {"utf16le", Role::unsupported},
    {"utf16be", Role::unsupported},
    {"utf16", Role::unsupported},
    {"wide", Role::unsupported},
    {"windash", Role::unsupported},
    {"expand", Role::unsupported},
    {"in-list", Role::unsupported},
    {"ignorecase", Role::unsupported},
    {"multiline", Role::unsupported},
    {"dotall", Role::unsupported},
}};

const std::vector<std::string>& modifier_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const Modifier& m : kModifiers) {
      if (m.role != Role::unsupported) out.emplace_back(m.name);
    }
    return out;
  }();
  return names;
}

struct Spec {
  Field field = Field::time;
  std::string_view match;  // empty: equality
  std::string_view part;
  Place match_place, part_place;
  bool every = false, cased = false, negated = false;
  std::string regex_flags;
};

bool is_order(std::string_view match) {
  return match == "lt" || match == "lte" || match == "gt" || match == "gte";
}

// The name of the field and its modifiers, each allowed where it stands.
std::optional<Spec> read_spec(const Yaml& key, Problems& problems) {
  const std::size_t before = problems.errors();
  Spec spec;
  std::size_t at = 0;
  const auto words = split(key.text, '|');
  const auto field = find_field(words[0]);
  if (field) {
    spec.field = *field;
  } else {
    problems.unknown(key.place, "field", words[0], field_names());
  }
  at = length(words[0]) + 1;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    const Place place = key.inside(at);
    at += length(word) + 1;
    const auto found =
        std::find_if(kModifiers.begin(), kModifiers.end(), [&](const auto& m) { return m.name == word; });
    if (found == kModifiers.end()) {
      problems.unknown(place, "modifier", word, modifier_names());
      continue;
    }
    switch (found->role) {
      case Role::match:
        if (!spec.match.empty()) {
          problems.error(place, "modifier " + quoted(word) + " cannot be combined with " + quoted(spec.match));
        }
        spec.match = found->name;
        spec.match_place = place;
        break;
      case Role::part:
        if (!spec.part.empty()) {
          problems.error(place, "modifier " + quoted(word) + " cannot be combined with " + quoted(spec.part));
        }
        spec.part = found->name;
        spec.part_place = place;
        break;
      case Role::flag:
        (word == "all" ? spec.every : word == "cased" ? spec.cased : spec.negated) = true;
        break;
      case Role::regex_flag:
        if (spec.match != "re") problems.error(place, "modifier " + quoted(word) + " may only follow \"re\"");
        spec.regex_flags += word;
        break;
      case Role::unsupported:
        problems.error(place, "modifier " + quoted(word) + " is not supported in this version",
                       word == "ignorecase"  ? "use \"i\""
                       : word == "multiline" ? "use \"m\""
                       : word == "dotall"    ? "use \"s\""
                                             : "");
        break;
    }
  }
  if (problems.errors() != before) return std::nullopt;

  const FieldKind kind = info(spec.field).kind;
  const bool wants_time = !spec.part.empty() || spec.match == "timerange" || spec.match == "weekday";
  if (wants_time && kind != FieldKind::time) {
    problems.error(spec.part.empty() ? spec.match_place : spec.part_place,
                   "modifier " + quoted(spec.part.empty() ? spec.match : spec.part) + " needs the field \"time\"");
  } else if (!spec.part.empty() && !spec.match.empty() && !is_order(spec.match)) {
    problems.error(spec.match_place,
                   "modifier " + quoted(spec.match) + " cannot be combined with " + quoted(spec.part));
  } else if (is_order(spec.match) && spec.part.empty() && kind != FieldKind::number) {
    problems.error(spec.match_place, "modifier " + quoted(spec.match) + " needs a number, and " +
                                         quoted(info(spec.field).name) + " is none");
  } else if (spec.match == "x-blank" && kind != FieldKind::text) {
    problems.error(spec.match_place, "modifier \"x-blank\" needs a text field");
  } else if (spec.match == "fieldref" && kind != FieldKind::text && kind != FieldKind::word) {
    problems.error(spec.match_place, "modifier \"fieldref\" needs a text field");
  }
  if (problems.errors() != before) return std::nullopt;
  return spec;
}

std::optional<bool> read_bool(const Yaml& value, Problems& problems) {
  if (value.is_scalar() && (value.text == "true" || value.text == "false")) return value.text == "true";
  problems.error(value.place, "expected true or false");
  return std::nullopt;
}

std::optional<double> read_number(std::string_view text) {
  double out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = !text.empty() && read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return whole && std::isfinite(out) ? std::optional(out) : std::nullopt;
}

// 1-7 or `mon` … `sun`; 0 when it is neither.
int read_weekday(std::string_view text) {
  constexpr std::array<std::string_view, 7> names = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (equals_ignoring_case(text, names[i]) || text == std::to_string(i + 1)) return static_cast<int>(i) + 1;
  }
  return 0;
}

Order order_of(std::string_view match) {
  if (match == "lt") return Order::less;
  if (match == "lte") return Order::less_equal;
  if (match == "gt") return Order::greater;
  if (match == "gte") return Order::greater_equal;
  return Order::equal;
}

// One value of a test, already known to be text.
void add_value(const Spec& spec, const Yaml& value, Predicate& out, Problems& problems) {
  const std::string& text = value.text;
  switch (out.kind) {
    case Predicate::Kind::text: {
      const Pattern::Place place = spec.match == "contains"     ? Pattern::Place::contains
                                   : spec.match == "startswith" ? Pattern::Place::starts
                                   : spec.match == "endswith"   ? Pattern::Place::ends
                                                                : Pattern::Place::whole;
      if (text.empty() && place != Pattern::Place::whole) {
        problems.error(value.place, "an empty value would match everything");
      }
      const FieldInfo& field = info(spec.field);
      if (field.kind == FieldKind::word && place == Pattern::Place::whole && text.find_first_of("*?") == text.npos) {
        std::vector<std::string> words;
        for (const auto word : split(field.words, ',')) words.emplace_back(word);
        const bool known =
            std::any_of(words.begin(), words.end(), [&](const auto& w) { return equals_ignoring_case(w, text); });
        if (!known) problems.unknown(value.place, "value of " + quoted(field.name), text, words);
      }
      out.patterns.emplace_back(text, place, spec.cased);
      return;
    }
    case Predicate::Kind::number:
      if (const auto number = read_number(text)) {
        out.numbers.push_back(NumberTest{order_of(spec.match), *number});
      } else if (text.empty() && spec.match.empty()) {
        out.absent = true;
      } else {
        problems.error(value.place, quoted(text) + " is not a number");
      }
      return;
    case Predicate::Kind::regex: {
      re2::RE2::Options options;
      options.set_log_errors(false);
      options.set_max_mem(1 << 20);
      const std::string flags = spec.regex_flags.empty() ? "" : "(?" + spec.regex_flags + ")";
      auto regex = std::make_shared<const re2::RE2>(flags + text, options);
      if (!regex->ok()) problems.error(value.place, "not a regular expression: " + regex->error());
      out.regexes.push_back(std::move(regex));
      return;
    }
    case Predicate::Kind::cidr:
      if (const auto block = parse_cidr(text)) {
        out.blocks.push_back(*block);
      } else {
        problems.error(value.place, quoted(text) + " is not an address block", "for example \"10.40.0.0/16\"");
      }
      return;
    case Predicate::Kind::time_range:
      if (const auto range = parse_time_range(text)) {
        out.ranges.push_back(*range);
      } else {
        problems.error(value.place, quoted(text) + " is not a range of times", "for example \"20:00-06:00\"");
      }
      return;
    case Predicate::Kind::weekday:
      if (const int day = read_weekday(text); day != 0) {
        out.weekdays |= 1U << day;
      } else {
        problems.error(value.place, quoted(text) + " is not a weekday", "1 to 7 or mon to sun");
      }
      return;
    case Predicate::Kind::field:
      if (const auto other = find_field(text); !other) {
        problems.unknown(value.place, "field", text, field_names());
      } else if (info(*other).kind != FieldKind::text && info(*other).kind != FieldKind::word) {
        problems.error(value.place, "modifier \"fieldref\" needs a text field");
      } else {
        out.other = *other;
      }
      return;
    case Predicate::Kind::keyword:
    case Predicate::Kind::exists:
    case Predicate::Kind::blank:
      return;
  }
}

Predicate::Kind kind_of(const Spec& spec) {
  if (!spec.part.empty()) return Predicate::Kind::number;
  if (spec.match == "re") return Predicate::Kind::regex;
  if (spec.match == "cidr") return Predicate::Kind::cidr;
  if (spec.match == "exists") return Predicate::Kind::exists;
  if (spec.match == "x-blank") return Predicate::Kind::blank;
  if (spec.match == "timerange") return Predicate::Kind::time_range;
  if (spec.match == "weekday") return Predicate::Kind::weekday;
  if (spec.match == "fieldref") return Predicate::Kind::field;
  const bool is_number = info(spec.field).kind == FieldKind::number;
  return is_number && (spec.match.empty() || is_order(spec.match)) ? Predicate::Kind::number : Predicate::Kind::text;
}

Part part_of(std::string_view name) {
  constexpr std::array<std::string_view, 7> names = {"", "minute", "hour", "day", "week", "month", "year"};
  return static_cast<Part>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

std::optional<Predicate> compile_test(const Yaml& key, const Yaml& value, Problems& problems) {
  const std::size_t before = problems.errors();
  const auto spec = read_spec(key, problems);
  if (!spec) return std::nullopt;
  Predicate out;
  out.kind = kind_of(*spec);
  out.field = spec->field;
  out.part = part_of(spec->part);
  out.negated = spec->negated;
  out.every = spec->every;
  out.cased = spec->cased;
  if (value.is_map()) {
    problems.error(value.place, "expected a value or a list of values");
    return std::nullopt;
  }
  if (out.kind == Predicate::Kind::exists || out.kind == Predicate::Kind::blank) {
    const auto wanted = read_bool(value, problems);
    if (!wanted) return std::nullopt;
    out.wanted = *wanted;
    return out;
  }
  if (out.kind == Predicate::Kind::field && value.is_list()) {
    problems.error(value.place, "\"fieldref\" takes one field");
    return std::nullopt;
  }
  if (out.every && out.kind == Predicate::Kind::weekday) problems.error(key.place, "no day is all of several weekdays");
  if (out.every && !value.is_list()) problems.error(value.place, "\"all\" needs a list of values");
  if (value.is_list() && value.items.empty()) problems.error(value.place, "the list is empty");

  const bool may_be_absent = out.part == Part::whole && spec->match.empty() &&
                             (out.kind == Predicate::Kind::text || out.kind == Predicate::Kind::number) &&
                             info(spec->field).kind != FieldKind::word;
  if (value.kind == Yaml::Kind::null) {
    if (!may_be_absent) problems.error(value.place, "null makes no sense here");
    out.absent = true;
  } else if (value.is_scalar()) {
    add_value(*spec, value, out, problems);
  }
  for (const Yaml& item : value.items) {
    if (item.is_scalar()) {
      add_value(*spec, item, out, problems);
    } else {
      problems.error(item.place, item.kind == Yaml::Kind::null ? "null may not stand in a list" : "expected a value");
    }
  }
  if (problems.errors() != before) return std::nullopt;
  return out;
}

std::optional<Predicate> compile_keywords(const Yaml& value, bool every, Problems& problems) {
  const std::size_t before = problems.errors();
  Predicate out;
  out.kind = Predicate::Kind::keyword;
  out.every = every;
  const auto add = [&](const Yaml& item) {
    if (!item.is_scalar() || item.text.empty()) {
      problems.error(item.place, "expected a keyword");
    } else {
      out.patterns.emplace_back(item.text, Pattern::Place::contains, false);
    }
  };
  if (value.is_list()) {
    if (value.items.empty()) problems.error(value.place, "the list is empty");
    for (const Yaml& item : value.items) add(item);
  } else {
    add(value);
  }
  if (problems.errors() != before) return std::nullopt;
  return out;
}

}  // namespace trailwatch::rules
