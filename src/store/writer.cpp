#include <sqlite3.h>

#include "store/veiling.h"
#include "store/writer_impl.h"
#include "trailwatch/base/check.h"
#include "trailwatch/base/plant.h"

namespace trailwatch::store {

namespace {

Error other_zone(const std::string& has, const std::string& given) {
  return Error{Errc::conflict,
               "this store counts its days in zone " + has + ", but the configuration says " + given,
               "set \"zone\" back, or start a new state_dir",
               {}};
}

}  // namespace

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
  if (!TW_PLANT("tiles-outside")) evidence.flush();
  if (!TW_PLANT("postings-outside")) connection.postings.write();
}

Writer::Writer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Writer::~Writer() {
  if ((TW_PLANT("ack-before-commit") || TW_PLANT("signed-before-commit")) && impl_->transaction)
    impl_->transaction->commit();
}

Result<std::unique_ptr<Writer>> Writer::open(const std::string& path, vault::Vault vault, const Zone& zone,
                                             Random& random, const MigrationProgress& progress) {
  const std::string key_id = vault.key_id();
  try {
    std::unique_ptr<Writer> writer(new Writer(std::make_unique<Impl>(path, std::move(vault), zone, random, progress)));
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
    veil_groups(impl.connection);
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
    if (TW_PLANT("ack-before-commit") || TW_PLANT("signed-before-commit")) {
      if (impl_->transaction) impl_->transaction->commit();
      impl_->transaction.reset();
    }
    TW_CHECK(!impl_->transaction);
    impl_->transaction.emplace(impl_->database());
    impl_->received = received;
    impl_->saved_files.clear();
    impl_->sealed.begin();
    impl_->evidence.begin();
    impl_->events.begin(received);
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

Result<bool> Writer::merge_some() {
  return at_the_door([&] {
    TW_CHECK(!impl_->transaction);
    if (impl_->is_merged) return false;
    impl_->is_merged = !store::merge_some(impl_->database());
    return !impl_->is_merged;
  });
}

void Writer::set_commit_listener(std::function<void()> listener) {
  impl_->listener = std::move(listener);
}

Status Writer::commit() {
  Status done = at_the_door([&] {
    TW_CHECK(impl_->transaction);
    impl_->finish();
    // Told as done, and committed with what comes next.
    if ((TW_PLANT("ack-before-commit") && !impl_->saved_files.empty()) ||
        (TW_PLANT("signed-before-commit") && impl_->saved_files.empty())) {
      impl_->sealed.committed();
      return Done{};
    }
    impl_->transaction->commit();
    if (TW_PLANT("tiles-outside")) {
      impl_->transaction.emplace(impl_->database());
      impl_->evidence.flush();
      impl_->transaction->commit();
    }
    if (TW_PLANT("postings-outside")) {
      impl_->transaction.emplace(impl_->database());
      impl_->connection.postings.write();
      impl_->transaction->commit();
    }
    impl_->sealed.committed();
    impl_->purge.committed();
    impl_->is_merged = false;
    impl_->transaction.reset();
    return Done{};
  });
  if (done && impl_->listener) impl_->listener();
  return done;
}

void Writer::rollback() {
  impl_->transaction.reset();
  impl_->events.forget();
  impl_->sealed.forget();
  impl_->evidence.forget();
  impl_->connection.postings.forget();
  impl_->connection.words.forget();
  impl_->connection.sealed.forget();
  impl_->purge.forget();
}

}  // namespace trailwatch::store
