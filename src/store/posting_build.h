#pragma once

#include "store/sqlite.h"
#include "trailwatch/store/migration.h"

namespace trailwatch::store {

// Stores of schema 1 to 11 found look-ups by four indexes on `event`. Makes the tables of postings, fills them from the
// rows, one transaction for each full run, and drops the indexes. Whatever was done before it was broken off stays.
// Throws SqliteFailure.
void replace_indexes(Database& database, const MigrationProgress& progress);

}  // namespace trailwatch::store
