#pragma once

#include <string>

#include "app/workplace.h"

// Where the master key comes from, and how it is replaced (docs/personal-data.md).
namespace trailwatch::app {

// The text of a key file, or of a credential that systemd hands over (`credential:NAME`).
Result<std::string> read_key(const Machine& machine, const std::string& place);

// The vault whose key the store was wrapped with: that of the credential `master.key` where systemd hands one over to
// this process, else the configured key file's, or, while a key is being replaced, that of the file beside it (`….new`)
// or of one of the other configured places. Where none fits, the configured one, so that the store says what is wrong.
Result<vault::Vault> find_vault(const Machine& machine, const config::Config& config);

// For who writes: makes the first key of a new store, and ends a replacement that was broken off after the store had
// taken the new key.
Status settle_keys(const Machine& machine, const config::Config& config);

}  // namespace trailwatch::app
