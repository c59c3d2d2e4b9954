#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "trailwatch/base/clock.h"
#include "trailwatch/base/files.h"
#include "trailwatch/base/log.h"

namespace trailwatch::test {

class FakeClock : public Clock {
 public:
  explicit FakeClock(Instant start = Instant{}) : now_(start) {}
  Instant now() override { return now_; }
  std::int64_t steady_micros() override { return now_.micros; }
  void set(Instant instant) { now_ = instant; }
  void advance_micros(std::int64_t micros) { now_.micros += micros; }

 private:
  Instant now_;
};

// A file system in memory. Paths are plain keys; directories exist as long as something lies in them. What is in
// `irregular` (links, pipes) is listed but cannot be opened.
class MemoryFiles : public Files {
 public:
  std::map<std::string, std::string> contents;
  std::set<std::string> irregular;

  Result<std::vector<FileInfo>> list(const std::string& directory) const override;
  Result<FileInfo> info(const std::string& path) const override;
  Result<std::unique_ptr<OpenFile>> open(const std::string& path) const override;
  Result<std::string> read(const std::string& path, std::size_t bytes_max) const override;
  Status write(const std::string& path, std::string_view content, bool secret = false) override;
  Status remove(const std::string& path) override {
    contents.erase(path);
    return Done{};
  }
  Status make_directory(const std::string&) override { return Done{}; }
  Status sync_directory(const std::string&) override { return Done{}; }
};

class MemoryLog : public Log {
 public:
  std::vector<std::string> lines;
  void write(Level, std::string_view line) override { lines.emplace_back(line); }
};

}  // namespace trailwatch::test
