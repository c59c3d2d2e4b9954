#include "trailwatch/base/hash.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "trailwatch/base/check.h"

namespace trailwatch {

namespace {

// Fetched once: fetching it for each call costs more than hashing a short record.
const EVP_MD* sha256_method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  TW_CHECK(method != nullptr);
  return method;
}

EVP_MD_CTX* context(void* pointer) {
  return static_cast<EVP_MD_CTX*>(pointer);
}

Digest finish(EVP_MD_CTX* state) {
  Digest out{};
  unsigned size = 0;
  TW_CHECK(EVP_DigestFinal_ex(state, out.data(), &size) == 1 && size == out.size());
  return out;
}

}  // namespace

Digest sha256(std::string_view bytes) {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> kept(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_MD_CTX* const reused = kept.get();
  TW_CHECK(EVP_DigestInit_ex(reused, sha256_method(), nullptr) == 1);
  TW_CHECK(EVP_DigestUpdate(reused, bytes.data(), bytes.size()) == 1);
  return finish(reused);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  TW_CHECK(EVP_DigestInit_ex(context(context_), sha256_method(), nullptr) == 1);
}
Sha256::~Sha256() {
  EVP_MD_CTX_free(context(context_));
}
Sha256::Sha256(Sha256&& other) noexcept : context_(std::exchange(other.context_, nullptr)) {}
Sha256& Sha256::operator=(Sha256&& other) noexcept {
  std::swap(context_, other.context_);
  return *this;
}
Sha256::Sha256(const Sha256& other) : context_(EVP_MD_CTX_new()) {
  TW_CHECK(EVP_MD_CTX_copy_ex(context(context_), context(other.context_)) == 1);
}
Sha256& Sha256::operator=(const Sha256& other) {
  if (this != &other) *this = Sha256(other);  // this one may have been moved from
  return *this;
}

void Sha256::add(std::string_view bytes) {
  TW_CHECK(EVP_DigestUpdate(context(context_), bytes.data(), bytes.size()) == 1);
}

Digest Sha256::digest() const {
  Sha256 copy(*this);
  return finish(context(copy.context_));
}

std::string to_hex(const Digest& digest, std::size_t bytes_max) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < std::min(bytes_max, digest.size()); ++i) {
    out.push_back(kDigits[digest[i] >> 4]);
    out.push_back(kDigits[digest[i] & 15]);
  }
  return out;
}

std::string_view as_bytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::uint64_t first_64_bits(const Digest& digest) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < 8; ++i) out = out << 8 | digest[i];
  return out;
}

}  // namespace trailwatch
