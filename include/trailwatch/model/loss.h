#pragma once

#include <cstdint>

namespace trailwatch::model {

// What is wrong with the way by which a live source's records come: reported, never hidden. Written to disk: never
// renumber.
enum class LossKind : std::uint8_t {
  kernel = 1,       // datagrams that the system dropped because nobody took them in time
  truncated = 2,    // datagrams longer than could be taken
  framing = 3,      // a connection was closed because it was no longer clear where a record begins
  cut_off = 4,      // a connection ended within a record; what had come of it lies in quarantine
  clock_ahead = 5,  // records came that say to be from the future: by this machine's clock, the source's is wrong
  clock_behind = 6  // records came that say to be more than a year old
};

}  // namespace trailwatch::model
