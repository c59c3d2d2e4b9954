#pragma once

#include <vector>

#include "store/connection.h"
#include "store/event_writer.h"
#include "trailwatch/store/rows.h"

namespace trailwatch::store {

// Reference files name officers and protected persons, so they lie sealed like notes. Their numbers are bound in as
// negative ones: the ledger's notes have positive numbers, and none opens in the place of another.
void write_in_force(Connection& connection, EventWriter& events, vault::Month month, const std::vector<InForce>& files);
std::vector<InForce> read_in_force(Connection& connection);

}  // namespace trailwatch::store
