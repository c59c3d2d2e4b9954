#include "app/secrets.h"

#include <optional>
#include <string_view>

#include "app/credentials.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kSecretBytesMax = 4096;
constexpr std::string_view kCredential = "credential:";

}  // namespace

Result<std::string> read_secret_file(const Machine& machine, const std::string& path) {
  std::string where = path;
  if (path.rfind(kCredential, 0) == 0) {
    const std::string name = path.substr(kCredential.size());
    const std::optional<std::string> given = credential_path(name);
    if (!given) {
      return Error{Errc::not_found, "no credential \"" + name + "\"", "LoadCredential= of the unit names it", {}};
    }
    where = *given;
  }
  Result<std::string> text = machine.files.read(where, kSecretBytesMax);
  if (!text) return text;
  std::string out = *std::move(text);
  while (!out.empty() && (out.back() == '\n' || out.back() == '\r')) out.pop_back();
  if (out.empty()) return Error{Errc::invalid, "the secret is empty", "", {where}};
  return out;
}

}  // namespace trailwatch::app
