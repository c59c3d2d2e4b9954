#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "trailwatch/model/sampling.h"
#include "trailwatch/report/sampling.h"

// Words that all four formats of the sampling sheets share.
namespace trailwatch::report {

// 隨機, 風險加權
std::string_view word(Drawn drawn);
// 是, 否, 待查: in the column 符合公務
std::string_view fit_word(model::Answer answer);
// `1.02%`, cut, never rounded up: a rate must not look better than it is.
std::string rate(std::int64_t part, std::int64_t whole);
// A share of a plan: `1%`, `0.25%`, `30%`
std::string percent(double share);

}  // namespace trailwatch::report
