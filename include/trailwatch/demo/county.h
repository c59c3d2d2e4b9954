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
  LocalDay until;          // the last day of the trails
  int days = 45;           // so many days, `until` included
  int officers_scale = 1;  // 1: about 120 officers
};

// Receives one finished file: its path below the county's folder, and its bytes. A failure ends the run and is passed
// on.
using WriteFile = std::function<Status(std::string_view path, std::string_view bytes)>;

// Makes up a county: four systems' query trails in the four dialects (docs/source-profiles.md), the reference files,
// and truth.csv, which names the misuse hidden in them. Every person, number and plate is invented: ids have a correct
// check digit but are drawn by chance, and say nothing about whoever may happen to bear one. The same options give the
// same bytes, whatever the machine. Nothing is read: clock, locale and environment play no part. On the last day four
// or more scenarios have events.
//
// Each path is written once. Fails with Errc::invalid for days outside 1..3660, a scale outside 1..20 or years outside
// 1913..2909.
Status make_county(const Options& options, const WriteFile& write);

// `count` events of a household file's form (UTF-8 CSV with a header), in order of time: the benchmark's load. A year
// (2025) of 3,000 officers in 120 units; 38 of 100 rows name a subject for the first time. Handed over in pieces of
// about 1 MiB; 序號 runs over the whole. Fails with Errc::invalid for a count outside 0..1,000,000,000.
Status make_load(std::uint64_t seed, std::int64_t count, const std::function<Status(std::string_view bytes)>& append);

}  // namespace trailwatch::demo
