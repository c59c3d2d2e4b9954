#include "app/credentials.h"

#include <unistd.h>

#include <cstdlib>

namespace trailwatch::app {

namespace {

constexpr std::size_t kKeyBytesMax = 4096;
constexpr const char* kMasterKey = "master.key";

}  // namespace

std::optional<std::string> credential_path(const std::string& name) {
  const char* const directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr || *directory == '\0' || name.empty() || name.find('/') != std::string::npos) return {};
  return join_path(directory, name);
}

std::string master_key_path(const config::Config& config) {
  const std::optional<std::string> given = credential_path(kMasterKey);
  return given && ::access(given->c_str(), F_OK) == 0 ? *given : config.key_file;
}

Result<vault::Vault> open_vault(const Machine& machine, const config::Config& config) {
  const std::string path = master_key_path(config);
  Result<std::string> key = machine.files.read(path, kKeyBytesMax);
  if (!key) {
    Error error = std::move(key).error();
    if (error.code == Errc::unavailable) error.hint = "the key is not for every user: run this as root";
    return error;
  }
  Result<vault::Vault> vault = vault::Vault::open(*key);
  if (!vault) return std::move(vault).error().at(path);
  return vault;
}

}  // namespace trailwatch::app
