#include "trailwatch/base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace trailwatch {
namespace {

TEST(Error, IsOneLine) {
  EXPECT_EQ((Error{Errc::invalid, "no time", "", {}}.text()), "no time");
  EXPECT_EQ((Error{Errc::invalid, "no time", "give one", {"line 3"}}.at("plog.log").text()),
            "no time (line 3, plog.log). give one");
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good = 3;
  EXPECT_TRUE(good.has_value());
  EXPECT_EQ(*good, 3);
  const Result<int> bad = Error{Errc::not_found, "no such file", "", {}};
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().code, Errc::not_found);
}

TEST(Result, TellsAValueThatIsAnErrorApart) {
  const Result<std::string> text = std::string("error");
  EXPECT_EQ(text->size(), 5U);
  const Status done = Done{};
  EXPECT_TRUE(done);
}

TEST(Result, MovesItsValueOut) {
  Result<std::unique_ptr<int>> made = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = *std::move(made);
  EXPECT_EQ(*taken, 7);
}

TEST(ResultDeathTest, AskedForWhatItLacksStopsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const Result<int> bad = Error{Errc::invalid, "bad", "", {}};
  EXPECT_DEATH(static_cast<void>(bad.value()), "check failed: has_value\\(\\)");
  const Result<int> good = 1;
  EXPECT_DEATH(static_cast<void>(good.error()), "check failed");
}

}  // namespace
}  // namespace trailwatch
