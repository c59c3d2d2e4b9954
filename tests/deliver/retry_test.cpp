#include "trailwatch/deliver/retry.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "trailwatch/deliver/ids.h"

namespace trailwatch::deliver {
namespace {

TEST(MessageId, IsTheSameForTheSameCauseOnly) {
  EXPECT_EQ(message_id("alert", "office", "a1"), "12687ccec1eec8d6569ad8d8736394c2");
  EXPECT_EQ(message_id("alert", "office", "a1", "x@y"), message_id("alert", "office", "a1", "x@y"));
  EXPECT_NE(message_id("alert", "office", "a1"), message_id("alert", "office", "a1", "x@y"));
  EXPECT_NE(message_id("a", "bc", "d"), message_id("ab", "c", "d"));
  EXPECT_NE(message_id("a", "b\n1:c", ""), message_id("a", "b", "c"));
}

RC_GTEST_PROP(Retry, WaitsLongerEachTimeWithinAQuarter, (std::string id)) {
  std::int64_t expected = 30 * kMicrosPerSecond;
  for (std::int64_t attempts = 1; attempts < 40; ++attempts) {
    const std::int64_t pause = next_attempt(Instant{7}, attempts, id).micros - 7;
    RC_ASSERT(pause >= expected - expected / 4);
    RC_ASSERT(pause < expected + expected / 4);
    RC_ASSERT(next_attempt(Instant{7}, attempts, id) == next_attempt(Instant{7}, attempts, id));
    expected = std::min(expected * 2, 30 * kMicrosPerMinute);
  }
}

TEST(Retry, TwoMessagesDoNotComeBackTogether) {
  EXPECT_NE(next_attempt(Instant{0}, 1, "a"), next_attempt(Instant{0}, 1, "b"));
}

}  // namespace
}  // namespace trailwatch::deliver
