#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trailwatch/model/decision.h"

namespace trailwatch::model {

// What a hold covers: the events of one system (all systems and everything else when empty) of whole calendar months,
// year * 100 + month, both inclusive.
struct HeldMonths {
  std::string system;
  std::int64_t first = 0;
  std::int64_t last = 999'912;
  bool operator==(const HeldMonths&) const = default;
};

// A legal hold: nothing of this is erased, however old it is, until the hold is lifted.
struct Hold {
  Entry entry;
  std::vector<HeldMonths> months;
  std::string about;  // the alert or case that it was made for; empty when it names months itself
  std::optional<Entry> lifted;
};

}  // namespace trailwatch::model
