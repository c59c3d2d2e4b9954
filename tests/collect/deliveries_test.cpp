#include "trailwatch/collect/deliveries.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/fakes.h"

namespace trailwatch::collect {
namespace {

std::string lines(int from, int until) {
  std::string out;
  for (int i = from; i < until; ++i) out += "record number " + std::to_string(i) + " of the trail\n";
  return out;
}

// A directory that was read before, and what is remembered of it.
class Deliveries : public ::testing::Test {
 public:
  test::MemoryFiles files;
  std::vector<Known> known;

  // Reads the first `position` bytes of `name`, as intake would.
  const Known& remember(const std::string& name, std::int64_t position) {
    const std::string& content = files.contents.at("in/" + name);
    Known row;
    row.id = static_cast<std::int64_t>(known.size()) + 1;
    row.logical = row.id + 100;
    row.name = name;
    row.head_bytes = std::min<std::int64_t>(kHeadBytes, static_cast<std::int64_t>(content.size()));
    row.head = to_hex(sha256(std::string_view(content).substr(0, static_cast<std::size_t>(row.head_bytes))));
    row.position = position;
    row.taken = to_hex(sha256(std::string_view(content).substr(0, static_cast<std::size_t>(position))));
    known.push_back(row);
    return known.back();
  }
  const Known& remember(const std::string& name) {
    return remember(name, static_cast<std::int64_t>(files.contents.at("in/" + name).size()));
  }
  Recognised look(const std::string& name) {
    auto file = files.open("in/" + name);
    Result<Recognised> seen = recognise(**file, name, known, [&](const Known& other) {
      auto opened = files.open("in/" + other.name);
      return opened.has_value() && *holds(**opened, other);
    });
    EXPECT_TRUE(seen.has_value());
    return *std::move(seen);
  }
  // `resumed 1 log 101 at 500`
  std::string told(const std::string& name) {
    const Recognised seen = look(name);
    const std::string& content = files.contents.at("in/" + name);
    EXPECT_EQ(seen.taken.digest(),
              sha256(std::string_view(content).substr(0, static_cast<std::size_t>(seen.position))));
    EXPECT_EQ(seen.head_bytes, std::min<std::int64_t>(kHeadBytes, static_cast<std::int64_t>(content.size())));
    EXPECT_EQ(seen.head, to_hex(sha256(std::string_view(content).substr(0, kHeadBytes))));
    static constexpr const char* kKinds[] = {"fresh", "resumed", "copy"};
    return std::string(kKinds[static_cast<std::size_t>(seen.kind)]) + " " + std::to_string(seen.known) + " log " +
           std::to_string(seen.logical) + " at " + std::to_string(seen.position);
  }
  void put(const std::string& name, std::string content) { files.contents["in/" + name] = std::move(content); }
  void rename(const std::string& from, const std::string& to) {
    files.contents["in/" + to] = files.contents.at("in/" + from);
    files.contents.erase("in/" + from);
  }
};

constexpr const char* kFresh = "fresh 0 log 0 at 0";

TEST_F(Deliveries, AnUnknownFileIsFresh) {
  put("a.csv", lines(0, 100));
  EXPECT_EQ(told("a.csv"), kFresh);
}

TEST_F(Deliveries, TheSameFileGoesOnWhereItWas) {
  put("a.csv", lines(0, 100));
  remember("a.csv", 2'000);
  EXPECT_EQ(told("a.csv"), "resumed 1 log 101 at 2000");
  files.contents["in/a.csv"] += lines(100, 200);
  EXPECT_EQ(told("a.csv"), "resumed 1 log 101 at 2000");
}

TEST_F(Deliveries, AShortHeadGrows) {
  put("a.csv", lines(0, 3));
  const std::int64_t size = remember("a.csv").position;
  ASSERT_LT(size, kHeadBytes);
  files.contents["in/a.csv"] += lines(3, 200);
  EXPECT_EQ(told("a.csv"), "resumed 1 log 101 at " + std::to_string(size));
}

TEST_F(Deliveries, RotationIsFollowedWhenTheOldNameIsGone) {
  put("q.jsonl", lines(0, 100));
  remember("q.jsonl", 2'000);
  rename("q.jsonl", "q-20260302.jsonl");
  EXPECT_EQ(told("q-20260302.jsonl"), "resumed 1 log 101 at 2000");
}

TEST_F(Deliveries, RotationIsFollowedWhenTheOldNameHoldsANewFile) {
  put("q.jsonl", lines(0, 100));
  remember("q.jsonl", 2'000);
  rename("q.jsonl", "q-20260302.jsonl");
  put("q.jsonl", lines(100, 110));
  EXPECT_EQ(told("q-20260302.jsonl"), "resumed 1 log 101 at 2000");
  EXPECT_EQ(told("q.jsonl"), kFresh);
  // Also when the new one has become longer than the old one was.
  put("q.jsonl", lines(100, 500));
  EXPECT_EQ(told("q-20260302.jsonl"), "resumed 1 log 101 at 2000");
  EXPECT_EQ(told("q.jsonl"), kFresh);
}

TEST_F(Deliveries, ASecondNameForTheSameContentIsACopy) {
  put("a.csv", lines(0, 100));
  remember("a.csv");
  put("a(1).csv", lines(0, 100));
  EXPECT_EQ(told("a(1).csv"), "copy 0 log 101 at 0");
  put("a(1).csv", lines(0, 120));
  EXPECT_EQ(told("a(1).csv"), "copy 0 log 101 at 0");
  EXPECT_EQ(told("a.csv").substr(0, 9), "resumed 1");
}

TEST_F(Deliveries, ACopyThatWasReadGoesOnByItself) {
  put("a.csv", lines(0, 100));
  remember("a.csv");
  put("a(1).csv", lines(0, 100));
  remember("a(1).csv", 2'000);
  EXPECT_EQ(told("a(1).csv"), "resumed 2 log 102 at 2000");
  EXPECT_EQ(told("a.csv").substr(0, 17), "resumed 1 log 101");
}

TEST_F(Deliveries, AShorterPartOfAKnownFileIsFresh) {
  put("a.csv", lines(0, 100));
  remember("a.csv");
  put("b.csv", lines(0, 50));
  EXPECT_EQ(told("b.csv"), kFresh);
}

TEST_F(Deliveries, ATruncatedFileIsFresh) {
  put("q.jsonl", lines(0, 100));
  remember("q.jsonl");
  put("q.jsonl", lines(0, 50));
  EXPECT_EQ(told("q.jsonl"), kFresh);
  put("q.jsonl", "");
  EXPECT_EQ(told("q.jsonl"), kFresh);
}

// Copied and truncated, then grown beyond its old size with the same beginning.
TEST_F(Deliveries, TheSameBeginningIsNotTheSameFile) {
  const std::string head = lines(0, 40);
  ASSERT_GT(head.size(), static_cast<std::size_t>(kHeadBytes));
  put("q.jsonl", head + lines(100, 200));
  remember("q.jsonl");
  put("q.jsonl", head + lines(300, 500));
  EXPECT_EQ(told("q.jsonl"), kFresh);
  // One byte, the last one that was taken.
  put("q.jsonl", head + lines(100, 200));
  files.contents["in/q.jsonl"].back() = ' ';
  EXPECT_EQ(told("q.jsonl"), kFresh);
}

TEST_F(Deliveries, TheFirstByteCountsToo) {
  put("q.jsonl", lines(0, 100));
  remember("q.jsonl");
  files.contents["in/q.jsonl"].front() = 'R';
  EXPECT_EQ(told("q.jsonl"), kFresh);
}

// What was not taken may change: a writer that stopped amid a line writes it anew.
TEST_F(Deliveries, AHalfLineMayBeWrittenAnew) {
  const std::string whole = lines(0, 5);
  const std::string place = "resumed 1 log 101 at " + std::to_string(whole.size());
  put("q.jsonl", whole + "{\"half\": tru");
  remember("q.jsonl", static_cast<std::int64_t>(whole.size()));
  put("q.jsonl", whole);
  EXPECT_EQ(told("q.jsonl"), place);
  put("q.jsonl", whole + lines(5, 9));
  EXPECT_EQ(told("q.jsonl"), place);
}

TEST_F(Deliveries, AnEmptyFileIsFreshAndThenGoesOnUnderItsName) {
  put("q.jsonl", "");
  EXPECT_EQ(told("q.jsonl"), kFresh);
  remember("q.jsonl");
  EXPECT_EQ(told("q.jsonl"), "resumed 1 log 101 at 0");
  put("q.jsonl", lines(0, 3));
  EXPECT_EQ(told("q.jsonl"), "resumed 1 log 101 at 0");
}

TEST_F(Deliveries, NothingTakenMeansNothingKnownUnderOtherNames) {
  put("q.jsonl", "half a li");
  remember("q.jsonl", 0);
  put("r.jsonl", "half a line\n");
  EXPECT_EQ(told("r.jsonl"), kFresh);
  rename("q.jsonl", "s.jsonl");
  EXPECT_EQ(told("s.jsonl"), kFresh);
}

// Of several that match, its own name first, then the one that was read furthest.
TEST_F(Deliveries, TakesTheKnownFileThatWasReadFurthest) {
  put("a", lines(0, 100));
  remember("a", 500);
  remember("a", 1'500);
  known[0].name = "gone-1";
  known[1].name = "gone-2";
  EXPECT_EQ(told("a"), "resumed 2 log 102 at 1500");
  known[0].name = "a";
  EXPECT_EQ(told("a"), "resumed 1 log 101 at 500");
}

TEST_F(Deliveries, ReadsFilesLongerThanOneChunk) {
  put("big", lines(0, 70'000));
  ASSERT_GT(files.contents["in/big"].size(), 2U << 20U);
  remember("big");
  EXPECT_EQ(told("big").substr(0, 9), "resumed 1");
  files.contents["in/big"][(2U << 20U) - 1] ^= 1;
  EXPECT_EQ(told("big"), kFresh);
}

TEST_F(Deliveries, HoldsComparesWhatWasTaken) {
  put("a", lines(0, 100));
  const Known first = remember("a", 2'000);
  EXPECT_TRUE(*holds(**files.open("in/a"), first));
  put("a", lines(0, 40));
  EXPECT_FALSE(*holds(**files.open("in/a"), first));
  put("a", lines(1, 101));
  EXPECT_FALSE(*holds(**files.open("in/a"), first));
}

RC_GTEST_FIXTURE_PROP(Deliveries, GrowthIsAlwaysResumedAndChangeNever, ()) {
  const auto content = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::element('a', 'b')));
  const auto position = *rc::gen::inRange<std::size_t>(1, content.size() + 1);
  const auto more = *rc::gen::container<std::string>(rc::gen::element('a', 'b'));
  const auto at = *rc::gen::inRange<std::size_t>(0, position);
  files.contents.clear();
  known.clear();
  put("a", content);
  remember("a", static_cast<std::int64_t>(position));
  put("a", content + more);
  RC_ASSERT(told("a") == "resumed 1 log 101 at " + std::to_string(position));
  files.contents["in/a"][at] = 'x';
  RC_ASSERT(told("a") == kFresh);
}

Result<Scan> scan_for(const test::MemoryFiles& files, const std::string& pattern) {
  config::Source source;
  source.name = "household";
  source.directory = "in";
  source.files = pattern;
  return scan(files, source);
}

TEST(Scan, FindsWhatMatchesByName) {
  test::MemoryFiles files;
  files.contents = {
      {"in/b.csv", "1"}, {"in/a.csv", "22"}, {"in/a.csv.tmp", "3"}, {"in/deep/c.csv", "4"}, {"other/d.csv", "5"}};
  const Result<Scan> found = scan_for(files, "*.csv");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->files.size(), 2U);
  EXPECT_EQ(found->files[0].path, "in/a.csv");
  EXPECT_EQ(found->files[0].size, 2);
  EXPECT_EQ(found->files[1].path, "in/b.csv");
  EXPECT_TRUE(found->ignored.empty());
}

TEST(Scan, NamesWhatIsNoRegularFile) {
  test::MemoryFiles files;
  files.contents = {{"in/a.csv", "1"}, {"in/deep.csv/c.csv", "4"}};
  files.irregular = {"in/link.csv", "in/pipe.log"};
  const Result<Scan> found = scan_for(files, "*.csv");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->files.size(), 1U);
  EXPECT_EQ(found->ignored, (std::vector<std::string>{"deep.csv", "link.csv"}));
}

TEST(Scan, AMissingDirectoryIsAnError) {
  const Result<Scan> found = scan_for(test::MemoryFiles(), "*");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::not_found);
  EXPECT_EQ(found.error().places.back(), "source \"household\"");
}

}  // namespace
}  // namespace trailwatch::collect
