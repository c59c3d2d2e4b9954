#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "trailwatch/base/files.h"
#include "trailwatch/base/result.h"

namespace trailwatch::collect {

// Rotated logs are often compressed. What lies behind `.gz` counts by its content, so a log that was read and then
// compressed is known again, and goes on where it was.

// By its name; the content is looked at only then.
bool is_compressed(std::string_view name);

// A few bytes must not become a full disk or an endless afternoon: beyond either the file is refused as a whole.
struct InflateLimits {
  std::int64_t bytes_max = std::int64_t{1} << 30;
  std::int64_t ratio_max = 100;  // inflated to compressed, once there is more than a mebibyte
};

// What is inside of a gzip file (RFC 1952, also of several members) as a file of its own: `info().size` is the inflated
// size, all else is the compressed file's. Reads it once from beginning to end; reading on costs as much as it is long,
// reading back begins anew. Needs 64 KiB, whatever the size.
//
// Fails with Errc::unavailable when it ends early (it may still be written), Errc::corrupt when it is no gzip file or a
// checksum is wrong, Errc::unsupported beyond the limits.
Result<std::unique_ptr<OpenFile>> inflate(std::unique_ptr<OpenFile> compressed, InflateLimits limits = {});

}  // namespace trailwatch::collect
