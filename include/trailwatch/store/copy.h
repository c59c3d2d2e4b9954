#pragma once

#include <functional>
#include <string>

#include "trailwatch/base/result.h"

namespace trailwatch::store {

// Pages copied so far and in all.
using CopyProgress = std::function<void(std::int64_t done, std::int64_t all)>;

// Copies the store at `from` to the new file `to`, as it stood at one moment, while its writer goes on. The connection
// to `from` never writes and never checkpoints. What is at `to` when this returns is a store in one file, synced;
// after a failure something unfinished may be left there. Fails when `to` exists and is not empty.
Status copy_store(const std::string& from, const std::string& to, const CopyProgress& progress);

}  // namespace trailwatch::store
