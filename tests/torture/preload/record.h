#pragma once

#include <cstdint>

// What the preload library writes into its trace, and the driver reads: a header, then `name_bytes`, `other_bytes` and
// `data_bytes` bytes. Native byte order; the trace never leaves the machine.
namespace trailwatch::torture {

enum class Call : std::uint32_t {
  create = 1,  // a file that was not there: `file` is its inode, `name` its path
  write,       // `data` at `offset` of `file`
  truncate,    // `file` is `offset` bytes long from now on
  sync,        // fsync or fdatasync of `file` has returned
  sync_directory,
  rename,  // `name` to `other`
  unlink,
  mkdir,
  rmdir,
  link,
  said,  // `data` went to standard output (`offset` 1) or error (2): what the program tells the world
  read,  // counted for faults, never recorded
  open,  // one that makes nothing
};

constexpr std::uint32_t kKilled = UINT32_MAX;  // as `result`: the process was killed at this call

struct Header {
  std::uint32_t call = 0;
  std::uint32_t process = 0;
  std::uint64_t file = 0;
  std::int64_t offset = 0;
  std::uint32_t number = 0;  // of this process's counted calls, from 1; 0: not counted
  std::uint32_t result = 0;  // 0: it was done; otherwise the errno it failed with
  std::uint32_t name_bytes = 0, other_bytes = 0;
  std::uint64_t data_bytes = 0;
};

}  // namespace trailwatch::torture
