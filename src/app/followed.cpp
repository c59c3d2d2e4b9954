#include "app/followed.h"

#include <algorithm>

#include "trailwatch/collect/deliveries.h"

namespace trailwatch::app {

namespace {

constexpr std::int64_t kTailBytes = 1024;

}  // namespace

bool goes_on(OpenFile& file, const Followed& followed) {
  const store::FileRow& row = followed.row;
  if (file.info().size < row.position || row.head_bytes != collect::kHeadBytes || row.head_bytes > row.position) {
    return false;
  }
  const Result<std::string> head = file.read_at(0, static_cast<std::size_t>(row.head_bytes));
  if (!head || to_hex(sha256(*head)) != row.head) return false;
  const auto size = static_cast<std::int64_t>(followed.tail.size());
  const Result<std::string> tail = file.read_at(row.position - size, followed.tail.size());
  return tail.has_value() && *tail == followed.tail;
}

Status note_tail(OpenFile& file, Followed& followed) {
  const std::int64_t size = std::min(kTailBytes, followed.row.position);
  Result<std::string> tail = file.read_at(followed.row.position - size, static_cast<std::size_t>(size));
  if (!tail) return std::move(tail).error();
  followed.tail = *std::move(tail);
  return Done{};
}

bool is_same_file(const FileInfo& a, const FileInfo& b) {
  return a.device == b.device && a.inode == b.inode;
}

bool is_unchanged(const FileInfo& a, const FileInfo& b) {
  return is_same_file(a, b) && a.size == b.size && a.modified == b.modified;
}

}  // namespace trailwatch::app
