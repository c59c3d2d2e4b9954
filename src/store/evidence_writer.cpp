#include "store/evidence_writer.h"

#include <sqlite3.h>

namespace trailwatch::store {

Result<std::string> StoredTiles::read(seal::TileId id) {
  return at_the_door([&] {
    Statement row(database_, "SELECT hashes FROM tile WHERE id=?");
    row.bind(0, row_of(id));
    return row.step() ? std::string(row.text(0)) : std::string();
  });
}

std::int64_t leaf_count(Database& database) {
  return database.number("SELECT first + count FROM leaf ORDER BY first DESC LIMIT 1");
}

EvidenceWriter::EvidenceWriter(Connection& connection)
    : connection_(connection),
      tiles_(connection.database),
      put_tile_(connection.database, "INSERT OR REPLACE INTO tile(id, hashes) VALUES(?, ?)"),
      put_run_(connection.database, "INSERT OR REPLACE INTO leaf(first, kind, ref, count) VALUES(?, ?, ?, ?)") {}

void EvidenceWriter::begin() {
  if (edge_) return;
  Result<seal::Edge> edge = seal::Edge::open(tiles_, leaf_count(connection_.database));
  if (!edge) throw SqliteFailure(SQLITE_CORRUPT, edge.error().message);
  edge_ = *std::move(edge);
}

void EvidenceWriter::add(const NewLeaf& leaf) {
  const std::int64_t index = edge_->size();
  const std::string salt = connection_.vault.salt(leaf.month, index);
  add_hash(
      leaf.kind, leaf.ref,
      seal::leaf_hash(seal::leaf_bytes({leaf.kind, index, leaf.received, leaf.source, salt, leaf.raw, leaf.record})));
}

void EvidenceWriter::add_hash(seal::LeafKind kind, std::int64_t ref, const Digest& hash) {
  const std::int64_t index = edge_->append(hash);
  if (!runs_.empty() && runs_.back().kind == kind && runs_.back().ref + runs_.back().count == ref) {
    ++runs_.back().count;
  } else {
    runs_.push_back({index, ref, 1, kind});
  }
}

void EvidenceWriter::flush() {
  for (const auto& [id, hashes] : edge_->take_changed()) {
    put_tile_.bind(0, StoredTiles::row_of(id)).bind_bytes(1, hashes).run();
  }
  for (const Run& run : runs_) {
    put_run_.bind(0, run.first).bind(1, static_cast<std::int64_t>(run.kind)).bind(2, run.ref).bind(3, run.count).run();
  }
  // The last run may still grow: it is written again then.
  if (runs_.size() > 1) runs_.erase(runs_.begin(), runs_.end() - 1);
}

void EvidenceWriter::forget() {
  edge_.reset();
  runs_.clear();
}

}  // namespace trailwatch::store
