#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/connection.h"
#include "trailwatch/seal/leaf.h"
#include "trailwatch/seal/tree.h"

namespace trailwatch::store {

// The tree's tiles in the database.
class StoredTiles : public seal::Tiles {
 public:
  explicit StoredTiles(Database& database) : database_(database) {}
  Result<std::string> read(seal::TileId id) override;
  static std::int64_t row_of(seal::TileId id) { return (std::int64_t{id.level} << 48) | id.index; }

 private:
  Database& database_;
};

// A row that gets a leaf. Views are used during the call only.
struct NewLeaf {
  seal::LeafKind kind = seal::LeafKind::event;
  std::int64_t ref = 0;  // the row's id
  std::string_view source;
  Instant received;
  vault::Month month = vault::kOwnRecords;  // whose secret salts it; the vault knows it
  std::string_view raw;
  std::string_view record;
};

// Appends a leaf for every row in the transaction that stores it: there is never one without the other.
class EvidenceWriter {
 public:
  explicit EvidenceWriter(Connection& connection);

  // At the start of a transaction. Throws SqliteFailure (SQLITE_CORRUPT) when the tree's edge is not there.
  void begin();
  void add(const NewLeaf& leaf);
  // The same for a row whose leaf is known already.
  void add_hash(seal::LeafKind kind, std::int64_t ref, const Digest& hash);
  // Writes tiles and runs. Before commit, and before the tree is read through the connection.
  void flush();
  std::int64_t size() const { return edge_ ? edge_->size() : 0; }
  // After a rollback.
  void forget();

 private:
  struct Run {
    std::int64_t first = 0, ref = 0, count = 0;
    seal::LeafKind kind = seal::LeafKind::event;
  };

  Connection& connection_;
  StoredTiles tiles_;
  Statement put_tile_, put_run_;
  std::optional<seal::Edge> edge_;
  std::vector<Run> runs_;
};

// Rows of a store that was made before there was a tree get their leaves now: they can't be vouched for before. Within
// a transaction; false when there is nothing to do. The files' leaves are the caller's. Throws SqliteFailure
// (SQLITE_CORRUPT) when a row can't be read.
bool seal_older_rows(Connection& connection, EvidenceWriter& evidence);

// How many leaves the committed tree has.
std::int64_t leaf_count(Database& database);

}  // namespace trailwatch::store
