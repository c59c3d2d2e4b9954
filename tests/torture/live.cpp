#include "torture/live.h"

namespace trailwatch::torture {

const std::vector<LiveHarness>& live_harnesses() {
  static const std::vector<LiveHarness> all = {
      {"live-load", "four live sources at full rate, then slow clients beside them", "seconds", 4, 60, run_live_load},
      {"live-hour", "four live sources at a thousand records a second", "seconds", 0, 3'600, run_live_hour},
  };
  return all;
}

}  // namespace trailwatch::torture
