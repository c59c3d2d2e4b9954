#include "demo/identity.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <set>

namespace trailwatch::demo {
namespace {

// The check as the Ministry of the Interior publishes it, written here a second time and another way.
bool has_valid_check_digit(const std::string& id) {
  constexpr int kValues[26] = {10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21,
                               22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33};
  constexpr int kWeights[11] = {1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1};
  if (id.size() != 10 || id[0] < 'A' || id[0] > 'Z' || (id[1] != '1' && id[1] != '2')) return false;
  const int value = kValues[id[0] - 'A'];
  int sum = value / 10 * kWeights[0] + value % 10 * kWeights[1];
  for (std::size_t i = 1; i < 10; ++i) sum += (id[i] - '0') * kWeights[i + 1];
  return sum % 10 == 0;
}

RC_GTEST_PROP(Identity, IdsHaveAValidCheckDigit, (std::uint64_t seed)) {
  Random random(seed, "test");
  RC_ASSERT(has_valid_check_digit(make_national_id(random)));
  RC_ASSERT(has_valid_check_digit(numbered_national_id(seed % 520'000'000)));
}

TEST(Identity, TheCheckItselfRefusesAWrongDigit) {
  EXPECT_TRUE(has_valid_check_digit("A123456789"));
  EXPECT_FALSE(has_valid_check_digit("A123456788"));
}

TEST(Identity, NumberedIdsDiffer) {
  std::set<std::string> ids;
  for (std::uint64_t i = 0; i < 100'000; ++i) ids.insert(numbered_national_id(i));
  EXPECT_EQ(ids.size(), 100'000U);
}

TEST(Identity, AResidentStaysTheSame) {
  EXPECT_EQ(resident(1, 17).id, resident(1, 17).id);
  EXPECT_EQ(resident(1, 17).name, resident(1, 17).name);
  EXPECT_NE(resident(1, 17).id, resident(1, 18).id);
  EXPECT_NE(resident(1, 17).id, resident(2, 17).id);
}

}  // namespace
}  // namespace trailwatch::demo
