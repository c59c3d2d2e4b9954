#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trailwatch::config {

// Where the keys of a JSON text (comments allowed) stand, by path and line: `sources[2].profile` → 12.
struct JsonPlaces {
  std::map<std::string, int> lines;                // of the first that is given
  std::vector<std::pair<std::string, int>> twice;  // a key that its object already has
};

// Empty when the text is not JSON.
JsonPlaces json_places(std::string_view text);

}  // namespace trailwatch::config
