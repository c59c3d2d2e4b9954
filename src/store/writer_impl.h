#pragma once

#include <map>
#include <optional>
#include <string>

#include "store/connection.h"
#include "store/event_writer.h"
#include "store/evidence_rows.h"
#include "store/ledger_rows.h"
#include "store/posting_runs.h"
#include "store/purge_rows.h"
#include "trailwatch/store/writer.h"

namespace trailwatch::store {

// What the writer's calls share, which stand in five files: the transaction itself (writer.cpp), records and files
// (writer_records.cpp), what the rules made of them (writer_judgement.cpp), what people and the outbox add
// (writer_ledger.cpp), and how personal data ends (writer_retention.cpp).
struct Writer::Impl {
  Impl(const std::string& path, vault::Vault vault, const Zone& zone_given, Random& random_given,
       const MigrationProgress& progress)
      : zone(zone_given),
        random(random_given),
        connection(path, Database::Mode::write, std::move(vault), progress),
        sealed(connection.database, connection.vault, random),
        evidence(connection),
        events(connection, zone_given, sealed, evidence, random),
        reader(connection),
        ledger(connection, events, zone_given),
        purge(connection, events, zone_given, [this](const std::string& source, const std::string& record) {
          add_own(seal::LeafKind::purge, source, 0, "", record);
        }) {}

  const Zone zone;
  Random& random;
  Connection connection;
  SealedWriter sealed;
  EvidenceWriter evidence;
  EventWriter events;
  Reader reader;
  LedgerWriter ledger;
  PurgeRows purge;
  std::optional<Scope> transaction;
  Instant received;
  std::map<std::int64_t, FileRow> saved_files;  // as they stand in this transaction; each gets a leaf at its end
  std::function<void()> listener;
  bool is_merged = false;  // nothing has come since no merge was due

  Database& database() { return connection.database; }
  std::int64_t rule(std::string_view name) { return name.empty() ? 0 : connection.words.id(WordKind::rule, name); }
  void set_meta(std::string_view key, std::string_view value) {
    Statement(database(),
              "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value=excluded.value")
        .bind(0, key)
        .bind(1, value)
        .run();
  }
  void save(FileRow& file);
  // Adds an entry to the ledger by `add` and, if it is a new one, its leaf.
  template <typename Add, typename Record>
  std::int64_t entered(const Add& add, const Record& record, seal::LeafKind kind = seal::LeafKind::decision) {
    const std::int64_t last = database().number("SELECT COALESCE(MAX(id), 0) FROM ledger");
    const std::int64_t number = add();
    if (number > last) add_own(kind, "ledger", number, "", record(number));
    return number;
  }
  std::int64_t add_own(seal::LeafKind kind, std::string_view source, std::int64_t refers, std::string_view raw,
                       const std::string& record);
  void finish();
};

}  // namespace trailwatch::store
