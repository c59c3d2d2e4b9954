#pragma once

#include <string>
#include <vector>

#include "rules/correlator.h"
#include "rules/engine_impl.h"

namespace trailwatch::rules {

// What a correlation found about one group on one day; `values` are those of its group-by, in order.
model::Finding conclude_correlation(const Engine::Impl& engine, RuleIndex rule, const std::vector<std::string>& values,
                                    LocalDay day, const OpenFinding& found);

}  // namespace trailwatch::rules
