#pragma once

#include <string>

#include "store/connection.h"
#include "trailwatch/base/random.h"

namespace trailwatch::store {

// What the leaf about it says: the ids of both keys.
std::string rotation_record(const std::string& from, const std::string& to);

// Within a transaction, after everything else in it: every wrapped secret is wrapped by the master key of `next`
// instead, the index keys are kept, and the store names the new key as its own. What the old key had wrapped is
// overwritten. Throws SqliteFailure.
void rotate_secrets(Connection& connection, const vault::Vault& next, Random& random);

}  // namespace trailwatch::store
