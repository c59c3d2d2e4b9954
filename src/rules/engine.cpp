#include "trailwatch/rules/engine.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "rules/baseline.h"
#include "rules/engine_impl.h"
#include "rules/rule_view.h"
#include "rules/statistics.h"
#include "trailwatch/base/check.h"
#include "trailwatch/base/text.h"

namespace trailwatch::rules {

namespace {

// `calendar.csv or shifts.csv`, when none of them was given.
std::string missing_files(const std::vector<Need>& needs, const registry::Snapshot& registry) {
  const auto& absent = registry.absent();
  std::string out;
  for (const Need& need : needs) {
    std::string names;
    bool given = false;
    for (const std::string& file : need) {
      given = given || std::find(absent.begin(), absent.end(), file + ".csv") == absent.end();
      names += (names.empty() ? "" : " or ") + file + ".csv";
    }
    if (!given) out += (out.empty() ? "" : ", ") + names;
  }
  return out;
}

void add_evidence(model::Finding& finding, const std::vector<Match>& matches) {
  finding.first = finding.last = matches.front().time;
  for (const Match& match : matches) {
    finding.events.push_back(match.event);
    finding.first = std::min(finding.first, match.time);
    finding.last = std::max(finding.last, match.time);
  }
  std::sort(finding.events.begin(), finding.events.end());
}

}  // namespace

Engine::Engine(RuleSet rules, registry::Snapshot registry)
    : impl_(std::make_unique<Impl>(Impl{std::move(rules), std::move(registry), {}, {}})) {
  for (const CompiledRule& rule : impl_->rules.impl().rules) {
    impl_->missing.push_back(missing_files(rule.needs, impl_->registry));
  }
  // A correlation of which a part is missing would count too little, and nobody would know.
  const auto inherit = [&](RuleIndex rule) {
    for (const Input& input : impl_->compiled(rule).inputs) {
      if (impl_->missing[rule].empty()) impl_->missing[rule] = impl_->missing[input.rule];
    }
  };
  for (const RuleIndex rule : impl_->rules.impl().correlations) inherit(rule);
  for (RuleIndex rule = 0; rule < impl_->missing.size(); ++rule) {
    if (impl_->compiled(rule).baseline) inherit(rule);
  }
  std::set<RuleIndex> counted;
  for (RuleIndex rule = 0; rule < impl_->missing.size(); ++rule) {
    const CompiledRule& compiled = impl_->compiled(rule);
    if (compiled.baseline) counted.insert(compiled.baseline->base);
    if (compiled.inputs.empty() && impl_->info(rule).alerts) counted.insert(rule);
  }
  for (const RuleIndex rule : counted) {
    if (impl_->missing[rule].empty()) impl_->counted.push_back(rule);
  }
}

Engine::~Engine() = default;

const Engine::Impl& Engine::impl() const {
  return *impl_;
}

std::string Engine::Impl::clock(Instant instant) const {
  return format_clock(registry.zone().local(instant)).substr(0, 5);
}

const RuleSet& Engine::rules() const {
  return impl_->rules;
}

model::Key Engine::key_of(std::string_view officer) {
  return {model::About::officer, "", std::string(officer)};
}

void Engine::match(const model::QueryEvent& event, std::vector<RuleIndex>& satisfied) const {
  const RuleSet::Impl& rules = impl_->rules.impl();
  RuleView view(event, impl_->registry, rules.placeholders);
  for (RuleIndex i = 0; i < rules.rules.size(); ++i) {
    const CompiledRule& rule = rules.rules[i];
    if (!rule.inputs.empty() || !impl_->missing[i].empty()) continue;
    if (rule.detection.condition.holds(rule.detection.predicates, view)) satisfied.push_back(i);
  }
}

void Engine::match_counted(const model::QueryEvent& event, std::vector<RuleIndex>& satisfied) const {
  RuleView view(event, impl_->registry, impl_->rules.impl().placeholders);
  for (const RuleIndex i : impl_->counted) {
    const Detection& detection = impl_->compiled(i).detection;
    if (detection.condition.holds(detection.predicates, view)) satisfied.push_back(i);
  }
}

std::string_view Engine::explanation(const model::QueryEvent& event) const {
  RuleView view(event, impl_->registry, impl_->rules.impl().placeholders);
  return view.text(Field::explanation);  // a fixed word
}

std::string Engine::Impl::sentence(RuleIndex rule, const Numbers& numbers,
                                   const std::map<std::string, std::string>& words) const {
  const auto& sentence = compiled(rule).sentence;
  const std::string out = sentence ? sentence->write(numbers, words) : info(rule).title;
  return std::string(prefix(out, kSentenceCharactersMax));
}

model::Finding Engine::Impl::conclude(RuleIndex rule, const model::Key& key, LocalDay day,
                                      const std::vector<Match>& matches, std::int64_t total) const {
  TW_CHECK(rule < missing.size() && !matches.empty());
  model::Finding out;
  out.rule = info(rule).name;
  out.key = key;
  out.day = day;
  add_evidence(out, matches);
  out.count = static_cast<std::int64_t>(matches.size());
  const auto count = static_cast<double>(out.count), all = static_cast<double>(std::max(total, out.count));
  out.numbers = {{"count", count},
                 {"total", all},
                 {"share", count / all},
                 {"minutes", std::floor(static_cast<double>(out.last.micros - out.first.micros) / kMicrosPerMinute)}};
  out.points = compiled(rule).score.points(out.numbers);
  out.sentence = sentence(rule, out.numbers, {{"first_time", clock(out.first)}, {"last_time", clock(out.last)}});
  return out;
}

model::Finding Engine::conclude(RuleIndex rule, const model::Key& key, LocalDay day, const std::vector<Match>& matches,
                                std::int64_t total) const {
  return impl_->conclude(rule, key, day, matches, total);
}

model::Finding Engine::Impl::baseline_finding(RuleIndex rule, const Comparison& comparison, LocalDay day,
                                              const History& history) const {
  model::Finding out;
  out.rule = info(rule).name;
  out.key = key_of(comparison.officer);
  out.day = day;
  const std::vector<Match> matches = history.matches(compiled(rule).baseline->base, comparison.officer, day);
  if (matches.empty()) {
    out.first = out.last = registry.zone().start_of(day);
  } else {
    add_evidence(out, matches);
  }
  out.count = static_cast<std::int64_t>(comparison.today);
  const PeerFit& fit = comparison.fit;
  out.numbers = {{"own", comparison.own},
                 {"today", comparison.today},
                 {"days", comparison.days},
                 {"median", fit.median},
                 {"expected", fit.mean},
                 {"peers", static_cast<double>(fit.peers)},
                 {"factor", comparison.own / std::max(fit.median, 1.0)},
                 {"p", comparison.p},
                 {"surprise", -std::log10(std::max(comparison.p, 1e-300))}};
  out.points = compiled(rule).score.points(out.numbers);
  out.sentence = sentence(rule, out.numbers, {{"peer_group", peer_group_name(comparison)}});
  // Not a number for sentences: 0 same unit, 1 same agency, 2 everywhere.
  out.numbers["peer_level"] = static_cast<double>(comparison.level);
  return out;
}

std::vector<model::Finding> Engine::close_day(LocalDay day, const History& history) const {
  struct Test {
    RuleIndex rule;
    Comparison comparison;
  };
  std::vector<Test> tests;
  std::vector<double> p_values;
  const auto& rules = impl_->rules.impl().rules;
  for (RuleIndex i = 0; i < rules.size(); ++i) {
    const auto& baseline = rules[i].baseline;
    if (!baseline || !impl_->missing[i].empty()) continue;
    const auto counts = history.counts(baseline->base, first_of_month(day), day);
    for (Comparison& comparison : compare_month(*baseline, counts, impl_->registry)) {
      p_values.push_back(comparison.p);
      tests.push_back(Test{i, std::move(comparison)});
    }
  }
  // Over all groups and rules of the day together, and before the floors, which are no tests.
  const std::vector<double> adjusted = adjust_false_alarms(p_values);
  std::vector<model::Finding> out;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    const Comparison& c = tests[i].comparison;
    const Baseline& rule = *rules[tests[i].rule].baseline;
    const bool strange = adjusted[i] <= rule.false_alarm_rate;
    const bool large = c.own >= static_cast<double>(rule.count_min) && c.own >= rule.factor_min * c.fit.median;
    const bool long_enough = c.history_days >= static_cast<double>(rule.history_days_min);
    if (strange && large && long_enough) out.push_back(impl_->baseline_finding(tests[i].rule, c, day, history));
  }
  std::sort(out.begin(), out.end(), [](const model::Finding& a, const model::Finding& b) {
    return std::tie(a.rule, a.key) < std::tie(b.rule, b.key);
  });
  return out;
}

std::vector<std::string> Engine::not_evaluable() const {
  std::vector<std::string> out;
  for (RuleIndex i = 0; i < impl_->missing.size(); ++i) {
    if (!impl_->missing[i].empty()) out.push_back(impl_->info(i).name + ": " + impl_->missing[i]);
  }
  return out;
}

}  // namespace trailwatch::rules
