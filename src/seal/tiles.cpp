#include "trailwatch/base/check.h"
#include "trailwatch/seal/tree.h"

namespace trailwatch::seal {

namespace {

// 1234067 → `x001/x234/067`
std::string index_path(std::int64_t index) {
  std::string out;
  for (bool is_last = true; is_last || index > 0; is_last = false, index /= 1000) {
    std::string three = std::to_string(1000 + index % 1000).substr(1);
    out = is_last ? three : "x" + three + "/" + out;
  }
  return out;
}

std::string part_path(std::int64_t width) {
  TW_CHECK(1 <= width && width <= kTileWidth);
  return width == kTileWidth ? "" : ".p/" + std::to_string(width);
}

}  // namespace

std::vector<std::pair<TileId, std::int64_t>> tiles_of(std::int64_t size) {
  std::vector<std::pair<TileId, std::int64_t>> out;
  int level = 0;
  for (std::int64_t hashes = size; hashes > 0; hashes /= kTileWidth, ++level) {
    for (std::int64_t index = 0; index < hashes / kTileWidth; ++index) out.push_back({{level, index}, kTileWidth});
    if (hashes % kTileWidth > 0) out.push_back({{level, hashes / kTileWidth}, hashes % kTileWidth});
  }
  return out;
}

std::string tile_path(TileId id, std::int64_t width) {
  return "tile/" + std::to_string(id.level) + "/" + index_path(id.index) + part_path(width);
}

std::string entries_path(std::int64_t index, std::int64_t width) {
  return "tile/entries/" + index_path(index) + part_path(width);
}

void add_entry(std::string& bundle, std::string_view leaf) {
  TW_CHECK(leaf.size() < 65'536);
  bundle.push_back(static_cast<char>(leaf.size() >> 8U));
  bundle.push_back(static_cast<char>(leaf.size() & 255U));
  bundle.append(leaf);
}

}  // namespace trailwatch::seal
