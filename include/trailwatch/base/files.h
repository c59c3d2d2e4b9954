#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/result.h"
#include "trailwatch/base/time.h"

namespace trailwatch {

struct FileInfo {
  std::string path;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  Instant modified;
  bool is_regular = false;  // neither directory, link, pipe, socket nor device
  std::int64_t links = 1;   // names that lead to it; 0 once all are removed
};

// An open file, read at any place. What it shows may grow while it is open.
class OpenFile {
 public:
  virtual ~OpenFile() = default;
  virtual FileInfo info() const = 0;
  // At most `bytes_max` bytes from `offset`; fewer only at the end of the file.
  virtual Result<std::string> read_at(std::int64_t offset, std::size_t bytes_max) = 0;
};

// The reading half of a file system. Links are never followed in the last part of a path: who drops files must not
// choose what we read.
class ReadFiles {
 public:
  virtual ~ReadFiles() = default;
  // Direct children, sorted by name, neither `.` nor `..`. Fails with Errc::not_found when the directory is not there.
  virtual Result<std::vector<FileInfo>> list(const std::string& directory) const = 0;
  virtual Result<FileInfo> info(const std::string& path) const = 0;
  virtual Result<std::unique_ptr<OpenFile>> open(const std::string& path) const = 0;
  // The whole of a small file. Fails with Errc::unsupported beyond `bytes_max`.
  virtual Result<std::string> read(const std::string& path, std::size_t bytes_max) const = 0;
};

class Files : public ReadFiles {
 public:
  // All or nothing: written beside the target, synced, renamed, directory synced. Mode 0640, or 0600 for a `secret`.
  virtual Status write(const std::string& path, std::string_view content, bool secret = false) = 0;
  // A file that is not there counts as removed.
  virtual Status remove(const std::string& path) = 0;
  // With its parents, each synced into the one above it. Mode 0750.
  virtual Status make_directory(const std::string& path) = 0;
  // The names in it are on the disk when this returns: what was made, renamed and removed there.
  virtual Status sync_directory(const std::string& path) = 0;
};

// `directory/name`, or `name` when it is absolute.
std::string join_path(std::string_view directory, std::string_view name);
// Without `.`, doubled slashes and a slash at the end; `..` takes a name before it away and stays where none stands
// before it. Only the text is looked at: a link in front of `..` is not known here. `a/../../b` → `../b`; nothing left
// → `.`
std::string clean_path(std::string_view path);
std::string_view base_name(std::string_view path);
std::string_view directory_name(std::string_view path);

}  // namespace trailwatch
