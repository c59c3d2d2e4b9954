#pragma once

#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "trailwatch/model/event.h"
#include "trailwatch/model/finding.h"
#include "trailwatch/rules/engine.h"

namespace trailwatch::rules {

struct StreamOptions {
  // Local days whose findings are wanted, both inclusive. Events of earlier days only warm up the windows, later ones
  // are ignored.
  LocalDay first{std::numeric_limits<std::int32_t>::min()};
  LocalDay last{std::numeric_limits<std::int32_t>::max()};
  // Rules of these partitions are concluded; what feeds them is evaluated in any case.
  std::set<Partition> partitions = {Partition::officer, Partition::subject, Partition::unit, Partition::terminal,
                                    Partition::all};
  // Which event rules are concluded: none, those that need the past (`RuleInfo::needs_past`), or all.
  enum class EventRules : std::uint8_t { none, with_past, all } event_rules = EventRules::all;
  // What is added up and given by `tallies`: nothing, what can only be added up here, or all that baselines compare.
  enum class Tallies : std::uint8_t { none, in_order, all } tallies = Tallies::none;
};

// Something added up over one local day, by officer and place of work; of a unit's tally without an officer.
struct DayTally {
  std::string name;
  std::string officer;  // in the form in which keys are compared, as agency and unit are
  std::string agency;
  std::string unit;
  LocalDay day;
  std::int64_t value = 0;
  auto operator<=>(const DayTally&) const = default;
};

// Events that a rule could not count, because the officer, or a field that a correlation groups by or measures, was not
// given.
struct Uncounted {
  std::string rule;
  std::int64_t events = 0;
  auto operator<=>(const Uncounted&) const = default;
};

// Evaluates event rules and correlations in one pass over events in the order of their own time.
//
// The meaning is that of docs/rule-format.md. In short: a window is (t - timespan, t], slides over event time and is
// never cut; what happened at the same instant lies in each other's windows, so that the order of arrival cannot show.
// A correlation completes at each event at which its condition holds. A finding is one rule, one group and one local
// day - that of the completing events - with every event of the day's satisfied windows and the number of completing
// events.
//
// Findings depend on the events alone: cut the days into several streams as you like, and each finds the same as one
// stream would, provided that it is given the events of `RuleInfo::lookback_micros` before its first day as well. A
// rule of partition officer (subject, unit, terminal) finds the same when it sees the events of one officer (…) alone.
//
// Memory grows with the groups and events inside open windows, not with the events seen; what is idle is released.
//
// Thread rule: one task at a time. `engine` must outlive the stream.
class Stream {
 public:
  explicit Stream(const Engine& engine, StreamOptions options = {});
  ~Stream();

  // Strictly ascending by (time, id); giving the same event again directly is harmless, going back is our own mistake.
  void take(model::EventId id, const model::QueryEvent& event);
  // No more events. Findings of all wanted days, sorted by day, rule, key, group.
  //
  // A finding about a subject holds the subject's *plain* normalised value in `key.name`: the caller must replace it by
  // a token before it is stored or shown.
  std::vector<model::Finding> finish();

  // What is known of the days before that of the latest event, and was not handed over yet: those days are over for the
  // stream. In the same order, with the same warning as `finish`, which then gives the rest.
  std::vector<model::Finding> take_findings();
  // The same for what `tallies` gives, which keeps only what comes after.
  std::vector<DayTally> take_tallies();

  // What can only be added up in the order of time or over a whole day: look-ups with an explanation, matches of event
  // rules that need the past, sums and different values for baselines; with `Tallies::all` the plain counts too, under
  // the rules' names, and all events under the empty one. Of the wanted days, sorted, nothing that is zero. Complete
  // after `finish`.
  const std::vector<DayTally>& tallies() const;
  // The names that these have, whether anything was counted or not.
  std::vector<std::string> tally_names() const;

  // Rules with events of the wanted days that were not counted, by name. Complete after `finish`.
  std::vector<Uncounted> uncounted() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace trailwatch::rules
