#include "trailwatch/base/result.h"

namespace trailwatch {

std::string Error::text() const {
  std::string out = message;
  if (!places.empty()) {
    out += " (";
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (i > 0) out += ", ";
      out += places[i];
    }
    out += ")";
  }
  if (!hint.empty()) out += ". " + hint;
  return out;
}

}  // namespace trailwatch
