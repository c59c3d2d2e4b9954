#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/encode.h"
#include "rules/predicate.h"
#include "rules/problems.h"
#include "rules/vocabulary.h"
#include "rules/yaml.h"

namespace trailwatch::rules {

// The left side of a test: a field and its modifiers, each of which is allowed where it stands.
struct Spec {
  Field field = Field::time;
  std::string_view match;  // empty: equality
  std::string_view part;
  Place match_place, part_place, encoder_place;
  bool every = false, cased = false, negated = false;
  std::string regex_flags;
  std::vector<Encoder> encoders;
};

// Is it `lt`, `lte`, `gt` or `gte`?
bool is_order(std::string_view match);
std::optional<double> read_number(std::string_view text);
// `gte`; nothing for another word.
std::optional<Order> find_order(std::string_view word);

// Adds one value, known to be text, to the test `out`, whose kind is set already.
void add_value(const Spec& spec, const Yaml& value, const Vocabulary& words, Predicate& out, Problems& problems);

}  // namespace trailwatch::rules
