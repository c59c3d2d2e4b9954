#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "rules/predicate.h"
#include "rules/problems.h"
#include "rules/yaml.h"

namespace trailwatch::rules {

using Selections = std::map<std::string, Expression>;

// Reads a condition over the selections of a rule, or a list of conditions, any of which is enough:
//
//   or     = and { "or" and }
//   and    = not { "and" not }
//   not    = "not" not | term
//   term   = "(" or ")" | ( "1" | "all" ) "of" ( "them" | pattern ) | name
//
// Words match in either case, names as written; a pattern is a name in which `*` stands for any characters, and `them`
// means all selections whose name does not begin with `_`. Names that were used are added to `used`. Nothing when it
// has errors.
std::optional<Expression> compile_condition(const Yaml& condition, const Selections& selections,
                                            std::set<std::string>& used, Problems& problems);

}  // namespace trailwatch::rules
