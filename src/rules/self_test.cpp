#include "trailwatch/rules/self_test.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "rules/engine_impl.h"
#include "rules/tally.h"
#include "trailwatch/base/text.h"
#include "trailwatch/rules/stream.h"

namespace trailwatch::rules {

namespace {

// The past that a test case states.
class StatedHistory : public History {
 public:
  // `number`: under which name the rule's own number is kept.
  StatedHistory(const TestCase& test, std::string number) : test_(test), number_(std::move(number)) {}

  std::vector<DayCount> counts(std::string_view tally, LocalDay from, LocalDay until) const override {
    std::vector<DayCount> out;
    for (const HistoryRow& row : test_.history) {
      if (row.day < from || until < row.day) continue;
      out.push_back(DayCount{row.officer, row.agency, row.unit, row.day, tally == number_ ? row.count : row.whole});
    }
    return out;
  }
  std::vector<Match> matches(RuleIndex, const model::Key& key, LocalDay day) const override {
    std::vector<Match> out;
    model::EventId id = 0;
    for (const HistoryRow& row : test_.history) {
      const bool is_asked =
          key.about == model::About::unit ? row.agency == key.agency && row.unit == key.name : row.officer == key.name;
      for (std::int64_t i = 0; i < row.count; ++i) {
        ++id;
        if (!is_asked || row.day != day) continue;
        out.push_back(Match{id, Instant{test_.zone.start_of(day).micros + i * kMicrosPerSecond}});
      }
    }
    return out;
  }

 private:
  const TestCase& test_;
  std::string number_;
};

std::vector<model::Finding> findings_of(const Engine& engine, RuleIndex rule, const TestCase& test) {
  const RuleInfo& info = engine.rules().rules()[rule];
  std::vector<model::Finding> found;
  if (test.day) {
    const auto& baseline = engine.impl().compiled(rule).baseline;
    const std::string number = baseline ? tally_of(*baseline, engine.rules().rules()).name : "";
    found = engine.close_day(*test.day, StatedHistory(test, number));
  } else {
    std::vector<std::size_t> order(test.events.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(test.events[a].time, a) < std::pair(test.events[b].time, b);
    });
    // An event's id is its place in the case; a stream asks for ascending ids only at one instant.
    Stream stream(engine);
    for (const std::size_t i : order) stream.take(static_cast<model::EventId>(i + 1), test.events[i]);
    found = stream.finish();
  }
  std::vector<model::Finding> out;
  for (model::Finding& finding : found) {
    if (finding.rule == info.name) out.push_back(std::move(finding));
  }
  return out;
}

std::string describe(const std::string& name, LocalDay day, std::int64_t events,
                     std::optional<std::int64_t> completing) {
  std::string out = name + " " + format_day(day) + " " + std::to_string(events);
  if (completing) out += ", completing " + std::to_string(*completing);
  return out;
}

// Empty when the findings are those expected.
std::string difference(const TestCase& test, const std::vector<model::Finding>& findings) {
  if (test.count != static_cast<std::int64_t>(findings.size())) {
    return "expected " + std::to_string(test.count) + " findings, got " + std::to_string(findings.size());
  }
  std::vector<std::string> expected, got;
  const bool tells_completing =
      std::any_of(test.findings.begin(), test.findings.end(), [](const auto& e) { return e.completing.has_value(); });
  for (const ExpectedFinding& e : test.findings) {
    expected.push_back(describe(e.name, e.day, e.events, tells_completing ? e.completing : std::nullopt));
  }
  for (const model::Finding& f : findings) {
    // A baseline counts the day's look-ups, whatever the history can show of them.
    const auto events = test.day ? f.count : static_cast<std::int64_t>(f.events.size());
    got.push_back(describe(f.key.name, f.day, events, tells_completing ? std::optional(f.count) : std::nullopt));
  }
  std::sort(expected.begin(), expected.end());
  std::sort(got.begin(), got.end());
  if (!expected.empty() && expected != got) {
    std::string out = "expected";
    for (const std::string& line : expected) out += " [" + line + "]";
    out += ", got";
    for (const std::string& line : got) out += " [" + line + "]";
    return out;
  }
  for (const model::Finding& finding : findings) {
    if (test.sentence && finding.sentence != *test.sentence) {
      return "expected \"" + *test.sentence + "\", got \"" + finding.sentence + "\"";
    }
    if (length(finding.sentence) > kSentenceCharactersMax) return "the sentence is too long: " + finding.sentence;
  }
  return "";
}

}  // namespace

std::vector<SelfTestResult> run_self_tests(const RuleSet& rules) {
  std::vector<SelfTestResult> out;
  const RuleSet::Impl& impl = rules.impl();
  for (RuleIndex rule = 0; rule < impl.rules.size(); ++rule) {
    for (const TestCase& test : impl.rules[rule].tests) {
      registry::Options options;
      options.zone = test.zone;
      const Engine engine(rules, registry::Snapshot::build(test.reference, options));
      const std::string message = difference(test, findings_of(engine, rule, test));
      out.push_back(SelfTestResult{impl.infos[rule].name, test.name, message.empty(), message});
    }
  }
  return out;
}

}  // namespace trailwatch::rules
