#pragma once

#include <string>

namespace trailwatch::test {

// What somebody can do who has root on the host, all keys that lie there, and this program's source: makes the whole
// tree and all postings anew over the rows as they are now, and puts signatures of the stolen key under every
// checkpoint. `state` is the state directory; its signer is `here`. Fails the test where it can't.
void forge_tree(const std::string& state);

// Runs statements against the store, with the triggers that guard its ledgers out of the way.
void tamper(const std::string& state, const std::string& sql);
// The first column of the first row, as a number.
std::int64_t ask(const std::string& state, const std::string& sql);

// Appends an own record as the program does when its clock is set back by `micros` from the newest receipt.
void work_with_clock_back(const std::string& state, std::int64_t micros);

}  // namespace trailwatch::test
