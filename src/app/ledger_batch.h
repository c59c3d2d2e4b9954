#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/model/decision.h"
#include "trailwatch/model/hold.h"
#include "trailwatch/model/sampling.h"
#include "trailwatch/model/unmask.h"
#include "trailwatch/store/writer.h"

namespace trailwatch::app {

// What one command wants written into the ledger, or put on record as an export: all of it or nothing.
struct LedgerBatch {
  struct Change {
    std::optional<model::Decision> decision;
    std::optional<model::Suppression> suppression;
    std::optional<model::SamplingAnswer> answer;
    std::optional<model::Exported> exported;
    std::optional<std::size_t> with_decision;  // the suppression's decision, by its place in this batch
    std::optional<model::SuppressionEnd> end;  // of `ends`
    std::int64_t ends = 0;
    std::optional<model::Hold> hold;
    std::optional<model::Entry> lift;  // of the hold `lifts`
    std::int64_t lifts = 0;
    std::optional<model::Unmasking> unmasking;
  };
  std::string id;  // hexadecimal, never the same twice
  std::vector<Change> changes;

  // The ledger knows a change by this.
  std::string request(std::size_t place) const { return id + "/" + std::to_string(place); }
};

// What goes with a change, in its transaction. Nothing of it happens for a change that is in the ledger already.
class BatchCompanion {
 public:
  virtual ~BatchCompanion() = default;
  // May it be written? A refusal ends the whole batch.
  virtual Status check(const LedgerBatch::Change& change, Instant now) = 0;
  virtual Status written(const LedgerBatch::Change& change, std::int64_t number, Instant now) = 0;
  // What was written since is rolled back.
  virtual void forget() = 0;
};

// A transaction of its own; the numbers of the entries, in order. Written twice it counts once.
Result<std::vector<std::int64_t>> write_batch(store::Writer& writer, const LedgerBatch& batch, Instant now,
                                              BatchCompanion* companion = nullptr);

// As a file, for handing over to the process that holds the store.
std::string to_text(const LedgerBatch& batch);
// Fails with Errc::corrupt when that is not what it was.
Result<LedgerBatch> parse_batch(std::string_view text);

}  // namespace trailwatch::app
