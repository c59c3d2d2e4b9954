#include "trailwatch/vault/vault.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "vault/sealing.h"

namespace trailwatch::vault {
namespace {

using model::SubjectKind;
using test::CountingRandom;
using test::key_file;
using test::open_vault;

constexpr Month kMarch = 202603;

template <typename T>
Errc code_of(const Result<T>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? Errc::invalid : result.error().code;
}

TEST(Vault, AKeyFileIsOneLineAndOpens) {
  const std::string text = key_file();
  EXPECT_EQ(text.size(), std::string("trailwatch-key-v1 ").size() + 64 + 1);
  EXPECT_EQ(text.substr(0, 18), "trailwatch-key-v1 ");
  EXPECT_EQ(text.back(), '\n');
  for (const std::string& form : {text, text.substr(0, text.size() - 1), "\n  " + text, text.substr(0, 82) + "\r\n"}) {
    const Result<Vault> vault = Vault::open(form);
    ASSERT_TRUE(vault.has_value()) << vault.error().text();
    EXPECT_EQ(vault->key_id(), open_vault().key_id());
  }
}

TEST(Vault, AKeyFileThatIsNoneIsRefusedWithoutShowingIt) {
  const std::string digits = key_file().substr(18, 64);
  const std::vector<std::string> bad = {
      "",
      "trailwatch-key-v1",
      "trailwatch-key-v1 ",
      digits,
      "trailwatch-key-v2 " + digits,
      "trailwatch-key-v1 " + digits.substr(1),
      "trailwatch-key-v1 " + digits.substr(2),
      "trailwatch-key-v1 " + digits + "0",
      "trailwatch-key-v1 " + digits + "00",
      "trailwatch-key-v1 " + digits.substr(0, 63) + "g",
      "trailwatch-key-v1  " + digits,
      "trailwatch-key-v1 " + digits + "\ntrailwatch-key-v1 " + digits,
      std::string("trailwatch-key-v1 ") + '\0' + digits,
  };
  for (const std::string& text : bad) {
    const Result<Vault> vault = Vault::open(text);
    ASSERT_FALSE(vault.has_value()) << text;
    EXPECT_EQ(vault.error().code, Errc::invalid);
    for (std::size_t at = 0; at + 8 <= digits.size(); at += 4) {
      EXPECT_EQ(vault.error().text().find(digits.substr(at, 8)), std::string::npos) << vault.error().text();
    }
  }
}

TEST(Vault, TheKeyIdTellsKeysApartAndIsNoPartOfThem) {
  EXPECT_EQ(open_vault(1).key_id().size(), 8U);
  EXPECT_NE(open_vault(1).key_id(), open_vault(2).key_id());
  EXPECT_EQ(key_file(1).find(open_vault(1).key_id()), std::string::npos);
  const Result<Vault> zeros = Vault::open("trailwatch-key-v1 " + std::string(64, '0'));
  ASSERT_TRUE(zeros.has_value());
  EXPECT_EQ(zeros->key_id(), "66687aad");  // SHA-256 of 32 zero bytes
}

// Written to disk as the index of subjects: must never change for a key.
TEST(Vault, TokensStayWhatTheyAre) {
  const Result<Vault> vault = Vault::open("trailwatch-key-v1 " + std::string(64, '0'));
  ASSERT_TRUE(vault.has_value());
  EXPECT_EQ(vault->token(SubjectKind::person, "A123456789"), 8845401446332400446);
  EXPECT_EQ(vault->fingerprint("one record"), 5245107740697108636);
}

TEST(Vault, ATokenGoesBySubjectKindAndKeyOnly) {
  const Vault vault = open_vault(1);
  EXPECT_EQ(vault.token(SubjectKind::person, "A123456789"), open_vault(1).token(SubjectKind::person, "A123456789"));
  std::set<Token> tokens = {
      vault.token(SubjectKind::person, "A123456789"),         vault.token(SubjectKind::vehicle, "A123456789"),
      vault.token(SubjectKind::parcel, "A123456789"),         vault.token(SubjectKind::none, "A123456789"),
      vault.token(SubjectKind::person, "A123456780"),         vault.token(SubjectKind::person, "A12345678"),
      open_vault(2).token(SubjectKind::person, "A123456789"), vault.fingerprint("A123456789"),
  };
  EXPECT_EQ(tokens.size(), 8U);
  EXPECT_NE(vault.fingerprint("A123456789"), open_vault(2).fingerprint("A123456789"));
}

TEST(Vault, AVeiledGroupGoesByGroupAndKeyOnly) {
  const Vault vault = open_vault(1);
  const std::string veiled = vault.veiled("0123456789abcdef");
  EXPECT_EQ(veiled.size(), 32U);
  EXPECT_EQ(veiled, open_vault(1).veiled("0123456789abcdef"));
  EXPECT_NE(veiled, vault.veiled("0123456789abcdee"));
  EXPECT_NE(veiled, open_vault(2).veiled("0123456789abcdef"));
  EXPECT_EQ(veiled.find("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(vault.veiled(veiled), veiled);
  EXPECT_EQ(vault.veiled(""), "");
}

// Suppressions are about groups: they must hold when the master key is replaced.
TEST(Vault, AVeiledGroupStaysWhenTheMasterKeyIsReplaced) {
  CountingRandom random(5);
  const Vault before = open_vault(1);
  Vault after = open_vault(2);
  ASSERT_TRUE(after.add_secret(kIndexKeys, before.wrap_index_keys(after, random)).has_value());
  EXPECT_EQ(after.veiled("0123456789abcdef"), before.veiled("0123456789abcdef"));
}

TEST(Vault, TokensOfManySubjectsAreDistinctAndPositive) {
  const Vault vault = open_vault();
  std::set<Token> tokens;
  for (int i = 0; i < 20'000; ++i)
    tokens.insert(vault.token(SubjectKind::person, "A" + std::to_string(100'000'000 + i)));
  EXPECT_EQ(tokens.size(), 20'000U);
  EXPECT_GT(*tokens.begin(), 0);
}

TEST(Vault, ASecretIsWrappedForItsMonthAndKey) {
  CountingRandom random(7);
  Vault vault = open_vault(1);
  EXPECT_FALSE(vault.has_secret(kMarch));
  const std::string wrapped = vault.make_secret(kMarch, random);
  EXPECT_TRUE(vault.has_secret(kMarch));
  EXPECT_FALSE(vault.has_secret(kMarch + 1));

  Vault later = open_vault(1);
  ASSERT_TRUE(later.add_secret(kMarch, wrapped).has_value());
  const Result<std::string> opened = later.unseal(5, kMarch, vault.seal(5, kMarch, "text", random));
  ASSERT_TRUE(opened.has_value()) << opened.error().text();
  EXPECT_EQ(*opened, "text");

  EXPECT_EQ(code_of(open_vault(1).add_secret(kMarch + 1, wrapped)), Errc::corrupt);
  EXPECT_EQ(code_of(open_vault(2).add_secret(kMarch, wrapped)), Errc::corrupt);
  EXPECT_EQ(code_of(open_vault(1).add_secret(kMarch, "")), Errc::corrupt);
  for (std::size_t at = 0; at < wrapped.size(); ++at) {
    std::string changed = wrapped;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    Vault other = open_vault(1);
    EXPECT_EQ(code_of(other.add_secret(kMarch, changed)), Errc::corrupt);
    EXPECT_FALSE(other.has_secret(kMarch));
  }
}

TEST(Vault, TheSecretItselfIsNotInItsWrappedForm) {
  CountingRandom random(7), same(7);
  const std::string secret = same.bytes(32);
  EXPECT_EQ(open_vault().make_secret(kMarch, random).find(secret.substr(0, 8)), std::string::npos);
}

class SealedBatch : public testing::Test {
 protected:
  SealedBatch() {
    wrapped_ = vault_.make_secret(kMarch, random_);
    static_cast<void>(vault_.make_secret(kMarch + 1, random_));
  }
  CountingRandom random_{3};
  Vault vault_ = open_vault(1);
  std::string wrapped_;
};

TEST_F(SealedBatch, AnyChangedBitIsCorrupt) {
  const std::string sealed = vault_.seal(9, kMarch, "A123456789,查戶籍,王小明", random_);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(static_cast<unsigned char>(changed[bit / 8]) ^ (1U << (bit % 8)));
    EXPECT_EQ(code_of(vault_.unseal(9, kMarch, changed)), Errc::corrupt) << "bit " << bit;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(code_of(vault_.unseal(9, kMarch, sealed.substr(0, size))), Errc::corrupt) << "size " << size;
  }
}

TEST_F(SealedBatch, DoesNotOpenElsewhere) {
  const std::string sealed = vault_.seal(9, kMarch, "text", random_);
  EXPECT_EQ(code_of(vault_.unseal(8, kMarch, sealed)), Errc::corrupt);
  EXPECT_EQ(code_of(vault_.unseal(9, kMarch + 1, sealed)), Errc::corrupt);
  EXPECT_EQ(code_of(vault_.unseal(9, kMarch + 2, sealed)), Errc::not_found);
  Vault other = open_vault(2);
  static_cast<void>(other.make_secret(kMarch, random_));
  EXPECT_EQ(code_of(other.unseal(9, kMarch, sealed)), Errc::corrupt);
  // Another secret of the same month under the same master key.
  Vault again = open_vault(1);
  static_cast<void>(again.make_secret(kMarch, random_));
  EXPECT_EQ(code_of(again.unseal(9, kMarch, sealed)), Errc::corrupt);
}

TEST_F(SealedBatch, TheSameTextSealedTwiceLooksDifferent) {
  EXPECT_NE(vault_.seal(9, kMarch, "text", random_), vault_.seal(9, kMarch, "text", random_));
}

TEST_F(SealedBatch, NothingOfTheTextShows) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "A" + std::to_string(100'000'000 + i * 7919) + ",王小明\n";
  const std::string sealed = vault_.seal(1, kMarch, text, random_);
  EXPECT_LT(sealed.size(), text.size());
  for (std::size_t at = 0; at + 8 <= text.size(); ++at) EXPECT_EQ(sealed.find(text.substr(at, 8)), std::string::npos);
}

TEST_F(SealedBatch, EmptyAndLargeTextsComeBack) {
  for (const std::string& text :
       {std::string(), std::string(1, '\0'), std::string(3U << 20U, 'x'), random_.bytes(1U << 20U)}) {
    const Result<std::string> opened = vault_.unseal(1, kMarch, vault_.seal(1, kMarch, text, random_));
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    EXPECT_TRUE(*opened == text);
  }
}

RC_GTEST_PROP(Vault, WhatWasSealedComesBack, (const std::string& text, std::int64_t batch, std::uint16_t month)) {
  CountingRandom random(11);
  Vault vault = open_vault(1);
  static_cast<void>(vault.make_secret(month, random));
  const Result<std::string> opened = vault.unseal(batch, month, vault.seal(batch, month, text, random));
  RC_ASSERT(opened.has_value());
  RC_ASSERT(*opened == text);
}

TEST(Vault, ANoteOpensUnderItsOwnNumberOnly) {
  Vault vault = open_vault(1);
  CountingRandom random;
  vault.make_secret(202603, random);
  const std::string sealed = vault.seal_note(7, 202603, "理由", random);
  EXPECT_EQ(*vault.unseal_note(7, 202603, sealed), "理由");
  EXPECT_FALSE(vault.unseal_note(8, 202603, sealed).has_value());
  EXPECT_FALSE(vault.unseal(7, 202603, sealed).has_value());
  EXPECT_EQ(vault.unseal_note(7, 202604, sealed).error().code, Errc::not_found);
}

TEST(Vault, ADrawDependsOnDayAndKey) {
  const LocalDay day = to_day({2026, 3, 2});
  EXPECT_EQ(open_vault(1).draw_seed(day), open_vault(1).draw_seed(day));
  EXPECT_NE(open_vault(1).draw_seed(day), open_vault(1).draw_seed(day.plus(1)));
  EXPECT_NE(open_vault(1).draw_seed(day), open_vault(2).draw_seed(day));
  EXPECT_EQ(open_vault(1).draw_seed(day).size(), 64U);
}

TEST(Vault, SaltsDependOnMonthSecretAndIndexAlone) {
  CountingRandom random(5);
  Vault first = open_vault();
  const std::string wrapped = first.make_secret(kMarch, random);
  first.make_secret(202604, random);
  std::set<std::string> seen;
  for (std::int64_t index : {0, 1, 255, 256, 65'536}) {
    for (const Month month : {kMarch, Month{202604}}) seen.insert(first.salt(month, index));
  }
  EXPECT_EQ(seen.size(), 10U);
  for (const std::string& salt : seen) EXPECT_EQ(salt.size(), 32U);
  Vault again = open_vault();
  ASSERT_TRUE(again.add_secret(kMarch, wrapped).has_value());
  EXPECT_EQ(again.salt(kMarch, 256), first.salt(kMarch, 256));
  Vault other = open_vault();
  other.make_secret(kMarch, random);
  EXPECT_NE(other.salt(kMarch, 256), first.salt(kMarch, 256));
}

}  // namespace
}  // namespace trailwatch::vault
