#pragma once

#include <string_view>

#include "store/connection.h"
#include "store/event_writer.h"
#include "trailwatch/model/decision.h"
#include "trailwatch/model/hold.h"
#include "trailwatch/model/sampling.h"
#include "trailwatch/model/unmask.h"

namespace trailwatch::store {

// What people decided: rows that are only ever added. Reasons are free text about persons, so they lie sealed.
class LedgerWriter {
 public:
  LedgerWriter(Connection& connection, EventWriter& events, const Zone& zone)
      : connection_(connection), events_(events), zone_(zone) {}

  // Within a transaction. The number of the new entry, or of the one that `request` made before.
  std::int64_t add(const model::Decision& decision, std::string_view request);
  std::int64_t add(const model::Suppression& suppression, std::string_view request);
  std::int64_t add(const model::SamplingAnswer& answer, std::string_view request);
  // Fails when there is no such suppression, or when it has ended already.
  Result<std::int64_t> end(std::int64_t suppression, const model::SuppressionEnd& end, std::string_view request);
  std::int64_t add(const model::Hold& hold, std::string_view request);
  // Fails when there is no such hold, or when it was lifted already.
  Result<std::int64_t> lift(std::int64_t hold, const model::Entry& entry, std::string_view request);
  std::int64_t add(const model::Unmasking& step, std::string_view request);

 private:
  // The number of the entry that `request` made, if any.
  std::optional<std::int64_t> known(std::string_view request);
  std::int64_t add_entry(const model::Entry& entry, std::string_view request);

  Connection& connection_;
  EventWriter& events_;
  const Zone zone_;
};

// Entries up to number `last`. A reason whose month was erased is empty; one that does not open otherwise throws
// SqliteFailure (SQLITE_CORRUPT).
model::Ledger read_ledger(Connection& connection, std::int64_t last);
// In order of their entries.
std::vector<model::Hold> read_holds(Connection& connection);
std::vector<model::Unmasking> read_unmaskings(Connection& connection);
// The last one about each event, ascending by event.
std::vector<model::SamplingAnswer> read_answers(Connection& connection, std::string_view period);

}  // namespace trailwatch::store
