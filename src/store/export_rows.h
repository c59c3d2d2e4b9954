#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite.h"
#include "trailwatch/model/sampling.h"

namespace trailwatch::store {

// Exports on record: rows that are only ever added. Throw SqliteFailure. The number of the new row, or of the one that
// `request` made before.
std::int64_t add_export(Database& database, const model::Exported& exported, std::string_view request);
// Oldest first.
std::vector<model::Exported> read_exports(Database& database, std::string_view kind,
                                          const std::optional<std::string>& period);

}  // namespace trailwatch::store
