#pragma once

#include <string>

namespace trailwatch::test {

// Connects to `127.0.0.1:port` or to a Unix socket by its path, says all of `request`, and returns all that is answered
// until the other side closes. Throws when nobody listens.
std::string converse(const std::string& place, const std::string& request);

}  // namespace trailwatch::test
