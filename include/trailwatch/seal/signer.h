#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/time.h"
#include "trailwatch/seal/note.h"

namespace trailwatch::seal {

// What the service asks of the signer: a checkpoint, and the proof that its tree holds the one of `from` leaves that
// was signed last. As text: `old N`, one hash a line, an empty line, the checkpoint (as C2SP tlog-witness has it).
struct SignRequest {
  std::int64_t from = 0;
  std::vector<Digest> proof;
  Checkpoint checkpoint;
};
std::string to_text(const SignRequest& request);
Result<SignRequest> parse_sign_request(std::string_view text);

// As text: the word, then for `refused` a sentence, then a line end and the note where there is one.
struct SignAnswer {
  enum class Kind {
    done,     // `note` is what was asked for
    other,    // another size was signed last: `note` is that; nothing was signed
    refused,  // the tree is not a continuation of what was signed. `reason` says so; `note` is what was signed before
  } kind = Kind::refused;
  std::string reason;
  std::string note;
};
std::string to_text(const SignAnswer& answer);
Result<SignAnswer> parse_sign_answer(std::string_view text);

// The one who signs a log's checkpoints, and never two trees that contradict each other. A machine without files and
// clocks: the shell around it keeps what `decide` returns before it answers.
class Signer {
 public:
  // `keys` (at least one) have the origin as their name and sign all together, so that a new key can begin before an
  // old one ends. `last` is the note that was kept last. Fails with Errc::corrupt when none of the keys signed `last`.
  static Result<Signer> open(std::vector<SigningKey> keys, std::optional<std::string> last);

  struct Decision {
    SignAnswer answer;
    // Two trees of one log that contradict each other: to be remembered for ever.
    bool is_forgery = false;
  };
  // Besides its signatures a note bears each key's cosignature, which tells when it was made.
  Decision decide(const SignRequest& request, Instant now) const;
  // The answered note was kept durably: from now on it is the last one.
  void kept(const SignAnswer& answer);

  const std::string& origin() const;
  const std::optional<std::string>& last() const { return last_text_; }
  // Public keys of both kinds, by which the notes can be checked.
  std::vector<VerifierKey> verifiers() const;

 private:
  explicit Signer(std::vector<SigningKey> keys);

  std::vector<SigningKey> keys_;
  std::vector<SigningKey> witnesses_;
  std::optional<std::string> last_text_;
  std::optional<Checkpoint> last_;
};

// The keys by which a log's notes can be checked, from its public key: as signer and as witness.
std::vector<VerifierKey> both_kinds(const VerifierKey& key);

}  // namespace trailwatch::seal
