#pragma once

#include <cstdint>
#include <string>

#include "trailwatch/base/clock.h"

namespace trailwatch::app {

// A line on the terminal that tells how far long work has come. Silent for work under two seconds and when stderr is no
// terminal.
class ProgressLine {
 public:
  ProgressLine(Clock& clock, std::string what);
  ~ProgressLine();
  // `detail` says what is being worked on. Draws at most ten times a second.
  void show(std::int64_t done, std::int64_t all, const std::string& detail);

 private:
  void clear();

  Clock& clock_;
  std::string what_;
  bool is_terminal_;
  std::int64_t started_;
  std::int64_t drawn_ = 0;
  bool visible_ = false;
};

}  // namespace trailwatch::app
