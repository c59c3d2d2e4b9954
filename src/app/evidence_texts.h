#pragma once

// Texts that go into every evidence bundle. They come from config/evidence and are built in, so that a bundle can't be
// made with other instructions than those that were tested.
namespace trailwatch::app {

extern const char* const kVerifyText;   // VERIFY.md
extern const char* const kCheckScript;  // check.sh

}  // namespace trailwatch::app
