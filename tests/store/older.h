#pragma once

#include <set>
#include <string>
#include <vector>

#include "store/packing.h"
#include "store/sealed_rows.h"
#include "store/sqlite.h"
#include "store/stored.h"

namespace trailwatch::test {

// Turns the rows of a store of today into what programs before schema 8 wrote: one secret a month whatever the system,
// fingerprints that rest on the master key alone. Leaves are not made anew, so this is for schemas without any.
inline void seal_as_before_shelves(const std::string& path, std::uint64_t key = 1) {
  store::Database database(path, store::Database::Mode::write);
  vault::Vault vault = open_vault(key);
  CountingRandom random{99};
  store::load_secrets(database, vault);
  struct Batch {
    std::int64_t id;
    vault::Month month;
    std::string plain;
  };
  std::vector<Batch> batches;
  {
    store::Statement rows(database, "SELECT id, month, sealed FROM batch WHERE month > 1000000 ORDER BY id");
    while (rows.step()) {
      const Result<std::string> plain = vault.unseal(rows.number(0), rows.number(1), rows.text(2));
      ASSERT_TRUE(plain.has_value());
      batches.push_back({rows.number(0), vault::calendar_month(rows.number(1)), *plain});
    }
  }
  for (const Batch& batch : batches) {
    if (!vault.has_secret(batch.month)) {
      const std::string wrapped = vault.make_secret(batch.month, random);
      store::Statement(database, "INSERT INTO month_secret(month, wrapped) VALUES(?, ?)")
          .bind(0, batch.month)
          .bind_bytes(1, wrapped)
          .run();
    }
    const std::string sealed = vault.seal(batch.id, batch.month, batch.plain, random);
    store::Statement(database, "UPDATE batch SET month=?, sealed=? WHERE id=?")
        .bind(0, batch.month)
        .bind_bytes(1, sealed)
        .bind(2, batch.id)
        .run();
    std::string_view rest = batch.plain;
    for (std::int64_t slot = 0; !rest.empty(); ++slot) {
      const std::string raw(store::take_text(rest).value_or(""));
      for (int i = 0; i < 4; ++i) ASSERT_TRUE(store::take_text(rest).has_value());
      store::Statement(database,
                       "UPDATE identity SET content=? WHERE event=(SELECT id FROM event WHERE batch=? AND slot=?)")
          .bind(0, vault.fingerprint(raw))
          .bind(1, batch.id)
          .bind(2, slot)
          .run();
    }
  }
  database.execute("DELETE FROM month_secret WHERE month > 1000000; DELETE FROM shelf");
}

}  // namespace trailwatch::test
