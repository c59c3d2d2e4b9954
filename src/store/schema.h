#pragma once

#include "store/sqlite.h"
#include "trailwatch/store/migration.h"

namespace trailwatch::store {

// The schema this program reads and writes (PRAGMA user_version). docs/formats/store.md describes it.
constexpr int kSchemaVersion = 12;

// Brings an empty or older store to kSchemaVersion, one transaction a step. Throws SqliteFailure; a newer store is
// refused. A long step goes in slices and, after it was broken off, on from there. `target` is for tests: an older
// version to stop at.
void migrate(Database& database, const MigrationProgress& progress = nullptr, int target = kSchemaVersion);
// For readers: the store must have exactly kSchemaVersion.
void require_schema(Database& database);

}  // namespace trailwatch::store
