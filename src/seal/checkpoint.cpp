#include <algorithm>

#include "trailwatch/seal/base64.h"
#include "trailwatch/seal/note.h"
#include "trailwatch/seal/tree.h"

namespace trailwatch::seal {

namespace {

constexpr std::string_view kProofStart = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr std::size_t kHashesMax = 63;

Error bad_checkpoint(std::string what) {
  return Error{Errc::invalid, "this is not a checkpoint: " + std::move(what), "", {}};
}
Error bad_proof(std::string what) {
  return Error{Errc::invalid, "this is not a proof (.tlog-proof): " + std::move(what), "", {}};
}

// Takes the next line, without its end. Nothing when no whole line is left.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string to_text(const Checkpoint& checkpoint) {
  std::string out =
      checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + base64(as_bytes(checkpoint.root)) + "\n";
  for (const std::string& line : checkpoint.extensions) out += line + "\n";
  return out;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  const auto origin = take_line(text), size = take_line(text), root = take_line(text);
  if (!origin || !size || !root) return bad_checkpoint("it has fewer than three lines");
  if (origin->empty()) return bad_checkpoint("it has no origin");
  const auto number = parse_number(*size);
  if (!number) return bad_checkpoint("its second line is no tree size");
  const auto digest = parse_digest(*root);
  if (!digest) return bad_checkpoint("its third line is no root hash");
  Checkpoint out{std::string(*origin), *number, *digest, {}};
  while (!text.empty()) {
    const auto line = take_line(text);
    if (!line || line->empty()) return bad_checkpoint("it has an empty or unfinished line");
    out.extensions.emplace_back(*line);
  }
  return out;
}

std::string to_text(const LeafProof& proof) {
  std::string out = std::string(kProofStart) + "\n";
  if (proof.extra) out += std::string(kExtra) + base64(*proof.extra) + "\n";
  out += std::string(kIndex) + std::to_string(proof.index) + "\n";
  for (const Digest& hash : proof.hashes) out += base64(as_bytes(hash)) + "\n";
  return out + "\n" + proof.checkpoint;
}

Result<LeafProof> parse_leaf_proof(std::string_view text) {
  if (take_line(text) != kProofStart) return bad_proof("its first line is another");
  LeafProof out;
  auto line = take_line(text);
  if (line && line->substr(0, kExtra.size()) == kExtra) {
    out.extra = from_base64(line->substr(kExtra.size()));
    if (!out.extra) return bad_proof("its extra data is not base64");
    line = take_line(text);
  }
  const auto index =
      line && line->substr(0, kIndex.size()) == kIndex ? parse_number(line->substr(kIndex.size())) : std::nullopt;
  if (!index) return bad_proof("it has no index");
  out.index = *index;
  for (line = take_line(text); line && !line->empty(); line = take_line(text)) {
    const auto hash = parse_digest(*line);
    if (!hash || out.hashes.size() == kHashesMax) return bad_proof("its path is not one of a tree");
    out.hashes.push_back(*hash);
  }
  if (!line || text.empty()) return bad_proof("it has no checkpoint");
  out.checkpoint = text;
  return out;
}

Result<Checkpoint> check_leaf(const LeafProof& proof, const Digest& leaf_hash, const std::vector<VerifierKey>& known) {
  Result<Note> note = parse_note(proof.checkpoint);
  if (!note) return std::move(note).error();
  Result<std::vector<VerifierKey>> signers = check(*note, known);
  if (!signers) return std::move(signers).error();
  Result<Checkpoint> checkpoint = parse_checkpoint(note->text);
  if (!checkpoint) return checkpoint;
  const auto is_the_logs = [&](const VerifierKey& key) {
    return key.type() == KeyType::log && key.name() == checkpoint->origin;
  };
  if (std::none_of(signers->begin(), signers->end(), is_the_logs)) {
    return Error{Errc::corrupt, "no key of the log itself signed this checkpoint", "", {}};
  }
  if (!proves_inclusion(proof.hashes, leaf_hash, proof.index, checkpoint->size, checkpoint->root)) {
    return Error{Errc::corrupt,
                 "the path does not lead from this leaf, at index " + std::to_string(proof.index) +
                     ", to the root that was signed",
                 "",
                 {}};
  }
  return checkpoint;
}

}  // namespace trailwatch::seal
