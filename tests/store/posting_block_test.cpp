#include "store/posting_block.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>

namespace trailwatch::store {
namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

std::vector<Posting> unpacked(const std::vector<PostingBlock>& blocks) {
  std::vector<Posting> out;
  for (const PostingBlock& block : blocks) {
    EXPECT_TRUE(unpack_postings(block.bytes, out));
    EXPECT_EQ(out.back(), block.last);
  }
  return out;
}

// `many` postings of three officers, one a minute.
std::vector<Posting> ordinary(std::int64_t many, std::int64_t fraction_micros = 0) {
  std::vector<Posting> out;
  for (std::int64_t i = 0; i < many; ++i)
    out.push_back({7 + i * 3 / many, 1'772'380'800'000'000 + i * 60'000'000 + fraction_micros, i + 1});
  return out;
}

TEST(PostingBlock, HasTheBytesThatTheFormatSays) {
  const auto blocks = pack_postings({{3, 5'000'000, 300}, {3, 6'000'000, 299}, {4, 5'000'000, 302}});
  ASSERT_EQ(blocks.size(), 1U);
  //                                    unit key time event
  EXPECT_EQ(blocks[0].bytes, std::string("\x00\x03\x0A\xD8\x04"
                                         "\x00\x01\x01"
                                         "\x01\x01\x06",
                                         11));
  EXPECT_EQ(blocks[0].last, (Posting{4, 5'000'000, 302}));
}

TEST(PostingBlock, NothingMakesNoBlock) {
  EXPECT_TRUE(pack_postings({}).empty());
}

TEST(PostingBlock, KeepsTheEndsOfAllNumbers) {
  const std::vector<Posting> all = {
      {kLowest, kLowest, kHighest}, {kLowest, kHighest, kLowest}, {-1, kHighest, 0}, {0, kLowest, 0},
      {0, kLowest, kHighest},       {kHighest, kHighest, 1}};
  EXPECT_EQ(unpacked(pack_postings(all)), all);
}

TEST(PostingBlock, BlocksAreOfOneSizeAndReadAlone) {
  const auto blocks = pack_postings(ordinary(20'000));
  ASSERT_GT(blocks.size(), 5U);
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i) {
    EXPECT_GE(blocks[i].bytes.size(), 4'560U);
    EXPECT_LT(blocks[i].bytes.size(), 4'590U);
  }
  EXPECT_EQ(unpacked(blocks), ordinary(20'000));
}

TEST(PostingBlock, WholeSecondsTakeFewerBytes) {
  const auto size = [](std::int64_t fraction) { return pack_postings(ordinary(300, fraction)).at(0).bytes.size(); };
  EXPECT_LT(size(0), 1'000U);
  EXPECT_LT(size(0), size(1'000));
  EXPECT_LT(size(1'000), size(1));
  EXPECT_EQ(unpacked(pack_postings(ordinary(300, 1))), ordinary(300, 1));
  EXPECT_EQ(unpacked(pack_postings(ordinary(300, 1'000))), ordinary(300, 1'000));
}

TEST(PostingBlock, DamageIsTold) {
  const std::string whole = pack_postings(ordinary(3)).at(0).bytes;
  std::vector<Posting> out;
  EXPECT_FALSE(unpack_postings("", out));
  EXPECT_FALSE(unpack_postings(whole.substr(0, whole.size() - 1), out));
  EXPECT_FALSE(unpack_postings(std::string("\x03\x01\x01\x01", 4), out));  // no such unit
  EXPECT_FALSE(unpack_postings(std::string(12, '\xFF'), out));             // a number without an end
  EXPECT_FALSE(unpack_postings(std::string("\x00\x01", 2) + std::string(9, '\xFF') + "\x01\x01", out));  // no such time
}

RC_GTEST_PROP(PostingBlock, WhateverIsPackedIsUnpacked, ()) {
  const auto number = rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 50), rc::gen::arbitrary<std::int64_t>());
  const auto numbers = *rc::gen::container<std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t>>>(
      rc::gen::tuple(number, number, number));
  const auto unit = *rc::gen::element<std::int64_t>(1, 1'000, 1'000'000);
  std::vector<Posting> all;
  for (const auto& [key, time, event] : numbers) all.push_back({key, time / unit * unit, event});
  std::sort(all.begin(), all.end());
  RC_ASSERT(unpacked(pack_postings(all)) == all);
}

RC_GTEST_PROP(PostingBlock, HostileBytesAreReadOrRefused, (std::string bytes)) {
  std::vector<Posting> out;
  unpack_postings(bytes, out);
  RC_ASSERT(out.size() * 3 <= bytes.size());
}

}  // namespace
}  // namespace trailwatch::store
