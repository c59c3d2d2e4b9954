#include "app/folder_watch.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "support/fakes.h"
#include "support/program.h"

namespace trailwatch::app {
namespace {

namespace fs = std::filesystem;

// The kernel has queued what happened before the call that made it happen returns: whatever the loop finds ready is
// all.
class Watching : public testing::Test {
 protected:
  Watching() { fs::create_directories(folder()); }
  std::string folder() const { return place_.path("in"); }
  std::string file(const std::string& name) const { return place_.path("in/" + name); }
  bool hears(const std::function<void()>& act) {
    loop_.poll();
    calls_ = 0;
    act();
    loop_.poll();
    return calls_ > 0;
  }

  test::TemporaryDirectory place_;
  test::MemoryLog log_;
  boost::asio::io_context loop_;
  int calls_ = 0;
  FolderWatch watch_{loop_, {place_.path("in"), place_.path("later"), place_.path("in")}, log_, [this] { ++calls_; }};
};

TEST_F(Watching, HearsWhatMayBringRecords) {
  watch_.renew();  // the folder was made after the watch
  EXPECT_FALSE(hears([] {}));
  EXPECT_TRUE(hears([&] { test::write_file(file("a"), "1\n"); }));
  EXPECT_TRUE(hears([&] { test::write_file(file("a"), "1\n2\n"); }));
  EXPECT_TRUE(hears([&] { fs::rename(file("a"), file("b")); }));
  EXPECT_TRUE(hears([&] { fs::rename(file("b"), place_.path("b")); }));
  EXPECT_TRUE(hears([&] { fs::rename(place_.path("b"), file("c")); }));
  EXPECT_TRUE(hears([&] { fs::remove(file("c")); }));
  EXPECT_FALSE(hears([&] { test::write_file(place_.path("elsewhere"), "1\n"); }));
}

TEST_F(Watching, ReadingIsNoNews) {
  watch_.renew();
  test::write_file(file("a"), "1\n");
  EXPECT_FALSE(hears([&] { test::read_file(file("a")); }));
}

TEST_F(Watching, FoldersMayComeLaterAndAnew) {
  const auto deliver = [&] { test::write_file(place_.path("later/a"), "1\n"); };
  fs::create_directories(place_.path("later"));
  EXPECT_FALSE(hears(deliver));
  watch_.renew();
  EXPECT_TRUE(hears(deliver));
  fs::remove_all(place_.path("later"));
  fs::create_directories(place_.path("later"));
  EXPECT_FALSE(hears(deliver));
  watch_.renew();
  EXPECT_TRUE(hears(deliver));
  EXPECT_TRUE(log_.lines.empty());
}

TEST_F(Watching, StopsWhenTold) {
  watch_.renew();
  watch_.stop();
  EXPECT_FALSE(hears([&] { test::write_file(file("a"), "1\n"); }));
  EXPECT_TRUE(loop_.stopped());
}

}  // namespace
}  // namespace trailwatch::app
