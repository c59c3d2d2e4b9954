#include "store/in_force_rows.h"

#include <sqlite3.h>

#include <algorithm>

namespace trailwatch::store {

void write_in_force(Connection& connection, EventWriter& events, vault::Month month,
                    const std::vector<InForce>& files) {
  const std::vector<InForce> known = read_in_force(connection);
  Statement remove(connection.database, "DELETE FROM in_force WHERE kind=? AND name=?");
  Statement stored(connection.database, "SELECT kind, name FROM in_force");
  std::vector<std::pair<std::int64_t, std::string>> gone;
  while (stored.step()) {
    const auto is_it = [&](const InForce& file) {
      return static_cast<std::int64_t>(file.kind) == stored.number(0) && file.name == stored.text(1);
    };
    if (std::none_of(files.begin(), files.end(), is_it)) gone.emplace_back(stored.number(0), stored.text(1));
  }
  for (const auto& [kind, name] : gone) remove.bind(0, kind).bind(1, std::string_view(name)).run();
  for (const InForce& file : files) {
    if (std::find(known.begin(), known.end(), file) != known.end()) continue;
    const auto kind = static_cast<std::int64_t>(file.kind);
    const std::int64_t number = connection.database.number("SELECT COALESCE(MAX(number), 0) + 1 FROM in_force");
    remove.bind(0, kind).bind(1, std::string_view(file.name)).run();
    const std::string sealed = events.seal_note(-number, month, file.text);
    Statement(connection.database, "INSERT INTO in_force(number, kind, name, month, sealed) VALUES(?, ?, ?, ?, ?)")
        .bind(0, number)
        .bind(1, kind)
        .bind(2, std::string_view(file.name))
        .bind(3, std::int64_t{month})
        .bind_bytes(4, sealed)
        .run();
  }
}

std::vector<InForce> read_in_force(Connection& connection) {
  std::vector<InForce> out;
  Statement rows(connection.database, "SELECT number, kind, name, month, sealed FROM in_force ORDER BY kind, name");
  while (rows.step()) {
    const auto month = static_cast<vault::Month>(rows.number(3));
    if (!connection.vault.has_secret(month)) load_secrets(connection.database, connection.vault);
    if (!connection.vault.has_secret(month)) continue;
    Result<std::string> text = connection.vault.unseal_note(-rows.number(0), month, rows.text(4));
    if (!text) throw SqliteFailure(SQLITE_CORRUPT, text.error().text());
    out.push_back({static_cast<InForce::Kind>(rows.number(1)), std::string(rows.text(2)), *std::move(text)});
  }
  return out;
}

}  // namespace trailwatch::store
