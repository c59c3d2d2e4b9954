#include "rules/modifiers.h"

#include <algorithm>
#include <array>

#include "rules/values.h"
#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

// What a modifier does to the test. At most one of each role may stand in a field, flags apart.
enum class Role { match, part, flag, regex_flag, encoder, unsupported };

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
    {"base64", Role::encoder},
    {"base64offset", Role::encoder},
    {"utf16le", Role::encoder},
    {"utf16be", Role::encoder},
    {"utf16", Role::encoder},
    {"wide", Role::encoder},
    {"windash", Role::encoder},
    {"expand", Role::encoder},
    {"in-list", Role::match},
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

// What is encoded is text, and what is not seen inside other text would never be found.
void check_encoders(const Spec& spec, Problems& problems) {
  const auto& encoders = spec.encoders;
  const auto has = [&](Encoder e) { return std::find(encoders.begin(), encoders.end(), e) != encoders.end(); };
  const auto is_wide = [](Encoder e) { return e == Encoder::utf16le || e == Encoder::utf16be || e == Encoder::utf16; };
  if (encoders.empty()) return;
  const bool only_lists = std::all_of(encoders.begin(), encoders.end(), [](Encoder e) { return e == Encoder::expand; });
  const FieldKind kind = info(spec.field).kind;
  const bool is_text =
      spec.match.empty() || spec.match == "contains" || spec.match == "startswith" || spec.match == "endswith";
  const bool takes_values =
      spec.match != "exists" && spec.match != "x-blank" && spec.match != "fieldref" && spec.match != "in-list";
  if (only_lists ? !takes_values : !is_text || kind != FieldKind::text) {
    problems.error(spec.encoder_place, "this modifier needs a text field and a value to compare with");
    return;
  }
  for (std::size_t i = 0; i < encoders.size(); ++i) {
    const bool is_last = i + 1 == encoders.size();
    if (is_wide(encoders[i]) &&
        (is_last || (encoders[i + 1] != Encoder::base64 && encoders[i + 1] != Encoder::base64offset))) {
      problems.error(spec.encoder_place, "UTF-16 is not the encoding of any field",
                     "follow it with \"base64\" or \"base64offset\"");
    }
  }
  if (has(Encoder::base64offset) && spec.match != "contains") {
    problems.error(spec.encoder_place, "\"base64offset\" finds parts of a text only", "follow it with \"contains\"");
  }
}

// The name of the field and its modifiers, each allowed where it stands.
std::optional<Spec> read_spec(const Yaml& key, const Vocabulary& vocabulary, Problems& problems) {
  const std::size_t before = problems.errors();
  Spec spec;
  std::size_t at = 0;
  const auto words = split(key.text, '|');
  if (const auto field = vocabulary.field(words[0], key.place, problems)) spec.field = *field;
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
      case Role::encoder:
        spec.encoders.push_back(find_encoder(word).value());
        spec.encoder_place = place;
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
  } else if (spec.match == "in-list" && kind != FieldKind::text && kind != FieldKind::word) {
    problems.error(spec.match_place, "modifier \"in-list\" needs a text field");
  }
  check_encoders(spec, problems);
  if (problems.errors() != before) return std::nullopt;
  return spec;
}

std::optional<bool> read_bool(const Yaml& value, Problems& problems) {
  if (value.is_scalar() && (value.text == "true" || value.text == "false")) return value.text == "true";
  problems.error(value.place, "expected true or false");
  return std::nullopt;
}

Predicate::Kind kind_of(const Spec& spec) {
  if (!spec.part.empty()) return Predicate::Kind::number;
  if (spec.match == "re") return Predicate::Kind::regex;
  if (spec.match == "cidr") return Predicate::Kind::cidr;
  if (spec.match == "exists") return Predicate::Kind::exists;
  if (spec.match == "x-blank") return Predicate::Kind::blank;
  if (spec.match == "timerange") return Predicate::Kind::time_range;
  if (spec.match == "weekday") return Predicate::Kind::weekday;
  if (spec.match == "in-list") return Predicate::Kind::in_list;
  if (spec.match == "fieldref") return Predicate::Kind::field;
  const bool is_number = info(spec.field).kind == FieldKind::number;
  return is_number && (spec.match.empty() || is_order(spec.match)) ? Predicate::Kind::number : Predicate::Kind::text;
}

Part part_of(std::string_view name) {
  constexpr std::array<std::string_view, 7> names = {"", "minute", "hour", "day", "week", "month", "year"};
  return static_cast<Part>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

std::optional<Predicate> compile_test(const Yaml& key, const Yaml& value, const Vocabulary& words, Problems& problems) {
  const std::size_t before = problems.errors();
  const auto spec = read_spec(key, words, problems);
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
    add_value(*spec, value, words, out, problems);
  }
  for (const Yaml& item : value.items) {
    if (item.is_scalar()) {
      add_value(*spec, item, words, out, problems);
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
