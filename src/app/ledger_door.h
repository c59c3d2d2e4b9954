#pragma once

#include <functional>
#include <vector>

#include "app/ledger_batch.h"
#include "app/workplace.h"

namespace trailwatch::app {

// The way of decisions into the store. Only one process may write; when the daemon has the store, the batch is handed
// to it as a file in `state_dir/handover`, which it takes at its next round.
struct Written {
  bool waiting = false;               // handed over, but not taken yet: it will be
  std::vector<std::int64_t> numbers;  // of the entries, unless it is waiting
};
Result<Written> write_to_ledger(const Machine& machine, const Workplace& workplace, const LedgerBatch& batch);

// The same for a batch that needs a companion: it is always handed over, and `take` is called for taking it where no
// other process has the store; it fails with Errc::conflict when one has.
Result<Written> hand_over(const Machine& machine, const Workplace& workplace, const LedgerBatch& batch,
                          const std::function<Status()>& take);

// For the process that has the store: writes what was handed over. One that is no batch, or that the ledger refuses, is
// logged and set aside as `.refused`; it stops nothing. Batches that need a companion wait for a process that has one.
Status take_handover(const Machine& machine, const Workplace& workplace, store::Writer& writer,
                     BatchCompanion* companion = nullptr);

// How many batches were set aside so far.
std::int64_t refused_batches(const Machine& machine, const Workplace& workplace);

}  // namespace trailwatch::app
