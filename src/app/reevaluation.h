#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/affected.h"
#include "app/judge.h"

namespace trailwatch::app {

// Evaluates planned days anew, a little at a time, so that reading new files goes on in between.
//
// One pass over the events in the order of their own time, each stretch of days with its look-back. A day is replaced
// in one transaction, together with the plan that it is taken from: whatever stops the process, the next one goes on
// with the days that are left, and nobody sees half a day. Days become visible in their order.
//
// Thread rule: the writer's thread, outside its transactions. All references must outlive it.
class Reevaluation {
 public:
  // `events_per_step` >= 1.
  Reevaluation(store::Writer& writer, Judge& judge, const Zone& zone, std::int64_t events_per_step);
  ~Reevaluation();

  // Takes up what an earlier process has left. `engine` must outlive it or the next call.
  Status resume(const rules::Engine& engine);
  // Within a transaction: adds these days to what is left and begins anew with another engine, once it is committed
  // and `resume` was called.
  Status add(const Affected& affected);

  bool is_active() const { return !plan_.empty(); }
  // One slice: so many events, and the days that end with them.
  Status step(Instant now);

  // Days done and days in all, since it became active.
  std::int64_t done() const { return all_ - static_cast<std::int64_t>(plan_.size()); }
  std::int64_t all() const { return all_; }
  std::int64_t events_read() const { return events_read_; }

 private:
  struct Run;
  struct Closing;

  void begin_run();
  Status publish_before(LocalDay end, Instant now);
  Status publish(LocalDay day, DayWork work);

  store::Writer& writer_;
  Judge& judge_;
  const Zone zone_;
  const std::int64_t events_per_step_;
  const rules::Engine* engine_ = nullptr;
  DayPlan plan_;
  std::unique_ptr<Run> run_;  // the stretch of days that is being read
  std::unique_ptr<Closing> closing_;
  std::int64_t all_ = 0;
  std::int64_t events_read_ = 0;
};

// What the store says of days that wait for being judged anew, and of the first day that is up to date; for whoever
// only reads.
struct Standing {
  DayPlan plan;
  std::int64_t all = 0;                  // days that waited in the beginning
  std::optional<LocalDay> current_from;  // days before this one were not judged by the newest reference files
};
Result<Standing> read_standing(store::Reader& reader);
// In Traditional Chinese, for `status` and reports; nothing when every day is up to date.
std::vector<std::string> standing_lines(const Standing& standing);

}  // namespace trailwatch::app
