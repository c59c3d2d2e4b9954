#include "trailwatch/base/hash.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace trailwatch {
namespace {

TEST(Sha256, FollowsTheStandard) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

RC_GTEST_PROP(Sha256, PiecesAreTheWhole, (const std::vector<std::string>& pieces)) {
  Sha256 hash;
  std::string whole;
  for (const std::string& piece : pieces) {
    hash.add(piece);
    whole += piece;
    RC_ASSERT(hash.digest() == sha256(whole));
  }
}

TEST(Sha256, CopiesGoTheirOwnWay) {
  Sha256 first;
  first.add("ab");
  Sha256 second(first);
  second.add("c");
  EXPECT_EQ(first.digest(), sha256("ab"));
  EXPECT_EQ(second.digest(), sha256("abc"));
  first = second;
  first.add("d");
  EXPECT_EQ(second.digest(), sha256("abc"));
  EXPECT_EQ(first.digest(), sha256("abcd"));
  Sha256& itself = second;
  second = itself;
  EXPECT_EQ(second.digest(), sha256("abc"));
}

TEST(Sha256, MovedFromCanBeGivenAValueAgain) {
  Sha256 first;
  first.add("ab");
  Sha256 second(std::move(first));
  first = second;
  EXPECT_EQ(first.digest(), sha256("ab"));
  second = Sha256();
  EXPECT_EQ(second.digest(), sha256(""));
}

TEST(Digest, HasOtherForms) {
  const Digest digest = sha256("abc");
  EXPECT_EQ(to_hex(digest, 4), "ba7816bf");
  EXPECT_EQ(to_hex(digest, 0), "");
  EXPECT_EQ(to_hex(digest, 99).size(), 64U);
  EXPECT_EQ(first_64_bits(digest), 0xba7816bf8f01cfeaU);
  EXPECT_EQ(as_bytes(digest).size(), 32U);
  EXPECT_EQ(as_bytes(digest)[0], '\xba');
}

}  // namespace
}  // namespace trailwatch
