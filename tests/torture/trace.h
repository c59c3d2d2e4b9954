#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "torture/preload/record.h"

namespace trailwatch::torture {

// One thing that happened to the disk. Paths are relative to the traced directory.
struct Op {
  Call call = Call::write;
  std::uint32_t process = 0;
  std::uint32_t number = 0;  // of the process's counted calls; 0: not counted
  std::uint64_t file = 0;
  std::int64_t offset = 0;
  std::uint32_t error = 0;  // errno; kKilled: the process was killed here
  std::string name, other, data;
};

using Trace = std::vector<Op>;

// What the preload library recorded about the files below `root`. A last record that was cut off is left out.
Trace read_trace(const std::string& path, const std::string& root);

// How many calls the trace counts.
std::uint32_t counted_calls(const Trace& trace);

// The file that each call is about, where it was seen by name: inode → newest name.
std::map<std::uint64_t, std::string> names_in(const Trace& trace);

// `write trailwatch.db-wal`: call and kind of file, without the parts of a name that differ from run to run.
std::string point_of(const Op& op, const std::map<std::uint64_t, std::string>& names);

}  // namespace trailwatch::torture
