#include "vault/cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "trailwatch/base/check.h"

namespace trailwatch::vault {

namespace {

constexpr std::size_t kBlockBytes = 64;  // of SHA-256

Sha256 padded(std::string_view key, char pad) {
  std::array<char, kBlockBytes> block{};
  std::copy(key.begin(), key.end(), block.begin());
  for (char& byte : block) byte = static_cast<char>(byte ^ pad);
  Sha256 state;
  state.add({block.data(), block.size()});
  OPENSSL_cleanse(block.data(), block.size());
  return state;
}

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Context new_context() {
  return Context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text, std::size_t at) {
  return reinterpret_cast<unsigned char*>(text.data()) + at;
}

}  // namespace

Key::Key(std::string_view bytes32) {
  TW_CHECK(bytes32.size() == bytes_.size());
  std::copy(bytes32.begin(), bytes32.end(), bytes_.begin());
}

Key::~Key() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

Key derive(const Key& from, std::string_view purpose) {
  // With one output block, HKDF is: PRK = HMAC(zeros, key); OKM = HMAC(PRK, info ‖ 01).
  const Digest extracted = Mac(Key(std::string(32, '\0')))(from.bytes());
  const Digest expanded = Mac(Key(as_bytes(extracted)))(std::string(purpose) + '\x01');
  return Key(as_bytes(expanded));
}

Mac::Mac(const Key& key) : inner_(padded(key.bytes(), 0x36)), outer_(padded(key.bytes(), 0x5C)) {}

Digest Mac::operator()(std::string_view text) const {
  thread_local Sha256 state;  // reused: making a context costs more than hashing an id
  state = inner_;
  state.add(text);
  const Digest inside = state.digest();
  state = outer_;
  state.add(as_bytes(inside));
  return state.digest();
}

std::string encrypt(const Key& key, std::string_view nonce, std::string_view bound, std::string_view plain) {
  TW_CHECK(nonce.size() == kNonceBytes);
  std::string out(nonce);
  out.resize(kNonceBytes + plain.size() + kTagBytes);
  const Context context = new_context();
  int size = 0;
  TW_CHECK(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key.bytes()), bytes(nonce)) == 1);
  TW_CHECK(EVP_EncryptUpdate(context.get(), nullptr, &size, bytes(bound), static_cast<int>(bound.size())) == 1);
  TW_CHECK(EVP_EncryptUpdate(context.get(), bytes(out, kNonceBytes), &size, bytes(plain),
                             static_cast<int>(plain.size())) == 1);
  TW_CHECK(EVP_EncryptFinal_ex(context.get(), bytes(out, kNonceBytes + plain.size()), &size) == 1);
  TW_CHECK(
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, bytes(out, kNonceBytes + plain.size())) == 1);
  return out;
}

std::optional<std::string> decrypt(const Key& key, std::string_view bound, std::string_view sealed) {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  const std::string_view body = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string out(body.size(), '\0');
  const Context context = new_context();
  int size = 0;
  TW_CHECK(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key.bytes()), bytes(nonce)) == 1);
  TW_CHECK(EVP_DecryptUpdate(context.get(), nullptr, &size, bytes(bound), static_cast<int>(bound.size())) == 1);
  TW_CHECK(EVP_DecryptUpdate(context.get(), bytes(out, 0), &size, bytes(body), static_cast<int>(body.size())) == 1);
  TW_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(context.get(), bytes(out, body.size()), &size) != 1) return std::nullopt;
  return out;
}

}  // namespace trailwatch::vault
