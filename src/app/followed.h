#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "trailwatch/base/files.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/store/rows.h"

namespace trailwatch::app {

// A file that is being read, from one look to the next.
struct Followed {
  FileInfo listed;  // the file on the disk, compressed or not, as it was when it was looked at last
  store::FileRow row;
  Sha256 taken;      // over the first row.position bytes
  std::string tail;  // the last of them
  // A log that grows stays open: what is written to it after it was renamed, or removed, is still read here.
  std::shared_ptr<OpenFile> open;
  std::int64_t changed = 0;  // when it was last seen to be different; steady clock, microseconds
  bool has_moved = false;    // it has another name than it was read under first: a log that was rotated
  bool is_settled = false;   // it has been read as a whole file since
};

// Whether `file` still begins and goes on as it did up to the position: a look at both ends of what was taken, which
// tells a log that was emptied and has grown past the old place. Only for files with a whole head.
bool goes_on(OpenFile& file, const Followed& followed);

// Remembers the bytes before the position for `goes_on`.
Status note_tail(OpenFile& file, Followed& followed);

bool is_same_file(const FileInfo& a, const FileInfo& b);
bool is_unchanged(const FileInfo& a, const FileInfo& b);

}  // namespace trailwatch::app
