#pragma once

#include <vector>

#include "app/retention.h"
#include "app/workplace.h"

namespace trailwatch::app {

// Erases what has been kept long enough. Secrets first, each in a transaction of its own: from then on nothing of the
// shelf can be read. Then rows, a slice a transaction, so that new records are stored in between; at last the
// write-ahead log is cut. Whatever stops it, `plan` takes it up again.
//
// Thread rule: the writer's thread, outside of transactions. All references must outlive it.
class Eraser {
 public:
  Eraser(const Machine& machine, const Workplace& workplace, store::Writer& writer)
      : machine_(machine), workplace_(workplace), writer_(writer) {}

  // Destroys the secrets of what is due on `today` and not held, and remembers what is left to do, of earlier times
  // too. How many secrets went.
  Result<std::int64_t> plan(LocalDay today);
  bool is_active() const { return !left_.empty() || is_log_due_; }
  // One slice. When a reader is in the way of the log, that waits for the next call, and false is returned.
  Result<bool> step();

 private:
  Status destroy(const Due& due);
  Status remove_copies(const store::Shelf& shelf);

  const Machine& machine_;
  const Workplace& workplace_;
  store::Writer& writer_;
  std::vector<store::Shelf> left_;
  bool is_log_due_ = false;
};

}  // namespace trailwatch::app
