#pragma once

#include <optional>
#include <string>

#include "app/workplace.h"
#include "trailwatch/report/period.h"
#include "trailwatch/report/sampling_seed.h"

namespace trailwatch::app {

// What draws the sample of a period, and whether that makes the sheets official.
struct ChosenSeed {
  report::DrawSeed seed;
  std::optional<std::string> doubt;  // why the sheets are 非正式, as a sentence
  std::string origin;                // where it comes from, as a sentence for 抽樣說明
};

struct SeedWish {
  std::string checkpoint;  // a file: the note itself, or what was attached to a mail; or
  std::string seed;        // by hand
};

// Official is one checkpoint only: the first that was mailed after `cutoff`, that is, whose report was issued after it
// and was taken by a recipient's server (outbox, kind `report`). Without a wish it is looked up; one that was brought
// is held against it. Where no mail of reports is configured nobody can say which was the first: there the one that is
// brought counts, and the sheets say so (ADR 16). Fails when a checkpoint is not our log's, or not of this store.
Result<ChosenSeed> choose_seed(const Machine& machine, const Workplace& workplace, store::Reader& reader,
                               const SeedWish& wish, const report::Period& period, const LocalTime& cutoff);

}  // namespace trailwatch::app
