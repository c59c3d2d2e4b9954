#include "rules/problems.h"

#include "trailwatch/base/text.h"

namespace trailwatch::rules {

std::string Problem::text() const {
  std::string out = file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ";
  out += is_error ? "error: " : "warning: ";
  out += message;
  if (!hint.empty()) out += "; " + hint;
  return out;
}

std::string quoted(std::string_view word) {
  return "\"" + for_log(prefix(word, 60)) + "\"";
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& words) {
  const std::string near = nearest(word, words);
  return near.empty() ? "" : "did you mean " + quoted(near) + "?";
}

void Problems::unknown(Place place, std::string_view what, std::string_view word,
                       const std::vector<std::string>& words) {
  error(place, "unknown " + std::string(what) + " " + quoted(word), did_you_mean(word, words));
}

}  // namespace trailwatch::rules
