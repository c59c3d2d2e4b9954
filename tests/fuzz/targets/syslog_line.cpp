#include "fuzz/targets/trail.h"

// Records of the police trail, through the shipped profile.
TW_FUZZ(syslog_line) {
  static const auto profile = trailwatch::fuzz::profile("police");
  trailwatch::fuzz::read_trail(profile, input);
}
