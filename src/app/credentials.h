#pragma once

#include <optional>
#include <string>

namespace trailwatch::app {

// The file in which systemd hands over the credential of that name to this process (LoadCredential= of its unit).
// Nothing when it was not given any; a name with a slash is none.
std::optional<std::string> credential_path(const std::string& name);

}  // namespace trailwatch::app
