#include "trailwatch/app/main.h"

namespace trailwatch::app {

int run(int, char**) { return 64; }

}  // namespace trailwatch::app
