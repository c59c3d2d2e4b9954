#include <gtest/gtest.h>

#include <set>

#include "demo/county_files.h"

namespace trailwatch::test {
namespace {

std::string make(std::uint64_t seed, std::int64_t count) {
  std::string out;
  EXPECT_TRUE(demo::make_load(seed, count, [&](std::string_view bytes) -> Status {
                out += bytes;
                return Done{};
              }).has_value());
  return out;
}

TEST(Load, IsTheSameForTheSameSeedOnEveryCompiler) {
  const std::string load = make(1, 2000);
  EXPECT_EQ(load, make(1, 2000));
  EXPECT_NE(load, make(2, 2000));
  EXPECT_EQ(to_hex(sha256(load)), "2a4b82ee6511c3ca726885120b169b39503c60f050abf9b1fcb7b21063206ab7");
}

TEST(Load, RowsAreNumberedInOrderOfTimeAndOfTheStatedSize) {
  constexpr std::int64_t kCount = 50'000;
  const std::string load = make(1, kCount);
  const auto lines = lines_of(load);
  ASSERT_EQ(lines.size(), static_cast<std::size_t>(kCount) + 1);
  std::set<std::string_view> subjects, officers;
  std::set<std::pair<std::string_view, std::string_view>> units;
  std::string before;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto fields = split(lines[i], ',');
    ASSERT_EQ(fields.size(), 20U);
    EXPECT_EQ(fields[0], std::to_string(i));
    const std::string time = std::string(fields[7]) + std::string(fields[8]);
    EXPECT_LE(before, time);
    before = time;
    subjects.insert(fields[12]);
    officers.insert(fields[5]);
    units.emplace(fields[1], fields[3]);
  }
  EXPECT_EQ(before.substr(0, 7), "1141231");
  EXPECT_EQ(officers.size(), 3000U);
  EXPECT_EQ(units.size(), 120U);
  const double share = static_cast<double>(subjects.size()) / static_cast<double>(kCount);
  EXPECT_NEAR(share, 0.38, 0.01);
  const double bytes_a_row = static_cast<double>(load.size()) / static_cast<double>(kCount);
  EXPECT_GE(bytes_a_row, 140);
  EXPECT_LE(bytes_a_row, 200);
}

TEST(Load, ComesInPiecesOfAMebibyteAndStopsWhenNobodyTakesIt) {
  std::size_t pieces = 0;
  const Status status = demo::make_load(1, 20'000, [&](std::string_view bytes) -> Status {
    EXPECT_GE(bytes.size(), std::size_t{1} << 20);
    EXPECT_LT(bytes.size(), (std::size_t{1} << 20) + 400);
    if (++pieces == 2) return Error{Errc::unavailable, "no room", "", {}};
    return Done{};
  });
  EXPECT_FALSE(status.has_value());
  EXPECT_EQ(pieces, 2U);
}

TEST(Load, NoneIsAHeader) {
  EXPECT_EQ(lines_of(make(1, 0)).size(), 1U);
  EXPECT_EQ(lines_of(make(1, 1)).size(), 2U);
  EXPECT_FALSE(demo::make_load(1, -1, [](std::string_view) -> Status { return Done{}; }).has_value());
}

}  // namespace
}  // namespace trailwatch::test
