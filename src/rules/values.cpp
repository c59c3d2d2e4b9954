#include "rules/values.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

constexpr std::size_t kRegexBytesMax = 1'024;

// 1-7 or `mon` … `sun`; 0 when it is neither.
int read_weekday(std::string_view text) {
  constexpr std::array<std::string_view, 7> names = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (equals_ignoring_case(text, names[i]) || text == std::to_string(i + 1)) return static_cast<int>(i) + 1;
  }
  return 0;
}

// One value, as it is compared.
void add_plain(const Spec& spec, const std::string& text, const Yaml& value, const Vocabulary& words, Predicate& out,
               Problems& problems) {
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
      if (field.kind == FieldKind::word && spec.encoders.empty() && place == Pattern::Place::whole &&
          text.find_first_of("*?") == text.npos) {
        std::vector<std::string> fixed;
        for (const auto word : split(field.words, ',')) fixed.emplace_back(word);
        const bool known =
            std::any_of(fixed.begin(), fixed.end(), [&](const auto& w) { return equals_ignoring_case(w, text); });
        if (!known) problems.unknown(value.place, "value of " + quoted(field.name), text, fixed);
      }
      out.patterns.emplace_back(text, place, spec.cased);
      return;
    }
    case Predicate::Kind::number:
      if (const auto number = read_number(text)) {
        out.numbers.push_back(NumberTest{find_order(spec.match).value_or(Order::equal), *number});
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
      if (text.size() > kRegexBytesMax) {
        problems.error(value.place,
                       "a regular expression may have " + std::to_string(kRegexBytesMax) + " bytes at most");
      } else if (!regex->ok()) {
        problems.error(value.place, "not a regular expression: " + regex->error());
      }
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
      if (const auto other = words.field(text, value.place, problems); !other) {
        return;
      } else if (info(*other).kind != FieldKind::text && info(*other).kind != FieldKind::word) {
        problems.error(value.place, "modifier \"fieldref\" needs a text field");
      } else {
        out.other = *other;
      }
      return;
    case Predicate::Kind::in_list:
      if (const auto* list = words.list(text)) {
        for (const std::string& item : *list) out.members.insert(fold_key(item));
      } else {
        problems.unknown(value.place, "list", text, words.list_names());
      }
      return;
    case Predicate::Kind::keyword:
    case Predicate::Kind::exists:
    case Predicate::Kind::blank:
      return;
  }
}

}  // namespace

bool is_order(std::string_view match) {
  return match == "lt" || match == "lte" || match == "gt" || match == "gte";
}

std::optional<Order> find_order(std::string_view word) {
  constexpr std::array<std::string_view, 6> names = {"eq", "neq", "lt", "lte", "gt", "gte"};
  const auto found = std::find(names.begin(), names.end(), word);
  if (found == names.end()) return std::nullopt;
  return static_cast<Order>(found - names.begin());
}

std::optional<double> read_number(std::string_view text) {
  double out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = !text.empty() && read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return whole && std::isfinite(out) ? std::optional(out) : std::nullopt;
}

void add_value(const Spec& spec, const Yaml& value, const Vocabulary& words, Predicate& out, Problems& problems) {
  if (spec.encoders.empty()) return add_plain(spec, value.text, value, words, out, problems);
  const auto forms = encode(value.text, spec.encoders, words, value.place, problems);
  if (!forms) return;
  // A mistake in one form is a mistake in each.
  const std::size_t before = problems.errors();
  for (const std::string& form : *forms) {
    if (problems.errors() == before) add_plain(spec, form, value, words, out, problems);
  }
  if (!spec.every) return;
  if (out.kind == Predicate::Kind::text) {
    out.forms.push_back(forms->size());
  } else {
    problems.error(value.place, "\"all\" cannot be combined with lists here");
  }
}

}  // namespace trailwatch::rules
