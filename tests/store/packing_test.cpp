#include "store/packing.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>

namespace trailwatch::store {
namespace {

std::string varint(std::uint64_t value) {
  std::string out;
  put_varint(out, value);
  return out;
}

// Written to disk: docs/formats/store.md shows these bytes.
TEST(Packing, BytesAreAsDocumented) {
  EXPECT_EQ(varint(0), std::string(1, '\0'));
  EXPECT_EQ(varint(127), "\x7F");
  EXPECT_EQ(varint(128), "\x80\x01");
  EXPECT_EQ(varint(300), "\xAC\x02");
  EXPECT_EQ(pack_ids({3, 5, 305}), "\x03\x02\xAC\x02");
  std::string text;
  put_text(text, "王");
  put_text(text, "");
  EXPECT_EQ(text, std::string("\x03\xE7\x8E\x8B\x00", 5));
}

RC_GTEST_PROP(Packing, NumbersComeBack, (std::uint64_t value, const std::string& rest)) {
  const std::string packed = varint(value) + rest;
  std::string_view from = packed;
  const auto back = take_varint(from);
  RC_ASSERT(back.has_value());
  RC_ASSERT(*back == value);
  RC_ASSERT(from == rest);
}

TEST(Packing, TheLargestNumberComesBackAndNothingLongerIsRead) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  std::string_view from;
  const std::string most = varint(kMost);
  from = most;
  EXPECT_EQ(take_varint(from), kMost);
  const std::string endless(100, '\x80');
  from = endless;
  EXPECT_FALSE(take_varint(from).has_value());
  const std::string cut = "\x80";
  from = cut;
  EXPECT_FALSE(take_varint(from).has_value());
}

RC_GTEST_PROP(Packing, TextsComeBack, (const std::vector<std::string>& texts)) {
  std::string packed;
  for (const std::string& text : texts) put_text(packed, text);
  std::string_view from = packed;
  for (const std::string& text : texts) {
    const auto back = take_text(from);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == text);
  }
  RC_ASSERT(from.empty());
  RC_ASSERT(!take_text(from).has_value());
}

TEST(Packing, ATextLongerThanWhatIsThereIsRefused) {
  for (const std::string& bad : {std::string("\x05"
                                             "abcd"),
                                 varint(std::numeric_limits<std::uint64_t>::max()) + "abc", std::string("\x80")}) {
    std::string_view from = bad;
    EXPECT_FALSE(take_text(from).has_value());
  }
}

RC_GTEST_PROP(Packing, IdsComeBack, (std::vector<std::int64_t> ids)) {
  for (std::int64_t& id : ids) id = id < 0 ? -(id + 1) : id;
  std::sort(ids.begin(), ids.end());
  RC_ASSERT(unpack_ids(pack_ids(ids)) == ids);
}

RC_GTEST_PROP(Packing, DamagedIdsNeverDoHarm, (const std::string& bytes)) {
  RC_ASSERT(unpack_ids(bytes).size() <= bytes.size());
}

RC_GTEST_PROP(Packing, CutIdsAreAPrefix, ()) {
  const auto steps = *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(1, 1'000'000));
  std::vector<std::int64_t> ids;
  std::int64_t id = 0;
  for (const std::int64_t step : steps) ids.push_back(id += step);
  const std::string packed = pack_ids(ids);
  const auto size = *rc::gen::inRange<std::size_t>(0, packed.size() + 1);
  const std::vector<std::int64_t> cut = unpack_ids(std::string_view(packed).substr(0, size));
  RC_ASSERT(cut.size() <= ids.size());
  RC_ASSERT(std::equal(cut.begin(), cut.end(), ids.begin()));
}

TEST(Packing, HugeStepsDoNotOverflow) {
  const std::string packed = varint(std::numeric_limits<std::uint64_t>::max() >> 1U) + varint(5);
  EXPECT_FALSE(unpack_ids(packed).empty());
}

}  // namespace
}  // namespace trailwatch::store
