#pragma once

#include <string>
#include <vector>

#include "trailwatch/model/alert.h"

namespace trailwatch::model {

// Alerts about one officer (or unit, subject, source) that belong together over days.
struct Case {
  // 16 hexadecimal digits: hash of the key and the first alert's day. Stays as the case goes on; only late records that
  // make it begin earlier give it another.
  std::string id;
  Key key;
  LocalDay first, last;
  double score = 0;               // of its best alert
  std::vector<AlertHead> alerts;  // by day, at least one
};

}  // namespace trailwatch::model
