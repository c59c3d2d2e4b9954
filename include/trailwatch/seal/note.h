#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/hash.h"
#include "trailwatch/base/result.h"
#include "trailwatch/base/time.h"
#include "trailwatch/seal/key.h"

// C2SP signed-note, tlog-checkpoint, tlog-cosignature and tlog-proof: texts that other people's programs can check.
namespace trailwatch::seal {

// One line under a note: `— name base64(id ‖ bytes)`.
struct Signature {
  std::string name;
  std::uint32_t id = 0;
  std::string bytes;
  bool operator==(const Signature&) const = default;
};

// `text` ends with a line end.
struct Note {
  std::string text;
  std::vector<Signature> signatures;
  bool operator==(const Note&) const = default;
};

std::string to_text(const Signature& signature);  // with its line end
std::string to_text(const Note& note);
// Form only; nothing in it is to be believed before `check`. Fails with Errc::invalid on anything that the format does
// not allow, more than 1,000,000 bytes or more than 100 signatures.
Result<Note> parse_note(std::string_view bytes);

// `text` signed by a log's key.
Signature sign(const SigningKey& key, std::string_view text);
// A witness's: that it saw `text`, a checkpoint, at `now` (whole seconds) and found it consistent.
Signature cosign(const SigningKey& key, std::string_view text, Instant now);
// When a cosignature says that it was made; nothing when it has not the form of one.
std::optional<Instant> cosigned_at(const Signature& signature);

// Whether this line is a good signature of this key under `text`, whichever type the key has.
bool is_signed_by(const VerifierKey& key, std::string_view text, const Signature& signature);
// The given keys that signed the note, each once, in the order of the lines. Unknown signatures are passed over. Fails
// with Errc::corrupt when a line that bears a known key's name and id is not its signature, or when no known key
// signed.
Result<std::vector<VerifierKey>> check(const Note& note, const std::vector<VerifierKey>& known);

// What a log says about its tree: the text of a checkpoint. Our own have no extension lines.
struct Checkpoint {
  std::string origin;
  std::int64_t size = 0;
  Digest root{};
  std::vector<std::string> extensions;
  bool operator==(const Checkpoint&) const = default;
};
std::string to_text(const Checkpoint& checkpoint);
// Fails with Errc::invalid. Numbers have one form only: no sign, no leading zeros, at most 2^63 - 1.
Result<Checkpoint> parse_checkpoint(std::string_view text);

// `.tlog-proof`: that a leaf stands at `index` of the tree that `checkpoint`, a signed note, speaks of. `extra` is not
// covered by anything.
struct LeafProof {
  std::int64_t index = 0;
  std::vector<Digest> hashes;
  std::string checkpoint;
  std::optional<std::string> extra;
  bool operator==(const LeafProof&) const = default;
};
std::string to_text(const LeafProof& proof);
Result<LeafProof> parse_leaf_proof(std::string_view text);
// Checks signature, form and path for `leaf_hash`. Fails with Errc::corrupt and says which of them does not hold.
Result<Checkpoint> check_leaf(const LeafProof& proof, const Digest& leaf_hash, const std::vector<VerifierKey>& known);

// A decimal number as these formats write it.
std::optional<std::int64_t> parse_number(std::string_view text);
std::optional<Digest> parse_digest(std::string_view base64_text);

}  // namespace trailwatch::seal
