#pragma once

#include "store/connection.h"

namespace trailwatch::store {

// Earlier programs kept the groups of findings as plain hashes over persons, which can be tried out: replaces them by
// keyed ones, once for a store, in one transaction. The connection must be unlocked. Throws SqliteFailure.
void veil_groups(Connection& connection);

}  // namespace trailwatch::store
