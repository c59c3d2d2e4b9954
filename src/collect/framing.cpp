#include "trailwatch/collect/framing.h"

#include <algorithm>

namespace trailwatch::collect {

namespace {

constexpr std::size_t kHashBytesShown = 8;

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool is_line_end(char byte) {
  return byte == '\n' || byte == '\r' || byte == '\0';
}

}  // namespace

std::size_t Delivery::bytes() const {
  constexpr std::size_t kOwn = 256;
  std::size_t out = kOwn;
  for (const Frame& frame : frames) out += sizeof(Frame) + frame.bytes.capacity();
  return out;
}

std::optional<std::string> SyslogFrames::feed(std::string_view bytes, std::vector<Frame>& out) {
  for (std::size_t at = 0; at < bytes.size();) {
    if (mode_ == Mode::lines) {
      at += take_line(bytes.substr(at), out);
    } else if (counting_) {
      if (auto fault = take_digit(bytes[at++])) return fault;
    } else if (size_ < length_) {
      at += take_counted(bytes.substr(at), out);
    } else if (is_line_end(bytes[at])) {
      ++at;
    } else if (auto fault = begin_frame(bytes[at])) {
      return fault;
    }
  }
  return std::nullopt;
}

std::optional<std::string> SyslogFrames::begin_frame(char byte) {
  if (mode_ == Mode::undecided && byte == '<') {
    mode_ = Mode::lines;
  } else if (is_digit(byte) && byte != '0') {
    mode_ = Mode::counted;
    counting_ = true;
    length_ = 0;
  } else {
    return mode_ == Mode::undecided ? "a connection begins with `<` or the length of its first record"
                                    : "the length of the next record is no number";
  }
  return std::nullopt;
}

std::optional<std::string> SyslogFrames::take_digit(char byte) {
  if (byte == ' ') {
    counting_ = false;
    return std::nullopt;
  }
  if (!is_digit(byte)) return "the length of a record is no number";
  length_ = length_ * 10 + (byte - '0');
  if (length_ > kFrameBytesMax) return "a record is longer than 262144 bytes";
  return std::nullopt;
}

std::size_t SyslogFrames::take_counted(std::string_view bytes, std::vector<Frame>& out) {
  const auto count = static_cast<std::size_t>(std::min(length_ - size_, static_cast<std::int64_t>(bytes.size())));
  keep(bytes.substr(0, count));
  if (size_ == length_) {
    length_ = 0;
    finish(out);
  }
  return count;
}

std::size_t SyslogFrames::take_line(std::string_view bytes, std::vector<Frame>& out) {
  static constexpr std::string_view kEnds("\n\0", 2);
  const std::size_t end = bytes.find_first_of(kEnds);
  keep(bytes.substr(0, end));
  if (end == std::string_view::npos) return bytes.size();
  finish(out);
  return end + 1;
}

void SyslogFrames::keep(std::string_view bytes) {
  size_ += static_cast<std::int64_t>(bytes.size());
  const auto room = static_cast<std::size_t>(kRecordBytesMax) - kept_.size();
  if (!hash_ && bytes.size() > room) {
    hash_.emplace();
    hash_->add(kept_);
  }
  if (hash_) hash_->add(bytes);
  kept_.append(bytes.substr(0, room));
}

void SyslogFrames::finish(std::vector<Frame>& out) {
  // Of an oversize record the end was not kept, so nothing is known about its line end.
  if (!hash_) {
    if (!kept_.empty() && kept_.back() == '\n') kept_.pop_back();
    if (!kept_.empty() && kept_.back() == '\r') kept_.pop_back();
    size_ = static_cast<std::int64_t>(kept_.size());
  }
  if (size_ > 0) {
    out.push_back(release(hash_ ? Frame::Kind::oversize : Frame::Kind::whole));
  } else {
    release(Frame::Kind::whole);
  }
}

Frame SyslogFrames::release(Frame::Kind kind) {
  Frame out;
  out.kind = kind;
  out.bytes = std::move(kept_);
  out.size = size_;
  if (hash_) out.hash = to_hex(hash_->digest(), kHashBytesShown);
  kept_.clear();
  size_ = 0;
  hash_.reset();
  return out;
}

std::optional<Frame> SyslogFrames::end() {
  if (size_ == 0 && !counting_ && length_ == 0) return std::nullopt;
  // What had come of the number before a frame is nothing of a record.
  const std::int64_t whole = counting_ ? 0 : std::max(length_, size_);
  Frame out = release(Frame::Kind::cut_off);
  out.size = whole;
  counting_ = false;
  length_ = 0;
  return out;
}

}  // namespace trailwatch::collect
