#pragma once

#include <vector>

#include "rules/document.h"
#include "rules/problems.h"
#include "rules/vocabulary.h"

namespace trailwatch::rules {

// A document with the file's voice, for what can only be said once all are read.
struct Read {
  Document document;
  std::size_t file = 0;
};

struct ReadFilter {
  Filter filter;
  std::size_t file = 0;
};

// Two rules with one name or id make it useless as a reference: the later one is refused.
void refuse_doubles(std::vector<Read>& all, std::vector<Problems>& voices);

// Adds the filters to the rules that they name.
void apply(const std::vector<ReadFilter>& filters, std::vector<Read>& all, std::vector<Problems>& voices);

// Ties correlations to what they count, whatever the order of files: rules that only feed them are hidden, their group
// keys are found, partition and lookback follow. Refuses those over rules that are not there, not usable, or that go in
// a circle.
void link(std::vector<Read>& all, const Vocabulary& words, std::vector<Problems>& voices);

// The position in the chain: 0 for one that counts event rules alone. Of a finished rule set without circles.
std::vector<RuleIndex> in_order_of_chains(const std::vector<CompiledRule>& rules);

}  // namespace trailwatch::rules
