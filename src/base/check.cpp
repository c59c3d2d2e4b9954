#include "trailwatch/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace trailwatch {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "trailwatch: internal error, check failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace trailwatch
