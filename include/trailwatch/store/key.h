#pragma once

#include <optional>
#include <string>

#include "trailwatch/base/result.h"

namespace trailwatch::store {

// Which master key the store at `path` was wrapped with (vault::Vault::key_id), read without any key; nothing when
// there is no store yet, or none that says so. Never writes.
Result<std::optional<std::string>> key_of_store(const std::string& path);

}  // namespace trailwatch::store
