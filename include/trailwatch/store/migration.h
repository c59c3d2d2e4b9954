#pragma once

#include <cstdint>
#include <functional>

namespace trailwatch::store {

// Called now and then while an older store is brought to today's form, with rows done and rows in all.
using MigrationProgress = std::function<void(std::int64_t done, std::int64_t all)>;

}  // namespace trailwatch::store
