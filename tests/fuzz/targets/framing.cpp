#include "trailwatch/collect/framing.h"

#include <algorithm>

#include "fuzz/fuzz.h"
#include "trailwatch/base/check.h"

namespace trailwatch::fuzz {
namespace {

// All that a connection said, in a form that can be compared.
std::string read_connection(std::string_view bytes, std::size_t piece) {
  collect::SyslogFrames frames;
  std::vector<collect::Frame> out;
  std::string said;
  std::size_t fed = 0;
  while (fed < bytes.size()) {
    const std::string_view part = bytes.substr(fed, piece);
    fed += part.size();
    if (const auto fault = frames.feed(part, out)) {
      said += "fault " + *fault + "\n";
      break;
    }
  }
  if (auto last = frames.end()) out.push_back(*std::move(last));
  std::int64_t all = 0;
  for (const collect::Frame& frame : out) {
    TW_CHECK(static_cast<std::int64_t>(frame.bytes.size()) <= collect::kRecordBytesMax);
    TW_CHECK(frame.kind != collect::Frame::Kind::whole || (frame.hash.empty() && !frame.bytes.empty()));
    TW_CHECK(frame.kind != collect::Frame::Kind::oversize || frame.size > collect::kRecordBytesMax);
    said += std::to_string(static_cast<int>(frame.kind)) + " " + std::to_string(frame.size) + " " + frame.hash + " " +
            frame.bytes + "\n";
    all += static_cast<std::int64_t>(frame.bytes.size());
  }
  // Nothing is made up.
  TW_CHECK(all <= static_cast<std::int64_t>(bytes.size()));
  return said;
}

}  // namespace
}  // namespace trailwatch::fuzz

// A syslog connection. First byte: into what pieces it is cut. Second byte: how often what follows is repeated, so that
// records longer than any limit can be had from little.
TW_FUZZ(framing) {
  using namespace trailwatch::fuzz;
  const std::size_t piece = 1 + take_byte(input);
  const std::size_t times = 1 + 16 * std::size_t{take_byte(input)};
  std::string bytes(input);
  if (input.size() * times < (1U << 19U)) {
    for (std::size_t i = 1; i < times; ++i) bytes += input;
  }
  TW_CHECK(read_connection(bytes, piece) == read_connection(bytes, bytes.size() + 1));
}
