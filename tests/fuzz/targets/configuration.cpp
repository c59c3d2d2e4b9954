#include "trailwatch/config/config.h"

#include "fuzz/fuzz.h"
#include "trailwatch/base/check.h"

// The configuration, and the file of words.
TW_FUZZ(configuration) {
  using namespace trailwatch;
  const auto parsed = config::parse(input, "/etc/trailwatch");
  if (const auto* problems = std::get_if<std::vector<config::Problem>>(&parsed)) {
    TW_CHECK(!problems->empty());
    for (const config::Problem& problem : *problems) TW_CHECK(!problem.text("trailwatch.json").empty());
  }
  config::parse_words(input);
}
