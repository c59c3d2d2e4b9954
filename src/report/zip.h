#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/result.h"

namespace trailwatch::report {

// A ZIP archive in memory (PKWARE APPNOTE 6.3), as office programs write them: no encryption, no ZIP64, times fixed at
// 1980-01-01 so that the same content gives the same bytes. Names are ASCII.
class ZipWriter {
 public:
  enum class How { stored, deflated };
  // The bytes of all members together must stay below 2 GiB.
  void add(std::string_view name, std::string_view bytes, How how = How::deflated);
  std::string take();

 private:
  std::string out_;
  std::string directory_;
  int members_ = 0;
};

struct ZipMember {
  std::string name;
  std::string bytes;
};

// Members whose names `wanted` accepts. Hostile input is the normal case: at most 1,000 members, at most 64 MiB
// unpacked in all, sizes are checked while unpacking and not believed. Fails with Errc::invalid.
template <typename F>
Result<std::vector<ZipMember>> read_zip(std::string_view archive, F&& wanted);

namespace detail {
struct ZipEntry {
  std::string name;
  std::string_view packed;
  bool is_deflated = false;
};
Result<std::vector<ZipEntry>> zip_entries(std::string_view archive);
// Adds to `used` what it unpacks.
Result<std::string> unpack(const ZipEntry& entry, std::size_t& used);
}  // namespace detail

template <typename F>
Result<std::vector<ZipMember>> read_zip(std::string_view archive, F&& wanted) {
  Result<std::vector<detail::ZipEntry>> entries = detail::zip_entries(archive);
  if (!entries) return std::move(entries).error();
  std::vector<ZipMember> out;
  std::size_t used = 0;
  for (const detail::ZipEntry& entry : *entries) {
    if (!wanted(entry.name)) continue;
    Result<std::string> bytes = detail::unpack(entry, used);
    if (!bytes) return std::move(bytes).error().at(entry.name);
    out.push_back({entry.name, *std::move(bytes)});
  }
  return out;
}

}  // namespace trailwatch::report
