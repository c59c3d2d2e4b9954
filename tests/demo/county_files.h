#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/encoding.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/base/time.h"
#include "trailwatch/demo/county.h"

namespace trailwatch::test {

using CountyFiles = std::map<std::string, std::string>;

inline demo::Options county_options(std::uint64_t seed, std::string_view until, int days) {
  demo::Options options;
  options.seed = seed;
  options.until = parse_day(until).value();
  options.days = days;
  return options;
}

inline CountyFiles make_files(const demo::Options& options) {
  CountyFiles files;
  const Status status = demo::make_county(options, [&](std::string_view path, std::string_view bytes) -> Status {
    EXPECT_TRUE(files.emplace(path, bytes).second) << path << " written twice";
    return Done{};
  });
  EXPECT_TRUE(status.has_value());
  return files;
}

inline std::string digest_of(const CountyFiles& files) {
  Sha256 hash;
  for (const auto& [path, bytes] : files) {
    hash.add(path);
    hash.add(to_hex(sha256(bytes)));
  }
  return to_hex(hash.digest());
}

inline bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// Without line ends; what follows the last LF too, if there is anything.
inline std::vector<std::string_view> lines_of(std::string_view bytes) {
  std::vector<std::string_view> lines = split(bytes, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (std::string_view& line : lines) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  }
  return lines;
}

// What stands between `before` and the next `after`; empty when it is not there.
inline std::string between(std::string_view line, std::string_view before, std::string_view after) {
  const std::size_t at = line.find(before);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + before.size();
  const std::size_t end = line.find(after, begin);
  return end == std::string_view::npos ? std::string() : std::string(line.substr(begin, end - begin));
}

}  // namespace trailwatch::test
