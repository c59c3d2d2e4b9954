#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/correlations.h"
#include "app/day_plan.h"
#include "app/store_history.h"
#include "trailwatch/alert/compose.h"
#include "trailwatch/rules/engine.h"
#include "trailwatch/store/writer.h"

namespace trailwatch::app {

class StoreHistory;
// Hears of every alert that is composed, and may write into the same transaction before it is committed.
class AlertListener {
 public:
  virtual ~AlertListener() = default;
  virtual void composed(const model::Alert& alert) = 0;
  virtual Status before_commit() = 0;
  // What was composed since is rolled back.
  virtual void forget() = 0;
};

// Takes stored events to the rules and what they find to the store: matches → findings → alerts, inside the writer's
// transaction. What it writes depends on the events that are stored, never on how they were split or when they came.
//
// Thread rule: the writer's thread. All references must outlive the judge.
class Judge {
 public:
  Judge(store::Writer& writer, const Zone& zone);
  // Before anything else, and again between transactions when rules or reference data have changed; `engine` must
  // outlive the judge or the next call. `version` names what the engine was made with.
  void use(const rules::Engine& engine, std::string version);

  // Ends a transaction in which alerts were composed: the listener has the last word in it.
  Status commit();
  void rollback();

  // `listener` must outlive the judge; null: nobody listens.
  void set_listener(AlertListener* listener) { listener_ = listener; }

  // Up to this day something was erased: events of such days that still come are kept, but no day is judged of which
  // only a part is left.
  void set_erased(std::optional<LocalDay> through) { erased_ = through; }

  // Within a transaction: the rules see these events. Call `settle` before commit.
  void take(model::EventId id, const model::QueryEvent& event);
  // Writes tallies and matches, concludes the findings that they touch, and composes those alerts anew.
  Status settle();
  // After a rollback: what was taken since the last settle never happened.
  void forget();

  // Evaluates what needs the end of a day, for all open days up to `last` and for the days that follow from them. A
  // transaction of its own. `progress` is called with days done and days in all.
  Status close_days(LocalDay last, Instant now, const Progress& progress);

  // Evaluates the correlations, the event rules that need the past and what is added up in the order of time again for
  // all days from the earliest one that has new events: one pass over the events in the order of their own time, then a
  // transaction of its own. Comes before `close_days`, whose baselines look at what is added up here. `progress` is
  // called with the stretch of time that is done and the whole of it, between transactions: new events may be taken and
  // committed then; they are judged in the next pass.
  Status correlate(Instant now, const Progress& progress);

  // Days that wait for being judged anew. Until then events of theirs are kept, but not judged by themselves: nobody
  // sees a day that is half old and half new.
  void set_plan(const DayPlan& plan);
  void set_done(LocalDay day);
  // Within a transaction: `events` are all of the day, `findings` and `tallies` what the stream says of it. Those of a
  // day that is closed are compared too. Everything that the day had before goes, except faults of the sources.
  Status rewrite_day(LocalDay day, DayWork work, const std::vector<store::StoredEvent>& events,
                     std::vector<model::Finding> findings, const std::vector<rules::DayTally>& tallies,
                     rules::DayCloser& closer, const StoreHistory& history);
  // Has an event of that planned day come since the plan was set? Its events must then be read again.
  bool is_late(LocalDay day) const { return late_.count(day) != 0; }
  // Changes whenever counts of any day have changed.
  std::int64_t counts_written() const { return counts_written_; }

 private:
  struct Group {
    std::string rule;
    std::string officer;
    LocalDay day;
    auto operator<=>(const Group&) const = default;
  };
  struct Post {
    std::string officer, agency, unit;
    LocalDay day;
    auto operator<=>(const Post&) const = default;
  };
  // What was counted for one post: all events, and by rule.
  struct Counts {
    std::int64_t events = 0;
    std::map<rules::RuleIndex, std::int64_t> by_rule;
  };
  using OfficerDay = std::pair<LocalDay, model::Key>;
  using Choice = std::function<bool(const model::Finding&)>;

  void count(model::EventId id, const model::QueryEvent& event, LocalDay day);
  Status write_counts();
  Status mark_days();
  std::vector<model::Finding> conclude_all(LocalDay day) const;
  Result<bool> is_closed(LocalDay day);
  Status mark_uncorrelated();
  Status hide_subjects(std::vector<model::Finding>& findings);
  Status conclude(const Group& group, std::vector<rules::Match> matches, std::int64_t total);
  Status settle_day(LocalDay day, const std::map<std::string, std::int64_t>& new_events);
  Result<std::vector<rules::Match>> stored_matches(const Group& group);
  Status compose_alert(const OfficerDay& officer_day);
  Status replace_tallies(LocalDay first, LocalDay last, const DayTallies& tallies);
  Status close_day(LocalDay day, rules::DayCloser& closer, const StoreHistory& history);
  Status close_sources(LocalDay last);
  Status replace(LocalDay day, const std::vector<model::Finding>& findings, const Choice& is_replaced);

  store::Writer& writer_;
  const Zone zone_;
  const rules::Engine* engine_ = nullptr;
  std::string version_;
  alert::RuleNotes notes_;
  AlertListener* listener_ = nullptr;
  std::vector<rules::RuleIndex> satisfied_;  // reused
  std::map<Post, Counts> counts_;
  std::map<std::pair<LocalDay, std::string>, std::map<rules::RuleIndex, std::vector<rules::Match>>>
      matches_;  // by day, officer
  std::set<LocalDay> days_;
  DayPlan plan_;
  std::set<LocalDay> late_;
  std::optional<LocalDay> arrived_;  // the earliest day that got events since the last pass in order of time began
  std::optional<LocalDay> erased_;
  std::int64_t counts_written_ = 0;
};

// Under which name the store keeps what it was evaluated with.
constexpr const char* kEvaluatedWith = "evaluated_with";

}  // namespace trailwatch::app
