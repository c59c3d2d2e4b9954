#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "trailwatch/base/random.h"
#include "trailwatch/seal/note.h"
#include "trailwatch/seal/tree.h"

namespace trailwatch::test {

// Tiles in memory, with a tree that grows on them.
class MemoryTree : public seal::Tiles {
 public:
  Result<std::string> read(seal::TileId id) override {
    const auto found = tiles.find(id);
    if (found == tiles.end()) return Error{Errc::corrupt, "no such tile", "", {}};
    return found->second;
  }
  // Opens the edge from what is kept, appends, keeps what changed: as a process that was started anew.
  void append(const std::vector<Digest>& leaves) {
    Result<seal::Edge> edge = seal::Edge::open(*this, size);
    ASSERT_TRUE(edge.has_value()) << edge.error().text();
    for (const Digest& leaf : leaves) edge->append(leaf);
    for (auto& [id, tile] : edge->take_changed()) tiles[id] = std::move(tile);
    size = edge->size();
  }

  std::map<seal::TileId, std::string> tiles;
  std::int64_t size = 0;
};

inline std::string known_leaf(std::int64_t i) {
  return "{\"seq\":" + std::to_string(i) + ",\"actor\":\"u" + std::to_string(i % 7) + "\"}";
}
inline std::vector<Digest> known_leaves(std::int64_t count) {
  std::vector<Digest> out;
  for (std::int64_t i = 0; i < count; ++i) out.push_back(seal::leaf_hash(known_leaf(i)));
  return out;
}

constexpr const char* kOrigin = "trailwatch.example/hsinchu/audit-1";
inline seal::SigningKey known_key(seal::KeyType type = seal::KeyType::log) {
  return seal::SigningKey::from_seed(kOrigin, type, as_bytes(sha256("trailwatch test vector key 1")));
}
inline std::string known_note_text() {
  return "trailwatch.example/hsinchu/audit-1\n1000\n01SXoIrIAg0uMTPDQ4i/dxbV/xzH3mqqky4DEPXo9sU=\n";
}
inline std::string known_note() {
  return known_note_text() +
         "\n\u2014 trailwatch.example/hsinchu/audit-1 "
         "YaWQeqx0PLLctez8gtLiDECDbs2rDv+SYckLWmmU9qUiLdafTm5qwE/LeoWJnsPp+Pq9x1/TCHHJu45bYV4e8Lrz7gE=\n";
}

template <typename T>
T got(Result<T> result) {
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().text());
  return result ? *std::move(result) : T{};
}

// Bytes that differ from call to call, the same in every run.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15U + 1) {}
  std::string bytes(std::size_t count) override {
    std::string out;
    while (out.size() < count) {
      state_ = state_ * 6364136223846793005U + 1442695040888963407U;
      out.push_back(static_cast<char>(state_ >> 56U));
    }
    return out;
  }
  std::size_t below(std::size_t limit) {
    std::size_t out = 0;
    for (const char c : bytes(7)) out = out << 8U | static_cast<unsigned char>(c);
    return out % limit;
  }

 private:
  std::uint64_t state_;
};

}  // namespace trailwatch::test
