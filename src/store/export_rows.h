#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite.h"
#include "trailwatch/model/sampling.h"

namespace trailwatch::store {

// Exports on record: rows that are only ever added. Throw SqliteFailure. The new row, or the one that `request` made
// before.
struct ExportRow {
  std::int64_t number = 0;
  bool is_new = false;
};
ExportRow add_export(Database& database, const model::Exported& exported, std::string_view request);
// What the leaf about it says: {"at":…,"by":…,"events":how many,"files":"sha256  name, a line each","ids":SHA-256 over
// the events' numbers, a line each,"number":…,"period":…,"scope":…,"what":…}
std::string export_record(const model::Exported& exported, std::int64_t number);
// Oldest first, by their numbers.
std::vector<model::Exported> read_all_exports(Database& database);
std::vector<model::Exported> read_exports(Database& database, std::string_view kind,
                                          const std::optional<std::string>& period);

}  // namespace trailwatch::store
