#include "trailwatch/rules/stream.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "rules/conclude.h"
#include "rules/correlator.h"
#include "rules/day_tallies.h"
#include "rules/engine_impl.h"
#include "rules/repeats.h"
#include "rules/stream_fields.h"
#include "trailwatch/base/check.h"

namespace trailwatch::rules {

namespace {

// Where what satisfies a rule goes on to.
struct Feed {
  std::size_t node = 0;
  std::size_t input = 0;
  std::vector<KeySource> group, values;
};

// A correlation that is evaluated.
struct Node {
  RuleIndex rule = 0;
  bool concludes = false;  // its findings are wanted
  bool measures = false;
  bool counts_values = false;
  std::unique_ptr<Correlator> windows;
};

}  // namespace

struct Stream::Impl {
  const Engine::Impl& engine;
  StreamOptions options;
  Symbols symbols;
  EventSymbols fields{symbols};
  std::vector<Node> nodes;               // each after those that feed it
  std::vector<std::vector<Feed>> feeds;  // by rule
  std::vector<RuleIndex> event_rules;    // that are wanted, or feed what is
  std::vector<char> concludes;           // by rule: an event rule whose findings are wanted
  bool concludes_any = false;
  std::optional<Repeats> repeats;  // when a rule needs the past, or explained look-ups are counted

  std::vector<std::unique_ptr<DayTallies>> tallies;
  std::vector<std::vector<DayTallies*>> adds_up;  // by rule
  DayTallies *explained = nullptr, *all_events = nullptr;
  std::vector<DayTally> added_up;

  // Of the current day.
  std::map<std::pair<RuleIndex, Symbol>, std::vector<Match>> matches;
  PairMap totals;                // by officer
  std::vector<Symbol> officers;  // of `totals`, held

  // By rule: events that lacked a field, and the last of them.
  std::vector<std::pair<std::int64_t, model::EventId>> uncounted;

  std::vector<model::Finding> findings;
  std::optional<std::pair<Instant, model::EventId>> last;
  LocalDay day;
  Instant day_begin, day_end;
  bool wanted = false;  // this day's findings

  Impl(const Engine::Impl& engine, StreamOptions options);
  void add_node(RuleIndex rule, bool concludes);
  void take(model::EventId id, const model::QueryEvent& event);
  void begin_day(Instant at);
  void settle();
  void close_day();
  void note_match(RuleIndex rule, model::EventId id, const model::QueryEvent& event, RuleView& view);
  void feed(const Feed& feed, model::EventId id, RuleView& view);
  void feed_chain(const Feed& feed, model::EventId id, const Symbol* inner);
  void leave_out(RuleIndex rule, model::EventId id);
  void conclude_event_rules();
  void plan_tallies(std::vector<char>& needed);
};

Stream::Impl::Impl(const Engine::Impl& e, StreamOptions o) : engine(e), options(std::move(o)) {
  const RuleSet::Impl& rules = engine.rules.impl();
  const std::size_t count = rules.rules.size();
  // What is needed: the wanted rules, then backwards what feeds them.
  std::vector<char> needed(count, 0), wanted_rules(count, 0);
  for (RuleIndex i = 0; i < count; ++i) {
    const RuleInfo& info = rules.infos[i];
    const bool is_event_rule_wanted = options.event_rules == StreamOptions::EventRules::all ||
                                      (options.event_rules == StreamOptions::EventRules::with_past && info.needs_past);
    const bool judged_here =
        info.kind == RuleInfo::Kind::correlation || (info.kind == RuleInfo::Kind::event && is_event_rule_wanted);
    wanted_rules[i] =
        judged_here && info.alerts && engine.missing[i].empty() && options.partitions.count(info.partition) != 0;
    needed[i] = wanted_rules[i];
  }
  for (auto it = rules.correlations.rbegin(); it != rules.correlations.rend(); ++it) {
    for (const Input& input : rules.rules[*it].inputs) {
      if (needed[*it] != 0) needed[input.rule] = 1;
    }
  }
  feeds.resize(count);
  adds_up.resize(count);
  if (options.tallies != StreamOptions::Tallies::none) plan_tallies(needed);
  uncounted.resize(count);
  concludes.resize(count, 0);
  for (const RuleIndex rule : rules.correlations) {
    if (needed[rule] != 0) add_node(rule, wanted_rules[rule] != 0);
  }
  for (RuleIndex i = 0; i < count; ++i) {
    if (rules.infos[i].kind != RuleInfo::Kind::event || needed[i] == 0) continue;
    event_rules.push_back(i);
    concludes[i] = wanted_rules[i];
    concludes_any = concludes_any || wanted_rules[i] != 0;
  }
  const bool needs_past =
      explained != nullptr || std::any_of(rules.infos.begin(), rules.infos.end(), [&](const auto& i) {
        return needed[static_cast<std::size_t>(&i - rules.infos.data())] != 0 && i.needs_past;
      });
  if (needs_past) repeats.emplace(symbols, fields);
}

void Stream::Impl::plan_tallies(std::vector<char>& needed) {
  std::vector<TallyRule> wanted_tallies = engine.stream_tallies;
  if (options.tallies == StreamOptions::Tallies::all) {
    using Kind = TallyRule::Kind;
    wanted_tallies.push_back({"", Kind::events, 0, Field::time, false});
    for (const RuleIndex rule : engine.counted) {
      wanted_tallies.push_back({engine.info(rule).name, Kind::count, rule, Field::time, false});
    }
  }
  for (const TallyRule& rule : wanted_tallies) {
    tallies.push_back(std::make_unique<DayTallies>(rule, symbols));
    if (rule.kind == TallyRule::Kind::explained) {
      explained = tallies.back().get();
    } else if (rule.kind == TallyRule::Kind::events) {
      all_events = tallies.back().get();
    } else {
      adds_up[rule.base].push_back(tallies.back().get());
      needed[rule.base] = 1;
    }
  }
}

void Stream::Impl::add_node(RuleIndex rule, bool is_wanted) {
  const CompiledRule& compiled = engine.compiled(rule);
  const Correlation& correlation = *compiled.correlation;
  Node node;
  node.rule = rule;
  node.concludes = is_wanted;
  node.measures = correlation.measures_numbers();
  node.counts_values =
      correlation.type == Correlation::Type::value_count || correlation.type == Correlation::Type::first_seen;
  node.windows = std::make_unique<Correlator>(correlation, compiled.inputs.size(), symbols, engine.registry);
  for (std::size_t input = 0; input < compiled.inputs.size(); ++input) {
    Feed feed{nodes.size(), input, {}, {}};
    for (const CorrelationKey& key : correlation.group_by) feed.group.push_back(key.sources[input]);
    for (const CorrelationKey& key : correlation.values) feed.values.push_back(key.sources[input]);
    feeds[compiled.inputs[input].rule].push_back(std::move(feed));
  }
  nodes.push_back(std::move(node));
}

void Stream::Impl::begin_day(Instant at) {
  const Zone& zone = engine.registry.zone();
  day = zone.local(at).day;
  day_begin = zone.start_of(day);
  day_end = zone.start_of(day.plus(1));
  wanted = options.first <= day && day <= options.last;
  for (Node& node : nodes) node.windows->expire(at, day);
}

void Stream::Impl::take(model::EventId id, const model::QueryEvent& event) {
  const std::pair now(event.time, id);
  if (last && now == *last) return;
  TW_CHECK(!last || *last < now);
  if (last && last->first != event.time) settle();
  if (!last || event.time < day_begin || event.time >= day_end) {
    if (last) close_day();
    begin_day(event.time);
  }
  last = now;
  if (options.last < day) return;
  RuleView view(event, engine.registry, engine.rules.impl().placeholders, repeats ? &*repeats : nullptr);
  if (repeats) repeats->begin(event.time, view);
  if (wanted && concludes_any) {
    if (const auto officer = fields.find(Field::officer, view)) {
      std::uint32_t& total = totals.at(*officer, 0);
      if (total++ == 0) {
        symbols.hold(*officer);
        officers.push_back(*officer);
      }
    }
  }
  const auto& rules = engine.rules.impl().rules;
  for (const RuleIndex rule : event_rules) {
    const Detection& detection = rules[rule].detection;
    if (!detection.condition.holds(detection.predicates, view)) continue;
    if (wanted && concludes[rule] != 0) note_match(rule, id, event, view);
    for (const Feed& next : feeds[rule]) feed(next, id, view);
    for (DayTallies* const tally : adds_up[rule]) {
      if (wanted) tally->take(view, fields);
    }
  }
  if (repeats) repeats->end(event.time);
  if (wanted && all_events != nullptr) all_events->take(view, fields);
  if (wanted && explained != nullptr && view.explanation().by != ExplainedBy::none) explained->take(view, fields);
  fields.forget();
}

void Stream::Impl::note_match(RuleIndex rule, model::EventId id, const model::QueryEvent& event, RuleView& view) {
  if (const auto officer = fields.find(Field::officer, view)) {
    matches[{rule, *officer}].push_back({id, event.time});
  } else {
    leave_out(rule, id);
  }
}

void Stream::Impl::leave_out(RuleIndex rule, model::EventId id) {
  auto& [events, last_event] = uncounted[rule];
  // Once, however many of the rules that a correlation counts it satisfies.
  if (!wanted || (events > 0 && last_event == id)) return;
  ++events;
  last_event = id;
}

void Stream::Impl::feed(const Feed& feed, model::EventId id, RuleView& view) {
  Node& node = nodes[feed.node];
  std::array<Symbol, kKeysMax> group, values;
  std::int64_t number = 0;
  bool is_complete = true;
  const auto find = [&](const std::vector<KeySource>& sources, std::array<Symbol, kKeysMax>& out) {
    for (std::size_t i = 0; is_complete && i < sources.size(); ++i) {
      const auto symbol = fields.find(sources[i].field, view);
      is_complete = symbol.has_value();
      out[i] = symbol.value_or(0);
    }
  };
  find(feed.group, group);
  if (node.counts_values) find(feed.values, values);
  if (node.measures) {
    const auto measured = view.number(feed.values.front().field);
    is_complete = is_complete && measured.has_value();
    number = measured.value_or(0);
  }
  if (is_complete) {
    node.windows->add(id, feed.input, group.data(), values.data(), number);
  } else {
    leave_out(node.rule, id);
  }
}

void Stream::Impl::feed_chain(const Feed& feed, model::EventId id, const Symbol* inner) {
  std::array<Symbol, kKeysMax> group, values;
  for (std::size_t i = 0; i < feed.group.size(); ++i) group[i] = inner[feed.group[i].key];
  for (std::size_t i = 0; i < feed.values.size(); ++i) values[i] = inner[feed.values[i].key];
  nodes[feed.node].windows->add(id, feed.input, group.data(), values.data(), 0);
}

// All events of this instant are there.
void Stream::Impl::settle() {
  for (Node& node : nodes) {
    const auto& completed = node.windows->settle(last->first, day, wanted && node.concludes);
    for (const Feed& next : feeds[node.rule]) {
      for (const Completion& completion : completed) {
        feed_chain(next, completion.event, node.windows->key(completion.group));
      }
    }
  }
}

void Stream::Impl::close_day() {
  for (Node& node : nodes) {
    for (const OpenFinding& found : node.windows->open()) {
      std::vector<std::string> values;
      const std::size_t width = engine.compiled(node.rule).correlation->group_by.size();
      for (std::size_t i = 0; i < width; ++i) values.push_back(symbols.text(node.windows->key(found.group)[i]));
      findings.push_back(conclude_correlation(engine, node.rule, values, day, found));
    }
    node.windows->close_day();
  }
  conclude_event_rules();
  for (const auto& tally : tallies) tally->close_day(day, added_up);
}

void Stream::Impl::conclude_event_rules() {
  for (auto& [key, found] : matches) {
    std::sort(found.begin(), found.end());
    const model::Key officer = Engine::key_of(symbols.text(key.second));
    findings.push_back(engine.conclude(key.first, officer, day, found, totals.at(key.second, 0)));
  }
  matches.clear();
  for (const Symbol officer : officers) {
    totals.erase(officer, 0);
    symbols.release(officer);
  }
  officers.clear();
}

Stream::Stream(const Engine& engine, StreamOptions options)
    : impl_(std::make_unique<Impl>(engine.impl(), std::move(options))) {}

Stream::~Stream() = default;

void Stream::take(model::EventId id, const model::QueryEvent& event) {
  impl_->take(id, event);
}

std::vector<model::Finding> Stream::finish() {
  if (impl_->last) {
    impl_->settle();
    impl_->close_day();
    impl_->last.reset();
    std::sort(impl_->added_up.begin(), impl_->added_up.end());
  }
  return take_findings();
}

std::vector<DayTally> Stream::take_tallies() {
  std::vector<DayTally> out = std::move(impl_->added_up);
  impl_->added_up.clear();
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<model::Finding> Stream::take_findings() {
  std::vector<model::Finding> out = std::move(impl_->findings);
  impl_->findings.clear();
  std::sort(out.begin(), out.end(), [](const model::Finding& a, const model::Finding& b) {
    return std::tie(a.day, a.rule, a.key, a.group) < std::tie(b.day, b.rule, b.key, b.group);
  });
  return out;
}

const std::vector<DayTally>& Stream::tallies() const {
  return impl_->added_up;
}

std::vector<std::string> Stream::tally_names() const {
  std::vector<std::string> out;
  for (const auto& tally : impl_->tallies) out.push_back(tally->rule().name);
  return out;
}

std::vector<Uncounted> Stream::uncounted() const {
  std::vector<Uncounted> out;
  for (RuleIndex rule = 0; rule < impl_->uncounted.size(); ++rule) {
    const std::int64_t events = impl_->uncounted[rule].first;
    if (events > 0) out.push_back({impl_->engine.info(rule).name, events});
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace trailwatch::rules
