#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "rules/rule_text.h"
#include "trailwatch/rules/stream.h"

// What a stream adds up, and whether a look-up repeats an explained one, against the same written down by brute force.
namespace trailwatch::rules {
namespace {

const std::string kRules =
    "title: base\nid: 11111111-6c3e-4c39-9d44-3d2c7b6a9f10\nname: base\nlogsource: {product: trailwatch}\n"
    "detection: {a: {system: household}, condition: a}\n---\n"
    "title: open\nid: 11111111-6c3e-4c39-9d44-3d2c7b6a9f11\nname: open\nlogsource: {product: trailwatch}\n"
    "detection: {a: {explanation: unexplained}, condition: a}\n---\n"
    "title: again\nid: 11111111-6c3e-4c39-9d44-3d2c7b6a9f12\nname: again\nlogsource: {product: trailwatch}\n"
    "detection: {a: {explained_by: repeat}, condition: a}\n---\n"
    "title: d\nid: 11111111-6c3e-4c39-9d44-3d2c7b6a9f13\nname: d\ncorrelation: {type: x-baseline, rules: [base], "
    "metric: distinct, field: subject, group-by: [officer], period: day, history: 9d, false-alarm-rate: 0.1}\n---\n"
    "title: u\nid: 11111111-6c3e-4c39-9d44-3d2c7b6a9f14\nname: u\ncorrelation: {type: x-baseline, rules: [base], "
    "metric: distinct, field: subject, group-by: [agency, unit], period: day, history: 9d, false-alarm-rate: "
    "0.1}\n---\n"
    "title: s\nid: 11111111-6c3e-4c39-9d44-3d2c7b6a9f15\nname: s\ncorrelation: {type: x-baseline, rules: [base], "
    "metric: sum, field: rows, group-by: [officer], period: day, history: 9d, false-alarm-rate: 0.1}\n";

Engine engine() {
  auto outcome = RuleSet::parse({{"r.yml", kRules}});
  for (const Problem& problem : outcome.problems) {
    if (problem.is_error) ADD_FAILURE() << problem.text();
  }
  registry::ReferenceTexts texts;
  texts.reasons =
      "system,reason_code,meaning,needs_case,needs_approver\nhousehold,04,內部查對,0,0\nland,04,內部查對,0,0\n";
  texts.calendar = "西元日期,星期,是否放假,備註\n";
  for (int day = 0; day < 120; ++day) {
    std::string date = format_day(to_day({2026, 3, 1}).plus(day));
    date.erase(std::remove(date.begin(), date.end(), '-'), date.end());
    *texts.calendar += date + ",,0,\n";
  }
  return Engine(std::move(outcome.rules), registry::Snapshot::build(texts, {}));
}

std::vector<std::pair<model::EventId, model::QueryEvent>> some_events() {
  std::vector<std::pair<model::EventId, model::QueryEvent>> out;
  const int count = *rc::gen::inRange(0, 80);
  for (int i = 0; i < count; ++i) {
    model::QueryEvent event;
    // Times of day on and off duty, and distances that meet the thirty days exactly.
    event.time = test::taipei("2026-03-02T10:00:00");
    event.time.micros += *rc::gen::inRange<std::int64_t>(0, 8) * 5 * kMicrosPerDay +
                         *rc::gen::inRange<std::int64_t>(0, 3) * 6 * kMicrosPerHour +
                         *rc::gen::inRange<std::int64_t>(0, 2) * kMicrosPerSecond;
    event.officer = *rc::gen::element<std::string>("H1", "H2", "");
    event.unit = *rc::gen::element<std::string>("U", "V", "");
    event.agency = "G";
    event.subject = *rc::gen::element<std::string>("S1", "ｓ1", "S2", "");
    event.system = *rc::gen::element<std::string>("household", "land");
    event.reason_code = "04";
    event.reason = *rc::gen::element<std::string>("補正戶籍登記", "");
    if (const int rows = *rc::gen::inRange(-1, 4); rows >= 0) event.rows = rows;
    out.emplace_back(i + 1, event);
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.time, a.first) < std::pair(b.second.time, b.first);
  });
  return out;
}

const Zone kZone = Zone::fixed(480);

bool is_on_duty(const model::QueryEvent& event) {
  const std::int64_t hour = kZone.local(event.time).micros / kMicrosPerHour;
  return hour >= 8 && hour < 18;
}
bool is_explained(const model::QueryEvent& event) {
  return !event.reason.empty() && is_on_duty(event);
}

using Events = std::vector<std::pair<model::EventId, model::QueryEvent>>;

bool is_repeat(const Events& events, const model::QueryEvent& now) {
  if (is_explained(now) || now.officer.empty() || now.subject.empty()) return false;
  return std::any_of(events.begin(), events.end(), [&](const auto& other) {
    const model::QueryEvent& then = other.second;
    return is_explained(then) && then.officer == now.officer &&
           Engine::folded(then.subject) == Engine::folded(now.subject) && then.time < now.time &&
           now.time.micros - then.time.micros <= 30 * kMicrosPerDay;
  });
}

std::set<DayTally> expected_tallies(const Events& events, bool all) {
  using Key = std::tuple<std::string, std::string, std::string, LocalDay>;  // name, officer, unit, day
  std::map<Key, std::int64_t> sums;
  std::map<Key, std::set<std::string>> values;
  for (const auto& [id, event] : events) {
    const LocalDay day = kZone.local(event.time).day;
    const auto key = [&](const char* name) { return Key(name, event.officer, event.unit, day); };
    const bool again = is_repeat(events, event);
    if (is_explained(event) || again) ++sums[key("=explained")];
    if (again) ++sums[key("again")];
    if (!is_explained(event) && !again) ++sums[key("open")];
    if (all) ++sums[key("")];
    if (event.system != "household") continue;
    if (!event.officer.empty() && event.rows.value_or(0) > 0) sums[key("=sum rows base")] += *event.rows;
    const std::string subject = Engine::folded(event.subject);
    if (!event.officer.empty() && !subject.empty()) values[key("=officers' subject base")].insert(subject);
    if (!event.unit.empty() && !subject.empty())
      values[Key("=units' subject base", "", event.unit, day)].insert(subject);
  }
  for (const auto& [key, set] : values) sums[key] = static_cast<std::int64_t>(set.size());
  std::set<DayTally> out;
  for (const auto& [key, sum] : sums) {
    const auto& [name, officer, unit, day] = key;
    out.insert({name, officer, "G", unit, day, sum});
  }
  return out;
}

RC_GTEST_PROP(Tallies, AddUpWhatBruteForceAddsUp, ()) {
  const Events events = some_events();
  const Engine rules = engine();
  StreamOptions options;
  const bool all = *rc::gen::arbitrary<bool>();
  options.tallies = all ? StreamOptions::Tallies::all : StreamOptions::Tallies::in_order;
  options.event_rules = StreamOptions::EventRules::with_past;
  Stream stream(rules, options);
  for (const auto& [id, event] : events) stream.take(id, event);
  stream.finish();
  const std::set<DayTally> got(stream.tallies().begin(), stream.tallies().end());
  RC_ASSERT(got.size() == stream.tallies().size());
  RC_CLASSIFY(std::any_of(got.begin(), got.end(), [](const auto& t) { return t.name == "again"; }), "repeats");
  RC_ASSERT(got == expected_tallies(events, all));
}

// One officer's day, read again from thirty-one days before, matches what the whole stream matched.
RC_GTEST_PROP(Tallies, AnOfficersDayIsTheSameReadAlone, ()) {
  const Events events = some_events();
  const Engine rules = engine();
  Stream stream(rules);
  for (const auto& [id, event] : events) stream.take(id, event);
  const auto findings = stream.finish();
  for (const char* name : {"open", "again"}) {
    const RuleIndex rule = rules.rules().find(name).value();
    for (int day = 0; day < 45; ++day) {
      const LocalDay d = to_day({2026, 3, 2}).plus(day);
      const Instant from = kZone.start_of(d), until = kZone.start_of(d.plus(1));
      Events own;
      for (const auto& [id, event] : events) {
        if (event.officer == "H1" && event.time < until &&
            event.time.micros >= from.micros - rules.rules().rules()[rule].lookback_micros)
          own.emplace_back(id, event);
      }
      std::vector<model::EventId> alone, together;
      for (const Match& match : rules.matches(rule, own, from)) alone.push_back(match.event);
      std::sort(alone.begin(), alone.end());
      for (const model::Finding& f : findings) {
        if (f.rule == name && f.key.name == "H1" && f.day == d) together = f.events;
      }
      RC_ASSERT(alone == together);
    }
  }
}

TEST(Tallies, RulesThatNeedThePastAreNotCountedOneByOne) {
  const Engine rules = engine();
  model::QueryEvent event;
  event.officer = "H1";
  event.system = "household";
  event.reason_code = "04";
  event.time = test::taipei("2026-03-02T22:00:00");
  std::vector<RuleIndex> satisfied;
  rules.match_counted(event, satisfied);
  EXPECT_TRUE(satisfied.empty()) << "base feeds different values and sums only, open waits for its past";
  rules.match(event, satisfied);
  EXPECT_EQ(satisfied.size(), 2U);
}

TEST(Deliveries, AFieldThatNoSourceGivesIsToldOnceForEachRule) {
  const auto outcome = RuleSet::parse(
      {{"r.yml",
        "title: a\nid: 11111111-6c3e-4c39-9d44-3d2c7b6a9f10\nname: a\nlogsource: {product: trailwatch}\n"
        "detection: {a: {approver: x, approver.match: self, system: land}, condition: a}\n---\n"
        "title: b\nid: 11111111-6c3e-4c39-9d44-3d2c7b6a9f11\nname: b\n"
        "correlation: {type: event_count, rules: [a], group-by: [terminal], timespan: 1h, condition: {gte: 2}}\n"}});
  std::string all;
  for (const Problem& problem : undelivered_fields(outcome.rules, {"time", "system", "officer"}))
    all += problem.text() + "\n";
  const std::string hint = "; name the field in a source profile, or leave the rule out\n";
  EXPECT_EQ(all, "r.yml:1:1: warning: rule \"a\" asks for \"approver\", and no configured source gives it" + hint +
                     "r.yml:1:1: warning: rule \"a\" asks for \"approver.match\", and no configured source gives "
                     "\"approver\", on which that rests" +
                     hint + "r.yml:7:1: warning: rule \"b\" asks for \"terminal\", and no configured source gives it" +
                     hint);
  EXPECT_TRUE(undelivered_fields(outcome.rules, {"system", "approver", "terminal"}).empty());
}

TEST(Deliveries, SkippedRulesNameTheFileThatIsMissing) {
  auto outcome =
      RuleSet::parse({{"r.yml",
                       "title: a\nid: 11111111-6c3e-4c39-9d44-3d2c7b6a9f10\nname: a\nlogsource: {product: trailwatch}\n"
                       "x-needs: [staff, [calendar, shifts]]\ndetection: {a: {system: land}, condition: a}\n"}});
  registry::ReferenceTexts texts;
  texts.staff = "officer,name,agency,unit,role\n";
  const auto told = [&] {
    const Engine rules(outcome.rules, registry::Snapshot::build(texts, {}));
    std::string all;
    for (const Problem& problem : rules.skipped_rules()) all += problem.text() + "\n";
    return all;
  };
  EXPECT_EQ(told(),
            "r.yml:1:1: warning: rule \"a\" is skipped: there is no calendar.csv or shifts.csv; put the file into the "
            "reference directory\n");
  texts.shifts = "officer,start,end\n";
  EXPECT_EQ(told(), "");
}

}  // namespace
}  // namespace trailwatch::rules
