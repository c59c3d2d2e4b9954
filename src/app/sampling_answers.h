#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/ledger_batch.h"
#include "app/workplace.h"
#include "trailwatch/report/returned.h"

namespace trailwatch::app {

// What a returned sheet changes: answers that are new or other than before, and what follows from them for alerts.
//
// An alert of the period that holds an answered event is put to 查證中 when nobody has decided about it yet and some
// answer is 不符 or 待查; it is 已查明 only when every event of its evidence was answered 符合, and nobody but an
// earlier sheet has decided. Other people's decisions are never superseded.
struct AnswerPlan {
  std::vector<LedgerBatch::Change> changes;          // answers, then decisions
  std::int64_t fits = 0, fits_not = 0, unclear = 0;  // of the answers that are entered
  std::int64_t corrected = 0;                        // of these: there was another one before
  std::int64_t unchanged = 0;
  std::vector<std::string> told;                  // one line a decision
  std::vector<report::ReturnedProblem> problems;  // rows that can't be entered; then nothing may be
};

struct AnswerWish {
  report::Period period;
  std::string by;  // who brings it in
  Instant now;
};

Result<AnswerPlan> plan_answers(const Workplace& workplace, store::Reader& reader,
                                const std::vector<report::ReturnedRow>& rows, const AnswerWish& wish);

}  // namespace trailwatch::app
