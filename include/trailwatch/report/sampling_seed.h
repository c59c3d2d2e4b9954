#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trailwatch/base/result.h"
#include "trailwatch/base/time.h"
#include "trailwatch/report/period.h"

namespace trailwatch::report {

// What draws a sample. Nobody can choose it when it comes from the first checkpoint that is mailed after the cut-off:
// the root in it depends on everything that was recorded until then, and every recipient has it.
struct DrawSeed {
  std::string text;       // what stands before `|` in every rank
  bool official = false;  // from a checkpoint; anything else marks the sheets 非正式
  // Of the checkpoint: whose log it is, its number of leaves, and its root (base64).
  std::string origin;
  std::optional<std::int64_t> tree_size;
  std::string root;
};

// `note` is a checkpoint as it was mailed (C2SP tlog-checkpoint in a signed note). Its text, up to and with the line
// end before the empty line above the signatures, is hashed: hexadecimal SHA-256, lower case. So further signatures of
// witnesses change nothing. Form only: who signed, and whether the store is what it says, is for the caller. Fails with
// Errc::invalid.
Result<DrawSeed> seed_of_checkpoint(std::string_view note);
// Any text that a person gives.
DrawSeed seed_by_hand(std::string_view text);

// The moment from which on the next mailed checkpoint draws the period's sample: day and minute of the month after it.
LocalTime cutoff_of(const Period& period, int day, int minute);

}  // namespace trailwatch::report
