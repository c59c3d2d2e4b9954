#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>

#include "rules/baseline.h"
#include "rules/rule_text.h"

namespace trailwatch::rules {
namespace {

const LocalDay kMonday = to_day({2026, 3, 2});

// By the name of the tally, so that a share has a numerator and a whole.
class StatedCounts : public History {
 public:
  std::map<std::string, std::vector<DayCount>, std::less<>> tallies;
  mutable std::vector<std::string> asked;

  std::vector<DayCount> counts(std::string_view tally, LocalDay from, LocalDay until) const override {
    asked.push_back(std::string(tally) + " " + format_day(from) + " " + format_day(until));
    std::vector<DayCount> out;
    const auto rows = tallies.find(tally);
    if (rows == tallies.end()) return out;
    for (const DayCount& row : rows->second) {
      if (from <= row.day && row.day <= until) out.push_back(row);
    }
    return out;
  }
  std::vector<Match> matches(RuleIndex, const model::Key&, LocalDay) const override { return {}; }

  void add(const std::string& officer, LocalDay day, std::int64_t count, const std::string& unit = "U") {
    if (count <= 0) return;
    tallies["base"].push_back({officer, "G", unit, day, count});
    tallies[""].push_back({officer, "G", unit, day, count});
  }
};

std::string baseline(const std::string& name, int number, const std::string& rest) {
  return "---\ntitle: b\nid: 22222222-6c3e-4c39-9d44-3d2c7b6a9f1" + std::to_string(number) + "\nname: " + name +
         "\nx-explain: {zh: '{own} {expected} {low}-{high}'}\ncorrelation: {type: x-baseline, rules: [base], " + rest +
         "}\n";
}

Engine engine_of(const std::string& rules) {
  auto outcome = RuleSet::parse({{"r.yml",
                                  "title: 基礎\nid: 11111111-6c3e-4c39-9d44-3d2c7b6a9f10\nname: base\n"
                                  "logsource: {product: trailwatch}\ndetection: {a: {officer|exists: true}, condition: "
                                  "a}\n" +
                                      rules}});
  EXPECT_TRUE(outcome.ok());
  return Engine(std::move(outcome.rules), registry::Snapshot::build({}, {}));
}

std::string whole(const std::vector<model::Finding>& findings) {
  std::string out;
  for (const auto& f : findings) {
    out += f.rule + " " + f.key.agency + "/" + f.key.name + " " + format_day(f.day) + " " + f.sentence + " " +
           std::to_string(f.points);
    for (const auto& [name, value] : f.numbers) out += " " + name + "=" + std::to_string(value);
    out += "\n";
  }
  return out;
}

const std::string kDay =
    baseline("day", 1,
             "group-by: [officer], peer-by: [agency, unit], period: day, history: 14d, false-alarm-rate: 0.3, "
             "at-least: 5, min-peers: 3");
const std::string kWeek =
    baseline("week", 2, "group-by: [officer], period: week, history: 14d, min-history: 1, false-alarm-rate: 0.3");
const std::string kMonth = baseline("month", 3,
                                    "group-by: [officer], peer-by: [agency, unit], period: month-to-date, "
                                    "false-alarm-rate: 0.3, min-peers: 3");
const std::string kAll =
    baseline("day", 1,
             "group-by: [officer], peer-by: [agency, unit], period: day, history: 21d, false-alarm-rate: 0.2, "
             "min-factor: 1.5, at-least: 5, min-peers: 3") +
    baseline("week", 2,
             "group-by: [officer], period: week, history: 28d, min-history: 2, false-alarm-rate: 0.2, at-least: 9") +
    baseline("month", 3,
             "group-by: [officer], peer-by: [agency, unit], period: month-to-date, false-alarm-rate: 0.2, "
             "min-factor: 1.5, min-peers: 3") +
    baseline(
        "unit", 4,
        "group-by: [agency, unit], period: day, history: 14d, min-history: 3, false-alarm-rate: 0.2, at-least: 9") +
    baseline("months", 5,
             "group-by: [officer], period: month-to-date, history: 70d, min-history: 1, false-alarm-rate: 0.2, "
             "at-least: 9");

StatedCounts some_weeks() {
  StatedCounts out;
  const auto surges = *rc::gen::container<std::vector<int>>(4, rc::gen::inRange(0, 60));
  for (int day = 0; day < 60; ++day) {
    for (int i = 0; i < 5; ++i) {
      const bool is_surge = surges[static_cast<std::size_t>(i) % 4] == day;
      const int count = *rc::gen::inRange(0, 8) * (is_surge ? 9 : 1);
      out.add("A" + std::to_string(i), kMonday.plus(day), count, i < 3 ? "U" : "V");
    }
  }
  return out;
}

// What is kept from day to day is what would be read anew.
RC_GTEST_PROP(DayCloser, FindsOnEachDayWhatThatDayAloneFinds, ()) {
  const StatedCounts history = some_weeks();
  const Engine engine = engine_of(kAll);
  DayCloser closer(engine, history);
  std::string in_a_row, alone;
  for (int day = 10; day < 60; day += *rc::gen::inRange(1, 4)) {
    in_a_row += whole(closer.close(kMonday.plus(day)));
    alone += whole(engine.close_day(kMonday.plus(day), history));
  }
  RC_CLASSIFY(!alone.empty(), "something is found");
  RC_ASSERT(in_a_row == alone);
}

// A late event moves the days that `affected_until` names, and no other.
RC_GTEST_PROP(DayCloser, ALateEventAffectsTheDaysThatAreNamed, ()) {
  const StatedCounts before = some_weeks();
  StatedCounts after = before;
  const LocalDay late = kMonday.plus(*rc::gen::inRange(0, 40));
  after.add("A1", late, 50);
  for (const std::string& rules : {kDay, kWeek, kMonth}) {
    const Engine engine = engine_of(rules);
    const LocalDay end = engine.affected_until(late);
    for (int day = 0; day < 60; ++day) {
      const LocalDay d = kMonday.plus(day);
      if (d < late || end < d) RC_ASSERT(whole(engine.close_day(d, before)) == whole(engine.close_day(d, after)));
    }
  }
}

TEST(DayCloser, AffectedDaysGoAsFarAsHistoryWeekAndMonth) {
  const LocalDay day = to_day({2026, 3, 10});
  EXPECT_EQ(format_day(engine_of("").affected_until(day)), "2026-03-10");
  EXPECT_EQ(format_day(engine_of(kDay).affected_until(day)), "2026-03-24");
  EXPECT_EQ(format_day(engine_of(kWeek).affected_until(day)), "2026-03-24");
  EXPECT_EQ(format_day(engine_of(kMonth).affected_until(day)), "2026-03-31");
  EXPECT_EQ(format_day(engine_of(kAll).affected_until(day)), "2026-05-19");
  EXPECT_EQ(format_day(engine_of("").history_begins(day)), "2026-03-10");
  EXPECT_EQ(format_day(engine_of(kWeek).history_begins(day)), "2026-02-24");
  EXPECT_EQ(format_day(engine_of(kMonth).history_begins(day)), "2026-03-01");
  EXPECT_EQ(format_day(engine_of(kAll).history_begins(day)), "2025-12-30");
  // Exactly so many days on the event is still looked at.
  StatedCounts few, more;
  for (int back = 1; back <= 14; ++back) {
    few.add("A", day.plus(-back), back == 14 ? 0 : 10);
    more.add("A", day.plus(-back), 10);
  }
  for (StatedCounts* counts : {&few, &more}) counts->add("A", day, 90);
  const Engine engine = engine_of(
      baseline("day", 1, "group-by: [officer], period: day, history: 14d, min-history: 10, false-alarm-rate: 0.3"));
  EXPECT_EQ(engine.close_day(day, few).size(), 0U);
  EXPECT_EQ(engine.close_day(day, more).size(), 1U);
}

TEST(DayCloser, ReadsEachDayOnce) {
  StatedCounts history;
  history.add("A", kMonday, 1);
  const Engine engine =
      engine_of(baseline("day", 1, "group-by: [officer], period: day, history: 21d, false-alarm-rate: 0.1"));
  DayCloser closer(engine, history);
  closer.close(kMonday);
  closer.close(kMonday.plus(1));
  EXPECT_EQ(history.asked, (std::vector<std::string>{" 2026-02-09 2026-03-02", "base 2026-02-09 2026-03-02",
                                                     " 2026-03-03 2026-03-03", "base 2026-03-03 2026-03-03"}));
}

// Nobody does anything strange: each person has a rate of their own, a day's counts vary around it more than chance
// alone would, and Mondays are busier for all. The share of days with a false alarm stays near the rate asked for.
TEST(DayCloser, KeepsTheFalseAlarmRateAgainstTheOwnPast) {
  std::mt19937 random(20260302);
  const Engine engine = engine_of(baseline("day", 1,
                                           "group-by: [officer], peer-by: [agency, unit], period: day, history: 42d, "
                                           "min-history: 10, false-alarm-rate: 0.05"));
  int days = 0, days_with_alarm = 0;
  for (int draw = 0; draw < 12; ++draw) {
    StatedCounts history;
    std::gamma_distribution<double> person(3.0, 8.0);
    std::vector<double> rates(40);
    for (double& rate : rates) rate = person(random);
    for (int day = 0; day < 70; ++day) {
      const LocalDay d = kMonday.plus(day);
      if (weekday(d) > 5) continue;
      for (std::size_t i = 0; i < rates.size(); ++i) {
        std::gamma_distribution<double> mood(6.0, rates[i] / 6.0 * (weekday(d) == 1 ? 1.3 : 1));
        std::poisson_distribution<int> count(mood(random));
        history.add("A" + std::to_string(i), d, count(random), i < 20 ? "U" : "V");
      }
    }
    DayCloser closer(engine, history);
    for (int day = 35; day < 70; ++day) {
      if (weekday(kMonday.plus(day)) > 5) continue;
      ++days;
      days_with_alarm += closer.close(kMonday.plus(day)).empty() ? 0 : 1;
    }
  }
  EXPECT_LE(days_with_alarm, days * 15 / 100) << "of " << days;
}

TEST(DayCloser, SeesASurgeOfOneAmongForty) {
  std::mt19937 random(1);
  StatedCounts history;
  for (int day = 0; day < 40; ++day) {
    if (weekday(kMonday.plus(day)) > 5) continue;
    for (int i = 0; i < 40; ++i) {
      std::poisson_distribution<int> count(20);
      history.add("A" + std::to_string(i), kMonday.plus(day), count(random) + (i == 7 && day == 39 - 39 % 7 ? 80 : 0));
    }
  }
  const Engine engine = engine_of(baseline("day", 1,
                                           "group-by: [officer], peer-by: [agency, unit], period: day, history: 42d, "
                                           "min-history: 10, false-alarm-rate: 0.05"));
  const auto findings = engine.close_day(kMonday.plus(39 - 39 % 7), history);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].key.name, "A7");
  const auto& numbers = findings[0].numbers;
  EXPECT_NEAR(numbers.at("expected"), 20, 4);
  EXPECT_LT(numbers.at("low"), numbers.at("expected"));
  EXPECT_LT(numbers.at("expected"), numbers.at("high"));
  EXPECT_LT(numbers.at("high"), numbers.at("own"));
  EXPECT_EQ(numbers.at("peers"), 39);
}

TEST(Expectation, LiesBetweenPastAndPeersByWhatEachKnows) {
  const auto equal = [](double value, std::size_t count) { return std::vector<double>(count, value); };
  const PeerFit peers = fit_all({10, 14, 18, 20, 22, 26, 30, 34, 38});
  const auto mean = [&](std::size_t periods) {
    return expect_by_both(fit_all(equal(30, periods)), kDispersionMin, 1, peers, kDispersionMin).mean;
  };
  EXPECT_GT(mean(2), peers.mean);
  EXPECT_LT(mean(2), mean(5));
  EXPECT_LT(mean(5), mean(60));
  EXPECT_NEAR(mean(60), 30, 0.5);
  // Who has always done five times as much is not drawn back.
  const auto far = expect_by_both(fit_all(equal(150, 20)), kDispersionMin, 1, peers, kDispersionMin);
  EXPECT_NEAR(far.mean, 150, 2);
  // When everybody does twice as much, so much is expected.
  EXPECT_NEAR(expect_by_both(fit_all(equal(30, 60)), kDispersionMin, 2, peers, kDispersionMin).mean, 60, 3);
  EXPECT_NEAR(expect_by_past(fit_all(equal(30, 20)), kDispersionMin, 2).mean, 60, 1);
}

TEST(Expectation, TheRangeHoldsWhatIsUsual) {
  const Expectation expected{20, 0.1, 30};
  const double high = quantile_above(0.025, expected), low = quantile_above(0.975, expected);
  EXPECT_LE(surprise_probability(high + 1, expected), 0.025);
  EXPECT_GT(surprise_probability(high, expected), 0.025);
  EXPECT_GT(surprise_probability(low, expected), 0.975);
  EXPECT_EQ(quantile_above(0.025, {0.001, 0.04, 30}), 0);
}

}  // namespace
}  // namespace trailwatch::rules
