#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "trailwatch/base/random.h"
#include "trailwatch/base/result.h"

namespace trailwatch::seal {

// What a key signs: whole notes (C2SP signed-note, Ed25519), or as a witness a time and a checkpoint (C2SP
// tlog-cosignature). The numbers stand in keys and key ids.
enum class KeyType : std::uint8_t { log = 0x01, witness = 0x04 };

// A key's name: not empty, valid UTF-8, no plus sign, no Unicode space, no control character.
bool is_key_name(std::string_view name);

// The public half: tells whether a signature is this key's. Plain value.
class VerifierKey {
 public:
  // `name+61a5907a+AUQIHI…`, white space around it ignored. Fails with Errc::invalid, also when the id is not that of
  // the key.
  static Result<VerifierKey> parse(std::string_view vkey);
  VerifierKey(std::string name, KeyType type, std::string public_key);

  const std::string& name() const { return name_; }
  KeyType type() const { return type_; }
  // First four bytes of SHA-256(name ‖ 0A ‖ type ‖ public key), big-endian.
  std::uint32_t id() const { return id_; }
  const std::string& public_key() const { return public_key_; }  // 32 bytes
  std::string vkey() const;
  // The same key for other tools: PEM of RFC 8410.
  std::string pem() const;
  // RFC 8032 over `message`.
  bool verifies(std::string_view message, std::string_view signature) const;

 private:
  std::string name_;
  KeyType type_;
  std::string public_key_;
  std::uint32_t id_;
};

// The private half. Its file is one line, `PRIVATE+KEY+name+id+…`, as Go's sumdb/note has it. Wiped when it goes.
class SigningKey {
 public:
  static Result<SigningKey> parse(std::string_view key_file);
  // `name` must be a key name, `seed` has 32 bytes.
  static SigningKey from_seed(std::string name, KeyType type, std::string_view seed);
  static SigningKey make(std::string name, KeyType type, Random& random);
  // The same name and key for another type. What a witness signs begins with a line that no checkpoint begins with, so
  // one key may serve both.
  SigningKey as(KeyType type) const;
  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;

  const VerifierKey& verifier() const;
  std::string key_file() const;
  // 64 bytes; the same message gives the same signature.
  std::string sign(std::string_view message) const;

 private:
  struct Impl;
  explicit SigningKey(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace trailwatch::seal
