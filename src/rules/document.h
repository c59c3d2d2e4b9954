#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/compiled.h"
#include "rules/problems.h"
#include "rules/yaml.h"

namespace trailwatch::rules {

// One document of a rule file, as far as it can be understood alone.
struct Document {
  RuleInfo info;
  CompiledRule rule;
  bool has_errors = false;
};

// A rule or correlation document. Never fails: what is wrong is in `problems` and in `has_errors`.
Document read_document(const Yaml& yaml, Problems& problems);

// The `correlation` map; always gives what could be read.
Baseline read_correlation(const Yaml& yaml, Problems& problems);

// `x-list` documents hold the words of a named list: only `placeholders` is known.
void read_list(const Yaml& yaml, Placeholders& placeholders, Problems& problems);

}  // namespace trailwatch::rules
