#include "trailwatch/seal/key.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <optional>

#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"
#include "trailwatch/seal/base64.h"

namespace trailwatch::seal {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::string_view kPrivateStart = "PRIVATE+KEY+";
// SubjectPublicKeyInfo of an Ed25519 key (RFC 8410), up to the key itself.
constexpr std::array<unsigned char, 12> kSpki = {0x30, 0x2A, 0x30, 0x05, 0x06, 0x03,
                                                 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00};

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Unicode's White_Space beyond ASCII.
bool is_space(char32_t c) {
  return c == U' ' || c == U'\u0085' || c == U'\u00A0' || c == U'\u1680' || (c >= U'\u2000' && c <= U'\u200A') ||
         c == U'\u2028' || c == U'\u2029' || c == U'\u202F' || c == U'\u205F' || c == U'\u3000';
}

std::uint32_t key_id(std::string_view name, KeyType type, std::string_view public_key) {
  std::string text(name);
  text.push_back('\n');
  text.push_back(static_cast<char>(type));
  text.append(public_key);
  return static_cast<std::uint32_t>(first_64_bits(sha256(text)) >> 32U);
}

std::string hex_id(std::uint32_t id) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (int shift = 28; shift >= 0; shift -= 4) out.push_back(kDigits[id >> shift & 15U]);
  return out;
}

std::optional<KeyType> type_of(char byte) {
  if (byte == static_cast<char>(KeyType::log)) return KeyType::log;
  if (byte == static_cast<char>(KeyType::witness)) return KeyType::witness;
  return std::nullopt;
}

Error not_a_key(std::string what) {
  return Error{Errc::invalid, std::move(what), "it is one line: name+id+key", {}};
}

struct Parts {
  std::string name, id, material;
  KeyType type = KeyType::log;
};

// `name+id+base64(type ‖ 32 bytes)`
std::optional<Parts> parts_of(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto key = from_base64(text.substr(second + 1));
  const auto type = key && key->size() == kKeyBytes + 1 ? type_of(key->front()) : std::nullopt;
  Parts out{std::string(text.substr(0, first)), std::string(text.substr(first + 1, second - first - 1)), "",
            KeyType::log};
  if (!type || !is_key_name(out.name)) return std::nullopt;
  out.material = key->substr(1);
  out.type = *type;
  return out;
}

}  // namespace

bool is_key_name(std::string_view name) {
  if (name.empty() || !is_utf8(name)) return false;
  for (std::size_t at = 0; at < name.size();) {
    const char32_t c = next_code_point(name, at);
    if (c < 0x20 || c == 0x7F || c == U'+' || is_space(c)) return false;
  }
  return true;
}

VerifierKey::VerifierKey(std::string name, KeyType type, std::string public_key)
    : name_(std::move(name)), type_(type), public_key_(std::move(public_key)), id_(key_id(name_, type_, public_key_)) {
  TW_CHECK(is_key_name(name_) && public_key_.size() == kKeyBytes);
}

Result<VerifierKey> VerifierKey::parse(std::string_view vkey) {
  auto parts = parts_of(trim(vkey));
  if (!parts) return not_a_key("this is not a public key of a log or witness");
  VerifierKey out(std::move(parts->name), parts->type, std::move(parts->material));
  if (hex_id(out.id()) != parts->id) return not_a_key("the public key's id is not that of its name and key");
  return out;
}

std::string VerifierKey::vkey() const {
  return name_ + "+" + hex_id(id_) + "+" + base64(std::string(1, static_cast<char>(type_)) + public_key_);
}

std::string VerifierKey::pem() const {
  const std::string der = std::string(kSpki.begin(), kSpki.end()) + public_key_;
  return "-----BEGIN PUBLIC KEY-----\n" + base64(der) + "\n-----END PUBLIC KEY-----\n";
}

bool VerifierKey::verifies(std::string_view message, std::string_view signature) const {
  if (signature.size() != kSignatureBytes) return false;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(public_key_), public_key_.size()),
                &EVP_PKEY_free);
  if (!key) return false;
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size()) == 1;
}

struct SigningKey::Impl {
  Impl(Key key_given, std::string seed_given, VerifierKey verifier_given)
      : key(std::move(key_given)), seed(std::move(seed_given)), verifier(std::move(verifier_given)) {}
  ~Impl() { OPENSSL_cleanse(seed.data(), seed.size()); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Key key;
  std::string seed;
  VerifierKey verifier;
};

SigningKey::SigningKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

SigningKey SigningKey::from_seed(std::string name, KeyType type, std::string_view seed) {
  TW_CHECK(seed.size() == kKeyBytes);
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes(seed), seed.size()), &EVP_PKEY_free);
  TW_CHECK(key != nullptr);
  std::string public_key(kKeyBytes, '\0');
  std::size_t size = public_key.size();
  TW_CHECK(EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(public_key.data()), &size) == 1);
  return SigningKey(std::make_unique<Impl>(std::move(key), std::string(seed),
                                           VerifierKey(std::move(name), type, std::move(public_key))));
}

SigningKey SigningKey::make(std::string name, KeyType type, Random& random) {
  return from_seed(std::move(name), type, random.bytes(kKeyBytes));
}

SigningKey SigningKey::as(KeyType type) const {
  return from_seed(impl_->verifier.name(), type, impl_->seed);
}

Result<SigningKey> SigningKey::parse(std::string_view key_file) {
  const std::string_view line = trim(key_file);
  const Error wrong{Errc::invalid,
                    "this is not a signing key file",
                    "restore it from its safe copy; a new key's signatures are not known to those who check",
                    {}};
  if (line.substr(0, kPrivateStart.size()) != kPrivateStart) return wrong;
  auto parts = parts_of(line.substr(kPrivateStart.size()));
  if (!parts) return wrong;
  SigningKey out = from_seed(std::move(parts->name), parts->type, parts->material);
  OPENSSL_cleanse(parts->material.data(), parts->material.size());
  if (hex_id(out.verifier().id()) != parts->id) return wrong;
  return out;
}

const VerifierKey& SigningKey::verifier() const {
  return impl_->verifier;
}

std::string SigningKey::key_file() const {
  const VerifierKey& known = impl_->verifier;
  return std::string(kPrivateStart) + known.name() + "+" + hex_id(known.id()) + "+" +
         base64(std::string(1, static_cast<char>(known.type())) + impl_->seed) + "\n";
}

std::string SigningKey::sign(std::string_view message) const {
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string out(kSignatureBytes, '\0');
  std::size_t size = out.size();
  TW_CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, impl_->key.get()) == 1);
  TW_CHECK(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes(message),
                          message.size()) == 1);
  return out;
}

}  // namespace trailwatch::seal
