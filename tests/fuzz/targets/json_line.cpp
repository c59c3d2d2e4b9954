#include "fuzz/targets/trail.h"

// Records of the vehicle trail, through the shipped profile.
TW_FUZZ(json_line) {
  static const auto profile = trailwatch::fuzz::profile("vehicle");
  trailwatch::fuzz::read_trail(profile, input);
}
