#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/catch_up.h"
#include "app/system.h"
#include "support/fakes.h"
#include "support/program.h"

// A disk that can't be read from some place on, for a while.
namespace trailwatch::app {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kRecords = 6'000;  // more than the program reads at once

class BadBlock : public OpenFile {
 public:
  BadBlock(std::unique_ptr<OpenFile> file, const bool& is_bad) : file_(std::move(file)), is_bad_(is_bad) {}
  FileInfo info() const override { return file_->info(); }
  Result<std::string> read_at(std::int64_t offset, std::size_t bytes_max) override {
    if (is_bad_ && offset >= (1 << 20)) return Error{Errc::unavailable, "cannot read: Input/output error", "", {}};
    return file_->read_at(offset, bytes_max);
  }

 private:
  std::unique_ptr<OpenFile> file_;
  const bool& is_bad_;
};

class BadDisk : public SystemFiles {
 public:
  Result<std::unique_ptr<OpenFile>> open(const std::string& path) const override {
    Result<std::unique_ptr<OpenFile>> file = SystemFiles::open(path);
    if (!file) return file;
    return std::unique_ptr<OpenFile>(std::make_unique<BadBlock>(*std::move(file), is_bad));
  }
  bool is_bad = true;
};

TEST(ReadError, InTheMiddleOfAFileKeepsWhatWasReadAndGoesOnBehindIt) {
  const test::TemporaryDirectory place;
  const std::string shipped = std::string(TW_SOURCE_DIR) + "/config";
  fs::create_directories(place.path("in"));
  fs::create_directories(place.path("rules"));
  fs::copy(shipped + "/rules/missing-reason.yml", place.path("rules"));
  std::string text;
  for (std::int64_t n = 1; n <= kRecords; ++n) {
    text += R"({"seq":)" + std::to_string(n) +
            R"(,"ts":"2026-03-02T14:00:00.000+08:00","org":"JH01","unit":"交通組","uid":"A20311","account":"a20311",)"
            R"("host":"10.40.8.21","fn":"OWNER_BY_PLATE","plate":"ABC-1234","id":null,"purpose":"T02","memo":"m",)"
            R"("doc":"d","rows":1})"
            "\n";
  }
  ASSERT_GT(text.size(), 1U << 20U);
  test::write_file(place.path("in/q.jsonl"), text);
  const nlohmann::json config = {
      {"state_dir", place.path("state")},
      {"profiles_dir", shipped + "/profiles"},
      {"rules_dir", place.path("rules")},
      {"words_file", shipped + "/words.json"},
      {"evidence", {{"signer", "none"}}},
      {"sources",
       {{{"name", "vehicle"}, {"profile", "vehicle"}, {"directory", place.path("in")}, {"files", "q*.jsonl"}}}}};
  test::write_file(place.path("t.json"), config.dump());

  BadDisk files;
  test::FakeClock clock(Instant{1'772'438'400'000'000});
  SystemRandom random;
  test::MemoryLog log;
  const Machine machine{files, clock, random, log};
  Result<Workplace> workplace = load_for_store(machine, place.path("t.json"));
  ASSERT_TRUE(workplace.has_value()) << workplace.error().text();
  Result<std::unique_ptr<Station>> station = Station::open(machine, *workplace);
  ASSERT_TRUE(station.has_value()) << station.error().text();
  ASSERT_TRUE((*station)->refresh().has_value());
  const auto look = [&] {
    std::map<std::string, IntakeCounts> counts;
    Result<IntakeCounts> read = (*station)->read_all(counts);
    EXPECT_TRUE(read.has_value()) << read.error().text();
    return *(*station)->reader().size();
  };
  const std::int64_t before_the_bad_block = look();
  EXPECT_GT(before_the_bad_block, kRecords / 2);
  EXPECT_LT(before_the_bad_block, kRecords);
  EXPECT_NE(log.lines.back().find("Input/output error"), std::string::npos) << log.lines.back();
  files.is_bad = false;
  test::write_file(place.path("in/q.jsonl"), text + "\n");  // a change that the next look sees
  EXPECT_EQ(look(), kRecords);
}

}  // namespace
}  // namespace trailwatch::app
