#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "trailwatch/base/result.h"
#include "trailwatch/base/time.h"

namespace trailwatch::demo {

struct Options {
  std::uint64_t seed = 1;
  LocalDay until;   // the last day of the trails
  int days = 45;    // so many days, `until` included
  int officers_scale = 1;  // 1: about 120 officers
};

// Receives one finished file: its path below the county's folder, and its bytes. A failure ends the run and is passed on.
using WriteFile = std::function<Status(std::string_view path, std::string_view bytes)>;

// Makes up a county: four systems' query trails in the four dialects (docs/source-profiles.md), the reference files, and
// truth.csv, which names the misuse hidden in them. Every person, number and plate is invented. The same options give the same
// bytes, whatever the machine. Nothing is read: clock, locale and environment play no part.
Status make_county(const Options& options, const WriteFile& write);

// `count` events of a household file's form (UTF-8 CSV with a header), in order of time: the benchmark's load.
Status make_load(std::uint64_t seed, std::int64_t count, const std::function<Status(std::string_view bytes)>& append);

}  // namespace trailwatch::demo
