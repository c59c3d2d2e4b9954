#include "rules/correlation.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "rules/compiled.h"
#include "rules/read.h"
#include "rules/values.h"

namespace trailwatch::rules {

namespace {

using Type = Correlation::Type;

const std::vector<std::string> kTypes = {"event_count",      "value_count", "value_sum",        "value_avg",
                                         "value_percentile", "temporal",    "temporal_ordered", "x-streak",
                                         "x-first-seen",     "x-baseline"};
const std::vector<std::string> kLaterTypes = {"value_median", "x-gap"};

constexpr std::int64_t kSpanDaysMax = 400;
constexpr std::int32_t kStreakDays = 31;     // unless the rule says otherwise
constexpr std::int32_t kFirstSeenDays = 92;  // unless the rule says otherwise

// `90s`, `10m`, `24h`, `7d` in seconds.
std::optional<std::int64_t> read_span(MapReader& reader, const char* key, Problems& problems) {
  const auto text = reader.text(key);
  if (!text) return std::nullopt;
  std::int64_t count = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), count);
  const bool one_letter = read.ec == std::errc{} && read.ptr + 1 == text->data() + text->size();
  const char unit = one_letter ? *read.ptr : '?';
  const std::int64_t seconds = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86400 : 0;
  if (seconds == 0 || count < 1) {
    problems.error(reader.place(key), quoted(*text) + " is not a time span",
                   "a number and s, m, h or d: \"90s\", \"24h\"");
  } else if (count > kSpanDaysMax * 86400 / seconds) {
    problems.error(reader.place(key), "a time span has at most 400 days");
  } else {
    return count * seconds;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int32_t> read_days(MapReader& reader, const char* key, Problems& problems) {
  const auto seconds = read_span(reader, key, problems);
  if (!seconds) return std::nullopt;
  if (*seconds % 86400 == 0) return static_cast<std::int32_t>(*seconds / 86400);
  problems.error(reader.place(key), quoted(key) + " counts whole days here", "for example \"31d\"");
  return std::nullopt;
}

namespace {

std::vector<CorrelationKey> read_keys(const Yaml* yaml, const char* key, Problems& problems) {
  std::vector<CorrelationKey> out;
  for (PlacedWord& word : read_words(yaml, key, problems)) out.push_back({std::move(word), {}});
  if (out.size() > kKeysMax) problems.error(yaml->place, quoted(key) + " has at most 8 fields");
  return out;
}

void read_aliases(const Yaml& yaml, Correlation& out, Problems& problems) {
  if (!yaml.is_map()) return problems.error(yaml.place, "\"aliases\" must be a map of names");
  for (std::size_t i = 0; i < yaml.pairs(); ++i) {
    const Yaml &name = yaml.key(i), &fields = yaml.value(i);
    if (!name.is_scalar()) continue;  // reported already
    if (!fields.is_map()) {
      problems.error(fields.place, "an alias is a map of rules to their fields");
      continue;
    }
    for (std::size_t k = 0; k < fields.pairs(); ++k) {
      if (!fields.value(k).is_scalar()) problems.error(fields.value(k).place, "expected the name of a field");
      out.aliases[name.text][fields.key(k).text] = {fields.value(k).text, fields.value(k).place};
    }
  }
}

void read_condition(const Yaml& yaml, Correlation& out, Problems& problems) {
  MapReader reader(yaml, "condition", problems);
  for (const char* word : {"eq", "neq", "lt", "lte", "gt", "gte"}) {
    if (const auto number = reader.number(word, 0, 1e15)) out.condition.push_back({find_order(word).value(), *number});
  }
  const bool has_field = out.type == Type::value_count || out.measures_numbers();
  if (has_field) {
    out.values = read_keys(reader.any("field"), "field", problems);
    reader.require("field");
    if (out.measures_numbers() && out.values.size() > 1) {
      problems.error(reader.place("field"), "a sum, average or percentile is taken over one field");
    }
  }
  if (out.type == Type::value_percentile) {
    out.percentile = reader.number("percentile", 0.001, 100).value_or(out.percentile);
    reader.require("percentile");
  }
  if (reader.ok() && out.condition.empty()) {
    problems.error(yaml.place, "\"condition\" compares with nothing",
                   "give eq, neq, lt, lte, gt or gte, or two of them");
  }
  if (out.condition.size() > 2) problems.error(yaml.place, "a condition has at most two bounds");
  reader.finish();
}

void read_stream(MapReader& reader, Correlation& out, Problems& problems) {
  out.group_by = read_keys(reader.any("group-by"), "group-by", problems);
  if (const Yaml* aliases = reader.any("aliases")) read_aliases(*aliases, out, problems);
  if (out.type == Type::first_seen) {
    out.values = read_keys(reader.any("fields"), "fields", problems);
    reader.require("fields");
    reader.require("learn-for");
    out.learn_days = read_days(reader, "learn-for", problems).value_or(0);
    out.span_days = read_days(reader, "timespan", problems).value_or(kFirstSeenDays);
    if (out.learn_days >= out.span_days) {
      problems.error(reader.place("learn-for"), "\"learn-for\" must be shorter than \"timespan\"",
                     "which is " + std::to_string(out.span_days) + "d");
    }
    return;
  }
  const Yaml* condition = reader.any("condition");
  if (condition != nullptr && out.type == Type::temporal_ordered) {
    problems.error(condition->place, "\"temporal_ordered\" has no condition", "all of its steps are needed");
  } else if (condition != nullptr) {
    read_condition(*condition, out, problems);
  } else if (!out.names_rules()) {
    reader.require("condition");
  }
  if (out.type == Type::streak) {
    out.working_days = reader.boolean("working-days").value_or(false);
    out.span_days = read_days(reader, "timespan", problems).value_or(kStreakDays);
    for (const NumberTest& test : out.condition) {
      const bool is_lower =
          test.order == Order::greater || test.order == Order::greater_equal || test.order == Order::equal;
      if (is_lower && test.value > out.span_days) {
        problems.error(condition->place, "more days than the " + std::to_string(out.span_days) + " that are looked at",
                       "give a longer \"timespan\"");
      }
    }
    return;
  }
  reader.require("timespan");
  out.span_micros = read_span(reader, "timespan", problems).value_or(0) * kMicrosPerSecond;
  if (out.type == Type::temporal_ordered) {
    out.distance_micros_min = read_span(reader, "min-timespan", problems).value_or(0) * kMicrosPerSecond;
    if (out.span_micros > 0 && out.distance_micros_min >= out.span_micros) {
      problems.error(reader.place("min-timespan"), "\"min-timespan\" must be shorter than \"timespan\"");
    }
  }
}

// The lists of a baseline have one form each; anything else is said to be unsupported instead of being read as
// something else.
void expect_list(MapReader& reader, const char* key, const std::vector<std::string>& only, Problems& problems) {
  if (!reader.has(key) || reader.texts(key) == only) return;
  std::string hint = "expected [";
  for (const std::string& word : only) hint += (&word == &only.front() ? "" : ", ") + word;
  problems.error(reader.place(key), "this " + quoted(key) + " is not supported in this version", hint + "]");
}

Baseline read_baseline(MapReader& reader, Problems& problems) {
  Baseline out;
  for (const char* key : {"group-by", "peer-by", "period", "false-alarm-rate"}) reader.require(key);
  reader.word("metric", {"count"});
  reader.word("period", {"month-to-date"});
  expect_list(reader, "group-by", {"officer"}, problems);
  expect_list(reader, "peer-by", {"agency", "unit", "role"}, problems);
  out.peers_min = reader.integer("min-peers", 2, 1000).value_or(out.peers_min);
  out.history_days_min = reader.integer("min-history", 1, 31).value_or(out.history_days_min);
  out.count_min = reader.integer("at-least", 1, 1'000'000).value_or(out.count_min);
  out.factor_min = reader.number("min-factor", 1, 1000).value_or(out.factor_min);
  out.false_alarm_rate = reader.number("false-alarm-rate", 1e-9, 0.5).value_or(out.false_alarm_rate);
  return out;
}

void check_inputs(const CompiledRule& rule, Problems& problems) {
  const auto& inputs = rule.inputs;
  if (inputs.size() > kInputsMax) problems.error(inputs[kInputsMax].name.place, "a correlation has at most 32 rules");
  if (rule.baseline && inputs.size() > 1) {
    problems.error(inputs[1].name.place, "more than one rule is not supported for \"x-baseline\"");
  }
  if (!rule.correlation) return;
  if (rule.correlation->type == Type::temporal_ordered) {
    if (inputs.size() == 1) problems.error(inputs[0].name.place, "an order needs at least two steps");
    return;
  }
  for (auto it = inputs.begin(); it != inputs.end(); ++it) {
    const bool twice =
        std::any_of(inputs.begin(), it, [&](const auto& other) { return other.name.text == it->name.text; });
    if (twice) problems.error(it->name.place, quoted(it->name.text) + " stands here twice");
  }
}

}  // namespace

std::vector<PlacedWord> read_words(const Yaml* yaml, const char* key, Problems& problems) {
  std::vector<PlacedWord> out;
  if (yaml == nullptr) return out;
  const auto add = [&](const Yaml& item) {
    if (item.is_scalar() && !item.text.empty()) {
      out.push_back({item.text, item.place});
    } else {
      problems.error(item.place, quoted(key) + " must be a text or a list of texts");
    }
  };
  if (yaml->is_list()) {
    for (const Yaml& item : yaml->items) add(item);
  } else {
    add(*yaml);
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto is_same = [&](const PlacedWord& other) { return other.text == out[i].text; };
    if (std::string_view(key) != "rules" &&
        std::any_of(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(i), is_same)) {
      problems.error(out[i].place, quoted(out[i].text) + " stands here twice");
    }
  }
  return out;
}

void read_correlation(const Yaml& yaml, CompiledRule& rule, Problems& problems) {
  MapReader reader(yaml, "correlation", problems);
  if (!reader.ok()) return;
  // Read first and whatever the type: the rules that are named must not raise findings of their own, even if this
  // document is not understood.
  for (PlacedWord& word : read_words(reader.any("rules"), "rules", problems))
    rule.inputs.push_back({std::move(word), 0});
  if (const auto generate = reader.boolean("generate")) rule.inputs_alert = *generate;

  const Yaml* type = reader.any("type");
  const auto is_later = [&] {
    return std::find(kLaterTypes.begin(), kLaterTypes.end(), type->text) != kLaterTypes.end();
  };
  if (type != nullptr && type->is_scalar() && is_later()) {
    problems.error(type->place, "correlation type " + quoted(type->text) + " is not supported in this version",
                   type->text == "value_median" ? "use \"value_percentile\" with \"percentile: 50\"" : "");
    return;
  }
  const auto word = reader.word("type", kTypes);
  for (const char* key : {"type", "rules"}) reader.require(key);
  if (reader.has("rules") && rule.inputs.empty()) problems.error(reader.place("rules"), "\"rules\" must name a rule");
  if (!word) return;
  if (*word == "x-baseline") {
    rule.baseline = read_baseline(reader, problems);
  } else {
    rule.correlation.emplace();
    rule.correlation->type = static_cast<Type>(std::find(kTypes.begin(), kTypes.end(), *word) - kTypes.begin());
    read_stream(reader, *rule.correlation, problems);
  }
  check_inputs(rule, problems);
  reader.finish();
}

}  // namespace trailwatch::rules
