#include "trailwatch/seal/note.h"

#include <algorithm>

#include "fuzz/fuzz.h"
#include "trailwatch/base/check.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/seal/base64.h"
#include "trailwatch/seal/signer.h"

// Notes, checkpoints, keys and what is said to the signer. What can be read has one form only: written again it is the
// same bytes. And nothing that the fuzzer makes is ever signed.
TW_FUZZ(note) {
  using namespace trailwatch;
  static const seal::SigningKey key =
      seal::SigningKey::from_seed("fuzz.example/log", seal::KeyType::log, as_bytes(sha256("fuzz")));
  if (const auto note = seal::parse_note(input)) {
    TW_CHECK(to_text(*note) == input);
    const auto checked = seal::check(*note, {key.verifier()});
    // Ed25519 is deterministic: only the one signature of this text can be good.
    if (checked)
      TW_CHECK(note->signatures.end() !=
               std::find(note->signatures.begin(), note->signatures.end(), seal::sign(key, note->text)));
  }
  if (const auto checkpoint = seal::parse_checkpoint(input)) TW_CHECK(to_text(*checkpoint) == input);
  if (const auto vkey = seal::VerifierKey::parse(input)) TW_CHECK(seal::VerifierKey::parse(vkey->vkey()).has_value());
  if (const auto private_key = seal::SigningKey::parse(input))
    TW_CHECK(seal::SigningKey::parse(private_key->key_file()).has_value());
  if (const auto request = seal::parse_sign_request(input)) TW_CHECK(to_text(*request) == input);
  if (const auto answer = seal::parse_sign_answer(input)) TW_CHECK(to_text(*answer) == input);
  if (const auto bytes = seal::from_base64(input)) TW_CHECK(seal::base64(*bytes) == input);
  if (const auto number = seal::parse_number(input)) TW_CHECK(std::to_string(*number) == input);
}
