#include "trailwatch/seal/tree.h"

#include <algorithm>
#include <bit>

#include "trailwatch/base/check.h"
#include "trailwatch/base/plant.h"

namespace trailwatch::seal {

namespace {

constexpr std::size_t kHashBytes = 32;
constexpr int kTileHeight = 8;

Digest hash_at(std::string_view tile, std::int64_t slot) {
  Digest out{};
  const std::string_view bytes = tile.substr(static_cast<std::size_t>(slot) * kHashBytes, kHashBytes);
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(out.data()));
  return out;
}

// The root over `count` hashes of a tile, a power of two, from slot `first` on.
Digest fold(std::string_view tile, std::int64_t first, std::int64_t count) {
  if (count == 1) return hash_at(tile, first);
  return node_hash(fold(tile, first, count / 2), fold(tile, first + count / 2, count / 2));
}

std::int64_t hashes_in(std::string_view tile) {
  return static_cast<std::int64_t>(tile.size() / kHashBytes);
}

Error missing(TileId id) {
  return Error{Errc::corrupt,
               "tile " + std::to_string(id.index) + " of level " + std::to_string(id.level) +
                   " of the tree is missing or too short",
               "run `trailwatch verify`",
               {}};
}

// The hash over leaves [index · 2^level, (index + 1) · 2^level), all of which exist.
Result<Digest> complete(Tiles& tiles, int level, std::int64_t index) {
  const int within = level % kTileHeight;
  const std::int64_t first = index << within, count = std::int64_t{1} << within;
  const TileId id{level / kTileHeight, first / kTileWidth};
  Result<std::string> tile = tiles.read(id);
  if (!tile) return std::move(tile).error();
  if (hashes_in(*tile) < first % kTileWidth + count) return missing(id);
  return fold(*tile, first % kTileWidth, count);
}

// The largest power of two below `count` (> 1).
std::int64_t split_of(std::int64_t count) {
  return static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(count - 1)));
}

bool is_power_of_two(std::int64_t count) {
  return std::has_single_bit(static_cast<std::uint64_t>(count));
}

// The hash over leaves [from, until); `from` is a multiple of the smallest power of two that holds the range.
Result<Digest> range(Tiles& tiles, std::int64_t from, std::int64_t until) {
  const std::int64_t count = until - from;
  if (is_power_of_two(count)) {
    const int level = std::countr_zero(static_cast<std::uint64_t>(count));
    return complete(tiles, level, from >> level);
  }
  const std::int64_t split = split_of(count);
  Result<Digest> left = range(tiles, from, from + split);
  if (!left) return left;
  Result<Digest> right = range(tiles, from + split, until);
  if (!right) return right;
  return node_hash(*left, *right);
}

// Puts the hash of a range behind what `proof` has so far.
Status add_range(Tiles& tiles, std::int64_t from, std::int64_t until, std::vector<Digest>& proof) {
  Result<Digest> hash = range(tiles, from, until);
  if (!hash) return std::move(hash).error();
  proof.push_back(*hash);
  return Done{};
}

// PATH(index, D[from:until]).
Status add_path(Tiles& tiles, std::int64_t index, std::int64_t from, std::int64_t until, std::vector<Digest>& proof) {
  if (until - from == 1) return Done{};
  const std::int64_t middle = from + split_of(until - from);
  const bool is_left = index < middle;
  Status below = is_left ? add_path(tiles, index, from, middle, proof) : add_path(tiles, index, middle, until, proof);
  if (!below) return below;
  return is_left ? add_range(tiles, middle, until, proof) : add_range(tiles, from, middle, proof);
}

// SUBPROOF(size - from, D[from:until], is_whole).
Status add_subproof(Tiles& tiles, std::int64_t size, std::int64_t from, std::int64_t until, bool is_whole,
                    std::vector<Digest>& proof) {
  if (size == until) return is_whole ? Status(Done{}) : add_range(tiles, from, until, proof);
  const std::int64_t middle = from + split_of(until - from);
  if (size <= middle) {
    Status below = add_subproof(tiles, size, from, middle, is_whole, proof);
    return below ? add_range(tiles, middle, until, proof) : below;
  }
  Status below = add_subproof(tiles, size, middle, until, false, proof);
  return below ? add_range(tiles, from, middle, proof) : below;
}

}  // namespace

Digest leaf_hash(std::string_view leaf) {
  thread_local std::string bytes;
  bytes.assign(1, '\x00');
  bytes.append(leaf);
  return sha256(bytes);
}

Digest node_hash(const Digest& left, const Digest& right) {
  std::array<char, 1 + 2 * kHashBytes> bytes{};
  bytes[0] = '\x01';
  std::copy(left.begin(), left.end(), reinterpret_cast<std::uint8_t*>(bytes.data() + 1));
  std::copy(right.begin(), right.end(), reinterpret_cast<std::uint8_t*>(bytes.data() + 1 + kHashBytes));
  return sha256({bytes.data(), bytes.size()});
}

const Digest& empty_root() {
  static const Digest root = sha256("");
  return root;
}

Result<Edge> Edge::open(Tiles& below, std::int64_t size) {
  Edge out(below);
  out.size_ = size;
  for (std::int64_t hashes = size; hashes > 0; hashes /= kTileWidth) {
    const TileId id{static_cast<int>(out.open_.size()), hashes / kTileWidth};
    std::string tile;
    if (hashes % kTileWidth > 0) {
      Result<std::string> read = below.read(id);
      if (!read) return std::move(read).error();
      if (hashes_in(*read) < hashes % kTileWidth) return missing(id);
      tile = read->substr(0, static_cast<std::size_t>(hashes % kTileWidth) * kHashBytes);
    }
    out.open_.push_back(std::move(tile));
    out.index_.push_back(id.index);
    out.is_changed_.push_back(false);
  }
  return out;
}

std::int64_t Edge::append(const Digest& leaf) {
  add(0, leaf);
  return size_++;
}

void Edge::add(std::size_t level, const Digest& hash) {
  if (level == open_.size()) {
    open_.emplace_back();
    index_.push_back(0);
    is_changed_.push_back(false);
  }
  open_[level].append(as_bytes(hash));
  is_changed_[level] = true;
  if (hashes_in(open_[level]) < kTileWidth) return;
  const Digest above = fold(open_[level], 0, kTileWidth);
  changed_[TileId{static_cast<int>(level), index_[level]}] = std::move(open_[level]);
  open_[level].clear();
  is_changed_[level] = false;
  ++index_[level];
  add(level + 1, above);
}

std::vector<std::pair<TileId, std::string>> Edge::take_changed() {
  std::vector<std::pair<TileId, std::string>> out;
  for (auto& [id, tile] : changed_) out.emplace_back(id, std::move(tile));
  changed_.clear();
  for (std::size_t level = 0; level < open_.size(); ++level) {
    if (is_changed_[level]) out.emplace_back(TileId{static_cast<int>(level), index_[level]}, open_[level]);
    is_changed_[level] = false;
  }
  return out;
}

Result<std::string> Edge::read(TileId id) {
  const auto level = static_cast<std::size_t>(id.level);
  if (level < open_.size() && index_[level] == id.index) return open_[level];
  const auto full = changed_.find(id);
  if (full != changed_.end()) return full->second;
  return below_->read(id);
}

Result<Digest> root(Tiles& tiles, std::int64_t size) {
  TW_CHECK(size >= 0);
  if (size == 0) return empty_root();
  return range(tiles, 0, size);
}

Result<std::vector<Digest>> inclusion_proof(Tiles& tiles, std::int64_t index, std::int64_t size) {
  TW_CHECK(0 <= index && index < size);
  std::vector<Digest> proof;
  if (Status done = add_path(tiles, index, 0, size, proof); !done) return std::move(done).error();
  return proof;
}

Result<std::vector<Digest>> consistency_proof(Tiles& tiles, std::int64_t from, std::int64_t size) {
  TW_CHECK(0 <= from && from <= size);
  std::vector<Digest> proof;
  if (from == 0 || from == size) return proof;
  if (Status done = add_subproof(tiles, TW_PLANT("proof-off-by-one") ? from - 1 : from, 0, size, true, proof); !done)
    return std::move(done).error();
  return proof;
}

bool proves_inclusion(const std::vector<Digest>& proof, const Digest& leaf, std::int64_t index, std::int64_t size,
                      const Digest& root) {
  if (index < 0 || index >= size) return false;
  auto node = static_cast<std::uint64_t>(index), last = static_cast<std::uint64_t>(size - 1);
  Digest hash = leaf;
  for (const Digest& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      hash = node_hash(sibling, hash);
      // A node without a right sibling is carried up unhashed.
      while ((node & 1U) == 0 && node != 0) node >>= 1U, last >>= 1U;
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1U;
    last >>= 1U;
  }
  return last == 0 && hash == root;
}

bool proves_consistency(const std::vector<Digest>& proof, std::int64_t from, const Digest& from_root, std::int64_t size,
                        const Digest& root) {
  if (from < 0 || from > size) return false;
  if (from == size) return proof.empty() && from_root == root && (size > 0 || root == empty_root());
  if (from == 0) return proof.empty() && from_root == empty_root();
  if (proof.empty()) return false;
  auto node = static_cast<std::uint64_t>(from - 1), last = static_cast<std::uint64_t>(size - 1);
  while ((node & 1U) != 0) node >>= 1U, last >>= 1U;
  // When `from` is a power of two its root is the first hash, and is not sent.
  auto next = proof.begin();
  Digest old_hash = is_power_of_two(from) ? from_root : *next++;
  Digest new_hash = old_hash;
  for (; next != proof.end(); ++next) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      old_hash = node_hash(*next, old_hash);
      new_hash = node_hash(*next, new_hash);
      while ((node & 1U) == 0 && node != 0) node >>= 1U, last >>= 1U;
    } else {
      new_hash = node_hash(new_hash, *next);
    }
    node >>= 1U;
    last >>= 1U;
  }
  return last == 0 && old_hash == from_root && new_hash == root;
}

}  // namespace trailwatch::seal
