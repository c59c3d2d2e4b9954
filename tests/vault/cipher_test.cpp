#include "vault/cipher.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <rapidcheck/gtest.h>

#include "vault/sealing.h"

namespace trailwatch::vault {
namespace {

using test::from_hex;

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    out += kDigits[static_cast<unsigned char>(c) >> 4U];
    out += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

// HMAC pads a short key with zeros to its block, so a key of RFC 4231 and the same key with zeros behind it are one
// key.
Mac mac_of(std::string key) {
  key.resize(32, '\0');
  return Mac(Key(key));
}

// OpenSSL's own HKDF, with the salt left out as RFC 5869 allows.
std::string openssl_hkdf(const std::string& key, const std::string& info) {
  EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  EVP_KDF_CTX* const context = EVP_KDF_CTX_new(kdf);
  std::string digest = "SHA256", secret = key, purpose = info, out(32, '\0');
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("digest", digest.data(), 0),
                               OSSL_PARAM_construct_octet_string("key", secret.data(), secret.size()),
                               OSSL_PARAM_construct_octet_string("info", purpose.data(), purpose.size()),
                               OSSL_PARAM_construct_end()};
  EXPECT_EQ(EVP_KDF_derive(context, reinterpret_cast<unsigned char*>(out.data()), out.size(), params), 1);
  EVP_KDF_CTX_free(context);
  EVP_KDF_free(kdf);
  return out;
}

TEST(Cipher, MacGivesTheVectorsOfRfc4231) {
  EXPECT_EQ(to_hex(mac_of(std::string(20, '\x0b'))("Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(mac_of("Jefe")("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(mac_of(std::string(20, '\xaa'))(std::string(50, '\xdd'))),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(to_hex(mac_of(from_hex("0102030405060708090a0b0c0d0e0f10111213141516171819"))(std::string(50, '\xcd'))),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

TEST(Cipher, AMacDoesNotRememberWhatItHashedBefore) {
  const Mac mac = mac_of("Jefe");
  const Digest first = mac("a");
  static_cast<void>(mac(std::string(1000, 'b')));
  EXPECT_EQ(mac("a"), first);
  EXPECT_NE(mac(""), first);
}

// RFC 5869 has no case with a key of 32 bytes; OpenSSL stands in for it.
RC_GTEST_PROP(Cipher, DeriveIsHkdfWithoutSalt, (const std::string& purpose)) {
  const std::string key = *rc::gen::container<std::string>(32, rc::gen::arbitrary<char>());
  RC_ASSERT(hex(derive(Key(key), purpose).bytes()) == hex(openssl_hkdf(key, purpose)));
}

TEST(Cipher, PurposesGiveDifferentKeys) {
  const Key key(std::string(32, 'k'));
  EXPECT_NE(derive(key, "a").bytes(), derive(key, "b").bytes());
  EXPECT_NE(derive(key, "a").bytes(), key.bytes());
}

// The Galois/Counter Mode test vectors of its authors, test cases 13 to 16 (256-bit keys).
TEST(Cipher, GivesTheKnownAnswersOfGcm) {
  const Key zero(std::string(32, '\0'));
  const std::string nonce(12, '\0');
  EXPECT_EQ(hex(encrypt(zero, nonce, "", "")), std::string(24, '0') + "530f8afbc74536b9a963b4f1c4cb738b");
  EXPECT_EQ(hex(encrypt(zero, nonce, "", std::string(16, '\0'))),
            std::string(24, '0') + "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919");
  const std::string key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
  const std::string plain =
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
      "ba637b39";
  EXPECT_EQ(hex(encrypt(Key(from_hex(key)), from_hex("cafebabefacedbaddecaf888"),
                        from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"), from_hex(plain))),
            "cafebabefacedbaddecaf888"
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393"
            "ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b");
}

RC_GTEST_PROP(Cipher, WhatWasEncryptedComesBack, (const std::string& plain, const std::string& bound)) {
  const Key key(*rc::gen::container<std::string>(32, rc::gen::arbitrary<char>()));
  const std::string nonce = *rc::gen::container<std::string>(kNonceBytes, rc::gen::arbitrary<char>());
  const std::string sealed = encrypt(key, nonce, bound, plain);
  RC_ASSERT(sealed.size() == kNonceBytes + plain.size() + kTagBytes);
  const auto opened = decrypt(key, bound, sealed);
  RC_ASSERT(opened.has_value());
  RC_ASSERT(*opened == plain);
}

TEST(Cipher, EveryFlippedBitAndEveryCutIsNoticed) {
  const Key key(std::string(32, 'k'));
  const std::string sealed = encrypt(key, std::string(12, 'n'), "bound", "forty-two bytes of something to be hidden");
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(static_cast<unsigned char>(changed[bit / 8]) ^ (1U << (bit % 8)));
    EXPECT_FALSE(decrypt(key, "bound", changed)) << "bit " << bit;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(decrypt(key, "bound", sealed.substr(0, size))) << "size " << size;
  }
  EXPECT_FALSE(decrypt(key, "bound", sealed + '\0'));
  EXPECT_FALSE(decrypt(key, "bounD", sealed));
  EXPECT_FALSE(decrypt(key, "", sealed));
  EXPECT_FALSE(decrypt(Key(std::string(32, 'K')), "bound", sealed));
}

}  // namespace
}  // namespace trailwatch::vault
