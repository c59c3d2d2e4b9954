#include "trailwatch/collect/inflate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zlib.h>

#include "support/fakes.h"

namespace trailwatch::collect {
namespace {

std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string in(text);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Result<std::unique_ptr<OpenFile>> opened(const std::string& bytes, InflateLimits limits = {}) {
  test::MemoryFiles files;
  files.contents["in/q.gz"] = bytes;
  return inflate(*files.open("in/q.gz"), limits);
}

std::string all_of(OpenFile& file, std::size_t at_a_time) {
  std::string out;
  for (;;) {
    const Result<std::string> bytes = file.read_at(static_cast<std::int64_t>(out.size()), at_a_time);
    EXPECT_TRUE(bytes.has_value());
    if (!bytes || bytes->empty()) return out;
    out += *bytes;
  }
}

std::string why_not(const std::string& bytes, InflateLimits limits = {}) {
  Result<std::unique_ptr<OpenFile>> file = opened(bytes, limits);
  return file ? "no error" : file.error().message;
}

std::string many_lines() {
  std::string out;
  for (int i = 0; i < 20'000; ++i) out += "line " + std::to_string(i * 7919 % 65'537) + "\n";
  return out;
}

TEST(Inflate, ShowsWhatIsInside) {
  const std::string text = many_lines();
  auto file = opened(gzip(text));
  ASSERT_TRUE(file.has_value()) << file.error().text();
  EXPECT_EQ((*file)->info().size, static_cast<std::int64_t>(text.size()));
  EXPECT_EQ(all_of(**file, 1'000), text);
  EXPECT_EQ(all_of(**file, std::size_t{1} << 20U), text);
}

RC_GTEST_PROP(Inflate, ReadsAtAnyPlace, ()) {
  static const std::string text = many_lines();
  static const std::string bytes = gzip(text);
  auto file = opened(bytes);
  for (int i = 0; i < 5; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size() + 10);
    const auto size = *rc::gen::inRange<std::size_t>(0, 100'000);
    const Result<std::string> got = (*file)->read_at(static_cast<std::int64_t>(at), size);
    RC_ASSERT(got.has_value());
    RC_ASSERT(*got == (at < text.size() ? text.substr(at, size) : ""));
  }
}

TEST(Inflate, TakesSeveralMembersAndPadding) {
  const std::string bytes = gzip("a\n") + gzip("") + gzip("b\n") + std::string(700, '\0');
  auto file = opened(bytes);
  ASSERT_TRUE(file.has_value()) << file.error().text();
  EXPECT_EQ(all_of(**file, 10), "a\nb\n");
}

TEST(Inflate, AnEmptyLogIsEmpty) {
  auto file = opened(gzip(""));
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ((*file)->info().size, 0);
  EXPECT_EQ(all_of(**file, 10), "");
}

// It is being written: every beginning of it is no file yet, and never a shorter log.
TEST(Inflate, RefusesEveryBeginning) {
  const std::string bytes = gzip("a line of the trail\nand one more\n");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(why_not(bytes.substr(0, size)), "ends early: it may still be written") << size;
  }
}

TEST(Inflate, RefusesWhatIsNoGzipFile) {
  EXPECT_EQ(why_not("{\"seq\":1}\n"), "is no whole gzip file: incorrect header check");
  EXPECT_EQ(why_not(gzip("a\n") + "{\"seq\":1}\n"), "is no whole gzip file: incorrect header check");
  std::string changed = gzip(many_lines());
  changed[changed.size() - 6] ^= 1;  // in the checksum
  EXPECT_EQ(why_not(changed), "is no whole gzip file: incorrect data check");
}

TEST(Inflate, RefusesBombs) {
  const std::string zeros(std::size_t{8} << 20U, '0');
  const std::string bomb = gzip(zeros);
  ASSERT_GT(zeros.size() / bomb.size(), 500U);
  EXPECT_EQ(why_not(bomb), "inflates beyond any log: more than 100 times its size, or 1073741824 bytes");
  EXPECT_EQ(why_not(gzip(many_lines()), {.bytes_max = 1'000, .ratio_max = 100}),
            "inflates beyond any log: more than 100 times its size, or 1000 bytes");
  // A short file may be as regular as it likes.
  EXPECT_TRUE(opened(gzip(std::string(1'000'000, '0'))).has_value());
}

}  // namespace
}  // namespace trailwatch::collect
