#include "trailwatch/collect/framing.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace trailwatch::collect {
namespace {

struct Cut {
  std::vector<std::string> records;
  std::string fault;
  std::optional<std::string> rest;  // that was cut off
  bool operator==(const Cut&) const = default;
};

// What becomes of these bytes when they come in pieces that end at `cuts`.
Cut cut(const std::string& bytes, const std::vector<std::size_t>& cuts = {}) {
  SyslogFrames frames;
  std::vector<Frame> out;
  Cut result;
  std::size_t at = 0;
  std::vector<std::size_t> ends = cuts;
  ends.push_back(bytes.size());
  for (const std::size_t end : ends) {
    if (end < at || end > bytes.size()) continue;
    if (const auto fault = frames.feed(std::string_view(bytes).substr(at, end - at), out)) {
      result.fault = *fault;
      break;
    }
    at = end;
  }
  if (result.fault.empty()) {
    if (const auto rest = frames.end()) result.rest = rest->bytes;
  }
  for (const Frame& frame : out) result.records.push_back(frame.bytes);
  return result;
}
std::vector<std::string> records(const std::string& bytes) {
  const Cut all = cut(bytes);
  EXPECT_EQ(all.fault, "");
  EXPECT_EQ(all.rest, std::nullopt);
  return all.records;
}
using Records = std::vector<std::string>;

TEST(SyslogFrames, CountsOctets) {
  EXPECT_EQ(records("3 <a>5 <b>\nc"), (Records{"<a>", "<b>\nc"}));
  EXPECT_EQ(records(""), Records{});
}

TEST(SyslogFrames, EndsLinesWithLfCrLfOrNul) {
  const std::string with_nul("<a>\n<b>\r\n<c>\0\n\r\n<d>\n", 20);
  EXPECT_EQ(records(with_nul), (Records{"<a>", "<b>", "<c>", "<d>"}));
}

// What looks like a length within lines is a line, and what looks like a line after a count is none.
TEST(SyslogFrames, DecidesOnceForAConnection) {
  EXPECT_EQ(records("<a>\n3 <b>\n"), (Records{"<a>", "3 <b>"}));
  EXPECT_EQ(cut("3 <a><b>\n").fault, "the length of the next record is no number");
}

TEST(SyslogFrames, AllowsLineEndsAroundCountedRecords) {
  EXPECT_EQ(records("4 <a>\n\n5 <b>\r\n\r\n3 <c>"), (Records{"<a>", "<b>", "<c>"}));
}

TEST(SyslogFrames, RefusesLengthsThatAreNone) {
  EXPECT_EQ(cut("999999999 x").fault, "a record is longer than 262144 bytes");
  EXPECT_EQ(cut("1234567890123456789012345678901234567890 ").fault, "a record is longer than 262144 bytes");
  EXPECT_EQ(cut("007 <a>").fault, "a connection begins with `<` or the length of its first record");
  EXPECT_EQ(cut("-1 <a>").fault, "a connection begins with `<` or the length of its first record");
  EXPECT_EQ(cut("{\"a\":1}\n").fault, "a connection begins with `<` or the length of its first record");
  EXPECT_EQ(cut("12<34>1 ").fault, "the length of a record is no number");
  EXPECT_EQ(cut("262145 ").fault, "a record is longer than 262144 bytes");
  EXPECT_EQ(cut("262144 ").fault, "");
}

TEST(SyslogFrames, WhatCameBeforeAFaultIsTaken) {
  EXPECT_EQ(cut("3 <a>x"), (Cut{{"<a>"}, "the length of the next record is no number", std::nullopt}));
}

TEST(SyslogFrames, TellsWhatWasCutOff) {
  EXPECT_EQ(cut("3 <a>9 <bc").rest, "<bc");
  EXPECT_EQ(cut("3 <a>12").rest, "");
  EXPECT_EQ(cut("<a>\n<bc").rest, "<bc");
}

TEST(SyslogFrames, KeepsTheBeginningOfALongRecordWithLengthAndHash) {
  const std::string record = "<" + std::string(100'000, 'x') + ">";
  for (const std::string& bytes : {record + "\n<a>\n", std::to_string(record.size()) + " " + record + "3 <a>"}) {
    SyslogFrames frames;
    std::vector<Frame> out;
    EXPECT_EQ(frames.feed(bytes, out), std::nullopt);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0].kind, Frame::Kind::oversize);
    EXPECT_EQ(out[0].bytes, record.substr(0, 65'536));
    EXPECT_EQ(out[0].size, 100'002);
    EXPECT_EQ(out[0].hash, to_hex(sha256(record), 8));
    EXPECT_EQ(out[1].kind, Frame::Kind::whole);
    EXPECT_EQ(out[1].bytes, "<a>");
  }
}

TEST(SyslogFrames, ARecordOfExactlyTheLimitIsWhole) {
  const std::string record = "<" + std::string(65'535, 'x');
  SyslogFrames frames;
  std::vector<Frame> out;
  EXPECT_EQ(frames.feed(record + "\n", out), std::nullopt);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].kind, Frame::Kind::whole);
  EXPECT_EQ(out[0].bytes, record);
}

RC_GTEST_PROP(SyslogFrames, AnyCuttingOfTheBytesGivesTheSame, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "<a>", "3 <b>", "\n", "\r\n", std::string(1, '\0'), "12 ", "x", "7 <cdefg>", "0", "9"));
  std::string bytes;
  for (const std::string& piece : pieces) bytes += piece;
  auto cuts = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, bytes.size() + 1));
  std::sort(cuts.begin(), cuts.end());
  RC_ASSERT(cut(bytes, cuts) == cut(bytes));
}

}  // namespace
}  // namespace trailwatch::collect
