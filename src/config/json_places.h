#pragma once

#include <map>
#include <string>
#include <string_view>

namespace trailwatch::config {

// In which line each key of a JSON text (comments allowed) stands, by path: `sources[2].profile` → 12.
// Empty when the text is not JSON.
std::map<std::string, int> json_places(std::string_view text);

}  // namespace trailwatch::config
