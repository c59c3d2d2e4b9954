#pragma once

#include <map>
#include <string>

#include "trailwatch/base/result.h"
#include "trailwatch/base/time.h"

namespace trailwatch::app {

// A ZIP file of these names (UTF-8, with `/`) and contents, in order of their names, all of them dated `at`. The same
// input gives the same bytes.
Result<std::string> make_zip(const std::map<std::string, std::string>& files, Instant at);

}  // namespace trailwatch::app
