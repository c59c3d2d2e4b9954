#pragma once

// Planted bugs, by which the fault harnesses are tested themselves (docs/reliability.md). In every program but the one
// that `tests/torture` builds for that, TW_PLANT is `false`, and what stands behind it is not compiled in.
//
//   if (TW_PLANT("no-sync")) execute("PRAGMA synchronous=OFF");
#ifdef TRAILWATCH_PLANTS
#include <string_view>
namespace trailwatch {
bool is_planted(std::string_view name);
}
#define TW_PLANT(name) (::trailwatch::is_planted(name))
#else
#define TW_PLANT(name) false
#endif
