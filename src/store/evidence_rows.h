#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "store/connection.h"
#include "trailwatch/store/evidence.h"

namespace trailwatch::store {

// What the leaf of a delivered file says: everything in its row.
std::string file_record(const FileRow& file);
FileRow read_file(const Statement& row, int first_column = 0);
// The columns that `read_file` expects.
extern const char* const kFileColumns;

std::vector<FileRow> all_files(Database& database);

// By what a stored event is told apart from others.
struct IdentityRow {
  std::int64_t scope = 0, number = 0, content = 0;
};

// Which events were erased with which secret: 4 bytes an event.
class ErasedTable {
 public:
  explicit ErasedTable(Database& database);
  std::optional<vault::Month> of(EventId event) const;

 private:
  std::vector<std::uint32_t> by_event_;  // 0, or 1 + place in `months_`
  std::vector<vault::Month> months_;
};

// All of them in memory, for work that goes over every event: 25 bytes an event.
class IdentityTable {
 public:
  explicit IdentityTable(Database& database);
  std::optional<IdentityRow> of(EventId event) const;
  // Rows that belong to no event, or to one that has another already.
  std::int64_t strays() const { return strays_; }

 private:
  std::vector<IdentityRow> rows_;
  std::vector<bool> is_there_;
  std::int64_t strays_ = 0;
};
class IntakeTable {
 public:
  explicit IntakeTable(Database& database);
  std::optional<Instant> received(EventId event) const;
  // The first event that no row, or more than one, speaks of; nothing when all up to `last` have exactly one.
  std::optional<EventId> first_gap(EventId last) const;

 private:
  struct Row {
    EventId first = 0, last = 0;
    Instant received;
  };
  std::vector<Row> rows_;
};

// Rows as what their leaves were made of. All three functions must outlive it.
class LeafRows {
 public:
  using IdentityOf = std::function<std::optional<IdentityRow>(EventId)>;
  using ReceivedOf = std::function<std::optional<Instant>(EventId)>;
  // Asked about events whose row is gone.
  using ErasedOf = std::function<std::optional<vault::Month>(EventId)>;
  LeafRows(Connection& connection, IdentityOf identity_of, ReceivedOf received_of, ErasedOf erased_of);

  struct Row {
    StoredLeaf leaf;  // `salt` and `bytes` as well, when the month's secret is there
    bool has_row = true;
    bool is_there = true;  // or was erased as it must be
    std::string damage;    // why it can't be read; empty when it can
    bool is_erased() const { return is_there && damage.empty() && leaf.bytes.empty(); }
  };
  // Rows `ref` … `ref` + `count` - 1 of a kind, whose first leaf is `index`; each is taken once, in order, also those
  // that are missing.
  void each(seal::LeafKind kind, std::int64_t ref, std::int64_t count, std::int64_t index,
            const std::function<void(Row&&)>& take);

 private:
  Row event(Statement& row);
  Row quarantined(Statement& row);
  Row own(Statement& row);
  Row gone(seal::LeafKind kind, std::int64_t ref);
  void finish(Row& row);

  Connection& connection_;
  IdentityOf identity_of_;
  ReceivedOf received_of_;
  ErasedOf erased_of_;
};

}  // namespace trailwatch::store
