#include "store/posting_block.h"

#include <algorithm>

#include "store/packing.h"

namespace trailwatch::store {

namespace {

// With its key a block fills one overflow page of SQLite and little of the tree's own page, which the rows share.
constexpr std::size_t kBlockBytes = 4'560;
constexpr std::int64_t kUnits[] = {1'000'000, 1'000, 1};  // whole seconds, whole milliseconds, microseconds

// Differences wrap around: hostile rows may lie more than 2^63 apart.
std::uint64_t step(std::int64_t from, std::int64_t to) {
  return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}
std::int64_t stepped(std::int64_t from, std::uint64_t by) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + by);
}
// Small numbers for small differences of either sign.
std::uint64_t folded(std::uint64_t value) {
  return (value << 1U) ^ (0U - (value >> 63U));
}
std::uint64_t unfolded(std::uint64_t value) {
  return (value >> 1U) ^ (0U - (value & 1U));
}

// The coarsest in which all times are whole.
std::size_t unit_of(const std::vector<Posting>& postings) {
  std::size_t unit = 0;
  for (const Posting& posting : postings) {
    while (posting.time % kUnits[unit] != 0) ++unit;
  }
  return unit;
}

}  // namespace

std::vector<PostingBlock> pack_postings(const std::vector<Posting>& postings) {
  std::vector<PostingBlock> out;
  const std::size_t unit = unit_of(postings);
  Posting before;
  for (const Posting& posting : postings) {
    const bool is_first = out.empty() || out.back().bytes.size() >= kBlockBytes;
    if (is_first) {
      out.emplace_back();
      out.back().bytes.reserve(kBlockBytes + 32);
      put_varint(out.back().bytes, unit);
      before = {};
    }
    std::string& bytes = out.back().bytes;
    const std::uint64_t key_step = step(before.key, posting.key);
    const std::uint64_t time_step = step(before.time / kUnits[unit], posting.time / kUnits[unit]);
    put_varint(bytes, key_step);
    put_varint(bytes, key_step == 0 && !is_first ? time_step : folded(time_step));
    put_varint(bytes, folded(step(before.event, posting.event)));
    out.back().last = before = posting;
  }
  return out;
}

bool unpack_postings(std::string_view block, std::vector<Posting>& out) {
  const auto unit = take_varint(block);
  if (!unit || *unit >= std::size(kUnits)) return false;
  const std::int64_t factor = kUnits[static_cast<std::size_t>(*unit)];
  Posting now;
  std::int64_t time = 0;  // in units
  for (bool is_first = true; !block.empty(); is_first = false) {
    const auto key_step = take_varint(block), time_step = take_varint(block), event_step = take_varint(block);
    if (!key_step || !time_step || !event_step) return false;
    now.key = stepped(now.key, *key_step);
    time = stepped(time, *key_step == 0 && !is_first ? *time_step : unfolded(*time_step));
    if (__builtin_mul_overflow(time, factor, &now.time)) return false;
    now.event = stepped(now.event, unfolded(*event_step));
    out.push_back(now);
  }
  return true;
}

}  // namespace trailwatch::store
