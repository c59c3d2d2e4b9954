#include "trailwatch/vault/vault.h"

#include <zstd.h>

#include <map>
#include <optional>

#include "trailwatch/base/plant.h"
#include "trailwatch/base/text.h"
#include "vault/cipher.h"

namespace trailwatch::vault {

namespace {

constexpr std::string_view kKeyFileStart = "trailwatch-key-v1 ";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kVeiledDigits = 32;
constexpr int kCompression = 3;                      // zstd's default: speed and size in balance
constexpr std::size_t kPlainBytesMax = 256U << 20U;  // no batch is larger; a damaged size must not ask for more

std::string hex_of(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out.push_back(kDigits[static_cast<unsigned char>(c) >> 4U]);
    out.push_back(kDigits[static_cast<unsigned char>(c) & 15U]);
  }
  return out;
}

std::optional<std::string> bytes_of(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  const auto nibble = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = nibble(hex[i]), low = nibble(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

std::string binding(std::string_view what, std::int64_t batch, Month month) {
  return std::string(what) + "|" + std::to_string(batch) + "|" + std::to_string(month);
}

std::string compress(std::string_view plain) {
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), kCompression);
  TW_CHECK(ZSTD_isError(size) == 0U);
  out.resize(size);
  return out;
}

std::optional<std::string> decompress(std::string_view packed) {
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kPlainBytesMax) return std::nullopt;
  std::string out(static_cast<std::size_t>(size), '\0');
  const std::size_t got = ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size());
  if (ZSTD_isError(got) != 0U || got != out.size()) return std::nullopt;
  return out;
}

}  // namespace

Month month_of(LocalDay day) {
  const CivilDate date = to_civil(day);
  return Month{date.year} * 100 + date.month;
}

std::string make_key_file(Random& random) {
  return std::string(kKeyFileStart) + hex_of(random.bytes(32)) + "\n";
}

struct Vault::Impl {
  explicit Impl(const Key& master)
      : key_id(to_hex(sha256(master.bytes()), 4)),
        wrapping(derive(master, "trailwatch/wrap/v1")),
        index(derive(master, "trailwatch/subject-index/v1"), derive(master, "trailwatch/fingerprint/v1"),
              derive(master, "trailwatch/draw/v1")) {}

  std::string wrap(Month month, std::string_view secret, Random& random) const;
  Result<std::string> unwrap(Month month, std::string_view wrapped) const;
  std::string seal(std::string_view what, std::int64_t number, Month month, std::string_view plain,
                   Random& random) const;
  Result<std::string> unseal(std::string_view what, std::int64_t number, Month month, std::string_view sealed) const;

  std::string key_id;
  Key wrapping;
  // What must not change when the master key does. Of a store whose master key was never replaced: derived from it.
  struct IndexKeys {
    IndexKeys(const Key& for_tokens, const Key& for_fingerprints, const Key& for_draws)
        : token_key(for_tokens),
          fingerprint_key(for_fingerprints),
          draw_key(for_draws),
          tokens(for_tokens),
          fingerprints(for_fingerprints),
          draws(for_draws),
          groups(derive(for_tokens, "trailwatch/group/v1")) {}
    Key token_key, fingerprint_key, draw_key;
    Mac tokens, fingerprints, draws, groups;
  };
  IndexKeys index;
  bool has_index_keys = false;  // given, not derived
  // What is derived from a month's secret.
  struct MonthKeys {
    explicit MonthKeys(const Key& secret)
        : batches(derive(secret, "trailwatch/batch/v1")),
          salts(derive(secret, "trailwatch/salt/v1")),
          fingerprints(derive(secret, "trailwatch/fingerprint/v1")) {}
    Key batches;
    Mac salts;
    Mac fingerprints;
  };
  std::map<Month, MonthKeys> months;
};

Vault::Vault(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Vault::~Vault() = default;
Vault::Vault(Vault&&) noexcept = default;
Vault& Vault::operator=(Vault&&) noexcept = default;

Result<Vault> Vault::open(std::string_view key_file) {
  const std::string_view line = trim(key_file);
  const bool named = line.substr(0, kKeyFileStart.size()) == kKeyFileStart;
  const auto master = named ? bytes_of(line.substr(kKeyFileStart.size())) : std::nullopt;
  if (!master || master->size() != 32) {
    return Error{Errc::invalid,
                 "this is not a trailwatch key file",
                 "restore it from its safe copy; a new key can't read old data",
                 {}};
  }
  return Vault(std::make_unique<Impl>(Key(*master)));
}

const std::string& Vault::key_id() const {
  return impl_->key_id;
}

Token Vault::token(model::SubjectKind kind, std::string_view value) const {
  std::string text(model::to_text(kind));
  text.push_back('\0');
  text.append(value);
  const auto token = static_cast<Token>(first_64_bits(impl_->index.tokens(text)) >> 1U);
  return token == 0 ? 1 : token;
}

std::int64_t Vault::fingerprint(std::string_view bytes) const {
  return static_cast<std::int64_t>(first_64_bits(impl_->index.fingerprints(bytes)) >> 1U);
}

std::int64_t Vault::fingerprint(Month month, std::string_view bytes) const {
  const auto keys = impl_->months.find(month);
  TW_CHECK(keys != impl_->months.end());
  return static_cast<std::int64_t>(first_64_bits(keys->second.fingerprints(bytes)) >> 1U);
}

std::string Vault::veiled(std::string_view group) const {
  const bool is_done = group.empty() || group.size() == kVeiledDigits;
  return is_done ? std::string(group) : to_hex(impl_->index.groups(group), kVeiledDigits / 2);
}

std::string Vault::make_secret(Month month, Random& random) {
  const Key secret(random.bytes(kKeyBytes));
  impl_->months.insert_or_assign(month, Impl::MonthKeys(secret));
  return impl_->wrap(month, secret.bytes(), random);
}

Result<std::string> Vault::Impl::unwrap(Month month, std::string_view wrapped) const {
  auto secret = decrypt(wrapping, binding("secret", 0, month), wrapped);
  if (!secret || secret->size() != (month == kIndexKeys ? 3 * kKeyBytes : kKeyBytes)) {
    return Error{Errc::corrupt,
                 "the secret of month " + std::to_string(month) + " does not open with key " + key_id,
                 "was the key file replaced? restore the one that this store was made with",
                 {}};
  }
  return *std::move(secret);
}

std::string Vault::Impl::wrap(Month month, std::string_view secret, Random& random) const {
  return encrypt(wrapping, random.bytes(kNonceBytes), binding("secret", 0, month), secret);
}

Status Vault::add_secret(Month month, std::string_view wrapped) {
  Result<std::string> secret = impl_->unwrap(month, wrapped);
  if (!secret) return std::move(secret).error();
  if (month == kIndexKeys) {
    const std::string_view all = *secret;
    impl_->index = Impl::IndexKeys(Key(all.substr(0, kKeyBytes)), Key(all.substr(kKeyBytes, kKeyBytes)),
                                   Key(all.substr(2 * kKeyBytes)));
    impl_->has_index_keys = true;
  } else {
    impl_->months.insert_or_assign(month, Impl::MonthKeys(Key(*secret)));
  }
  return Done{};
}

bool Vault::has_secret(Month month) const {
  return month == kIndexKeys ? impl_->has_index_keys : impl_->months.count(month) != 0;
}

void Vault::forget_secret(Month month) {
  impl_->months.erase(month);
}

Result<std::string> Vault::rewrap(const Vault& next, Month month, std::string_view wrapped, Random& random) const {
  Result<std::string> secret = impl_->unwrap(month, wrapped);
  if (!secret) return secret;
  return next.impl_->wrap(month, *secret, random);
}

std::string Vault::wrap_index_keys(const Vault& next, Random& random) const {
  std::string all;
  for (const Key* key : {&impl_->index.token_key, &impl_->index.fingerprint_key, &impl_->index.draw_key})
    all.append(key->bytes());
  return next.impl_->wrap(kIndexKeys, all, random);
}

std::string Vault::salt(Month month, std::int64_t index) const {
  const auto keys = impl_->months.find(month);
  TW_CHECK(keys != impl_->months.end());
  std::string info;
  for (int shift = 56; shift >= 0; shift -= 8) info.push_back(static_cast<char>(index >> shift & 255));
  info.push_back('\x01');
  return std::string(as_bytes(keys->second.salts(info)));
}

std::string Vault::Impl::seal(std::string_view what, std::int64_t number, Month month, std::string_view plain,
                              Random& random) const {
  const auto key = months.find(month);
  TW_CHECK(key != months.end());
  const std::string nonce = TW_PLANT("reused-nonce") ? std::string(kNonceBytes, 'n') : random.bytes(kNonceBytes);
  return encrypt(key->second.batches, nonce, binding(what, number, month), compress(plain));
}

Result<std::string> Vault::Impl::unseal(std::string_view what, std::int64_t number, Month month,
                                        std::string_view sealed) const {
  const auto key = months.find(month);
  if (key == months.end()) {
    return Error{Errc::not_found,
                 "the secret of month " + std::to_string(month) + " is gone: its records can't be read",
                 "",
                 {}};
  }
  const auto packed = decrypt(key->second.batches, binding(what, number, month), sealed);
  auto plain = packed ? decompress(*packed) : std::nullopt;
  if (!plain) {
    return Error{Errc::corrupt,
                 std::string(what) + " " + std::to_string(number) + " is not what was sealed",
                 "run `trailwatch verify`",
                 {}};
  }
  return *std::move(plain);
}

std::string Vault::seal(std::int64_t batch, Month month, std::string_view plain, Random& random) const {
  return impl_->seal("batch", batch, month, plain, random);
}

Result<std::string> Vault::unseal(std::int64_t batch, Month month, std::string_view sealed) const {
  return impl_->unseal("batch", batch, month, sealed);
}

std::string Vault::seal_note(std::int64_t number, Month month, std::string_view plain, Random& random) const {
  return impl_->seal("note", number, month, plain, random);
}

Result<std::string> Vault::unseal_note(std::int64_t number, Month month, std::string_view sealed) const {
  return impl_->unseal("note", number, month, sealed);
}

std::string Vault::draw_seed(LocalDay day) const {
  return to_hex(impl_->index.draws(format_day(day)));
}

}  // namespace trailwatch::vault
