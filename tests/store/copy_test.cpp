#include "trailwatch/store/copy.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "stored.h"
#include "trailwatch/store/reader.h"

namespace trailwatch::store {
namespace {

class Copy : public test::Stored {
 protected:
  std::string to() const { return directory_ + "/copy.db"; }
  Result<std::unique_ptr<Reader>> opened() { return Reader::open(to(), test::open_vault(1)); }
};

TEST_F(Copy, IsTheStoreAsItStoodInOneFile) {
  FileRow row = file();
  add(row, {event(1), event(2)});
  std::int64_t last = 0, pages = 0;
  ASSERT_TRUE(
      copy_store(path_, to(), [&](std::int64_t done, std::int64_t all) { last = done, pages = all; }).has_value());
  EXPECT_EQ(last, pages);
  EXPECT_GT(pages, 0);
  add(row, {event(3)});
  const auto copy = opened();
  ASSERT_TRUE(copy.has_value());
  EXPECT_EQ(get((*copy)->size()), 2);
  const Verified outcome = get((*copy)->verify({}, nullptr));
  EXPECT_TRUE(outcome.faults.empty()) << outcome.faults[0].where << " " << outcome.faults[0].what;
  EXPECT_EQ(outcome.root, get((*copy)->root(outcome.leaves)));
  EXPECT_EQ(get(writer().reader().size()), 3);
}

// What the writer has begun and not committed is not in it, and it goes on afterwards.
TEST_F(Copy, IsMadeWhileTheWriterIsAtWork) {
  FileRow row = file();
  add(row, {event(1)});
  ASSERT_TRUE(writer().begin(Instant{0}).has_value());
  ASSERT_TRUE(writer().set_meta("test", "not yet").has_value());
  ASSERT_TRUE(copy_store(path_, to(), nullptr).has_value());
  ASSERT_TRUE(writer().commit().has_value());
  EXPECT_EQ(get((*opened())->meta("test")), std::nullopt);
  EXPECT_EQ(get(writer().reader().meta("test")), "not yet");
}

TEST_F(Copy, NeverOverwritesAndSaysWhatIsWrong) {
  FileRow row = file();
  add(row, {event(1)});
  std::ofstream(to()) << "something else that is here, long enough to be taken for a database";
  EXPECT_FALSE(copy_store(path_, to(), nullptr).has_value());
  std::filesystem::remove(to());
  ASSERT_TRUE(copy_store(path_, to(), nullptr).has_value());
  const auto again = copy_store(path_, to(), nullptr);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, Errc::conflict);
  EXPECT_FALSE(copy_store(directory_ + "/none.db", directory_ + "/other.db", nullptr).has_value());
}

}  // namespace
}  // namespace trailwatch::store
