#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "rules/oracle.h"
#include "rules/rule_text.h"
#include "trailwatch/rules/stream.h"

namespace trailwatch::rules {
namespace {

using oracle::Event;
using oracle::Rule;

// Two weeks in which some days are off, by the calendar.
const LocalDay kMonday = to_day({2026, 3, 2});
const std::set<std::int32_t> kDaysOff = {kMonday.days + 5, kMonday.days + 6, kMonday.days + 9, kMonday.days + 12};

registry::Snapshot reference(const Zone& zone) {
  registry::ReferenceTexts texts;
  std::string calendar = "西元日期,星期,是否放假,備註\n";
  for (std::int32_t day = kMonday.days - 40; day < kMonday.days + 60; ++day) {
    std::string date = format_day(LocalDay{day});
    date.erase(std::remove(date.begin(), date.end(), '-'), date.end());
    calendar += date + ",," + (kDaysOff.count(day) != 0 ? "2,\n" : "0,\n");
  }
  texts.calendar = calendar;
  registry::Options options;
  options.zone = zone;
  return registry::Snapshot::build(texts, options);
}

template <typename T>
T one_of(std::vector<T> values) {
  return *rc::gen::elementOf(std::move(values));
}

// Times that meet windows exactly at their ends, and a microsecond beside; several events at one instant.
std::int64_t moment() {
  const std::int64_t begin = kMonday.days * kMicrosPerDay - 8 * kMicrosPerHour;
  return begin + *rc::gen::inRange<std::int64_t>(0, 14) * kMicrosPerDay +
         *rc::gen::inRange<std::int64_t>(0, 5) * 6 * kMicrosPerHour +
         *rc::gen::inRange<std::int64_t>(0, 4) * 10 * kMicrosPerMinute +
         one_of<std::int64_t>({-1, 0, 0, 0, 0, 1, 30 * kMicrosPerSecond});
}

std::vector<Event> events() {
  const auto count = *rc::gen::inRange(0, 60);
  // Half of the cases are crowded into two days.
  const bool crowded = *rc::gen::arbitrary<bool>();
  std::vector<Event> out;
  for (int i = 0; i < count; ++i) {
    Event event;
    event.id = i + 1;
    event.micros = moment();
    if (crowded)
      event.micros -= (event.micros - kMonday.days * kMicrosPerDay) / (2 * kMicrosPerDay) * 2 * kMicrosPerDay;
    const auto put = [&](const char* field, std::vector<std::string> values) {
      const std::string value = one_of(std::move(values));
      if (!value.empty()) event.fields[field] = value;
    };
    put("officer", {"H1", "h1", "Ｈ１", "H2", "H2", ""});
    put("approver", {"H1", "H2", "", ""});
    put("subject", {"S1", "S2", "s2", "S3", ""});
    put("system", {"alpha", "beta", "gamma", ""});
    put("terminal", {"t1", "T1", "t2"});
    put("rows", {"", "0", "1", "2", "7", "10"});
    out.push_back(event);
  }
  return out;
}

std::vector<std::pair<std::string, double>> condition(const std::vector<double>& bounds) {
  const auto op = [] { return one_of<std::string>({"gte", "gte", "gt", "eq", "lt", "lte", "neq"}); };
  std::vector<std::pair<std::string, double>> out = {{op(), one_of(bounds)}};
  const std::string other = op();
  if (*rc::gen::inRange(0, 4) == 0 && other != out[0].first) out.emplace_back(other, one_of(bounds));
  return out;
}

Rule correlation(const std::string& name, const std::vector<Rule>& before) {
  Rule rule;
  rule.name = name;
  rule.type = one_of<std::string>({"event_count", "value_count", "value_sum", "value_avg", "value_percentile",
                                   "temporal", "temporal_ordered", "temporal_ordered", "x-streak", "x-first-seen",
                                   "value_median", "x-gap", "x-gap"});
  const bool in_order = rule.type == "temporal_ordered";
  const int count = *rc::gen::inRange(in_order ? 2 : 1, 4);
  while (static_cast<int>(rule.inputs.size()) < count) {
    const std::string input = one_of(before).name;
    const bool again = std::find(rule.inputs.begin(), rule.inputs.end(), input) != rule.inputs.end();
    if (again && !in_order) break;
    rule.inputs.push_back(input);
  }
  std::vector<const Rule*> chains;
  for (const std::string& input : rule.inputs) {
    const auto found = std::find_if(before.begin(), before.end(), [&](const Rule& r) { return r.name == input; });
    if (found->type != "event") chains.push_back(&*found);
  }
  // What a chain is not grouped by is not known any more.
  const auto is_known = [&](const std::string& field) {
    return std::all_of(chains.begin(), chains.end(), [&](const Rule* chain) {
      return std::any_of(chain->group_by.begin(), chain->group_by.end(),
                         [&](const auto& key) { return key.first == field; });
    });
  };
  using Names = std::vector<std::string>;
  for (const std::string& names :
       one_of<Names>({{"officer"}, {"officer"}, {"officer", "subject"}, {"subject"}, {"system", "terminal"}, {}})) {
    if (is_known(names)) rule.group_by.push_back({names, std::vector<std::string>(rule.inputs.size(), names)});
  }
  const bool distinct_inputs = std::set(rule.inputs.begin(), rule.inputs.end()).size() == rule.inputs.size();
  if (chains.empty() && distinct_inputs && *rc::gen::inRange(0, 3) == 0) {
    std::vector<std::string> fields;
    for (std::size_t i = 0; i < rule.inputs.size(); ++i) fields.push_back(one_of<std::string>({"officer", "approver"}));
    rule.group_by = {{"who", fields}};
  }
  if (rule.type.rfind("value_", 0) == 0 && rule.type != "value_count" && !chains.empty()) rule.type = "event_count";
  if (rule.type == "value_count" || rule.type == "x-first-seen") {
    for (const std::string& field : one_of<Names>({{"subject"}, {"terminal"}, {"subject", "system"}})) {
      if (is_known(field)) rule.fields.push_back(field);
    }
    if (rule.fields.empty()) {
      rule.type = "event_count";
    }
  }
  if (rule.type == "x-first-seen") {
    rule.days = *rc::gen::inRange(2, 9);
    rule.learn_days = *rc::gen::inRange(1, rule.days);
    return rule;
  }
  if (rule.type == "x-streak") {
    rule.days = *rc::gen::inRange(3, 9);
    rule.working_days = *rc::gen::arbitrary<bool>();
    rule.condition = condition({1, 2, 3});
    return rule;
  }
  if (rule.type == "x-gap") {
    rule.days = *rc::gen::inRange(2, 9);
    rule.distance_min = one_of<std::int64_t>({600, 21600, 43200, 86400, 129600}) * kMicrosPerSecond;
    rule.factor = one_of<double>({0, 1, 1.5, 2});
    rule.active_days = *rc::gen::inRange(1, 4);
    rule.working_days = *rc::gen::arbitrary<bool>();
    return rule;
  }
  rule.span = one_of<std::int64_t>({600, 1200, 21600, 43200, 86400, 172800}) * kMicrosPerSecond;
  const bool keeps_distance = in_order || rule.type == "event_count" || rule.type == "value_count";
  if (keeps_distance && *rc::gen::arbitrary<bool>()) rule.distance_min = one_of<std::int64_t>({2, 4}) * rule.span / 8;
  if (rule.type == "event_count" || rule.type == "value_count") rule.condition = condition({1, 2, 3, 4});
  if (rule.type == "temporal" && *rc::gen::inRange(0, 3) == 0) rule.condition = condition({1, 2});
  if (rule.type == "value_sum") rule.condition = condition({1, 7, 10, 20});
  if (rule.type == "value_avg") rule.condition = condition({1, 2, 3.5});
  if (rule.type == "value_median") rule.condition = condition({1, 1.5, 2, 4.5, 7});
  if (rule.type == "value_percentile") rule.condition = condition({0, 2, 7});
  if (rule.type.rfind("value_", 0) == 0 && rule.type != "value_count") rule.fields = {"rows"};
  rule.percentile = one_of<double>({50, 25, 95, 100});
  return rule;
}

std::vector<Rule> rules() {
  std::vector<Rule> out;
  for (const char* system : {"alpha", "beta", ""}) {
    Rule rule;
    rule.name = std::string("e-") + (*system == '\0' ? "any" : system);
    rule.type = "event";
    rule.system = system;
    out.push_back(rule);
  }
  const int count = *rc::gen::inRange(1, 5);
  for (int i = 0; i < count; ++i) out.push_back(correlation("c" + std::to_string(i), out));
  return out;
}

model::QueryEvent event_of(const Event& event) {
  model::QueryEvent out;
  const auto get = [&](const char* field) {
    const auto found = event.fields.find(field);
    return found == event.fields.end() ? std::string() : found->second;
  };
  out.time = Instant{event.micros};
  out.officer = get("officer");
  out.approver = get("approver");
  out.subject = get("subject");
  out.system = get("system");
  out.terminal = get("terminal");
  if (const std::string rows = get("rows"); !rows.empty()) out.rows = std::stoll(rows);
  return out;
}

std::string line(const std::string& rule, const std::string& name, LocalDay day, std::int64_t count,
                 const std::vector<std::int64_t>& events, std::int64_t first, std::int64_t last) {
  std::string out = rule + " " + name + " " + format_day(day) + " count " + std::to_string(count) + " events";
  for (const std::int64_t id : events) out += " " + std::to_string(id);
  return out + " from " + std::to_string(first) + " to " + std::to_string(last);
}

// The name under which a group's findings stand.
std::string name_of(const Rule& rule, const std::vector<std::string>& values) {
  for (const char* wanted : {"officer", "who", "approver", "subject", "terminal", "system"}) {
    for (std::size_t i = 0; i < rule.group_by.size(); ++i) {
      if (rule.group_by[i].first == wanted) return values[i];
    }
  }
  return "*";
}

std::string whole(const model::Finding& f) {
  std::string out = line(f.rule, f.key.name, f.day, f.count, f.events, f.first.micros, f.last.micros) + " " + f.group +
                    " " + std::string(model::to_text(f.key.about)) + " " + f.key.agency + " " + f.sentence + " " +
                    std::to_string(f.points);
  for (const auto& [name, value] : f.numbers) out += " " + name + "=" + std::to_string(value);
  return out;
}

std::vector<Event> in_order(std::vector<Event> events) {
  std::sort(events.begin(), events.end(),
            [](const Event& a, const Event& b) { return std::pair(a.micros, a.id) < std::pair(b.micros, b.id); });
  return events;
}

std::vector<model::Finding> run(const Engine& engine, const std::vector<Event>& events, StreamOptions options = {}) {
  Stream stream(engine, std::move(options));
  for (const Event& event : in_order(events)) stream.take(event.id, event_of(event));
  return stream.finish();
}

struct Case {
  std::vector<Rule> rules_;
  std::string text;
  Zone zone = Zone::fixed(480);
  std::vector<Event> events_;

  Case()
      : rules_(rules()),
        zone(*rc::gen::inRange(0, 3) == 0 ? Zone::find("America/Los_Angeles").value() : Zone::fixed(480)),
        events_(events()) {
    for (std::size_t i = 0; i < rules_.size(); ++i) text += oracle::write(rules_[i], static_cast<int>(i) + 1);
    RC_LOG() << text;
    for (const Event& event : events_) {
      RC_LOG() << event.id << " " << format_rfc3339(Instant{event.micros}, 480);
      for (const auto& [name, value] : event.fields) RC_LOG() << " " << name << "=" << value;
      RC_LOG() << "\n";
    }
  }
  Engine engine() const {
    auto outcome = RuleSet::parse({{"r.yml", text}});
    for (const Problem& problem : outcome.problems) RC_LOG() << problem.text() << "\n";
    RC_ASSERT(outcome.ok());
    return Engine(std::move(outcome.rules), reference(zone));
  }
};

RC_GTEST_PROP(Stream, FindsWhatASecondImplementationFinds, ()) {
  const Case c;
  const Engine engine = c.engine();
  std::vector<std::string> got, expected;
  for (const model::Finding& f : run(engine, c.events_)) {
    const auto rule = engine.rules().find(f.rule);
    if (engine.rules().rules()[*rule].kind != RuleInfo::Kind::correlation) continue;
    got.push_back(line(f.rule, f.key.name, f.day, f.count, f.events, f.first.micros, f.last.micros));
  }
  for (const oracle::Found& f : oracle::evaluate(c.rules_, c.events_, c.zone, kDaysOff)) {
    const auto rule = std::find_if(c.rules_.begin(), c.rules_.end(), [&](const Rule& r) { return r.name == f.rule; });
    expected.push_back(
        line(f.rule, name_of(*rule, f.values), f.day, f.count, {f.events.begin(), f.events.end()}, f.first, f.last));
  }
  std::sort(got.begin(), got.end());
  std::sort(expected.begin(), expected.end());
  RC_CLASSIFY(expected.size() > 5, "many findings");
  RC_CLASSIFY(expected.empty(), "no findings");
  RC_ASSERT(got == expected);
}

// Cut the days anywhere, give each part its lookback, and nothing changes: not a byte.
RC_GTEST_PROP(Stream, FindsTheSameInParts, ()) {
  const Case c;
  const Engine engine = c.engine();
  std::vector<std::string> once, parts;
  for (const model::Finding& f : run(engine, c.events_)) once.push_back(whole(f));
  std::int64_t lookback = 0;
  for (const RuleInfo& info : engine.rules().rules()) lookback = std::max(lookback, info.lookback_micros);
  LocalDay first = kMonday.plus(-3);
  while (first < kMonday.plus(20)) {
    const LocalDay last = first.plus(*rc::gen::inRange(0, 8));
    std::vector<Event> some;
    for (const Event& event : c.events_) {
      const bool early = event.micros <= c.zone.start_of(first).micros - lookback;
      if (!early && event.micros < c.zone.start_of(last.plus(1)).micros) some.push_back(event);
    }
    StreamOptions options;
    options.first = first;
    options.last = last;
    for (const model::Finding& f : run(engine, some, options)) parts.push_back(whole(f));
    first = last.plus(1);
  }
  RC_ASSERT(once == parts);
}

// A rule that groups by officer needs that officer's events only.
RC_GTEST_PROP(Stream, FindsTheSameForEachOfficerAlone, ()) {
  const Case c;
  const Engine engine = c.engine();
  StreamOptions options;
  options.partitions = {Partition::officer};
  std::vector<std::string> together, alone;
  for (const model::Finding& f : run(engine, c.events_, options)) together.push_back(whole(f));
  for (const char* officer : {"H1", "H2"}) {
    std::vector<Event> own;
    for (const Event& event : c.events_) {
      const auto name = event.fields.find("officer");
      if (name == event.fields.end()) continue;
      const bool first = name->second != "H2";  // in three ways of writing
      if (first == (std::string(officer) == "H1")) own.push_back(event);
    }
    for (const model::Finding& f : run(engine, own, options)) alone.push_back(whole(f));
  }
  std::sort(together.begin(), together.end());
  std::sort(alone.begin(), alone.end());
  RC_ASSERT(together == alone);
}

// Which of two events at one instant arrived first cannot be seen, apart from their numbers.
RC_GTEST_PROP(Stream, FindsTheSameWhateverTheOrderOfArrival, ()) {
  const Case c;
  const Engine engine = c.engine();
  std::vector<std::int64_t> ids;
  for (const Event& event : c.events_) ids.push_back(event.id);
  const auto shuffled = *rc::gen::map(
      rc::gen::container<std::vector<int>>(ids.size(), rc::gen::inRange(0, 1000)), [&](const std::vector<int>& keys) {
        std::vector<std::size_t> order(keys.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::sort(order.begin(), order.end(),
                  [&](std::size_t a, std::size_t b) { return std::pair(keys[a], a) < std::pair(keys[b], b); });
        return order;
      });
  std::vector<Event> arrived;
  std::map<std::int64_t, std::int64_t> original;
  for (const std::size_t i : shuffled) {
    arrived.push_back(c.events_[i]);
    arrived.back().id = static_cast<std::int64_t>(arrived.size());
    original[arrived.back().id] = c.events_[i].id;
  }
  std::vector<std::string> before, after;
  for (const model::Finding& f : run(engine, c.events_)) before.push_back(whole(f));
  for (model::Finding& f : run(engine, arrived)) {
    for (model::EventId& id : f.events) id = original[id];
    std::sort(f.events.begin(), f.events.end());
    after.push_back(whole(f));
  }
  RC_ASSERT(before == after);
}

}  // namespace
}  // namespace trailwatch::rules
