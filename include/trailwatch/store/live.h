#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trailwatch/base/result.h"
#include "trailwatch/base/time.h"
#include "trailwatch/model/loss.h"

// What the store knows of records that came over the network (docs/live-sources.md).
namespace trailwatch::store {

// All that came from one peer on one local day is kept like a file that grows: `syslog-tls://10.40.3.8/2026-03-02`,
// the day being that of arrival. Delivered files have no such names.
std::string stream_name(std::string_view way, std::string_view peer, LocalDay day);
bool is_stream_name(std::string_view name);

// A delivery that its sender has given a key, with what was answered. Keys are kept as their SHA-256, hexadecimal: what
// senders make them of is not known.
struct PushRow {
  std::string source;
  std::string key;
  std::string body;    // SHA-256 of what was sent, hexadecimal
  std::string answer;  // JSON
  Instant received;
};

// What the way from a source is known to have lost, by stream and kind .
struct LossRow {
  std::string source;
  std::string stream;
  model::LossKind kind = model::LossKind::kernel;
  std::int64_t times = 1;
  std::int64_t records = 0;  // 0: nobody knows
  Instant first, last;
};

// Whether a failure of the store comes of a full disk, so that the same may succeed later.
bool is_for_want_of_space(const Error& error);

}  // namespace trailwatch::store
