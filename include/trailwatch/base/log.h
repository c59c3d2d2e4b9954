#pragma once

#include <string_view>

namespace trailwatch {

// Our own log. Lines hold no personal data and no secret; text from outside goes through `for_log` first.
class Log {
 public:
  enum class Level { debug, info, warning, error };
  virtual ~Log() = default;
  virtual void write(Level level, std::string_view line) = 0;
  void info(std::string_view line) { write(Level::info, line); }
  void warning(std::string_view line) { write(Level::warning, line); }
  void error(std::string_view line) { write(Level::error, line); }
};

}  // namespace trailwatch
