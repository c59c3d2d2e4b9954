#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/model/finding.h"

namespace trailwatch::rules {

// Something to say about a rule file, with its place (1-based). Only errors keep a rule from being used.
struct Problem {
  bool is_error = true;
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;  // `unknown modifier "containz"`
  std::string hint;     // `did you mean "contains"?`
  // `off-hours.yml:12:5: error: unknown modifier "containz"; did you mean "contains"?`
  std::string text() const;
};

struct RuleFile {
  std::string name;  // for messages: relative to the rules directory
  std::string text;
};

// Whose events a rule needs to see, and nobody else's: all of one officer, of one subject and so on. `all`:
// everybody's.
enum class Partition : std::uint8_t { officer, subject, unit, terminal, all };

// How far back the events lie on which it depends whether a look-up repeats an explained one; a day more than the
// format says, since days are read whole.
constexpr std::int64_t kPastMicros = 31 * kMicrosPerDay;

// `x-suppress`: after a finding, further ones of the same group within these days are kept but not listed again.
struct Suppress {
  std::int32_t days = 1;  // from the listed finding's day, that day included
  bool by_group = true;   // false: by whom the finding is about, whatever else the rule groups by
};

// What people are told about a rule.
struct RuleInfo {
  std::string id;     // UUID
  std::string name;   // `off-hours`: stable, used everywhere
  std::string title;  // Traditional Chinese
  std::string title_en;
  std::string description;  // Traditional Chinese: what it sees, what it misses, what would have been normal
  std::string guide;        // x-guide: the sentence of the guide or law
  std::vector<std::string> false_positives;
  std::string family;      // of the first tag `trailwatch.…`: time, volume, reason, subject, access or source
  std::string explain_zh;  // x-explain: the sentences of findings, numbers as `{count}`
  std::string explain_en;
  model::Level level = model::Level::medium;
  // Event rules are judged one event at a time, correlations by `Stream`, baselines when a day is over.
  enum class Kind { event, baseline, correlation } kind = Kind::event;
  bool alerts = true;  // false for a rule that only feeds a correlation
  // Whether something is explained as a repetition depends on the events before it: a rule that asks for that is judged
  // by `Stream`, in the order of time, and nowhere else.
  bool needs_past = false;
  std::optional<Suppress> suppress;
  Partition partition = Partition::officer;
  // The longest stretch before an event that can matter to whether it completes the rule and with what evidence: 0 for
  // event rules that do not need the past, the time span of a correlation and of those it is built on. Days are counted
  // whole, and one more, so that a change of the clocks does not cut them. Not for baselines, which look at tallies.
  std::int64_t lookback_micros = 0;
};

// A position in RuleSet::rules().
using RuleIndex = std::size_t;

// Rule files, compiled: no string of a rule is interpreted per event. Immutable; cheap to copy, safe to share between
// threads.
class RuleSet {
 public:
  struct Outcome;
  // No rules.
  RuleSet();
  // Reads Sigma 2.1 rule and correlation documents with our extensions (docs/rule-format.md). Reports *all* problems.
  // Rules are ordered by name, whatever the order of the files.
  static Outcome parse(const std::vector<RuleFile>& files);

  const std::vector<RuleInfo>& rules() const;
  std::optional<RuleIndex> find(std::string_view name) const;
  // SHA-256 over the files by name, first 16 hexadecimal digits: names this version in reports.
  const std::string& version() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

struct RuleSet::Outcome {
  RuleSet rules;  // those without errors
  std::vector<Problem> problems;
  bool ok() const;  // no errors; warnings may be there
};

// Warnings about rules that ask for a field of events which is not among those that sources deliver (canonical names),
// or for a derived field that rests on one: such a rule is silent, or sees something missing everywhere. By file and
// place.
std::vector<Problem> undelivered_fields(const RuleSet& rules, const std::vector<std::string>& delivered);

}  // namespace trailwatch::rules
