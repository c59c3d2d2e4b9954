#include "trailwatch/seal/signer.h"

#include <algorithm>

#include "trailwatch/seal/base64.h"
#include "trailwatch/seal/tree.h"

namespace trailwatch::seal {

namespace {

constexpr std::size_t kHashesMax = 63;

std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

Error bad_request(std::string what) {
  return Error{Errc::invalid, "this is no request for a signature: " + std::move(what), "", {}};
}

std::string_view word(SignAnswer::Kind kind) {
  switch (kind) {
    case SignAnswer::Kind::done:
      return "done";
    case SignAnswer::Kind::other:
      return "other";
    case SignAnswer::Kind::refused:
      break;
  }
  return "refused";
}

}  // namespace

std::string to_text(const SignRequest& request) {
  std::string out = "old " + std::to_string(request.from) + "\n";
  for (const Digest& hash : request.proof) out += base64(as_bytes(hash)) + "\n";
  return out + "\n" + to_text(request.checkpoint);
}

Result<SignRequest> parse_sign_request(std::string_view text) {
  auto line = take_line(text);
  const auto from = line && line->substr(0, 4) == "old " ? parse_number(line->substr(4)) : std::nullopt;
  if (!from) return bad_request("its first line names no size");
  SignRequest out;
  out.from = *from;
  for (line = take_line(text); line && !line->empty(); line = take_line(text)) {
    const auto hash = parse_digest(*line);
    if (!hash || out.proof.size() == kHashesMax) return bad_request("its proof is not one of a tree");
    out.proof.push_back(*hash);
  }
  if (!line) return bad_request("it has no checkpoint");
  Result<Checkpoint> checkpoint = parse_checkpoint(text);
  if (!checkpoint) return std::move(checkpoint).error();
  out.checkpoint = *std::move(checkpoint);
  return out;
}

std::string to_text(const SignAnswer& answer) {
  return std::string(word(answer.kind)) + (answer.reason.empty() ? "" : " " + answer.reason) + "\n" + answer.note;
}

Result<SignAnswer> parse_sign_answer(std::string_view text) {
  const auto line = take_line(text);
  if (!line) return Error{Errc::invalid, "the signer's answer has no first line", "", {}};
  const std::size_t space = std::min(line->find(' '), line->size());
  for (const SignAnswer::Kind kind : {SignAnswer::Kind::done, SignAnswer::Kind::other, SignAnswer::Kind::refused}) {
    if (line->substr(0, space) != word(kind)) continue;
    if (space + 1 == line->size()) break;  // an answer has one form: no blank without a reason behind it
    return SignAnswer{kind, std::string(line->substr(std::min(space + 1, line->size()))), std::string(text)};
  }
  return Error{Errc::invalid, "the signer's answer is none", "is this a newer or older signer?", {}};
}

std::vector<VerifierKey> both_kinds(const VerifierKey& key) {
  return {VerifierKey(key.name(), KeyType::log, key.public_key()),
          VerifierKey(key.name(), KeyType::witness, key.public_key())};
}

Signer::Signer(std::vector<SigningKey> keys) : keys_(std::move(keys)) {
  for (const SigningKey& key : keys_) witnesses_.push_back(key.as(KeyType::witness));
}

Result<Signer> Signer::open(std::vector<SigningKey> keys, std::optional<std::string> last) {
  TW_CHECK(!keys.empty());
  for (const SigningKey& key : keys) {
    if (key.verifier().type() == KeyType::log && key.verifier().name() == keys.front().verifier().name()) continue;
    return Error{
        Errc::invalid, "the keys of one signer must be keys of one log", "they bear its origin as their name", {}};
  }
  Signer out(std::move(keys));
  if (!last) return out;
  Result<Note> note = parse_note(*last);
  if (!note) return std::move(note).error();
  Result<std::vector<VerifierKey>> signers = check(*note, out.verifiers());
  if (!signers) return std::move(signers).error();
  Result<Checkpoint> checkpoint = parse_checkpoint(note->text);
  if (!checkpoint) return std::move(checkpoint).error();
  out.last_ = *std::move(checkpoint);
  out.last_text_ = std::move(last);
  return out;
}

const std::string& Signer::origin() const {
  return keys_.front().verifier().name();
}

std::vector<VerifierKey> Signer::verifiers() const {
  std::vector<VerifierKey> out;
  for (const SigningKey& key : keys_) {
    for (VerifierKey& kind : both_kinds(key.verifier())) out.push_back(std::move(kind));
  }
  return out;
}

Signer::Decision Signer::decide(const SignRequest& request, Instant now) const {
  const Checkpoint& asked = request.checkpoint;
  const auto no = [&](std::string reason, bool is_forgery) {
    return Decision{{SignAnswer::Kind::refused, std::move(reason), last_text_.value_or("")}, is_forgery};
  };
  if (asked.origin != origin()) return no("this signer signs for " + origin() + " only", false);
  if (!asked.extensions.empty()) return no("a checkpoint has three lines", false);
  const std::int64_t size = last_ ? last_->size : 0;
  const Digest root = last_ ? last_->root : empty_root();
  if (asked.size == size && asked.root != root) return no("another tree of this size was signed before", true);
  if (request.from != size) return {{SignAnswer::Kind::other, "", last_text_.value_or("")}, false};
  if (asked.size < size) return no("a larger tree was signed before", false);
  if (!proves_consistency(request.proof, size, root, asked.size, asked.root)) {
    return no("this tree is not a continuation of the one that was signed last", true);
  }
  Note note{to_text(asked), {}};
  for (const SigningKey& key : keys_) note.signatures.push_back(sign(key, note.text));
  for (const SigningKey& key : witnesses_) note.signatures.push_back(cosign(key, note.text, now));
  return {{SignAnswer::Kind::done, "", to_text(note)}, false};
}

void Signer::kept(const SignAnswer& answer) {
  TW_CHECK(answer.kind == SignAnswer::Kind::done);
  const Result<Note> note = parse_note(answer.note);
  TW_CHECK(note.has_value());
  const Result<Checkpoint> checkpoint = parse_checkpoint(note->text);
  TW_CHECK(checkpoint.has_value());
  last_ = *checkpoint;
  last_text_ = answer.note;
}

}  // namespace trailwatch::seal
