#include "trailwatch/rules/engine.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "rules/engine_impl.h"
#include "rules/repeats.h"
#include "rules/rule_view.h"
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

}  // namespace

void add_evidence(model::Finding& finding, const std::vector<Match>& matches) {
  finding.first = finding.last = matches.front().time;
  for (const Match& match : matches) {
    finding.events.push_back(match.event);
    finding.first = std::min(finding.first, match.time);
    finding.last = std::max(finding.last, match.time);
  }
  std::sort(finding.events.begin(), finding.events.end());
}

Engine::Engine(RuleSet rules, registry::Snapshot registry)
    : impl_(std::make_unique<Impl>(Impl{std::move(rules), std::move(registry), {}, {}, {}})) {
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
  impl_->plan_tallies();
}

// Whose numbers are kept, and whether they are added up when events arrive or in the order of time.
void Engine::Impl::plan_tallies() {
  const std::vector<RuleInfo>& infos = rules.impl().infos;
  stream_tallies.push_back({kExplainedTally, TallyRule::Kind::explained, 0, Field::time, false});
  std::set<RuleIndex> kept;
  std::map<std::string, TallyRule> measured;
  for (RuleIndex rule = 0; rule < missing.size(); ++rule) {
    if (!missing[rule].empty()) continue;
    if (const auto& baseline = compiled(rule).baseline) {
      const TallyRule tally = tally_of(*baseline, infos);
      if (tally.kind == TallyRule::Kind::count) {
        kept.insert(baseline->base);
      } else {
        measured.emplace(tally.name, tally);
      }
      if (baseline->whole) kept.insert(*baseline->whole);
    }
    if (info(rule).kind == RuleInfo::Kind::event && info(rule).alerts) kept.insert(rule);
  }
  for (const RuleIndex rule : kept) {
    if (!info(rule).needs_past) {
      counted.push_back(rule);
    } else {
      stream_tallies.push_back({info(rule).name, TallyRule::Kind::count, rule, Field::time, false});
    }
  }
  for (auto& [name, tally] : measured) stream_tallies.push_back(std::move(tally));
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

std::string Engine::folded(std::string_view text) {
  return fold_key(text);
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

std::vector<Match> Engine::matches(RuleIndex rule,
                                   const std::vector<std::pair<model::EventId, model::QueryEvent>>& events,
                                   Instant from) const {
  const Detection& detection = impl_->compiled(rule).detection;
  const bool needs_past = impl_->info(rule).needs_past;
  Symbols symbols;
  EventSymbols fields(symbols);
  Repeats repeats(symbols, fields);
  std::vector<Match> out;
  for (const auto& [id, event] : events) {
    if (!needs_past && event.time < from) continue;
    RuleView view(event, impl_->registry, impl_->rules.impl().placeholders, needs_past ? &repeats : nullptr);
    if (needs_past) repeats.begin(event.time, view);
    const bool is_wanted = from <= event.time && impl_->missing[rule].empty();
    if (is_wanted && detection.condition.holds(detection.predicates, view)) out.push_back({id, event.time});
    if (needs_past) repeats.end(event.time);
    fields.forget();
  }
  return out;
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

std::vector<std::string> Engine::not_evaluable() const {
  std::vector<std::string> out;
  for (RuleIndex i = 0; i < impl_->missing.size(); ++i) {
    if (!impl_->missing[i].empty()) out.push_back(impl_->info(i).name + ": " + impl_->missing[i]);
  }
  return out;
}

std::vector<Problem> Engine::skipped_rules() const {
  std::vector<Problem> out;
  for (RuleIndex i = 0; i < impl_->missing.size(); ++i) {
    if (impl_->missing[i].empty()) continue;
    const CompiledRule& rule = impl_->compiled(i);
    out.push_back({false, rule.file, rule.place.line, rule.place.column,
                   "rule \"" + impl_->info(i).name + "\" is skipped: there is no " + impl_->missing[i],
                   "put the file into the reference directory"});
  }
  std::sort(out.begin(), out.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.line, a.message) < std::tie(b.file, b.line, b.message);
  });
  return out;
}

}  // namespace trailwatch::rules
