#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/hash.h"
#include "trailwatch/collect/live.h"

namespace trailwatch::collect {

// A longer record is kept up to here, with its length and hash (the same limit as in files).
constexpr std::int64_t kRecordBytesMax = 64 * 1024;
// No counted frame may be longer, so that a length has six digits at most; RFC 5425 §4.3.1 asks for 8,192 at least.
constexpr std::int64_t kFrameBytesMax = 256 * 1024;

// Cuts a syslog connection into records by RFC 6587. Which of its two framings a connection uses is decided by its
// first byte, once and for all: a digit begins octet counting (`123 <134>1 …`), `<` lines. A line ends with LF, CR LF
// or NUL; empty ones are nothing. Line ends between counted frames and one at the end of a counted frame are no part of
// a record.
//
// Pure: no socket, no clock; the outcome depends on the bytes alone, never on how they were cut for feeding. Keeps at
// most kRecordBytesMax bytes.
class SyslogFrames {
 public:
  enum class Mode : std::uint8_t { undecided, counted, lines };

  // Adds the records that end in `bytes` to `out`. After a fault, which is a sentence for people, the connection must
  // be closed: nobody knows where the next record would begin.
  std::optional<std::string> feed(std::string_view bytes, std::vector<Frame>& out);
  // The connection has ended. The record that was not complete by then, if there is one.
  std::optional<Frame> end();
  Mode mode() const { return mode_; }

 private:
  std::optional<std::string> begin_frame(char byte);
  std::optional<std::string> take_digit(char byte);
  std::size_t take_counted(std::string_view bytes, std::vector<Frame>& out);
  std::size_t take_line(std::string_view bytes, std::vector<Frame>& out);
  void keep(std::string_view bytes);
  void finish(std::vector<Frame>& out);
  Frame release(Frame::Kind kind);

  Mode mode_ = Mode::undecided;
  bool counting_ = false;    // within the number before a frame
  std::int64_t length_ = 0;  // of the counted frame
  std::int64_t size_ = 0;    // of the record so far
  std::string kept_;
  std::optional<Sha256> hash_;  // once it is longer than what is kept
};

}  // namespace trailwatch::collect
