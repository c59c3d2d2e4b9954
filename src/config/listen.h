#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/config/config.h"

namespace trailwatch::config {

// What stands under "listen" of a source: one object, or a list of them. `path` is where it stands.
void read_listen(const nlohmann::json& value, const std::string& path, std::string_view directory,
                 std::vector<Listen>& out, std::vector<Problem>& problems);

// Sockets that several sources share must be meant the same way by all of them.
void check_shared_sockets(const std::vector<Source>& sources, std::vector<Problem>& problems);

}  // namespace trailwatch::config
