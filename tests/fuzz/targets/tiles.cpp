#include <algorithm>

#include "fuzz/fuzz.h"
#include "trailwatch/base/check.h"
#include "trailwatch/seal/tree.h"

namespace trailwatch::fuzz {
namespace {

// Tiles as a damaged or foreign store would give them: cut out of the input, of any width.
class GivenTiles : public seal::Tiles {
 public:
  explicit GivenTiles(std::string_view bytes) : bytes_(bytes) {}
  Result<std::string> read(seal::TileId id) override {
    const auto at = static_cast<std::size_t>(id.level * 7 + id.index % 13) * 32;
    if (at > bytes_.size()) return Error{Errc::corrupt, "no such tile", "", {}};
    return std::string(bytes_.substr(at, std::size_t{32} * seal::kTileWidth));
  }

 private:
  std::string_view bytes_;
};

}  // namespace
}  // namespace trailwatch::fuzz

// First three bytes: the size of the tree and the leaf asked for. Whatever the tiles are, a root that can be made at
// all is proven by the proofs made from the same tiles, or else none is given.
TW_FUZZ(tiles) {
  using namespace trailwatch;
  const std::int64_t size = fuzz::take_byte(input) + 256 * (fuzz::take_byte(input) % 8);
  const std::int64_t index = size == 0 ? 0 : fuzz::take_byte(input) % size;
  fuzz::GivenTiles tiles(input);
  const Result<Digest> root = seal::root(tiles, size);
  Result<seal::Edge> edge = seal::Edge::open(tiles, size);
  if (edge) {
    TW_CHECK(edge->size() == size);
    edge->append(seal::leaf_hash("one more"));
    edge->take_changed();
  }
  if (size == 0) return;
  const auto proof = seal::inclusion_proof(tiles, index, size);
  const auto consistent = seal::consistency_proof(tiles, index, size);
  if (root && consistent && index > 0) {
    const Result<Digest> before = seal::root(tiles, index);
    if (before && size <= 256) TW_CHECK(seal::proves_consistency(*consistent, index, *before, size, *root));
  }
  if (root && proof && size <= 256) {
    const auto at = static_cast<std::size_t>(index) * 32;
    Digest leaf{};
    std::copy_n(tiles.read({0, 0})->begin() + static_cast<std::ptrdiff_t>(at), 32,
                reinterpret_cast<char*>(leaf.data()));
    TW_CHECK(seal::proves_inclusion(*proof, leaf, index, size, *root));
  }
}
