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

// A calendar month of events as year * 100 + month: 202603. Secrets, and later their erasure, go by it.
using Month = std::int32_t;
Month month_of(LocalDay day);
// Not a month: the secret of the house's own records (who asked for what, what was changed). Retention by month leaves
// it.
constexpr Month kOwnRecords = 0;

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
  // For telling whether two records are the same bytes. Keyed, since records are guessable.
  std::int64_t fingerprint(std::string_view bytes) const;

  // A new month's secret, already known to this vault; returns its wrapped form for the store.
  std::string make_secret(Month month, Random& random);
  // Unwraps a stored secret. Fails with Errc::corrupt when it was wrapped by another key or changed.
  Status add_secret(Month month, std::string_view wrapped);
  bool has_secret(Month month) const;

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
