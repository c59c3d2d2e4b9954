#pragma once

#include <string>

#include "app/workplace.h"

namespace trailwatch::app {

// What lies at `path`, or in the file that systemd hands over for `credential:NAME`; without line ends at its end.
// Fails when it is empty.
Result<std::string> read_secret_file(const Machine& machine, const std::string& path);

}  // namespace trailwatch::app
