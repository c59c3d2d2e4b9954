#include "demo/random.h"

#include <gtest/gtest.h>

namespace trailwatch::demo {
namespace {

TEST(Random, IsWhatItIsEverywhere) {
  Random random(1, "test");
  EXPECT_EQ(random.next(), 4640542352281384903U);
  for (int i = 0; i < 1000; ++i) {
    const int value = random.between(-3, 3);
    EXPECT_GE(value, -3);
    EXPECT_LE(value, 3);
  }
}

TEST(Random, StreamsAreNamedByLabelAndNumbers) {
  const std::uint64_t base = Random(1, "a", 2, 3).next();
  EXPECT_EQ(base, Random(1, "a", 2, 3).next());
  EXPECT_NE(base, Random(2, "a", 2, 3).next());
  EXPECT_NE(base, Random(1, "b", 2, 3).next());
  EXPECT_NE(base, Random(1, "a", 3, 2).next());
}

}  // namespace
}  // namespace trailwatch::demo
