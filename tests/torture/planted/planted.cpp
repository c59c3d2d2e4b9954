// In the program with planted bugs: which one is switched on.
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "trailwatch/base/plant.h"

namespace trailwatch {

bool is_planted(std::string_view name) {
  static const char* const wanted = std::getenv("TRAILWATCH_PLANT");
  return wanted != nullptr && name == wanted;
}

}  // namespace trailwatch
