#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trailwatch/base/hash.h"
#include "trailwatch/base/result.h"

// The Merkle tree of RFC 6962 section 2.1 (the same hashing as RFC 9162): SHA-256, leaves prefixed with 00, nodes with
// 01. It is kept as the tiles of C2SP tlog-tiles: 256 hashes of every eighth level, so that a leaf costs 32 bytes and
// an eighth of a byte; what lies between is computed when it is asked for.
namespace trailwatch::seal {

Digest leaf_hash(std::string_view leaf);
Digest node_hash(const Digest& left, const Digest& right);
// Of a tree without leaves: SHA-256 of nothing.
const Digest& empty_root();

constexpr std::int64_t kTileWidth = 256;

// Tile `index` of level 0 holds the hashes of leaves 256·index …; of level l those of full tiles of level l - 1.
struct TileId {
  int level = 0;
  std::int64_t index = 0;
  auto operator<=>(const TileId&) const = default;
};

// Where tiles come from. Room `store` has one inside the writer's transaction.
class Tiles {
 public:
  virtual ~Tiles() = default;
  // The tile's hashes one after another, 32 bytes each, at most 256. A tile may be longer than was asked for in an
  // earlier state of the tree; fails when it is not there.
  virtual Result<std::string> read(TileId id) = 0;
};

// The growing edge of a tree: the last tile of every level, in memory. One thread at a time; `below` must outlive it.
class Edge : public Tiles {
 public:
  // A tree of `size` leaves whose tiles lie in `below`. Fails with Errc::corrupt when one is missing or too short.
  static Result<Edge> open(Tiles& below, std::int64_t size);

  std::int64_t size() const { return size_; }
  // The new leaf's index.
  std::int64_t append(const Digest& leaf);
  // The tiles that were changed since the last call, whole; the caller keeps them.
  std::vector<std::pair<TileId, std::string>> take_changed();
  // Sees what was appended and not kept yet.
  Result<std::string> read(TileId id) override;

 private:
  explicit Edge(Tiles& below) : below_(&below) {}
  void add(std::size_t level, const Digest& hash);

  Tiles* below_;
  std::int64_t size_ = 0;
  std::vector<std::string> open_;          // by level: the last tile, 0..255 hashes
  std::vector<std::int64_t> index_;        // of that tile
  std::map<TileId, std::string> changed_;  // full ones; open ones are added when taken
  std::vector<bool> is_changed_;
};

// Root of the first `size` leaves; 0 gives the empty root.
Result<Digest> root(Tiles& tiles, std::int64_t size);
// RFC 6962 2.1.1, for 0 <= `index` < `size`: the leaf's sibling first.
Result<std::vector<Digest>> inclusion_proof(Tiles& tiles, std::int64_t index, std::int64_t size);
// RFC 6962 2.1.2, for 0 <= `from` <= `size`. Empty when `from` is 0 or `size`.
Result<std::vector<Digest>> consistency_proof(Tiles& tiles, std::int64_t from, std::int64_t size);

// RFC 9162 2.1.3.2 and 2.1.4.2. Never fail otherwise than by saying no, whatever they are given.
bool proves_inclusion(const std::vector<Digest>& proof, const Digest& leaf, std::int64_t index, std::int64_t size,
                      const Digest& root);
bool proves_consistency(const std::vector<Digest>& proof, std::int64_t from, const Digest& from_root, std::int64_t size,
                        const Digest& root);

// All tiles of a tree of `size` leaves with their widths, in order of level and index; and their paths below the log's
// prefix: `tile/0/x001/x234/067.p/112`.
std::vector<std::pair<TileId, std::int64_t>> tiles_of(std::int64_t size);
std::string tile_path(TileId id, std::int64_t width);
// Of the bundle with the leaves that tile `index` of level 0 hashes: `tile/entries/000.p/112`.
std::string entries_path(std::int64_t index, std::int64_t width);
// Appends one leaf to a bundle: its length as 16 bits, big-endian, then its bytes. `leaf` is shorter than 65,536 bytes.
void add_entry(std::string& bundle, std::string_view leaf);

}  // namespace trailwatch::seal
