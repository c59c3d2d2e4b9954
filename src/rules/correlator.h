#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "rules/correlation.h"
#include "rules/tables.h"
#include "trailwatch/base/time.h"
#include "trailwatch/model/finding.h"
#include "trailwatch/registry/snapshot.h"

namespace trailwatch::rules {

// An event at which a correlation's condition holds.
struct Completion {
  model::EventId event = 0;
  Slot group = 0;
};

// A finding of the current day, while it grows.
struct OpenFinding {
  Slot group = 0;
  std::int64_t count = 0;              // completing events
  std::vector<model::EventId> events;  // in no order, some perhaps twice
  Instant first, last;
  double peak = 0;                         // the largest number that satisfied the condition
  std::optional<std::uint64_t> taken;      // the last position of the window that is evidence already
  std::vector<std::uint64_t> steps_taken;  // the same for each step, as an end
};

// The windows of one correlation. What happens at one instant is added first, then settled together; instants ascend.
//
// All that is inside the window is one queue, oldest first; the entries of a group are chained through it. So an event
// is touched twice, when it comes and when it goes, and a group that is idle leaves nothing behind.
//
// Thread rule: one task at a time. All references must outlive it.
class Correlator {
 public:
  Correlator(const Correlation& rule, std::size_t inputs, Symbols& symbols, const registry::Snapshot& registry);

  // The event counts for `input`, in this group, with these values (`value_count`, `x-first-seen`) or this number.
  void add(model::EventId event, std::size_t input, const Symbol* group, const Symbol* values, std::int64_t number);
  // All that was added happened at `at`. Gives what completes; valid until the next call. `wanted`: findings grow.
  const std::vector<Completion>& settle(Instant at, LocalDay day, bool wanted);

  // The values that a group stands for.
  const Symbol* key(Slot group) const { return groups_.key(group); }
  const std::vector<OpenFinding>& open() const { return open_; }
  void close_day();
  // Lets go of what is over by now, for groups that nothing more happens to.
  void expire(Instant at, LocalDay day);

 private:
  struct Entry {
    std::int64_t time = 0;
    model::EventId event = 0;
    std::uint64_t next = 0;  // position of the group's next entry
    std::int64_t datum = 0;  // the value's or the measured number
    Slot group = 0;
    std::uint32_t mark = 0;  // one bit an input, or the day
  };
  struct Pending {
    Slot group = 0;
    model::EventId event = 0;
    std::int64_t datum = 0;
    std::uint32_t inputs = 0;
  };
  struct Group {
    std::uint64_t head = 0, tail = 0;  // positions, when count > 0
    std::uint64_t run_begin = 0;       // of a streak
    std::uint32_t count = 0;
    std::uint32_t distinct = 0;
    std::int64_t sum = 0;
    std::int32_t open = -1;  // position in open_
  };
  struct Stamp {
    std::int64_t time = 0;
    model::EventId event = 0;
  };
  // The silences of a group between the events of its window: the latest event, and those silences that are longer than
  // all later ones, so that the first is the longest.
  struct Silence {
    std::int32_t since_day = 0;
    std::int64_t micros = 0;
  };
  struct Rhythm {
    std::int64_t last = 0;
    std::vector<model::EventId> last_events;  // of that instant
    Fifo<Silence> longest;
  };
  using Range = std::pair<std::uint64_t, std::uint64_t>;

  bool counts_values() const {
    return rule_.type == Correlation::Type::value_count || rule_.type == Correlation::Type::first_seen;
  }
  void hold_value(std::int64_t datum);
  void release_value(std::int64_t datum);
  void release_group(Slot group);
  void merge_pending();
  void drop_pending();

  void remove_oldest();
  std::uint64_t push(const Entry& entry);
  void insert(const Pending& pending, Instant at, LocalDay day);
  void note_step(const Pending& pending, Instant at);
  void note_day(Slot group, std::uint64_t position, LocalDay day);

  // The number that the condition is about, when the group's window satisfies it.
  std::optional<double> measure(Slot group, Instant at, LocalDay day);
  double percentile(const Group& group, double rank_percent);
  double upper_middle() const;
  std::optional<double> measure_order(Slot group, Instant at);
  bool completes(const Pending& pending) const;

  void settle_windows(Instant at, LocalDay day, bool wanted);
  void settle_first_seen(Instant at, LocalDay day, bool wanted);
  void settle_gaps(Instant at, LocalDay day, bool wanted);
  std::int64_t silence(Slot group, Instant last, Instant at, LocalDay day) const;
  OpenFinding& finding_of(Slot group);
  void take_evidence(OpenFinding& finding, Instant at);
  void take(OpenFinding& finding, model::EventId event, std::int64_t time);

  bool works(LocalDay day);
  LocalDay day_before(LocalDay day);

  const Correlation& rule_;
  std::size_t inputs_;
  Symbols& symbols_;
  const registry::Snapshot& registry_;
  Tuples groups_;
  Tuples values_;              // when a value is made of several fields
  std::vector<Group> states_;  // by group
  Fifo<Entry> window_;
  PairMap pairs_;                             // (group, value) → how many in the window, or the last day
  std::vector<std::int64_t> last_;            // by group, by input: when it was seen last
  std::vector<Fifo<Stamp>> steps_;            // by group, by input
  std::vector<Fifo<std::int32_t>> run_days_;  // by group: the days of the run
  std::vector<Rhythm> rhythms_;               // by group
  std::optional<std::size_t> officer_key_;    // which of the group's values is the officer
  std::vector<Range> ranges_;                 // of each step, for the order that was measured last
  std::vector<Pending> pending_;
  std::vector<std::pair<Slot, std::int64_t>> fresh_;  // group and value that are new in the window at this instant
  std::vector<Completion> completed_;
  std::vector<OpenFinding> open_;
  std::vector<std::int64_t> numbers_;
  std::optional<std::pair<LocalDay, bool>> works_;
};

}  // namespace trailwatch::rules
