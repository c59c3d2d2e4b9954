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

const std::vector<std::string> kTypes = {"event_count",      "value_count",  "value_sum", "value_avg",
                                         "value_percentile", "value_median", "temporal",  "temporal_ordered",
                                         "x-streak",         "x-first-seen", "x-gap",     "x-baseline"};

constexpr std::int64_t kSpanDaysMax = 400;
constexpr std::int32_t kStreakDays = 31;     // unless the rule says otherwise
constexpr std::int32_t kFirstSeenDays = 92;  // unless the rule says otherwise
constexpr std::int32_t kGapDays = 92;        // unless the rule says otherwise

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
      problems.error(reader.place("field"), "a sum, average, median or percentile is taken over one field");
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

void read_gap(MapReader& reader, Correlation& out, Problems& problems) {
  reader.require("at-least");
  out.distance_micros_min = read_span(reader, "at-least", problems).value_or(0) * kMicrosPerSecond;
  out.factor = reader.number("factor", 1, 1000).value_or(0);
  out.active_days_min = static_cast<std::int32_t>(reader.integer("min-history", 1, 366).value_or(1));
  out.working_days = reader.boolean("working-days").value_or(false);
  out.span_days = read_days(reader, "timespan", problems).value_or(kGapDays);
  if (out.distance_micros_min >= out.span_days * kMicrosPerDay) {
    problems.error(reader.place("at-least"), "\"at-least\" must be shorter than \"timespan\"",
                   "which is " + std::to_string(out.span_days) + "d");
  }
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
  if (out.type == Type::gap) return read_gap(reader, out, problems);
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
  if (out.type == Type::temporal_ordered || out.type == Type::event_count || out.type == Type::value_count) {
    out.distance_micros_min = read_span(reader, "min-timespan", problems).value_or(0) * kMicrosPerSecond;
    if (out.span_micros > 0 && out.distance_micros_min >= out.span_micros) {
      problems.error(reader.place("min-timespan"), "\"min-timespan\" must be shorter than \"timespan\"");
    }
  }
}

constexpr std::int64_t kHistoryDaysMin = 7;

void read_groups(MapReader& reader, Baseline& out, Problems& problems) {
  std::vector<std::string> group = reader.texts("group-by");
  std::sort(group.begin(), group.end());
  out.by_unit = group == std::vector<std::string>{"agency", "unit"};
  if (reader.has("group-by") && !out.by_unit && group != std::vector<std::string>{"officer"}) {
    problems.error(reader.place("group-by"), "a baseline cannot be grouped by this",
                   "expected [officer] or [agency, unit]");
  }
  for (const PlacedWord& word : read_words(reader.any("peer-by"), "peer-by", problems)) {
    bool* const wanted = word.text == "agency"                 ? &out.peers_agency
                         : word.text == "unit" && !out.by_unit ? &out.peers_unit
                         : word.text == "role" && !out.by_unit ? &out.peers_role
                                                               : nullptr;
    if (wanted != nullptr) {
      *wanted = true;
    } else if (out.by_unit) {
      problems.error(word.place, "the peers of a unit cannot be of the same " + quoted(word.text),
                     "expected [agency]: the other units of the agency");
    } else {
      problems.unknown(word.place, "peer-by", word.text, {"agency", "unit", "role"});
    }
  }
  if (out.peers_unit && !out.peers_agency) {
    problems.error(reader.place("peer-by"), "a unit is known by its agency and its name", "add \"agency\"");
  }
}

// Gives the rule that `of` names.
std::optional<PlacedWord> read_metric(MapReader& reader, Baseline& out) {
  using Metric = Baseline::Metric;
  const auto metric = reader.word("metric", {"count", "distinct", "sum", "share"}).value_or("count");
  out.metric = metric == "distinct" ? Metric::distinct
               : metric == "sum"    ? Metric::sum
               : metric == "share"  ? Metric::share
                                    : Metric::count;
  if (out.metric == Metric::distinct || out.metric == Metric::sum) {
    reader.require("field");
    if (const auto field = reader.text("field")) out.measured = PlacedWord{*field, reader.place("field")};
  }
  if (out.metric != Metric::share) return std::nullopt;
  const auto of = reader.text("of");
  return of ? std::optional(PlacedWord{*of, reader.place("of")}) : std::nullopt;
}

Baseline read_baseline(MapReader& reader, std::vector<Input>& inputs, Problems& problems) {
  Baseline out;
  for (const char* key : {"group-by", "period", "false-alarm-rate"}) reader.require(key);
  if (inputs.size() > 1) {
    problems.error(inputs[1].name.place, "a baseline compares one rule", "join the conditions in one rule");
    inputs.resize(1);
  }
  if (const auto of = read_metric(reader, out)) inputs.push_back({*of, 0});
  const auto period = reader.word("period", {"day", "week", "month-to-date"}).value_or("month-to-date");
  out.period = period == "day"    ? Baseline::Period::day
               : period == "week" ? Baseline::Period::week
                                  : Baseline::Period::month_to_date;
  read_groups(reader, out, problems);
  out.history_days = read_days(reader, "history", problems).value_or(0);
  if (reader.has("history") && out.history_days < kHistoryDaysMin) {
    problems.error(reader.place("history"), "\"history\" has at least 7 days");
  }
  if (!out.has_peers() && !reader.has("history")) {
    problems.error(reader.place(), "there is nothing to compare with", "give \"peer-by\", \"history\" or both");
  }
  out.peers_min = reader.integer("min-peers", 2, 1000).value_or(out.peers_min);
  out.history_min = reader.integer("min-history", 1, 400).value_or(out.history_min);
  out.count_min = reader.integer("at-least", 1, 1'000'000'000).value_or(out.count_min);
  out.factor_min = reader.number("min-factor", 1, 1000).value_or(out.factor_min);
  out.false_alarm_rate = reader.number("false-alarm-rate", 1e-9, 0.5).value_or(out.false_alarm_rate);
  return out;
}

void check_inputs(const CompiledRule& rule, Problems& problems) {
  const auto& inputs = rule.inputs;
  if (inputs.size() > kInputsMax) problems.error(inputs[kInputsMax].name.place, "a correlation has at most 32 rules");
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

  const auto word = reader.word("type", kTypes);
  for (const char* key : {"type", "rules"}) reader.require(key);
  if (reader.has("rules") && rule.inputs.empty()) problems.error(reader.place("rules"), "\"rules\" must name a rule");
  if (!word) return;
  if (*word == "x-baseline") {
    rule.baseline = read_baseline(reader, rule.inputs, problems);
  } else {
    rule.correlation.emplace();
    rule.correlation->type = static_cast<Type>(std::find(kTypes.begin(), kTypes.end(), *word) - kTypes.begin());
    read_stream(reader, *rule.correlation, problems);
  }
  check_inputs(rule, problems);
  reader.finish();
}

}  // namespace trailwatch::rules
