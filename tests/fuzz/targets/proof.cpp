#include <algorithm>

#include "fuzz/fuzz.h"
#include "trailwatch/base/check.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/seal/note.h"
#include "trailwatch/seal/tree.h"

// A `.tlog-proof`, and its hashes as proofs about a tree of whatever size the rest says.
TW_FUZZ(proof) {
  using namespace trailwatch;
  static const seal::SigningKey key =
      seal::SigningKey::from_seed("fuzz.example/log", seal::KeyType::log, as_bytes(sha256("fuzz")));
  const Digest leaf = seal::leaf_hash("leaf");
  if (const auto read = seal::parse_leaf_proof(input)) {
    TW_CHECK(to_text(*read) == input);
    if (const auto held = seal::check_leaf(*read, leaf, {key.verifier()})) TW_CHECK(read->index < held->size);
  }
  const auto number = [&] {
    std::int64_t out = 0;
    for (int i = 0; i < 8; ++i)
      out = static_cast<std::int64_t>(static_cast<std::uint64_t>(out) << 8U | fuzz::take_byte(input));
    return out;
  };
  const std::int64_t from = number(), size = number();
  std::vector<Digest> hashes;
  while (input.size() >= 32 && hashes.size() < 128) {
    Digest hash{};
    std::copy_n(input.begin(), 32, reinterpret_cast<char*>(hash.data()));
    hashes.push_back(hash);
    input.remove_prefix(32);
  }
  // A root that the proof does not make is a hash that nobody can find.
  TW_CHECK(!seal::proves_inclusion(hashes, leaf, from, size, sha256("nobody's root")) || hashes.empty());
  if (from != size) TW_CHECK(!seal::proves_consistency(hashes, from, sha256("a"), size, sha256("b")) || from == 0);
}
