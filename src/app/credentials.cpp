#include "app/credentials.h"

#include <cstdlib>

#include "trailwatch/base/files.h"

namespace trailwatch::app {

std::optional<std::string> credential_path(const std::string& name) {
  const char* const directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr || *directory == '\0' || name.empty() || name.find('/') != std::string::npos) return {};
  return join_path(directory, name);
}

}  // namespace trailwatch::app
