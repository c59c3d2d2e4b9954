#pragma once

#include <string>
#include <vector>

#include "torture/harness.h"

namespace trailwatch::torture {

// A way of disturbing the daemon while live sources speak to it. Needs no recorded pipeline; works below `base`, which
// is empty. Explained in docs/reliability.md.
struct LiveHarness {
  std::string name;
  std::string what;  // one sentence
  std::string unit;  // of what `cases` counts
  std::uint64_t cases_short, cases_long;
  Report (*run)(const Tools& tools, const Task& task, std::uint64_t cases, const std::string& base);
};

const std::vector<LiveHarness>& live_harnesses();
const LiveHarness* find_live_harness(const std::string& name);

Report run_live_kills(const Tools& tools, const Task& task, std::uint64_t kills, const std::string& base);
Report run_live_faults(const Tools& tools, const Task& task, std::uint64_t faults, const std::string& base);
Report run_live_load(const Tools& tools, const Task& task, std::uint64_t seconds, const std::string& base);
Report run_live_hour(const Tools& tools, const Task& task, std::uint64_t seconds, const std::string& base);

}  // namespace trailwatch::torture
