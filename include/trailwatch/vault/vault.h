#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "trailwatch/base/random.h"
#include "trailwatch/base/result.h"
#include "trailwatch/base/time.h"
#include "trailwatch/model/event.h"

namespace trailwatch::vault {

// What stands for a subject everywhere outside sealed batches: the first 63 bits of HMAC-SHA-256(index key, kind ‖ 00 ‖
// value). Never 0. Two subjects among 35 million share one with a probability below 1 in 10,000 (docs/adr/0004).
using Token = std::int64_t;

// What has one secret and is erased as one: a calendar month, year * 100 + month, of one class of records: class *
// 1,000,000 + 202603. The store numbers the systems from 1 on, so that each can be kept as long as it must; class 0 is
// everything that is not told apart by system (docs/adr/0014). Written to disk.
using Month = std::int64_t;
Month month_of(LocalDay day);
constexpr Month kClass = 1'000'000;
constexpr Month in_class(Month month, std::int64_t number) {
  return number * kClass + month % kClass;
}
constexpr std::int64_t class_of(Month month) {
  return month / kClass;
}
// `202603`, of whatever class.
constexpr Month calendar_month(Month month) {
  return month % kClass;
}
// Not a month: the secret of the house's own records (who asked for what, what was changed). Retention by month leaves
// it.
constexpr Month kOwnRecords = 0;
// Not a month either: the keys of tokens, fingerprints and draws, which stay when the master key is replaced.
constexpr Month kIndexKeys = -1;

// The text of a new key file: one line, `trailwatch-key-v1 <64 hexadecimal digits>`.
std::string make_key_file(Random& random);

// Keeps personal data: subjects become tokens, raw records, names and free text become sealed batches.
//
// Everything rests on one master key (a file of mode 0600, or a systemd credential). Each month has a random secret of
// its own, wrapped by the master key and kept in the store: destroying the wrapped secret makes that month unreadable
// for ever. Thread rule: one thread at a time. No I/O.
class Vault {
 public:
  // `key_file` is the text of a key file. Fails with Errc::invalid when it is not one; the message never holds the key.
  static Result<Vault> open(std::string_view key_file);
  ~Vault();
  Vault(Vault&&) noexcept;
  Vault& operator=(Vault&&) noexcept;

  // First 8 hexadecimal digits of SHA-256 over the master key: tells keys apart without telling them.
  const std::string& key_id() const;

  // `value` as the canonical event has it (upper case, folded), not empty.
  Token token(model::SubjectKind kind, std::string_view value) const;
  // For telling whether two texts are the same. Keyed, since they are guessable. 63 bits, never negative.
  std::int64_t fingerprint(std::string_view bytes) const;
  // The same for what must be forgotten with its month: without the month's secret nobody can try what the bytes were.
  // The month's secret must be known.
  std::int64_t fingerprint(Month month, std::string_view bytes) const;

  // What a finding is grouped by (`model::Finding::group`) as it may be kept: 32 hexadecimal digits, HMAC-SHA-256 under
  // a key of its own that stays when the master key is replaced. Without it nobody can try which person a group is
  // about. Empty stays empty, and what is veiled already stays as it is.
  std::string veiled(std::string_view group) const;

  // A new month's secret, already known to this vault; returns its wrapped form for the store.
  std::string make_secret(Month month, Random& random);
  // Unwraps a stored secret. Fails with Errc::corrupt when it was wrapped by another key or changed.
  Status add_secret(Month month, std::string_view wrapped);
  bool has_secret(Month month) const;
  // Of an erased month. Its batches can't be opened any more.
  void forget_secret(Month month);

  // For a new master key: what this vault's master key has wrapped, wrapped by that of `next`. Fails as `add_secret`.
  Result<std::string> rewrap(const Vault& next, Month month, std::string_view wrapped, Random& random) const;
  // The keys of tokens, fingerprints and draws, wrapped by the master key of `next`: `add_secret` of kIndexKeys there
  // makes it count like this one. The master key itself can't be told from them.
  std::string wrap_index_keys(const Vault& next, Random& random) const;

  // 32 bytes for the leaf at `index` of the evidence tree, from the month's secret: HKDF-Expand (RFC 5869) over the
  // index as 64 bits, big-endian. Once the secret is gone nobody can say which record a leaf was made of. The month's
  // secret must be known.
  std::string salt(Month month, std::int64_t index) const;

  // Compresses and encrypts (zstd, then AES-256-GCM). The batch number and month are bound in: a batch moved elsewhere
  // does not open. The month's secret must be known.
  std::string seal(std::int64_t batch, Month month, std::string_view plain, Random& random) const;
  // Fails with Errc::not_found when the month's secret is gone, Errc::corrupt when the bytes are not what was sealed.
  Result<std::string> unseal(std::int64_t batch, Month month, std::string_view sealed) const;

  // The same for one short text that stands alone, such as the reason of a decision: `number` is bound in, and no batch
  // opens as a note.
  std::string seal_note(std::int64_t number, Month month, std::string_view plain, Random& random) const;
  Result<std::string> unseal_note(std::int64_t number, Month month, std::string_view sealed) const;

  // HMAC-SHA-256 over the day under a key of its own, 64 hexadecimal digits: what is drawn by it can be drawn again by
  // who holds the key, and be told beforehand by nobody else.
  std::string draw_seed(LocalDay day) const;

 private:
  struct Impl;
  explicit Vault(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace trailwatch::vault
