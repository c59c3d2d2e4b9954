#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite.h"
#include "trailwatch/base/random.h"
#include "trailwatch/vault/vault.h"

namespace trailwatch::store {

// What of a record is personal, and so lies in a sealed batch instead of in a row.
struct Personal {
  std::string raw;
  std::string subject;
  std::string subject_name;
  std::string officer_name;
  std::string reason;
};

struct SealedPlace {
  std::int64_t batch = 0;
  std::int64_t slot = 0;
};

// Collects personal data by month and seals a batch whenever it is full. A batch holds few enough rows that reading one
// of them back is quick, and enough that they compress well.
class SealedWriter {
 public:
  SealedWriter(Database& database, vault::Vault& vault, Random& random);

  // Call at the start of a transaction.
  void begin();
  // The month's secret is known to the vault afterwards.
  SealedPlace add(vault::Month month, const Personal& row);
  // Seals what is left, so that it can be read back. Call before commit.
  void flush();
  // A month's secret, made when there is none yet. Within a transaction. Throws SqliteFailure when it was erased.
  void ensure_secret(vault::Month month);
  // Only what this transaction holds is kept now: a secret that was made in one that was taken back still waits.
  void committed() {
    for (const vault::Month month : inserted_) made_.erase(month);
    inserted_.clear();
  }
  // After a rollback.
  void forget() {
    open_.clear();
    inserted_.clear();
  }

 private:
  struct Open {
    std::int64_t batch = 0;
    std::int64_t rows = 0;
    std::string plain;
  };
  void seal(vault::Month month, Open& open);

  Database& database_;
  vault::Vault& vault_;
  Random& random_;
  Statement insert_, insert_secret_;
  std::map<vault::Month, Open> open_;
  // Secrets that the vault knows but no commit has kept yet, and whether this transaction holds them.
  std::map<vault::Month, std::string> made_;
  std::set<vault::Month> inserted_;
  std::int64_t next_batch_ = 1;
};

// Reads them back, keeping the batches that were asked for last.
class SealedReader {
 public:
  SealedReader(Database& database, vault::Vault& vault);
  // Empty fields when the month's secret is gone. Throws SqliteFailure (SQLITE_CORRUPT) when the batch is not what was
  // sealed.
  const Personal& read(SealedPlace place);
  // After a rollback: the next batch gets the number of one that was read here and is gone.
  void forget() { kept_.clear(); }

 private:
  void load(std::int64_t batch);

  Database& database_;
  vault::Vault& vault_;
  std::map<std::int64_t, std::vector<Personal>> kept_;
};

// Loads all wrapped secrets into the vault. Throws SqliteFailure when one does not open with this key.
void load_secrets(Database& database, vault::Vault& vault);

}  // namespace trailwatch::store
