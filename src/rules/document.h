#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/compiled.h"
#include "rules/problems.h"
#include "rules/vocabulary.h"
#include "rules/yaml.h"

namespace trailwatch::rules {

// One document of a rule file, as far as it can be understood alone.
struct Document {
  RuleInfo info;
  CompiledRule rule;
  bool has_errors = false;
};

// A rule or correlation document. Never fails: what is wrong is in `problems` and in `has_errors`.
Document read_document(const Yaml& yaml, const Vocabulary& words, Problems& problems);

// A `filter` document: a condition that is added to the named rules with AND.
struct Filter {
  std::string title;
  std::vector<PlacedWord> rules;
  bool for_all = false;  // `rules: any`
  Detection detection;
  Place place;
  bool has_errors = false;
};
Filter read_filter(const Yaml& yaml, const Vocabulary& words, Problems& problems);

}  // namespace trailwatch::rules
