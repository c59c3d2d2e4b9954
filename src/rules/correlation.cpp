#include "rules/document.h"
#include "rules/read.h"

namespace trailwatch::rules {

namespace {

const std::vector<std::string> kTypes = {"x-baseline"};
const std::vector<std::string> kLaterTypes = {"event_count",  "value_count", "temporal",     "temporal_ordered",
                                              "value_sum",    "value_avg",   "value_median", "value_percentile",
                                              "x-first-seen", "x-streak",    "x-gap"};

bool is_later(const std::string& type) {
  for (const std::string& later : kLaterTypes) {
    if (type == later) return true;
  }
  return false;
}

// The lists of this version have one form each; anything else is said to be unsupported instead of being read as
// something else.
void expect_list(MapReader& reader, const char* key, const std::vector<std::string>& only, Problems& problems) {
  if (!reader.has(key) || reader.texts(key) == only) return;
  std::string hint = "expected [";
  for (const std::string& word : only) hint += (&word == &only.front() ? "" : ", ") + word;
  problems.error(reader.place(key), "this " + quoted(key) + " is not supported in this version", hint + "]");
}

}  // namespace

Baseline read_correlation(const Yaml& yaml, Problems& problems) {
  Baseline out;
  MapReader reader(yaml, "correlation", problems);
  if (!reader.ok()) return out;
  // Read first and whatever the type: the rule that is named must not raise findings of its own, even if this document
  // is not understood.
  const Yaml* rules = reader.any("rules");
  if (rules != nullptr && rules->is_scalar()) {
    out.base_name = rules->text;
    out.base_place = rules->place;
  } else if (rules != nullptr && rules->is_list() && !rules->items.empty() && rules->items.front().is_scalar()) {
    out.base_name = rules->items.front().text;
    out.base_place = rules->items.front().place;
    if (rules->items.size() > 1) {
      problems.error(rules->items[1].place, "more than one rule is not supported in this version");
    }
  } else if (rules != nullptr) {
    problems.error(rules->place, "\"rules\" must name a rule");
  }
  if (const auto generate = reader.boolean("generate")) out.base_alerts = *generate;

  const Yaml* type = reader.any("type");
  if (type != nullptr && type->is_scalar() && is_later(type->text)) {
    problems.error(type->place, "correlation type " + quoted(type->text) + " is not supported in this version");
    return out;
  }
  const bool known = reader.word("type", kTypes).has_value();
  for (const char* key : {"type", "rules"}) reader.require(key);
  if (!known) return out;

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
  reader.finish();
  return out;
}

}  // namespace trailwatch::rules
