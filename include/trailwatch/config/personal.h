#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace trailwatch::config {

// How long what is stored is kept, in whole calendar months after the month of the look-up (docs/personal-data.md).
struct Retention {
  std::int64_t months = 60;
  std::map<std::string, std::int64_t> systems;  // those that differ

  std::int64_t of(std::string_view system) const {
    const auto found = systems.find(std::string(system));
    return found == systems.end() ? months : found->second;
  }
  // Of what belongs to no system.
  std::int64_t longest() const {
    std::int64_t out = months;
    for (const auto& [system, own] : systems) out = std::max(out, own);
    return out;
  }
};

// Who may see the persons behind an alert.
struct Unmask {
  bool second_person = false;  // a request, approved by somebody else, comes before
  bool by_option = false;      // `--by` may name somebody else than who is logged in
};

}  // namespace trailwatch::config
