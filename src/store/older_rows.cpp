#include <sqlite3.h>

#include "store/evidence_rows.h"
#include "store/evidence_writer.h"

namespace trailwatch::store {

bool seal_older_rows(Connection& connection, EvidenceWriter& evidence) {
  Database& database = connection.database;
  const std::int64_t events = database.number("SELECT COALESCE(MAX(id), 0) FROM event");
  const std::int64_t quarantined = database.number("SELECT COALESCE(MAX(id), 0) FROM quarantine");
  if (leaf_count(database) > 0 || events + quarantined == 0) return false;
  evidence.begin();
  const IdentityTable identities(database);
  const IntakeTable intake(database);
  LeafRows rows(
      connection, [&](EventId id) { return identities.of(id); }, [&](EventId id) { return intake.received(id); },
      [](EventId) { return std::nullopt; });
  const auto take = [&](LeafRows::Row&& row) {
    if (!row.is_there || row.leaf.bytes.empty()) {
      throw SqliteFailure(SQLITE_CORRUPT, row.leaf.place + " can't be sealed: " + row.damage);
    }
    evidence.add_hash(row.leaf.kind, row.leaf.ref, seal::leaf_hash(row.leaf.bytes));
  };
  rows.each(seal::LeafKind::event, 1, events, 0, take);
  rows.each(seal::LeafKind::quarantine, 1, quarantined, events, take);
  return true;
}

}  // namespace trailwatch::store
