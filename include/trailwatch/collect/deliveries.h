#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "trailwatch/base/files.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/config/config.h"

namespace trailwatch::collect {

// What lies in a source's directory.
struct Scan {
  std::vector<FileInfo> files;  // regular files that match the source's pattern, by name
  // Matching names that are never opened: no regular files, or files with a second name elsewhere. Who may write into
  // the folder must not have us read, or be blamed for, what lies outside of it.
  std::vector<std::string> ignored;
};

// A name that matches with `.gz` behind it matches too. Fails with Errc::not_found when the directory is not there: a
// source that cannot deliver is not an empty one.
Result<Scan> scan(const ReadFiles& files, const config::Source& source);

// A file that was read before, as far as telling it again needs.
struct Known {
  std::int64_t id = 0;
  std::int64_t logical = 0;
  std::string name;
  std::int64_t head_bytes = 0;
  std::string head;
  std::int64_t position = 0;
  std::string taken;
};

// How many bytes of a file's start tell it from others.
constexpr std::int64_t kHeadBytes = 1024;

// What an opened file is.
struct Recognised {
  enum class Kind : std::uint8_t {
    fresh,    // never seen
    resumed,  // seen under this name, or under one that it no longer has (rotation): go on at its position
    copy,     // the same content lies here under another name too: its records are duplicates, and count as such
  } kind = Kind::fresh;
  std::int64_t known = 0;    // for `resumed`: that file's id
  std::int64_t logical = 0;  // for `copy` and `resumed`
  std::int64_t position = 0;
  std::int64_t head_bytes = 0;  // of the file as it is now
  std::string head;
  Sha256 taken;  // over the first `position` bytes
};

// Tells by content, not by name. `still_there(known)` answers whether the file that bears a known file's name still
// holds what was read from it. A known file matches only if *all* bytes that were taken from it are found again; one
// from which none were taken yet (position 0) goes on under its name.
Result<Recognised> recognise(OpenFile& file, std::string_view name, const std::vector<Known>& known,
                             const std::function<bool(const Known&)>& still_there);

// Whether `file` begins with exactly the bytes that were taken from `known`.
Result<bool> holds(OpenFile& file, const Known& known);

}  // namespace trailwatch::collect
