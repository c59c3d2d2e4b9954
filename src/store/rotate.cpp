#include "store/rotate.h"

#include <sqlite3.h>

#include <utility>
#include <vector>

#include "trailwatch/seal/leaf.h"

namespace trailwatch::store {

std::string rotation_record(const std::string& from, const std::string& to) {
  std::string out;
  seal::add_member(out, "from", from);
  seal::add_member(out, "to", to);
  seal::add_member(out, "what", "master-key");
  out.push_back('}');
  return out;
}

void rotate_secrets(Connection& connection, const vault::Vault& next, Random& random) {
  Database& database = connection.database;
  database.number("PRAGMA secure_delete=ON");
  std::vector<std::pair<vault::Month, std::string>> secrets;
  Statement rows(database, "SELECT month, wrapped FROM month_secret ORDER BY month");
  while (rows.step()) {
    Result<std::string> wrapped = connection.vault.rewrap(next, rows.number(0), rows.text(1), random);
    if (!wrapped) throw SqliteFailure(SQLITE_CORRUPT, wrapped.error().text());
    secrets.emplace_back(rows.number(0), *std::move(wrapped));
  }
  rows.reset();
  if (!connection.vault.has_secret(vault::kIndexKeys))
    secrets.emplace_back(vault::kIndexKeys, connection.vault.wrap_index_keys(next, random));
  Statement put(database, "INSERT OR REPLACE INTO month_secret(month, wrapped) VALUES(?, ?)");
  for (const auto& [month, wrapped] : secrets) put.bind(0, month).bind_bytes(1, wrapped).run();
  // The log keeps the name that the first key gave it.
  const std::string before = connection.vault.key_id();
  Statement(database, "INSERT OR IGNORE INTO meta(key, value) VALUES('store_id', ?)")
      .bind(0, std::string_view(before))
      .run();
  Statement(database, "UPDATE meta SET value=? WHERE key='key_id'").bind(0, std::string_view(next.key_id())).run();
}

}  // namespace trailwatch::store
