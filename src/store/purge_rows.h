#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/connection.h"
#include "store/event_writer.h"
#include "trailwatch/store/retention.h"

namespace trailwatch::store {

// Takes erased shelves out of the store. Within the writer's transaction; one object a writer, since it remembers how
// far it came, so that each step does not look at what the ones before have seen.
class PurgeRows {
 public:
  // Adds a leaf of kind purge: source, record.
  using AddLeaf = std::function<void(const std::string& source, const std::string& record)>;
  PurgeRows(Connection& connection, EventWriter& events, const Zone& zone, AddLeaf add_leaf)
      : connection_(connection), events_(events), zone_(zone), add_leaf_(std::move(add_leaf)) {}

  // Overwrites and deletes the secret, leaves the tombstone. Texts that must outlive the month (the files that the
  // evaluation rests on) are sealed again in the month of `now`. Fails with Errc::conflict when it is erased already,
  // Errc::not_found when there is no such secret.
  Status destroy_secret(const Shelf& shelf, std::string_view why, Instant now);
  // Events first, then sealed bytes, then what rested on them alone.
  Purged step(vault::Month secret, std::int64_t rows_max);
  // What was destroyed is forgotten by the vault too.
  void committed();
  // After a rollback.
  void forget();

 private:
  std::int64_t take_events(vault::Month secret, std::int64_t rows_max);
  std::int64_t take_batches(vault::Month secret, std::int64_t rows_max);
  void take_fingerprints(vault::Month secret);
  void take_judgements(vault::Month secret);
  void seal_again(vault::Month secret, vault::Month now);

  Connection& connection_;
  EventWriter& events_;
  const Zone zone_;
  AddLeaf add_leaf_;
  std::vector<vault::Month> destroyed_;                                 // in this transaction
  std::map<vault::Month, std::pair<std::int64_t, std::int64_t>> seen_;  // time and id of the event taken last
};

}  // namespace trailwatch::store
