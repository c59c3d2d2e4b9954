#pragma once

namespace trailwatch {

// Ends the process with a line that names the broken assumption. The next start recovers from the store.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace trailwatch

// "We are wrong": active in every build. Never for bad input and never for a failing world; those are values and
// results.
#define TW_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::trailwatch::check_failed(#condition, __FILE__, __LINE__))
