#include "support/fakes.h"

#include <algorithm>
#include <set>

namespace trailwatch::test {

namespace {

FileInfo describe(const std::string& path, const std::string& content) {
  FileInfo info;
  info.path = path;
  info.inode = std::hash<std::string>{}(path);
  info.size = static_cast<std::int64_t>(content.size());
  info.is_regular = true;
  return info;
}

class MemoryFile : public OpenFile {
 public:
  MemoryFile(std::string path, std::string content) : path_(std::move(path)), content_(std::move(content)) {}
  FileInfo info() const override { return describe(path_, content_); }
  Result<std::string> read_at(std::int64_t offset, std::size_t bytes_max) override {
    const auto at = std::min(static_cast<std::size_t>(offset), content_.size());
    return content_.substr(at, bytes_max);
  }

 private:
  std::string path_;
  std::string content_;
};

Error missing(const std::string& path) {
  return Error{Errc::not_found, "no such file", "", {path}};
}

}  // namespace

Result<std::vector<FileInfo>> MemoryFiles::list(const std::string& directory) const {
  const std::string start = directory + "/";
  std::vector<FileInfo> out;
  std::set<std::string> directories;
  for (const auto& [path, content] : contents) {
    if (path.compare(0, start.size(), start) != 0) continue;
    const std::size_t slash = path.find('/', start.size());
    if (slash == std::string::npos) {
      out.push_back(describe(path, content));
    } else if (directories.insert(path.substr(0, slash)).second) {
      FileInfo info;
      info.path = path.substr(0, slash);
      out.push_back(info);
    }
  }
  for (const std::string& path : irregular) {
    if (path.compare(0, start.size(), start) != 0 || path.find('/', start.size()) != std::string::npos) continue;
    FileInfo info;
    info.path = path;
    out.push_back(info);
  }
  if (out.empty()) return missing(directory);
  std::sort(out.begin(), out.end(), [](const FileInfo& a, const FileInfo& b) { return a.path < b.path; });
  return out;
}

Result<FileInfo> MemoryFiles::info(const std::string& path) const {
  const auto found = contents.find(path);
  if (found == contents.end()) return missing(path);
  return describe(path, found->second);
}

Result<std::unique_ptr<OpenFile>> MemoryFiles::open(const std::string& path) const {
  const auto found = contents.find(path);
  if (found == contents.end()) return missing(path);
  return std::unique_ptr<OpenFile>(std::make_unique<MemoryFile>(path, found->second));
}

Result<std::string> MemoryFiles::read(const std::string& path, std::size_t bytes_max) const {
  const auto found = contents.find(path);
  if (found == contents.end()) return missing(path);
  if (found->second.size() > bytes_max) return Error{Errc::unsupported, "file too large", "", {path}};
  return found->second;
}

Status MemoryFiles::write(const std::string& path, std::string_view content, bool) {
  contents[path] = std::string(content);
  return Done{};
}

}  // namespace trailwatch::test
