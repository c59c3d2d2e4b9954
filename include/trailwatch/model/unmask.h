#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trailwatch/model/decision.h"

namespace trailwatch::model {

// One step of looking at the persons behind an alert. Where the office wants two people, a request comes first,
// somebody else approves it, and it is shown once; otherwise it is shown at once. Each step stays in the ledger for
// ever.
struct Unmasking {
  // Written to disk: never renumber.
  enum class Step : std::uint8_t {
    requested = 1,
    approved = 2,
    shown = 3,
    shown_unapproved = 4,  // in an emergency, without the second person
  };
  Entry entry;
  Step step = Step::requested;
  std::string alert;
  std::string case_no;                  // for which case; may be empty
  std::optional<std::int64_t> request;  // the entry of the request that an approval or showing answers
  std::string second;                   // named as being present; not proven
};
// `requested`, `approved`, `shown`, `shown-unapproved`
std::string_view to_text(Unmasking::Step step);

}  // namespace trailwatch::model
