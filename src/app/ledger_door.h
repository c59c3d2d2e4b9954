#pragma once

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

// For the process that has the store: writes what was handed over. One that is no batch, or that the ledger refuses, is
// logged and set aside as `.refused`; it stops nothing.
Status take_handover(const Machine& machine, const Workplace& workplace, store::Writer& writer);

// How many batches were set aside so far.
std::int64_t refused_batches(const Machine& machine, const Workplace& workplace);

}  // namespace trailwatch::app
