#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "store/sqlite.h"

namespace trailwatch::store {

// Whether the postings say exactly what the rows of `event` say: who could take some out would hide look-ups from the
// pages that show them. Each event that is hidden, added or filed under something else is named, but not those in
// `told`, of which something worse was said already.
void check_postings(Database& database, const std::set<std::int64_t>& told,
                    const std::function<void(std::string where, std::string what)>& fault);

}  // namespace trailwatch::store
