#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/dictionary.h"
#include "store/postings.h"
#include "store/sealed_rows.h"
#include "store/sqlite.h"
#include "trailwatch/store/migration.h"
#include "trailwatch/store/rows.h"
#include "trailwatch/vault/vault.h"

namespace trailwatch::store {

// One open store with what is needed to read it. The vault belongs to the connection.
class Connection {
 public:
  // `progress` hears of an older store that is brought to today's form.
  Connection(const std::string& path, Database::Mode mode, vault::Vault vault_given,
             const MigrationProgress& progress = nullptr);

  Database database;
  vault::Vault vault;
  Dictionary words;
  SealedReader sealed;
  Postings postings;
};

// Makes the personal data readable. Fails with Errc::conflict when the store was made with another key; throws
// SqliteFailure.
Status unlock(Connection& connection);

// A sealed note (vault::Vault::seal_note) as it was written; nothing when its month's secret is gone. Throws
// SqliteFailure (SQLITE_CORRUPT) when it is not what was sealed.
std::optional<std::string> open_note(Connection& connection, std::int64_t number, vault::Month month,
                                     std::string_view sealed);

// The columns that `read_event` expects, in its order.
extern const char* const kEventColumns;
StoredEvent read_event(Connection& connection, const Statement& row);

}  // namespace trailwatch::store
