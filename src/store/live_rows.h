#pragma once

#include <vector>

#include "store/sqlite.h"
#include "trailwatch/store/live.h"

namespace trailwatch::store {

// Deliveries with keys, and losses. Throw SqliteFailure.
std::optional<PushRow> find_push(Database& database, std::string_view source, std::string_view key);
void add_push(Database& database, const PushRow& push);
void remove_pushes(Database& database, Instant before);
// Its number.
std::int64_t add_loss(Database& database, const LossRow& loss);
std::string loss_record(const LossRow& loss, std::string_view what);
// Added up, by source, stream and kind.
std::vector<LossRow> read_losses(Database& database, std::int64_t limit);

}  // namespace trailwatch::store
