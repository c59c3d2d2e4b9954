#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "rules/baseline.h"
#include "rules/engine_impl.h"
#include "rules/tally.h"
#include "trailwatch/rules/engine.h"

namespace trailwatch::rules {

namespace {

constexpr const char* kAllEvents = "";
// The range that a sentence gives holds all but this share of what is usual, on either side.
constexpr double kBesideRange = 0.025;

// Under which names the numbers of a baseline are kept.
struct Names {
  std::string values, activity;
};

Names names_of(const Baseline& baseline, const std::vector<RuleInfo>& infos) {
  Names out{tally_of(baseline, infos).name, kAllEvents};
  if (baseline.whole) out.activity = infos[*baseline.whole].name;
  return out;
}

// Is it more than the floors ask for? They are no tests, and come after the p-values are adjusted.
bool is_large(const Baseline& rule, const Comparison& c) {
  if (c.own < static_cast<double>(rule.count_min) || c.own < rule.factor_min * c.usual) return false;
  // Without a history the month must have begun in earnest for everybody.
  if (!c.past) return c.history_days >= static_cast<double>(rule.history_min) || rule.history_days > 0;
  // Who only comes to do what the peers do is not listed.
  return !c.peers || c.own > c.peers->median;
}

}  // namespace

struct DayCloser::Impl {
  const Engine::Impl& engine;
  const History& history;
  Groups officers{false}, units{true};
  std::map<std::pair<bool, std::string>, Series> series;

  Groups& groups_of(const Baseline& rule) { return rule.by_unit ? units : officers; }
  void read(LocalDay day);
  model::Finding conclude(RuleIndex rule, const Comparison& comparison, LocalDay day) const;
  std::vector<model::Finding> close(LocalDay day);
};

// Everything that any baseline looks at; a tally that several use is read as far back as any of them needs it.
void DayCloser::Impl::read(LocalDay day) {
  const RuleSet::Impl& rules = engine.rules.impl();
  std::map<std::pair<bool, std::string>, DaySpan> needed;
  for (RuleIndex i = 0; i < rules.rules.size(); ++i) {
    const auto& rule = rules.rules[i].baseline;
    if (!rule || !engine.missing[i].empty()) continue;
    const DaySpan span = days_needed(*rule, day);
    const Names names = names_of(*rule, rules.infos);
    for (const std::string& name : {names.values, names.activity}) {
      const auto known = needed.try_emplace({rule->by_unit, name}, span).first;
      known->second.first = std::min(known->second.first, span.first);
    }
  }
  for (const auto& [key, span] : needed) series[key].move_to(span, key.second, history, key.first ? units : officers);
}

model::Finding DayCloser::Impl::conclude(RuleIndex rule, const Comparison& c, LocalDay day) const {
  const Baseline& baseline = *engine.compiled(rule).baseline;
  model::Finding out;
  out.rule = engine.info(rule).name;
  out.key = c.key;
  out.day = day;
  const std::vector<Match> matches = history.matches(baseline.base, c.key, day);
  if (matches.empty()) {
    out.first = out.last = engine.registry.zone().start_of(day);
  } else {
    add_evidence(out, matches);
  }
  out.count = static_cast<std::int64_t>(c.today);
  out.numbers = {{"own", c.own},
                 {"today", c.today},
                 {"days", c.days},
                 {"expected", c.expected.mean},
                 {"low", quantile_above(1 - kBesideRange, c.expected)},
                 {"high", quantile_above(kBesideRange, c.expected)},
                 {"factor", c.own / std::max(c.usual, 1.0)},
                 {"p", c.p},
                 {"surprise", -std::log10(std::max(c.p, 1e-300))}};
  // A sentence may speak of peers or of the past where only the other was there to compare with.
  out.numbers["median"] = c.peers ? c.peers->median : c.past->median;
  out.numbers["peers"] = c.peers ? static_cast<double>(c.peers->peers) : 0;
  out.numbers["past"] = c.past ? c.past->median : c.expected.mean;
  out.numbers["periods"] = c.past ? static_cast<double>(c.past->peers) : 0;
  out.numbers["trend"] = c.trend;
  if (baseline.metric == Baseline::Metric::share) {
    out.numbers["whole"] = c.whole;
    out.numbers["share"] = c.own / c.whole;
    out.numbers["usual_share"] = c.expected.mean / c.whole;
  }
  out.points = engine.compiled(rule).score.points(out.numbers);
  out.sentence = engine.sentence(rule, out.numbers, {{"peer_group", peer_group_name(c)}});
  // Not a number for sentences: 0 same unit, 1 same agency, 2 everywhere.
  out.numbers["peer_level"] = static_cast<double>(c.level);
  return out;
}

std::vector<model::Finding> DayCloser::Impl::close(LocalDay day) {
  struct Test {
    RuleIndex rule;
    Comparison comparison;
    std::size_t number;  // among the p-values
  };
  read(day);
  std::vector<Test> tests;
  std::vector<double> p_values;
  const RuleSet::Impl& rules = engine.rules.impl();
  for (RuleIndex i = 0; i < rules.rules.size(); ++i) {
    const auto& rule = rules.rules[i].baseline;
    if (!rule || !engine.missing[i].empty()) continue;
    const Names names = names_of(*rule, rules.infos);
    const BaselineSeries numbers{series.at({rule->by_unit, names.values}), series.at({rule->by_unit, names.activity}),
                                 groups_of(*rule)};
    for (Comparison& comparison : compare(*rule, day, numbers, engine.registry)) {
      const std::size_t number = p_values.size();
      p_values.push_back(comparison.p);
      if (comparison.peers || comparison.past) tests.push_back(Test{i, std::move(comparison), number});
    }
  }
  // Over all groups and rules of the day together, and before the floors, which are no tests.
  const std::vector<double> adjusted = adjust_false_alarms(p_values);
  std::vector<model::Finding> out;
  for (const Test& test : tests) {
    const Baseline& rule = *rules.rules[test.rule].baseline;
    if (adjusted[test.number] <= rule.false_alarm_rate && is_large(rule, test.comparison)) {
      out.push_back(conclude(test.rule, test.comparison, day));
    }
  }
  std::sort(out.begin(), out.end(), [](const model::Finding& a, const model::Finding& b) {
    return std::tie(a.rule, a.key) < std::tie(b.rule, b.key);
  });
  return out;
}

DayCloser::DayCloser(const Engine& engine, const History& history)
    : impl_(std::make_unique<Impl>(Impl{engine.impl(), history, Groups(false), Groups(true), {}})) {}

DayCloser::~DayCloser() = default;

std::vector<model::Finding> DayCloser::close(LocalDay day) {
  return impl_->close(day);
}

std::vector<model::Finding> Engine::close_day(LocalDay day, const History& history) const {
  return DayCloser(*this, history).close(day);
}

LocalDay Engine::needed_from(LocalDay day) const {
  LocalDay out = day;
  const auto& rules = impl_->rules.impl().rules;
  for (RuleIndex i = 0; i < rules.size(); ++i) {
    if (rules[i].baseline && impl_->missing[i].empty()) out = std::min(out, days_needed(*rules[i].baseline, day).first);
  }
  return out;
}

LocalDay Engine::affected_until(LocalDay day) const {
  LocalDay out = day;
  const auto& rules = impl_->rules.impl().rules;
  for (RuleIndex i = 0; i < rules.size(); ++i) {
    const auto& rule = rules[i].baseline;
    if (!rule || !impl_->missing[i].empty()) continue;
    // A period that begins within the history may end a month later, one before it a week.
    if (rule->history_days > 0) out = std::max(out, day.plus(rule->history_days));
    if (rule->period == Baseline::Period::week) out = std::max(out, day.plus(6));
    if (rule->period == Baseline::Period::month_to_date) out = std::max(out, last_of_month(day));
  }
  return out;
}

LocalDay Engine::history_begins(LocalDay day) const {
  LocalDay out = day;
  const auto& rules = impl_->rules.impl().rules;
  for (RuleIndex i = 0; i < rules.size(); ++i) {
    const auto& rule = rules[i].baseline;
    if (rule && impl_->missing[i].empty()) out = std::min(out, days_needed(*rule, day).first);
  }
  return out;
}

}  // namespace trailwatch::rules
