#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

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
  send,  // over a socket: counted when it is the chosen point, never recorded
  receive,
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

// What kind of file a path names, without the parts that differ from run to run:
// `reports/daily-2026-03-03.html.new` → `daily-#.html.new`. Cut to `size - 1` bytes.
inline void kind_of(const char* path, char* out, std::size_t size) {
  const char* const slash = std::strrchr(path, '/');
  std::size_t at = 0;
  for (const char* c = slash == nullptr ? path : slash + 1; *c != '\0' && at + 1 < size; ++c) {
    const bool is_part = (*c >= '0' && *c <= '9') || (*c == '-' && at > 0 && out[at - 1] == '#');
    if (!is_part) out[at++] = *c;
    if (is_part && (at == 0 || out[at - 1] != '#')) out[at++] = '#';
  }
  out[at] = '\0';
}

inline const char* to_text(Call call) {
  constexpr const char* kNames[] = {"",       "create", "write", "truncate", "sync", "sync-directory",
                                    "rename", "unlink", "mkdir", "rmdir",    "link", "said",
                                    "read",   "open",   "send",  "receive"};
  return kNames[static_cast<std::uint32_t>(call)];
}

}  // namespace trailwatch::torture
