#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
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

// What was added up for an officer at a place of work on a local day; for tallies of units without an officer.
struct DayCount {
  std::string officer;
  std::string agency;  // as in the events
  std::string unit;
  LocalDay day;
  std::int64_t count = 0;
};

// What look-ups with an explanation are tallied under, beside the rules' own names. All look-ups have the empty name.
constexpr const char* kExplainedTally = "=explained";

// What the baselines need from the past. Owned by `rules`, plugged in by `app` from the store.
class History {
 public:
  virtual ~History() = default;
  // What was added up under this name (a rule's, or one of `Stream::tallies`) in [from, until], both inclusive; any
  // order.
  virtual std::vector<DayCount> counts(std::string_view tally, LocalDay from, LocalDay until) const = 0;
  // The events of an officer or unit that match `rule` on that day.
  virtual std::vector<Match> matches(RuleIndex rule, const model::Key& key, LocalDay day) const = 0;
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
  // The form in which officers, agencies and units are compared: upper case, full width folded.
  static std::string folded(std::string_view text);

  // Appends the event rules (hidden ones that feed correlations included) that `event` satisfies, in rule order.
  // Correlations are judged by `Stream`. Nothing is known here of what came before the event: what
  // `RuleInfo::needs_past` asks for is answered as if it were the officer's first look-up of that subject.
  void match(const model::QueryEvent& event, std::vector<RuleIndex>& satisfied) const;

  // The same for rules that are judged by the event alone and whose numbers are kept: those that raise findings of
  // their own or feed a baseline, without those that need the past.
  void match_counted(const model::QueryEvent& event, std::vector<RuleIndex>& satisfied) const;

  // The events at or after `from` that satisfy an event rule, what it needs of the past included. `events`: of one
  // officer, ascending by (time, id), from `RuleInfo::lookback_micros` before `from` on.
  std::vector<Match> matches(RuleIndex rule, const std::vector<std::pair<model::EventId, model::QueryEvent>>& events,
                             Instant from) const;

  // The finding of an event rule for one officer and local day, from all of that day's matches (sorted by event id, at
  // least one). `total` is how many events of any kind the officer had that day.
  model::Finding conclude(RuleIndex rule, const model::Key& key, LocalDay day, const std::vector<Match>& matches,
                          std::int64_t total) const;

  // Findings of all baseline rules for a day that is over, by everything up to its end. Sorted by rule, then key. For
  // many days in a row see `DayCloser`.
  std::vector<model::Finding> close_day(LocalDay day, const History& history) const;
  // A later event of `day` changes the answer for all days from there up to this one, and for no other.
  LocalDay affected_until(LocalDay day) const;
  // The first day whose tallies the baselines look at to judge `day`; `day` itself without any.
  LocalDay history_begins(LocalDay day) const;

  // The first day whose counts `close_day` of this day looks at.
  LocalDay needed_from(LocalDay day) const;

  // Rules that rest on reference files that were not given, and so do not fire: `rule: missing file`.
  std::vector<std::string> not_evaluable() const;
  // The same as warnings with the rule's place, for those who write rules. By file and place.
  std::vector<Problem> skipped_rules() const;

  struct Impl;
  const Impl& impl() const;

 private:
  std::unique_ptr<Impl> impl_;
};

// Closes days one after the other: what several of them look at is asked for once.
//
// Thread rule: one task at a time. Both references must outlive it.
class DayCloser {
 public:
  DayCloser(const Engine& engine, const History& history);
  ~DayCloser();
  // As `Engine::close_day`. Days ascend; some may be left out.
  std::vector<model::Finding> close(LocalDay day);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace trailwatch::rules
