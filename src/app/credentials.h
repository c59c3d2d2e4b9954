#pragma once

#include <optional>
#include <string>

#include "app/workplace.h"
#include "trailwatch/vault/vault.h"

namespace trailwatch::app {

// The file in which systemd hands over the credential of that name to this process (LoadCredential= of its unit).
// Nothing when it was not given any; a name with a slash is none.
std::optional<std::string> credential_path(const std::string& name);

// Where the master key lies for this process: the credential `master.key`, so that the key may be root's own; else the
// configured file, which is what a command that root runs beside the service reads.
std::string master_key_path(const config::Config& config);

// The vault behind that key. Fails with Errc::not_found when there is no key.
Result<vault::Vault> open_vault(const Machine& machine, const config::Config& config);

}  // namespace trailwatch::app
