#pragma once

#include <optional>

#include "rules/predicate.h"
#include "rules/problems.h"
#include "rules/vocabulary.h"
#include "rules/yaml.h"

namespace trailwatch::rules {

// Compiles `field|modifier|…: value or list of values`. Nothing when it has errors, all of which are reported.
std::optional<Predicate> compile_test(const Yaml& key, const Yaml& value, const Vocabulary& words, Problems& problems);
// Bare values, searched for in every text field of the event. `every`: all of them are needed (`'|all'`).
std::optional<Predicate> compile_keywords(const Yaml& value, bool every, Problems& problems);

}  // namespace trailwatch::rules
