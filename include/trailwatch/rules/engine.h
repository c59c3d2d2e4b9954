#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/model/event.h"
#include "trailwatch/model/finding.h"
#include "trailwatch/registry/snapshot.h"
#include "trailwatch/rules/rule_set.h"

namespace trailwatch::rules {

// One event that a rule counts, reduced to what a finding needs.
struct Match {
  model::EventId event = 0;
  Instant time;
  auto operator<=>(const Match&) const = default;
};

// How many events of a rule an officer had on a local day.
struct DayCount {
  std::string officer;
  std::string agency;  // as in the events
  std::string unit;
  LocalDay day;
  std::int64_t count = 0;
};

// The same, added up over a period of at most 31 days: one row an officer and place.
struct PeriodCount {
  std::string officer;
  std::string agency;
  std::string unit;
  std::int64_t count = 0;
  std::int64_t last_day = 0;      // of these, on the period's last day
  std::uint32_t active_days = 0;  // bit n: something on the n-th day of the period
};
// Adds up the days in [from, until]; sorted by officer, agency, unit.
std::vector<PeriodCount> add_up(const std::vector<DayCount>& days, LocalDay from, LocalDay until);

// What the engine needs from the past. Owned by `rules`, plugged in by `app` from the store.
class History {
 public:
  virtual ~History() = default;
  // Counts of the events that match `rule` in [from, until], both inclusive; any order.
  virtual std::vector<PeriodCount> counts(RuleIndex rule, LocalDay from, LocalDay until) const = 0;
  // The events of an officer that match `rule` on that day.
  virtual std::vector<Match> matches(RuleIndex rule, std::string_view officer, LocalDay day) const = 0;
};

// Is it explained, or is it a finding? A pure function of events, rules and reference data: no clock, no I/O, no order
// of arrival.
//
// Thread rule: const members may be called from several threads at once.
class Engine {
 public:
  Engine(RuleSet rules, registry::Snapshot registry);
  ~Engine();

  const RuleSet& rules() const;

  // Under whom findings about an officer stand: the staff id alone, since one officer works through several agencies'
  // systems.
  static model::Key key_of(std::string_view officer);

  // Appends the event rules (hidden ones that feed correlations included) that `event` satisfies, in rule order.
  // Correlations are judged by `Stream`.
  void match(const model::QueryEvent& event, std::vector<RuleIndex>& satisfied) const;

  // The same without the rules that only feed correlations: those that raise findings of their own or feed a baseline.
  void match_counted(const model::QueryEvent& event, std::vector<RuleIndex>& satisfied) const;

  // `explained`, `unexplained` or `suspicious`: what the reference files make of the look-up (docs/rule-fields.md).
  std::string_view explanation(const model::QueryEvent& event) const;

  // The finding of an event rule for one officer and local day, from all of that day's matches (sorted by event id, at
  // least one). `total` is how many events of any kind the officer had that day.
  model::Finding conclude(RuleIndex rule, const model::Key& key, LocalDay day, const std::vector<Match>& matches,
                          std::int64_t total) const;

  // Findings of all baseline rules for a day that is over, by everything up to its end. Sorted by rule, then key.
  // A later event of an earlier day of the same month changes the answer: call again for all days from there to the
  // month's end.
  std::vector<model::Finding> close_day(LocalDay day, const History& history) const;

  // Rules that rest on reference files that were not given, and so do not fire: `rule: missing file`.
  std::vector<std::string> not_evaluable() const;

  struct Impl;
  const Impl& impl() const;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace trailwatch::rules
