#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <utility>

#include "app/catch_up.h"
#include "app/system.h"
#include "support/fakes.h"
#include "support/program.h"

namespace trailwatch::app {
namespace {

namespace fs = std::filesystem;

using Numbers = std::set<std::int64_t>;

std::string record(std::int64_t number) {
  char minute[8];
  std::snprintf(minute, sizeof minute, "%02d:%02d", static_cast<int>(number / 60 % 60), static_cast<int>(number % 60));
  return R"({"seq":)" + std::to_string(number) + R"(,"ts":"2026-03-02T14:)" + minute +
         R"(.000+08:00","org":"JH01","unit":"交通組","uid":"A20311","account":"a20311","host":"10.40.8.21",)"
         R"("fn":"OWNER_BY_PLATE","plate":"ABC-1234","id":null,"purpose":"T02","memo":"m","doc":"d","rows":1})"
         "\n";
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0'), in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// A system that writes numbered records into its log, holding back parts of lines as programs with buffers do.
class LoggingSystem {
 public:
  explicit LoggingSystem(std::string path) : path_(std::move(path)) { reopen(); }
  ~LoggingSystem() { ::close(descriptor_); }
  LoggingSystem(const LoggingSystem&) = delete;
  LoggingSystem& operator=(const LoggingSystem&) = delete;

  void log() { buffer_ += record(++last_); }
  void flush(std::size_t bytes) {
    bytes = std::min(bytes, buffer_.size());
    ASSERT_EQ(::write(descriptor_, buffer_.data(), bytes), static_cast<ssize_t>(bytes));
    buffer_.erase(0, bytes);
  }
  void flush() { flush(buffer_.size()); }
  // What the log of that name is now.
  void reopen() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ASSERT_GE(descriptor_, 0);
  }
  void truncate() { ASSERT_EQ(::ftruncate(descriptor_, 0), 0); }
  std::int64_t last() const { return last_; }

 private:
  std::string path_;
  int descriptor_ = -1;
  std::string buffer_;
  std::int64_t last_ = 0;
};

// Lets something happen just before a file of the folder is opened.
class ExchangedFiles : public SystemFiles {
 public:
  Result<std::unique_ptr<OpenFile>> open(const std::string& path) const override {
    if (before_open && path.find("/in/") != std::string::npos) std::exchange(before_open, nullptr)();
    return SystemFiles::open(path);
  }
  mutable std::function<void()> before_open;
};

class Rotation : public testing::Test {
 protected:
  void SetUp() override {
    const char* given = std::getenv("TRAILWATCH_SEED");
    seed_ = given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
    random_.seed(seed_);
    fs::create_directories(place_.path("in"));
    fs::create_directories(place_.path("elsewhere"));
    const std::string shipped = std::string(TW_SOURCE_DIR) + "/config";
    fs::create_directories(place_.path("rules"));
    fs::create_directories(place_.path("profiles"));
    fs::copy(shipped + "/rules/missing-reason.yml", place_.path("rules"));
    // The same dialect, delivered in whole files.
    std::string whole = test::read_file(shipped + "/profiles/vehicle.json");
    test::write_file(place_.path("profiles/vehicle.json"), whole);
    const std::size_t grows = whole.find("\"complete\": false");
    ASSERT_NE(grows, std::string::npos);
    test::write_file(place_.path("profiles/whole.json"), whole.replace(grows, 17, "\"complete\": true"));
    const nlohmann::json config = {
        {"state_dir", place_.path("state")},
        {"profiles_dir", place_.path("profiles")},
        {"rules_dir", place_.path("rules")},
        {"words_file", shipped + "/words.json"},
        {"evidence", {{"signer", "none"}}},
        {"sources",
         {{{"name", "vehicle"}, {"profile", "vehicle"}, {"directory", place_.path("in")}, {"files", "q*.jsonl"}},
          {{"name", "whole"}, {"profile", "whole"}, {"directory", place_.path("in")}, {"files", "w*.jsonl"}}}}};
    test::write_file(place_.path("t.json"), config.dump());
    start();
  }

  void start() {
    station_.reset();
    Result<Workplace> loaded = load_for_store(machine_, place_.path("t.json"));
    ASSERT_TRUE(loaded.has_value()) << loaded.error().text();
    workplace_ = std::make_unique<Workplace>(*std::move(loaded));
    Result<std::unique_ptr<Station>> opened = Station::open(machine_, *workplace_);
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    station_ = *std::move(opened);
    ASSERT_TRUE(station_->refresh().has_value());
    station_->set_settle(2 * kMicrosPerSecond);
  }

  void look() {
    clock_.advance_micros(std::uniform_int_distribution<std::int64_t>(1, 3)(random_) * kMicrosPerSecond / 2);
    std::map<std::string, IntakeCounts> counts;
    Result<IntakeCounts> read = station_->read_all(counts);
    ASSERT_TRUE(read.has_value()) << read.error().text();
  }

  bool chance(int percent) { return std::uniform_int_distribution<int>(0, 99)(random_) < percent; }

  // Some records, some of their bytes, some looks.
  void work(LoggingSystem& system) {
    for (int i = std::uniform_int_distribution<int>(0, 12)(random_); i > 0; --i) {
      system.log();
      if (chance(60)) system.flush(std::uniform_int_distribution<std::size_t>(0, 400)(random_));
      if (chance(20)) look();
    }
    if (chance(30)) system.flush();
  }

  // The end of a run: whatever still lies somewhere is read, and rotated logs are let go.
  void settle(LoggingSystem& system) {
    system.log();
    system.flush();
    look();
    clock_.advance_micros(kMicrosPerHour);
    look();
    look();
  }

  // What the store has, none of it twice.
  Numbers stored() {
    Numbers out;
    const auto events = station_->reader().events_after(0, 1'000'000);
    for (const store::StoredEvent& kept : *events) {
      const auto number = static_cast<std::int64_t>((kept.event.time.micros - begin_.micros) / kMicrosPerSecond);
      EXPECT_TRUE(out.insert(number).second) << "record " << number << " twice";
    }
    return out;
  }
  // What the store says is missing.
  Numbers holes() {
    Numbers out;
    const auto holes = station_->reader().holes(1'000'000);
    for (const store::Hole& hole : *holes) {
      for (std::int64_t number = hole.first; number <= hole.last; ++number) out.insert(number);
    }
    return out;
  }
  static Numbers numbers(std::int64_t last) {
    Numbers out;
    for (std::int64_t number = 1; number <= last; ++number) out.insert(number);
    return out;
  }
  static Numbers without(Numbers all, const Numbers& some) {
    for (const std::int64_t number : some) all.erase(number);
    return all;
  }

  std::string log_path() const { return place_.path("in/q.jsonl"); }
  std::string rotated(int round) const { return place_.path("in/q-" + std::to_string(round) + ".jsonl"); }
  std::string away(int round) const { return place_.path("elsewhere/q-" + std::to_string(round) + ".jsonl"); }

  // `rotate` takes the log away. Where it stays in the folder it is found again also by who was not there; one that
  // leaves the folder must have been seen in it once.
  enum class Goes : std::uint8_t { within, out };
  void nothing_is_lost(Goes goes, const std::function<void(LoggingSystem&, int round)>& rotate) {
    SCOPED_TRACE("TRAILWATCH_SEED=" + std::to_string(seed_));
    LoggingSystem system(log_path());
    look();
    for (int round = 0; round < kRounds; ++round) {
      work(system);
      rotate(system, round);
      work(system);  // into the old file
      system.flush();
      if (chance(50)) look();
      system.reopen();
      if (goes == Goes::out) look();
      work(system);
      if (goes == Goes::within && chance(20)) start();
    }
    settle(system);
    EXPECT_EQ(without(numbers(system.last()), stored()), Numbers());
    EXPECT_EQ(holes(), Numbers());
    EXPECT_EQ(quarantined(), 0U);
  }
  std::size_t quarantined() { return station_->reader().quarantined(1'000).value().size(); }

  static constexpr int kRounds = 50;
  const Instant begin_{parse_day("2026-03-02").value().days * kMicrosPerDay + 6 * kMicrosPerHour};
  std::uint64_t seed_ = 1;
  std::mt19937_64 random_;
  test::TemporaryDirectory place_;
  ExchangedFiles files_;
  SystemRandom keys_;
  test::FakeClock clock_{Instant{1'772'500'000'000'000}};
  test::MemoryLog log_;
  Machine machine_{files_, clock_, keys_, log_};
  std::unique_ptr<Workplace> workplace_;
  std::unique_ptr<Station> station_;
};

TEST_F(Rotation, ByRenamingLosesNothing) {
  nothing_is_lost(Goes::within, [&](LoggingSystem&, int round) { fs::rename(log_path(), rotated(round)); });
}

// logrotate's way: each older log moves one number up, the last one goes.
TEST_F(Rotation, ByCountingUpLosesNothing) {
  nothing_is_lost(Goes::out, [&](LoggingSystem&, int) {
    for (int number = 3; number > 0; --number) {
      if (fs::exists(rotated(number))) fs::rename(rotated(number), rotated(number + 1));
    }
    fs::rename(log_path(), rotated(1));
  });
}

TEST_F(Rotation, OutOfTheFolderLosesNothing) {
  nothing_is_lost(Goes::out, [&](LoggingSystem&, int round) { fs::rename(log_path(), away(round)); });
}

TEST_F(Rotation, ByRemovingLosesNothing) {
  nothing_is_lost(Goes::out, [&](LoggingSystem&, int) { fs::remove(log_path()); });
}

// Compressed once nobody writes to it any more, and under the eyes of the reader.
TEST_F(Rotation, WithCompressionLosesNothing) {
  int last = -1;
  nothing_is_lost(Goes::within, [&](LoggingSystem&, int round) {
    if (last >= 0) {
      const std::string packed = gzip(test::read_file(rotated(last)));
      test::write_file(rotated(last) + ".gz", packed.substr(0, packed.size() / 2));
      if (chance(50)) look();
      test::write_file(rotated(last) + ".gz", packed);
      if (chance(30)) look();
      fs::remove(rotated(last));
    }
    fs::rename(log_path(), rotated(round));
    last = round;
  });
}

// A log that is emptied in its place loses what came between the copy and the emptying, and what nobody had read if
// the copy is out of sight. Each of these records is a hole in the numbers, and nothing else is.
class CopyTruncate : public Rotation, public testing::WithParamInterface<bool> {};

TEST_P(CopyTruncate, LosesNothingSilently) {
  SCOPED_TRACE("TRAILWATCH_SEED=" + std::to_string(seed_));
  const bool copy_is_seen = GetParam();
  LoggingSystem system(log_path());
  std::int64_t lost_at_most = 0;
  for (int round = 0; round < kRounds; ++round) {
    work(system);
    system.flush();
    const std::int64_t before = system.last();
    fs::copy_file(log_path(), copy_is_seen ? rotated(round) : away(round));
    if (chance(30)) look();
    if (chance(50)) {
      work(system);
      system.flush();
      if (chance(30)) look();
    }
    system.truncate();
    lost_at_most += system.last() - before + (copy_is_seen ? 0 : 40);
    work(system);
  }
  settle(system);
  const Numbers lost = without(numbers(system.last()), stored());
  EXPECT_EQ(holes(), lost);
  EXPECT_LE(static_cast<std::int64_t>(lost.size()), lost_at_most);
  EXPECT_GT(lost.size(), 0U);
  EXPECT_EQ(quarantined(), 0U);
}

INSTANTIATE_TEST_SUITE_P(, CopyTruncate, testing::Bool(), [](const auto& instance) {
  return std::string(instance.param ? "CopyInTheFolder" : "CopyElsewhere");
});

// Emptied and grown beyond the old place between two looks, with the same first kilobyte.
TEST_F(Rotation, AnEmptiedLogThatHasGrownBackIsReadFromItsBeginning) {
  const auto write = [&](std::int64_t from, std::int64_t until) {
    std::string text;
    for (int i = 0; i < 10; ++i) text += record(1);
    for (std::int64_t number = from; number <= until; ++number) text += record(number);
    const int descriptor = ::open(log_path().c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ASSERT_EQ(::write(descriptor, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ::close(descriptor);
  };
  write(2, 10);
  look();
  write(11, 40);
  look();
  EXPECT_EQ(stored(), numbers(40));
}

TEST_F(Rotation, ALogThatWasLeftBehindHalfWrittenEndsWithWhatThereIs) {
  test::write_file(log_path(), record(1) + record(2).substr(0, 60));
  look();
  fs::rename(log_path(), rotated(1));
  look();
  EXPECT_EQ(quarantined(), 0U);
  clock_.advance_micros(kMicrosPerHour);
  look();
  EXPECT_EQ(quarantined(), 1U);
  EXPECT_EQ(stored(), numbers(1));
}

// Moved away, written to, and back in the folder as an archive while it is still watched where it went.
TEST_F(Rotation, ALogThatComesBackCompressedIsReadOnce) {
  LoggingSystem system(log_path());
  const auto write = [&](int records) {
    for (int i = 0; i < records; ++i) system.log();
    system.flush();
  };
  write(30);
  look();
  fs::rename(log_path(), away(1));
  write(5);
  look();
  write(5);
  test::write_file(rotated(1) + ".gz", gzip(test::read_file(away(1))));
  look();
  look();
  EXPECT_EQ(stored(), numbers(40));
  const auto files = station_->reader().files("vehicle");
  ASSERT_EQ(files->size(), 1U);
  EXPECT_EQ(files->front().duplicates, 0);
  EXPECT_EQ(files->front().name, "q-1.jsonl.gz");
}

// A delivery that is copied into the folder bit by bit: what stands at its end is no record before it lies still.
TEST_F(Rotation, AWholeFileIsReadToItsEndWhenItLiesStill) {
  const std::string text = record(1) + record(2) + record(3).substr(0, record(3).size() - 1);
  const auto deliver = [&](std::size_t bytes) {
    test::write_file(place_.path("in/w.jsonl"), text.substr(0, bytes));
    look();
  };
  for (const std::size_t bytes : {std::size_t{40}, text.size() / 2, text.size() - 20, text.size()}) deliver(bytes);
  EXPECT_EQ(stored(), numbers(2));
  clock_.advance_micros(2 * kMicrosPerSecond);
  look();
  EXPECT_EQ(stored(), numbers(3));
  EXPECT_EQ(quarantined(), 0U);
}

// Who may write into the folder gives the name to another file just when it is opened.
TEST_F(Rotation, WhatIsExchangedBeforeItIsOpenedIsLeftToTheNextLook) {
  test::write_file(place_.path("in/q.jsonl"), record(1));
  test::write_file(place_.path("elsewhere/secret"), record(2));
  files_.before_open = [&] {
    fs::remove(place_.path("in/q.jsonl"));
    fs::create_hard_link(place_.path("elsewhere/secret"), place_.path("in/q.jsonl"));
  };
  look();
  EXPECT_EQ(stored(), Numbers());
  look();  // a file of two names
  EXPECT_EQ(stored(), Numbers());
  fs::remove(place_.path("in/q.jsonl"));
  test::write_file(place_.path("in/q.jsonl"), record(3));
  files_.before_open = [&] {
    fs::remove(place_.path("in/q.jsonl"));
    fs::create_symlink(place_.path("elsewhere/secret"), place_.path("in/q.jsonl"));
  };
  look();
  EXPECT_EQ(stored(), Numbers());
}

TEST_F(Rotation, NamesMayBeLongAndOfAnyBytes) {
  test::write_file(place_.path("in/q" + std::string(248, 'n') + ".jsonl"), record(1));
  test::write_file(place_.path("in/q\xFF\xC0\x80.jsonl"), record(2));
  test::write_file(place_.path("in/q\x1B[2K\nwarning all is well.jsonl"), record(3));
  test::write_file(place_.path("in/-rf.jsonl"), record(4));
  look();
  look();
  EXPECT_EQ(stored(), Numbers({1, 2, 3}));
  for (const std::string& line : log_.lines) {
    EXPECT_EQ(line.find('\x1B'), std::string::npos) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
  }
}

TEST_F(Rotation, FilesWithTwoNamesAndLinksAreLeftAlone) {
  test::write_file(place_.path("elsewhere/secret"), record(1));
  fs::create_hard_link(place_.path("elsewhere/secret"), place_.path("in/q-hard.jsonl"));
  fs::create_symlink(place_.path("elsewhere/secret"), place_.path("in/q-soft.jsonl"));
  ASSERT_EQ(::mkfifo(place_.path("in/q-pipe.jsonl").c_str(), 0644), 0);
  fs::create_directory(place_.path("in/q-directory.jsonl"));
  test::write_file(place_.path("in/q-rf -\n.jsonl"), record(2));
  look();
  look();
  EXPECT_EQ(stored(), Numbers({2}));
  // Once each, not once a look.
  EXPECT_EQ(std::count_if(log_.lines.begin(), log_.lines.end(),
                          [](const std::string& line) { return line.find("left alone") != std::string::npos; }),
            4);
}

}  // namespace
}  // namespace trailwatch::app
