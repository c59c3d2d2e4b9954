#include "trailwatch/store/writer.h"

#include <sqlite3.h>

#include <map>
#include <optional>

#include "store/alert_rows.h"
#include "store/connection.h"
#include "store/event_writer.h"
#include "store/evidence_rows.h"
#include "store/export_rows.h"
#include "store/in_force_rows.h"
#include "store/judgement_rows.h"
#include "store/ledger_records.h"
#include "store/ledger_rows.h"
#include "store/outbox_rows.h"
#include "store/packing.h"
#include "store/purge_rows.h"
#include "store/rotate.h"
#include "trailwatch/base/check.h"

namespace trailwatch::store {

struct Writer::Impl {
  Impl(const std::string& path, vault::Vault vault, const Zone& zone_given, Random& random_given)
      : zone(zone_given),
        random(random_given),
        connection(path, Database::Mode::write, std::move(vault)),
        sealed(connection.database, connection.vault, random),
        evidence(connection),
        events(connection, zone_given, sealed, evidence, random),
        reader(connection),
        ledger(connection, events, zone_given),
        alerts(connection.database),
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
  AlertRows alerts;
  PurgeRows purge;
  std::optional<Scope> transaction;
  Instant received;
  std::map<std::int64_t, FileRow> saved_files;  // as they stand in this transaction; each gets a leaf at its end

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

namespace {

Error other_zone(const std::string& has, const std::string& given) {
  return Error{Errc::conflict,
               "this store counts its days in zone " + has + ", but the configuration says " + given,
               "set \"zone\" back, or start a new state_dir",
               {}};
}

}  // namespace

void Writer::Impl::save(FileRow& file) {
  const bool is_new = file.id == 0;
  if (is_new) {
    Statement(database(),
              "INSERT INTO file(source, name, logical, head_bytes, head, taken, position, line, rows, header, stored, "
              "duplicates, "
              "quarantined, pending, first_seen, last_read) VALUES(?, ?, 0, 0, '', '', 0, 0, 0, x'', 0, 0, 0, 0, ?, ?)")
        .bind(0, std::string_view(file.source))
        .bind(1, std::string_view(file.name))
        .bind(2, received.micros)
        .bind(3, received.micros)
        .run();
    file.id = sqlite3_last_insert_rowid(database().handle());
    file.first_seen = received;
    if (file.logical == 0) file.logical = file.id;
  }
  file.last_read = received;
  Statement(database(),
            "UPDATE file SET name=?, logical=?, head_bytes=?, head=?, taken=?, position=?, line=?, rows=?, declared=?, "
            "header=?, "
            "stored=?, duplicates=?, quarantined=?, pending=?, newest=?, last_read=? WHERE id=?")
      .bind(0, std::string_view(file.name))
      .bind(1, file.logical)
      .bind(2, file.head_bytes)
      .bind(3, std::string_view(file.head))
      .bind(4, std::string_view(file.taken))
      .bind(5, file.position)
      .bind(6, file.line)
      .bind(7, file.rows)
      .bind(8, file.declared)
      .bind_bytes(9, file.header)
      .bind(10, file.stored)
      .bind(11, file.duplicates)
      .bind(12, file.quarantined)
      .bind(13, file.pending)
      .bind(14, file.newest ? std::optional<std::int64_t>(file.newest->micros) : std::nullopt)
      .bind(15, file.last_read.micros)
      .bind(16, file.id)
      .run();
  // A row that was given its id by a transaction that was rolled back: its position would be lost without a word.
  TW_CHECK(database().changes() == 1);
  saved_files[file.id] = file;
}

std::int64_t Writer::Impl::add_own(seal::LeafKind kind, std::string_view source, std::int64_t refers,
                                   std::string_view raw, const std::string& record) {
  const std::int64_t index = evidence.size();
  // The leaf has whole milliseconds; what is stored beside it must not say more than it vouches for.
  const Instant at{received.micros - (received.micros % 1000 + 1000) % 1000};
  // What people gave as their reasons goes with its month, as the ledger's own copy does.
  const bool is_words =
      kind == seal::LeafKind::decision || kind == seal::LeafKind::unmask || kind == seal::LeafKind::exported;
  const vault::Month month = is_words ? vault::month_of(zone.local(received).day) : vault::kOwnRecords;
  const SealedPlace place = sealed.add(month, {std::string(raw), "", "", "", record});
  Statement(database(), "INSERT INTO own_record(kind, source, received, refers, batch, slot) VALUES(?, ?, ?, ?, ?, ?)")
      .bind(0, static_cast<std::int64_t>(kind))
      .bind(1, source)
      .bind(2, at.micros)
      .bind(3, refers)
      .bind(4, place.batch)
      .bind(5, place.slot)
      .run();
  const std::int64_t id = sqlite3_last_insert_rowid(database().handle());
  evidence.add({kind, id, source, at, month, raw, record});
  return index;
}

void Writer::Impl::finish() {
  events.finish();
  for (const auto& [id, file] : saved_files) add_own(seal::LeafKind::file, file.source, id, "", file_record(file));
  sealed.flush();
  evidence.flush();
}

Writer::Writer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Writer::~Writer() = default;

Result<std::unique_ptr<Writer>> Writer::open(const std::string& path, vault::Vault vault, const Zone& zone,
                                             Random& random) {
  const std::string key_id = vault.key_id();
  try {
    std::unique_ptr<Writer> writer(new Writer(std::make_unique<Impl>(path, std::move(vault), zone, random)));
    Impl& impl = *writer->impl_;
    const auto known_key = impl.reader.meta("key_id"), known_zone = impl.reader.meta("zone");
    if (!known_key || !known_zone) return known_key ? known_zone.error() : known_key.error();
    if (Status unlocked = unlock(impl.connection); !unlocked) return std::move(unlocked).error();
    if (*known_zone && **known_zone != zone.name()) return other_zone(**known_zone, zone.name());
    if (!*known_key) {
      Scope scope(impl.database());
      impl.set_meta("key_id", key_id);
      impl.set_meta("zone", zone.name());
      scope.commit();
    }
    Scope scope(impl.database());
    if (seal_older_rows(impl.connection, impl.evidence)) {
      impl.sealed.begin();
      impl.received = Instant{impl.database().number("SELECT COALESCE(MAX(last_read), 0) FROM file")};
      for (const FileRow& file : all_files(impl.database())) {
        impl.add_own(seal::LeafKind::file, file.source, file.id, "", file_record(file));
      }
      impl.sealed.flush();
      impl.evidence.flush();
      scope.commit();
      impl.sealed.committed();
    }
    return writer;
  } catch (const SqliteFailure& failure) {
    return failure.to_error();
  }
}

Reader& Writer::reader() {
  return impl_->reader;
}

Status Writer::begin(Instant received) {
  return at_the_door([&] {
    TW_CHECK(!impl_->transaction);
    impl_->transaction.emplace(impl_->database());
    impl_->received = received;
    impl_->saved_files.clear();
    impl_->sealed.begin();
    impl_->evidence.begin();
    impl_->events.begin(received);
    impl_->alerts.begin(received);
    return Done{};
  });
}

Result<std::vector<Added>> Writer::add(FileRow& file, const std::vector<NewEvent>& events) {
  return at_the_door([&] {
    if (file.id == 0) impl_->save(file);
    std::vector<Added> out;
    out.reserve(events.size());
    for (const NewEvent& event : events) out.push_back(impl_->events.add(file, event));
    impl_->sealed.flush();
    return out;
  });
}

Status Writer::quarantine(FileRow& file, const std::vector<model::Rejected>& records) {
  return at_the_door([&] {
    if (file.id == 0) impl_->save(file);
    for (const model::Rejected& record : records) {
      ++(impl_->events.quarantine(file, record) ? file.quarantined : file.duplicates);
    }
    impl_->sealed.flush();
    return Done{};
  });
}

Status Writer::save(FileRow& file) {
  return at_the_door([&] {
    impl_->save(file);
    return Done{};
  });
}

Status Writer::add_matches(const std::vector<RuleMatch>& matches) {
  return at_the_door([&] {
    Statement insert(impl_->database(),
                     "INSERT OR IGNORE INTO match(rule, officer, day, event, time) VALUES(?, ?, ?, ?, ?)");
    for (const RuleMatch& match : matches) {
      insert.bind(0, impl_->rule(match.rule))
          .bind(1, impl_->connection.words.id(WordKind::officer, match.officer))
          .bind(2, std::int64_t{match.day.days})
          .bind(3, match.event)
          .bind(4, match.time.micros)
          .run();
    }
    return Done{};
  });
}

Status Writer::add_tallies(const std::vector<TallyRow>& tallies) {
  return at_the_door([&] {
    Statement insert(impl_->database(),
                     "INSERT INTO tally(rule, day, officer, place, events) VALUES(?, ?, ?, ?, ?) "
                     "ON CONFLICT DO UPDATE SET events = events + excluded.events");
    for (const TallyRow& tally : tallies) {
      insert.bind(0, impl_->rule(tally.rule))
          .bind(1, std::int64_t{tally.day.days})
          .bind(2, impl_->connection.words.id(WordKind::officer, tally.officer))
          .bind(3, impl_->connection.words.place(tally.agency, tally.unit))
          .bind(4, tally.events)
          .run();
    }
    return Done{};
  });
}

Status Writer::replace_tallies(std::string_view rule, LocalDay day, const std::vector<TallyRow>& tallies) {
  const Status removed = at_the_door([&] {
    Statement(impl_->database(), "DELETE FROM tally WHERE rule=? AND day=?")
        .bind(0, impl_->rule(rule))
        .bind(1, std::int64_t{day.days})
        .run();
    return Done{};
  });
  return removed ? add_tallies(tallies) : removed;
}

Status Writer::mark_open(LocalDay day) {
  return at_the_door([&] {
    Statement(impl_->database(), "INSERT OR IGNORE INTO open_day(day) VALUES(?)").bind(0, std::int64_t{day.days}).run();
    return Done{};
  });
}

Status Writer::mark_closed(LocalDay day) {
  return at_the_door([&] {
    Statement(impl_->database(), "DELETE FROM open_day WHERE day=?").bind(0, std::int64_t{day.days}).run();
    return Done{};
  });
}

Status Writer::put_finding(const model::Finding& finding) {
  return at_the_door([&] {
    const std::string numbers = numbers_to_json(finding.numbers), events = pack_ids(finding.events);
    const std::string sql = std::string("INSERT OR REPLACE INTO finding(") + kFindingColumns +
                            ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    Statement(impl_->database(), sql.c_str())
        .bind(0, std::int64_t{finding.day.days})
        .bind(1, static_cast<std::int64_t>(finding.key.about))
        .bind(2, std::string_view(finding.key.agency))
        .bind(3, std::string_view(finding.key.name))
        .bind(4, std::string_view(finding.rule))
        .bind(5, finding.first.micros)
        .bind(6, finding.last.micros)
        .bind(7, finding.count)
        .bind(8, finding.points)
        .bind(9, std::string_view(finding.sentence))
        .bind(10, std::string_view(numbers))
        .bind_bytes(11, events)
        .bind(12, std::string_view(finding.group))
        .run();
    return Done{};
  });
}

Status Writer::remove_finding(LocalDay day, const model::Key& key, std::string_view rule) {
  return at_the_door([&] {
    Statement(impl_->database(), "DELETE FROM finding WHERE day=? AND about=? AND agency=? AND name=? AND rule=?")
        .bind(0, std::int64_t{day.days})
        .bind(1, static_cast<std::int64_t>(key.about))
        .bind(2, std::string_view(key.agency))
        .bind(3, std::string_view(key.name))
        .bind(4, rule)
        .run();
    return Done{};
  });
}

Status Writer::put_alert(const model::Alert& alert) {
  return at_the_door([&] {
    impl_->alerts.put(alert);
    return Done{};
  });
}

Status Writer::remove_alert(std::string_view id) {
  return at_the_door([&] {
    impl_->alerts.remove(id);
    return Done{};
  });
}

Status Writer::mark_settled(LocalDay day) {
  return at_the_door([&] {
    impl_->alerts.settle(day);
    return Done{};
  });
}

Result<std::int64_t> Writer::add_decision(const model::Decision& decision, std::string_view request) {
  return at_the_door([&] {
    return impl_->entered([&] { return impl_->ledger.add(decision, request); },
                          [&](std::int64_t number) { return ledger_record(decision, number); });
  });
}

Result<std::int64_t> Writer::add_suppression(const model::Suppression& suppression, std::string_view request) {
  return at_the_door([&] {
    return impl_->entered([&] { return impl_->ledger.add(suppression, request); },
                          [&](std::int64_t number) { return ledger_record(suppression, number); });
  });
}

Result<std::int64_t> Writer::end_suppression(std::int64_t suppression, const model::SuppressionEnd& end,
                                             std::string_view request) {
  try {
    const std::int64_t last = impl_->database().number("SELECT COALESCE(MAX(id), 0) FROM ledger");
    Result<std::int64_t> number = impl_->ledger.end(suppression, end, request);
    if (number && *number > last) {
      impl_->add_own(seal::LeafKind::decision, "ledger", *number, "", ledger_record(end, suppression, *number));
    }
    return number;
  } catch (const SqliteFailure& failure) {
    return failure.to_error();
  }
}

Result<bool> Writer::queue(const Message& message) {
  return at_the_door([&] { return queue_message(impl_->connection, impl_->events, impl_->zone, message); });
}

Status Writer::save_attempt(const Message& message) {
  return at_the_door([&] {
    store::save_attempt(impl_->connection, message);
    return Done{};
  });
}

Result<std::int64_t> Writer::requeue(std::string_view id_begins, Instant now) {
  return at_the_door([&] { return requeue_messages(impl_->connection, id_begins, now); });
}

Status Writer::keep_report(const KeptReport& report) {
  return at_the_door([&] {
    store::keep_report(impl_->connection, impl_->events, report);
    return Done{};
  });
}

Status Writer::replace_told(const ToldDay& day) {
  return at_the_door([&] {
    store::replace_told(impl_->connection, day);
    return Done{};
  });
}

Result<std::int64_t> Writer::add_answer(const model::SamplingAnswer& answer, std::string_view request) {
  return at_the_door([&] {
    return impl_->entered([&] { return impl_->ledger.add(answer, request); },
                          [&](std::int64_t number) { return ledger_record(answer, number); });
  });
}
Result<std::int64_t> Writer::log_export(const model::Exported& exported, std::string_view request) {
  return at_the_door([&] {
    const ExportRow row = add_export(impl_->database(), exported, request);
    if (row.is_new) impl_->add_own(seal::LeafKind::exported, exported.kind, 0, "", export_record(exported, row.number));
    return row.number;
  });
}

Result<std::int64_t> Writer::add_hold(const model::Hold& hold, std::string_view request) {
  return at_the_door([&] {
    return impl_->entered([&] { return impl_->ledger.add(hold, request); },
                          [&](std::int64_t number) { return ledger_record(hold, number); });
  });
}

Result<std::int64_t> Writer::lift_hold(std::int64_t hold, const model::Entry& entry, std::string_view request) {
  try {
    const std::int64_t last = impl_->database().number("SELECT COALESCE(MAX(id), 0) FROM ledger");
    Result<std::int64_t> number = impl_->ledger.lift(hold, entry, request);
    if (number && *number > last) {
      impl_->add_own(seal::LeafKind::decision, "ledger", *number, "", lift_record(entry, hold, *number));
    }
    return number;
  } catch (const SqliteFailure& failure) {
    return failure.to_error();
  }
}

Result<std::int64_t> Writer::add_unmasking(const model::Unmasking& step, std::string_view request) {
  return at_the_door([&] {
    return impl_->entered([&] { return impl_->ledger.add(step, request); },
                          [&](std::int64_t number) { return ledger_record(step, number); }, seal::LeafKind::unmask);
  });
}

Status Writer::destroy_secret(const Shelf& shelf, std::string_view why) {
  try {
    return impl_->purge.destroy_secret(shelf, why, impl_->received);
  } catch (const SqliteFailure& failure) {
    return failure.to_error();
  }
}

Result<Purged> Writer::purge_rows(vault::Month secret, std::int64_t rows_max) {
  return at_the_door([&] { return impl_->purge.step(secret, rows_max); });
}

Result<bool> Writer::cut_log() {
  // Nobody who writes waits for a reader here.
  return at_the_door([&] {
    sqlite3_busy_timeout(impl_->database().handle(), 0);
    const bool is_cut = impl_->database().number("PRAGMA wal_checkpoint(TRUNCATE)") == 0;
    sqlite3_busy_timeout(impl_->database().handle(), kBusyMillis);
    return is_cut;
  });
}

Status Writer::rotate_key(const vault::Vault& next) {
  return at_the_door([&] {
    // The leaf first: a secret that it has to make is wrapped by the key that is still in force.
    impl_->add_own(seal::LeafKind::config, "master-key", 0, "",
                   rotation_record(impl_->connection.vault.key_id(), next.key_id()));
    rotate_secrets(impl_->connection, next, impl_->random);
    return Done{};
  });
}

Status Writer::forget_counts(LocalDay day) {
  return at_the_door([&] {
    forget_day(impl_->database(), day);
    return Done{};
  });
}

Status Writer::set_in_force(const std::vector<InForce>& files) {
  return at_the_door([&] {
    const vault::Month month = vault::month_of(impl_->zone.local(impl_->received).day);
    write_in_force(impl_->connection, impl_->events, month, files);
    return Done{};
  });
}

Status Writer::set_meta(std::string_view key, std::string_view value) {
  return at_the_door([&] {
    impl_->set_meta(key, value);
    return Done{};
  });
}

Result<std::int64_t> Writer::append_leaf(seal::LeafKind kind, std::string_view source, std::string_view raw,
                                         const std::string& record) {
  return at_the_door([&] {
    TW_CHECK(impl_->transaction && kind != seal::LeafKind::event && kind != seal::LeafKind::quarantine &&
             kind != seal::LeafKind::file);
    return impl_->add_own(kind, source, 0, raw, record);
  });
}

Status Writer::put_note(const NoteRow& note) {
  return at_the_door([&] {
    Statement(impl_->database(), "INSERT INTO note(size, root, text, signed) VALUES(?, ?, ?, ?)")
        .bind(0, note.size)
        .bind_bytes(1, as_bytes(note.root))
        .bind(2, std::string_view(note.text))
        .bind(3, note.signed_at.micros)
        .run();
    return Done{};
  });
}

Status Writer::commit() {
  return at_the_door([&] {
    TW_CHECK(impl_->transaction);
    impl_->finish();
    impl_->transaction->commit();
    impl_->sealed.committed();
    impl_->purge.committed();
    impl_->transaction.reset();
    return Done{};
  });
}

void Writer::rollback() {
  impl_->transaction.reset();
  impl_->events.forget();
  impl_->sealed.forget();
  impl_->evidence.forget();
  impl_->connection.words.forget();
  impl_->connection.sealed.forget();
  impl_->purge.forget();
}

}  // namespace trailwatch::store
