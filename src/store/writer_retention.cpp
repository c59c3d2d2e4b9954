#include <sqlite3.h>

#include "store/ledger_records.h"
#include "store/rotate.h"
#include "store/writer_impl.h"

// The writer's calls about the life of personal data.
namespace trailwatch::store {

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

}  // namespace trailwatch::store
