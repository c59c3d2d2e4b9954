#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/workplace.h"

namespace trailwatch::app {

// A line of the stored judgement that a fresh evaluation does not have, or has otherwise.
struct Difference {
  LocalDay day;
  model::Key key;
  std::string what;  // Traditional Chinese, then English
};

struct Recomputed {
  std::int64_t days = 0;
  std::int64_t findings = 0;
  std::int64_t alerts = 0;
  std::optional<LocalDay>
      kept_before;  // days before this one can't be evaluated any more: what they rest on was erased
  std::vector<Difference> differences;  // by day and key, at most kDifferencesMax
  std::int64_t differences_in_all = 0;
  std::vector<std::string> other_files;  // in force, but not what the newest leaf about that file says
};
constexpr std::size_t kDifferencesMax = 100;

// Makes all findings and alerts anew from the stored events, by the rule and reference files in force as the store has
// them, and compares them with the stored ones: those have no leaves (ADR 20).
//
// Works on a copy in `directory`, which it makes and removes; needs as much room there as the store has. The service
// goes on meanwhile. What was not judged yet when the copy was made is judged in it first.
Result<Recomputed> recompute(const Machine& machine, const Workplace& workplace, const std::string& directory);

}  // namespace trailwatch::app
