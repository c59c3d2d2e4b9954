#include "fuzz/targets/trail.h"

// Records of the household trail, through the shipped profile.
TW_FUZZ(csv) {
  static const auto profile = trailwatch::fuzz::profile("household");
  trailwatch::fuzz::read_trail(profile, input);
}
