#pragma once

#include <optional>

#include "rules/compiled.h"
#include "rules/problems.h"
#include "rules/yaml.h"

namespace trailwatch::rules {

// `x-suppress: {by: [...], for: 7d}`. `by` names either everything that the rule groups by, or the one field that says
// whom its findings are about; event rules and baselines group by `officer`. Nothing when it is wrong, which has been
// reported.
std::optional<Suppress> read_suppress(const Yaml& yaml, const CompiledRule& rule, Problems& problems);

}  // namespace trailwatch::rules
