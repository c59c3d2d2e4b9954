#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

#include "trailwatch/config/config.h"

namespace trailwatch::config {

// The section "delivery"; nothing when there is none. Relative paths start from `directory`.
void read_delivery(const nlohmann::json* value, std::string_view directory, Delivery& out,
                   std::vector<Problem>& problems);

}  // namespace trailwatch::config
