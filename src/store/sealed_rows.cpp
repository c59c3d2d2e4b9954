#include "store/sealed_rows.h"

#include <sqlite3.h>

#include "store/packing.h"

namespace trailwatch::store {

namespace {

constexpr std::int64_t kRowsPerBatch = 1'000;
constexpr std::size_t kBytesPerBatch = 1U << 20U;
constexpr std::size_t kBatchesKept = 64;

bool take(std::string_view& from, std::string& out) {
  const auto text = take_text(from);
  if (text) out.assign(*text);
  return text.has_value();
}

}  // namespace

void load_secrets(Database& database, vault::Vault& vault) {
  Statement select(database, "SELECT month, wrapped FROM month_secret");
  while (select.step()) {
    const auto month = static_cast<vault::Month>(select.number(0));
    if (vault.has_secret(month)) continue;
    const Status status = vault.add_secret(month, select.text(1));
    if (!status) throw SqliteFailure(SQLITE_CORRUPT, status.error().text());
  }
}

SealedWriter::SealedWriter(Database& database, vault::Vault& vault, Random& random)
    : database_(database),
      vault_(vault),
      random_(random),
      insert_(database, "INSERT INTO batch(id, month, sealed) VALUES(?, ?, ?)"),
      insert_secret_(database, "INSERT INTO month_secret(month, wrapped) VALUES(?, ?)") {}

void SealedWriter::begin() {
  next_batch_ = database_.number("SELECT COALESCE(MAX(id), 0) + 1 FROM batch");
  inserted_.clear();
}

SealedPlace SealedWriter::add(vault::Month month, const Personal& row) {
  Open& open = open_[month];
  if (open.rows == 0) {
    open.batch = next_batch_++;
    ensure_secret(month);
  }
  const SealedPlace place{open.batch, open.rows++};
  put_text(open.plain, row.raw);
  put_text(open.plain, row.subject);
  put_text(open.plain, row.subject_name);
  put_text(open.plain, row.officer_name);
  put_text(open.plain, row.reason);
  if (open.rows >= kRowsPerBatch || open.plain.size() >= kBytesPerBatch) seal(month, open);
  return place;
}

void SealedWriter::seal(vault::Month month, Open& open) {
  if (open.rows == 0) return;
  const std::string sealed = vault_.seal(open.batch, month, open.plain, random_);
  insert_.bind(0, open.batch).bind(1, std::int64_t{month}).bind_bytes(2, sealed).run();
  open.rows = 0;
  open.plain.clear();
}

void SealedWriter::ensure_secret(vault::Month month) {
  if (!vault_.has_secret(month)) {
    Statement erased(database_, "SELECT 1 FROM erased WHERE month=?");
    if (erased.bind(0, std::int64_t{month}).step()) {
      throw SqliteFailure(SQLITE_CONSTRAINT, "month " + std::to_string(month) + " was erased: it is written no more");
    }
    made_.emplace(month, vault_.make_secret(month, random_));
  }
  const auto made = made_.find(month);
  if (made == made_.end() || !inserted_.insert(month).second) return;
  insert_secret_.bind(0, std::int64_t{month}).bind_bytes(1, made->second).run();
}

void SealedWriter::flush() {
  for (auto& [month, open] : open_) seal(month, open);
}

SealedReader::SealedReader(Database& database, vault::Vault& vault) : database_(database), vault_(vault) {}

void SealedReader::load(std::int64_t batch) {
  Statement select(database_, "SELECT month, sealed FROM batch WHERE id=?");
  select.bind(0, batch);
  if (!select.step()) throw SqliteFailure(SQLITE_CORRUPT, "batch " + std::to_string(batch) + " is missing");
  const auto month = static_cast<vault::Month>(select.number(0));
  if (!vault_.has_secret(month)) load_secrets(database_, vault_);
  std::vector<Personal> rows;
  if (vault_.has_secret(month)) {
    const Result<std::string> plain = vault_.unseal(batch, month, select.text(1));
    if (!plain) throw SqliteFailure(SQLITE_CORRUPT, plain.error().text());
    for (std::string_view rest = *plain; !rest.empty();) {
      Personal row;
      if (!take(rest, row.raw) || !take(rest, row.subject) || !take(rest, row.subject_name) ||
          !take(rest, row.officer_name) || !take(rest, row.reason)) {
        throw SqliteFailure(SQLITE_CORRUPT, "batch " + std::to_string(batch) + " does not read");
      }
      rows.push_back(std::move(row));
    }
  }
  if (kept_.size() >= kBatchesKept) kept_.clear();
  kept_.emplace(batch, std::move(rows));
}

const Personal& SealedReader::read(SealedPlace place) {
  static const Personal kNothing;
  auto found = kept_.find(place.batch);
  if (found == kept_.end()) {
    load(place.batch);
    found = kept_.find(place.batch);
  }
  const auto slot = static_cast<std::size_t>(place.slot);
  return slot < found->second.size() ? found->second[slot] : kNothing;
}

}  // namespace trailwatch::store
