#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace trailwatch::registry {

// How texts of reference files and of events are compared: full width folded, ASCII in upper case, without blanks.
std::string key_of(std::string_view text);
// Certainly its own key? May say no of some that are.
bool is_key(std::string_view text);
// `key_of(text)`, in `buffer` unless the text is its own key. Valid as long as both.
std::string_view as_key(std::string_view text, std::string& buffer);

// A cell that lists several values. Separated by `;` of either width; blank parts are left out.
std::vector<std::string> list_of(std::string_view cell);

struct KeyHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

// Every key is a `key_of`.
template <typename Value>
using ByKey = std::unordered_map<std::string, Value, KeyHash, std::equal_to<>>;

// Allocates nothing for a text that is its own key, as most are.
template <typename Value>
const Value* find(const ByKey<Value>& map, std::string_view text) {
  if (map.empty() || text.empty()) return nullptr;
  std::string buffer;
  const auto found = map.find(as_key(text, buffer));
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace trailwatch::registry
