#pragma once

#include <optional>
#include <vector>

#include "rules/predicate.h"
#include "rules/problems.h"
#include "rules/vocabulary.h"
#include "rules/yaml.h"

namespace trailwatch::rules {

struct Detection {
  Expression condition;
  std::vector<Predicate> predicates;
};

// Compiles the `detection` part of a rule. A map means all of its tests, a list any of its items, bare values are
// keywords. Nothing when it has errors.
std::optional<Detection> compile_detection(const Yaml& detection, const Vocabulary& words, Problems& problems);

}  // namespace trailwatch::rules
