#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "store/posting_block.h"
#include "store/sqlite.h"

namespace trailwatch::store {

// The one door to the postings, for one connection: gives SQL the function
//
//   posting(kind, key, since, before)       -- time, event; in that order; since <= time < before
//
// and keeps what a transaction adds until it is written as one run a kind. What is not written yet is seen by `posting`
// of this connection too. In a join it comes first: `FROM posting(…) p CROSS JOIN event e ON e.id = p.event`.
// Must outlive every statement of the connection that is in use.
class Postings {
 public:
  explicit Postings(Database& database);
  Postings(const Postings&) = delete;
  Postings& operator=(const Postings&) = delete;

  struct Keys {
    std::int64_t officer = 0, place = 0;
    std::optional<std::int64_t> subject;
  };
  void add(std::int64_t event, std::int64_t time, const Keys& keys);
  // The last thing of a transaction.
  void write();
  // After a rollback.
  void forget();

  const std::vector<Posting>& pending(PostingKind kind) const;
  Database& database() { return database_; }

 private:
  Database& database_;
  std::array<std::vector<Posting>, kPostingKinds.size()> pending_;
};

}  // namespace trailwatch::store
