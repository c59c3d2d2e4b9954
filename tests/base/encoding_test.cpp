#include "trailwatch/base/encoding.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "trailwatch/base/text.h"

namespace trailwatch {
namespace {

// The text, and behind it how many sequences were unreadable and how many characters user-defined.
std::string read(std::string_view bytes, Encoding encoding) {
  std::string out;
  const Decoded seen = decode(bytes, encoding, out);
  return out + "|" + std::to_string(seen.undecodable) + "|" + std::to_string(seen.user_defined);
}
std::string cp950(std::string_view bytes) {
  return read(bytes, Encoding::cp950);
}

TEST(Encoding, IsFoundByItsNames) {
  EXPECT_EQ(find_encoding("UTF-8"), Encoding::utf8);
  EXPECT_EQ(find_encoding("Big5"), Encoding::cp950);
  EXPECT_EQ(find_encoding("ms950"), Encoding::cp950);
  EXPECT_EQ(find_encoding("utf-16"), Encoding::utf16le);
  EXPECT_EQ(find_encoding("UTF-16BE"), Encoding::utf16be);
  EXPECT_EQ(find_encoding("big5-hkscs"), std::nullopt);
  EXPECT_EQ(find_encoding(""), std::nullopt);
  EXPECT_EQ(unit_size(Encoding::cp950), 1U);
  EXPECT_EQ(unit_size(Encoding::utf16be), 2U);
}

// Second bytes that look like a backslash or a bar.
TEST(Cp950, ReadsCharactersWhoseSecondByteIsASeparator) {
  EXPECT_EQ(cp950("\xB3\x5C\xA5\x5C\xBB\x5C"), "許功蓋|0|0");
  EXPECT_EQ(cp950("\xA8\x7C\xA5\x7C"), "育四|0|0");
}

TEST(Cp950, IsMicrosoftsTable) {
  EXPECT_EQ(cp950("\xC2\x55"), "\u5F5D|0|0");
  EXPECT_EQ(cp950("\xA3\xE1"), "€|0|0");
  EXPECT_EQ(cp950("\xF9\xD6"), "碁|0|0");
  EXPECT_EQ(cp950("\xA1\x45"), "\u2027|0|0");
}

TEST(Cp950, KeepsUserDefinedCharactersApart) {
  EXPECT_EQ(cp950("\xFA\x40"), "\uE000|0|1");
  EXPECT_EQ(cp950("\xFA\x41\xA4\xFD\x8E\x40"), "\uE001王\uE311|0|2");
}

TEST(Cp950, RefusesSingleBytesThatMeanNothing) {
  EXPECT_EQ(cp950("a\x80"
                  "b"),
            "a\uFFFD"
            "b|1|0");
  EXPECT_EQ(cp950("\xFF"), "\uFFFD|1|0");
  EXPECT_EQ(cp950("\x80\x41\xFF\x41"),
            "\uFFFD"
            "A\uFFFD"
            "A|2|0");
}

TEST(Cp950, AStrayLeadByteTakesNoSeparatorWithIt) {
  EXPECT_EQ(cp950("\xA4"), "\uFFFD|1|0");
  EXPECT_EQ(cp950("\xA4,x"), "\uFFFD,x|1|0");
  EXPECT_EQ(cp950("\xA4\",x"), "\uFFFD\",x|1|0");
  EXPECT_EQ(cp950("\xA4\r\n"), "\uFFFD\r\n|1|0");
  EXPECT_EQ(cp950("\xA4\x7F"), "\uFFFD\x7F|1|0");
  EXPECT_EQ(cp950("\xA4\xFD\xA4"), "王\uFFFD|1|0");
  EXPECT_EQ(cp950("\xA4\x80\xA4\xFD"), "\uFFFD王|1|0");
  EXPECT_EQ(cp950(std::string_view("\xA4\0", 2)), std::string("\uFFFD\0|1|0", 8));
}

TEST(Cp950, EveryReadableCodeIsWrittenAgain) {
  int codes = 0, same = 0;
  for (int lead = 0x81; lead <= 0xFE; ++lead) {
    for (int trail = 0x40; trail <= 0xFE; ++trail) {
      const std::string bytes = {static_cast<char>(lead), static_cast<char>(trail)};
      std::string text, again;
      if (decode(bytes, Encoding::cp950, text).undecodable != 0) continue;
      ASSERT_TRUE(is_utf8(text));
      ASSERT_EQ(length(text), 1U);
      ++codes;
      const std::string written = encode(text, Encoding::cp950);
      if (written == bytes) ++same;
      decode(written, Encoding::cp950, again);
      ASSERT_EQ(again, text);
    }
  }
  EXPECT_EQ(codes, 13503 + 6217);  // 6217 user-defined ones
  EXPECT_EQ(codes - same, 10);     // characters with two codes
}

TEST(Cp950, OfTwoCodesTheUsualOneIsWritten) {
  EXPECT_EQ(encode("十卅", Encoding::cp950), "\xA4\x51\xA4\xCA");
  EXPECT_EQ(cp950("\xA2\xCC\xA2\xCE"), "十卅|0|0");
}

TEST(Cp950, WritesAQuestionMarkForWhatItLacks) {
  EXPECT_EQ(encode("a😀王\u0080𠕇", Encoding::cp950), "a?\xA4\xFD??");
}

RC_GTEST_PROP(Cp950, NeverFailsAndKeepsAscii, (const std::string& bytes)) {
  std::string out;
  decode(bytes, Encoding::cp950, out);
  RC_ASSERT(is_utf8(out));
  // Commas, quotes and line ends are no second bytes, so none is lost and none is made.
  for (const char c : {',', '"', '\n', '\r'}) {
    RC_ASSERT(std::count(out.begin(), out.end(), c) == std::count(bytes.begin(), bytes.end(), c));
  }
}

TEST(Utf16, ReadsBothOrders) {
  EXPECT_EQ(read("\x8B\x73\x41" + std::string(1, '\0'), Encoding::utf16le), "王A|0|0");
  EXPECT_EQ(read("\x73\x8B" + std::string(1, '\0') + "A", Encoding::utf16be), "王A|0|0");
  EXPECT_EQ(read("", Encoding::utf16le), "|0|0");
}

TEST(Utf16, PairsSurrogates) {
  EXPECT_EQ(read(std::string_view("\x3D\xD8\x00\xDE", 4), Encoding::utf16le), "😀|0|0");
  EXPECT_EQ(read(std::string_view("\xD8\x3D\xDE\x00", 4), Encoding::utf16be), "😀|0|0");
  EXPECT_EQ(read(std::string_view("\xDB\x80\xDC\x00", 4), Encoding::utf16be), "\U000F0000|0|1");
}

TEST(Utf16, MarksHalves) {
  EXPECT_EQ(read("\xD8\x3D", Encoding::utf16be), "\uFFFD|1|0");
  EXPECT_EQ(read("\xD8\x3D\x73\x8B", Encoding::utf16be), "\uFFFD王|1|0");
  EXPECT_EQ(read("\xDE\x01\x73\x8B", Encoding::utf16be), "\uFFFD王|1|0");
  EXPECT_EQ(read("\x73\x8B\x73", Encoding::utf16be), "王\uFFFD|1|0");
  EXPECT_EQ(read("\x73", Encoding::utf16le), "\uFFFD|1|0");
}

TEST(Utf8Source, CountsWhatItCouldNotRead) {
  EXPECT_EQ(read("王\xFFz\xC0\x80", Encoding::utf8), "王\uFFFDz\uFFFD\uFFFD|3|0");
  EXPECT_EQ(read("was \uFFFD before", Encoding::utf8), "was \uFFFD before|0|0");
}

TEST(Utf8Source, CountsUserDefinedCharacters) {
  EXPECT_EQ(read("陳\uE000芳\uF8FF", Encoding::utf8), "陳\uE000芳\uF8FF|0|2");
  EXPECT_EQ(read("\U000F0001\U00100000😀\uFF21\uF900", Encoding::utf8), "\U000F0001\U00100000😀\uFF21\uF900|0|2");
}

RC_GTEST_PROP(EveryEncoding, ReadsWhatItWrote, (const std::string& bytes)) {
  const std::string text = repair_utf8(bytes);
  for (const Encoding encoding : {Encoding::utf8, Encoding::utf16le, Encoding::utf16be}) {
    std::string out = "kept ";
    RC_ASSERT(decode(encode(text, encoding), encoding, out).undecodable == 0U);
    RC_ASSERT(out == "kept " + text);
  }
}

}  // namespace
}  // namespace trailwatch
