#include "app/reload_watch.h"

#include <gtest/gtest.h>

#include "support/fakes.h"

namespace trailwatch::app {
namespace {

class ReloadWatches : public testing::Test {
 protected:
  ReloadWatches() {
    config_.reference_dir = "/reference";
    config_.rules_dirs = {"/rules"};
    files_.contents = {{"/reference/staff.csv", "officer,agency,unit\n"}, {"/rules/a.yml", "title: a\n"}};
  }
  ReloadWatch watch() {
    auto files = read_judgement_files(files_, config_);
    EXPECT_TRUE(files.has_value());
    return {files_, config_, *files};
  }
  // `staff.csv=…|a.yml=…`; `-` for nothing.
  static std::string text(const std::optional<std::vector<store::InForce>>& files) {
    if (!files) return "-";
    std::string out;
    for (const store::InForce& file : *files) out += (out.empty() ? "" : "|") + file.name + "=" + file.text;
    return out;
  }

  test::MemoryFiles files_;
  config::Config config_;
};

TEST_F(ReloadWatches, WhatHasNotChangedIsNothingNew) {
  ReloadWatch watch = this->watch();
  EXPECT_EQ(text(watch.look()), "-");
  EXPECT_FALSE(watch.is_restless());
}

TEST_F(ReloadWatches, AFileIsTakenAtTheSecondLookThatFindsItSo) {
  ReloadWatch watch = this->watch();
  files_.contents["/reference/staff.csv"] = "new";
  EXPECT_EQ(text(watch.look()), "-");
  EXPECT_TRUE(watch.is_restless());
  EXPECT_EQ(text(watch.look()), "staff.csv=new|a.yml=title: a\n");
  EXPECT_FALSE(watch.is_restless());
  EXPECT_EQ(text(watch.look()), "-");
}

TEST_F(ReloadWatches, AFileThatIsStillGrowingIsLeftAlone) {
  ReloadWatch watch = this->watch();
  for (const char* written : {"off", "officer,", "officer,agency,unit\nA1,"}) {
    files_.contents["/reference/staff.csv"] = written;
    EXPECT_EQ(text(watch.look()), "-") << written;
  }
  EXPECT_EQ(text(watch.look()), "staff.csv=officer,agency,unit\nA1,|a.yml=title: a\n");
}

TEST_F(ReloadWatches, WhatGoesBackToWhatItWasIsNothingNew) {
  ReloadWatch watch = this->watch();
  const auto before = files_.contents;
  files_.contents["/rules/a.yml"] = "title: b\n";
  EXPECT_EQ(text(watch.look()), "-");
  files_.contents = before;
  EXPECT_EQ(text(watch.look()), "-");
  EXPECT_FALSE(watch.is_restless());
}

TEST_F(ReloadWatches, FilesThatComeAndGoAreNoticed) {
  ReloadWatch watch = this->watch();
  files_.contents["/reference/leave.csv"] = "officer,start,end\n";
  files_.contents["/rules/b.yml"] = "title: b\n";
  files_.contents.erase("/reference/staff.csv");
  watch.look();
  EXPECT_EQ(text(watch.look()), "leave.csv=officer,start,end\n|a.yml=title: a\n|b.yml=title: b\n");
}

TEST_F(ReloadWatches, ADirectoryThatIsAwayIsWaitedFor) {
  ReloadWatch watch = this->watch();
  const auto before = files_.contents;
  files_.contents.erase("/rules/a.yml");
  EXPECT_EQ(text(watch.look()), "-");
  EXPECT_EQ(text(watch.look()), "-");
  EXPECT_TRUE(watch.is_restless());
  files_.contents = before;
  EXPECT_EQ(text(watch.look()), "-");
  EXPECT_FALSE(watch.is_restless());
}

}  // namespace
}  // namespace trailwatch::app
