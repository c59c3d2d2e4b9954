#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "torture/harness.h"

namespace trailwatch::torture {

// A bug that TW_PLANT puts into the program under test, and who must catch it.
struct Plant {
  std::string name;
  std::string what;     // one sentence
  std::string harness;  // empty: it shows in the undisturbed run, by comparison with the healthy program
  // A case that caught it with seed 1, tried first; if it does no longer, the harness is run from its beginning.
  std::uint64_t known = 0;
};

const std::vector<Plant>& plants();

// Runs each (or the one called `only`) until it is caught. What was not.
Report run_plants(const Tools& tools, const Task& task, const std::string& base, const std::string& only);

}  // namespace trailwatch::torture
