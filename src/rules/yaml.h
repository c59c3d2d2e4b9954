#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/problems.h"

namespace trailwatch::rules {

// A YAML document as it was written: every scalar stays text (`010` is not eight, `no` is not false), every node knows
// its place.
struct Yaml {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  Place place;
  std::string text;       // of a scalar, after YAML's own escapes
  bool one_line = false;  // the characters of `text` stand one by one in the file, from `text_column` on
  int text_column = 1;
  std::vector<Yaml> items;  // of a list; of a map: key, value, key, value …

  bool is_map() const { return kind == Kind::map; }
  bool is_list() const { return kind == Kind::list; }
  bool is_scalar() const { return kind == Kind::scalar; }
  std::size_t pairs() const { return items.size() / 2; }
  const Yaml& key(std::size_t i) const { return items[2 * i]; }
  const Yaml& value(std::size_t i) const { return items[2 * i + 1]; }
  // The value of a key; null pointer when the key is not there.
  const Yaml* find(std::string_view name) const;
  // The place `count` characters into a scalar, as far as it can be told.
  Place inside(std::size_t count) const;
};

// All documents of a file; nothing when it could not be read to its end. What yaml-cpp lets through silently is a
// problem here: keys that occur twice, keys that are no text, anchors and aliases (an alias can blow up a file of a
// hundred bytes), nesting beyond 32.
std::vector<Yaml> read_yaml(std::string_view text, Problems& problems);

}  // namespace trailwatch::rules
