#include <cstdlib>
#include <fstream>
#include <iterator>

#include "fuzz/fuzz.h"

namespace trailwatch::fuzz {

std::vector<Target>& targets() {
  static std::vector<Target> all;
  return all;
}

std::string shipped(const std::string& path) {
  std::ifstream in(std::string(TW_SOURCE_DIR) + "/config/" + path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  // A target that reads nothing would find nothing, for ever.
  if (text.empty()) std::abort();
  return text;
}

}  // namespace trailwatch::fuzz
