#include "torture/live.h"

namespace trailwatch::torture {

const std::vector<LiveHarness>& live_harnesses() {
  static const std::vector<LiveHarness> all = {
      {"live-kills", "kill -9 while a log, syslog and pushes go on", "kills", 32, 400, run_live_kills},
      {"live-faults", "the disk is full or fails while sources are live", "faults", 10, 200, run_live_faults},
      {"live-load", "four live sources at full rate, then slow clients beside them", "seconds", 4, 60, run_live_load},
      {"live-hour", "four live sources at a thousand records a second", "seconds", 0, 3'600, run_live_hour},
  };
  return all;
}

const LiveHarness* find_live_harness(const std::string& name) {
  for (const LiveHarness& one : live_harnesses()) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

}  // namespace trailwatch::torture
