#include "store/connection.h"

#include <sqlite3.h>

#include "store/schema.h"
#include "trailwatch/base/check.h"

namespace trailwatch::store {

namespace {

// The schema must be there before the first statement is prepared.
Database& prepared(Database& database, Database::Mode mode, const MigrationProgress& progress) {
  mode == Database::Mode::write ? migrate(database, progress) : require_schema(database);
  return database;
}

}  // namespace

Connection::Connection(const std::string& path, Database::Mode mode, vault::Vault vault_given,
                       const MigrationProgress& progress)
    : database(path, mode),
      vault(std::move(vault_given)),
      words(prepared(database, mode, progress)),
      sealed(database, vault),
      postings(database) {}

Status unlock(Connection& connection) {
  // First the key, so that a wrong one is told as such and not as damage.
  Statement known(connection.database, "SELECT value FROM meta WHERE key='key_id'");
  if (known.step() && known.text(0) != connection.vault.key_id()) {
    return Error{Errc::conflict,
                 "this store was made with key " + std::string(known.text(0)) + ", but the key file holds key " +
                     connection.vault.key_id(),
                 "restore the key file that belongs to this store",
                 {}};
  }
  load_secrets(connection.database, connection.vault);
  return Done{};
}

std::optional<std::string> open_note(Connection& connection, std::int64_t number, vault::Month month,
                                     std::string_view sealed) {
  if (!connection.vault.has_secret(month)) load_secrets(connection.database, connection.vault);
  if (!connection.vault.has_secret(month)) return std::nullopt;
  Result<std::string> plain = connection.vault.unseal_note(number, month, sealed);
  if (!plain) throw SqliteFailure(SQLITE_CORRUPT, plain.error().text());
  return *std::move(plain);
}

const char* const kEventColumns =
    "e.id, e.time, e.offset_minutes, e.system, e.channel, e.place, e.officer, e.account, e.terminal, e.action, "
    "e.lookup_by, "
    "e.subject_kind, e.reason_code, e.case_no, e.approver, e.rows, e.line, e.byte_offset, e.batch, e.slot, "
    "e.undecodable, "
    "f.source, f.name";

StoredEvent read_event(Connection& connection, const Statement& row) {
  Dictionary& words = connection.words;
  StoredEvent out;
  out.id = row.number(0);
  model::QueryEvent& event = out.event;
  event.time = Instant{row.number(1)};
  event.offset_minutes = static_cast<int>(row.number(2));
  event.system = words.text(row.number(3));
  event.channel = words.text(row.number(4));
  const auto& [agency, unit] = words.place_text(row.number(5));
  event.agency = agency;
  event.unit = unit;
  event.officer = words.text(row.number(6));
  event.account = words.text(row.number(7));
  event.terminal = words.text(row.number(8));
  event.action = words.text(row.number(9));
  event.lookup_by = static_cast<model::LookupBy>(row.number(10));
  event.subject_kind = static_cast<model::SubjectKind>(row.number(11));
  event.reason_code = words.text(row.number(12));
  event.case_no = row.text(13);
  event.approver = words.text(row.number(14));
  if (!row.is_null(15)) event.rows = row.number(15);
  event.origin.line = row.number(16);
  event.origin.offset = row.number(17);
  event.undecodable = row.number(20) != 0;
  event.origin.source = row.text(21);
  event.origin.file = row.text(22);
  const Personal& personal = connection.sealed.read({row.number(18), row.number(19)});
  event.raw = personal.raw;
  event.subject = personal.subject;
  event.subject_name = personal.subject_name;
  event.officer_name = personal.officer_name;
  event.reason = personal.reason;
  return out;
}

}  // namespace trailwatch::store
