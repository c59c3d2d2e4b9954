#include "trailwatch/report/sampling_seed.h"

#include <gtest/gtest.h>

#include "trailwatch/base/hash.h"

namespace trailwatch::report {
namespace {

const std::string kText = "trailwatch.example/log\n21874001\nAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\n";
const std::string kNote = kText + "\n— trailwatch.example/log YWJjZGVmZ2g=\n";

std::string refused(const std::string& note) {
  const Result<DrawSeed> seed = seed_of_checkpoint(note);
  return seed ? "accepted" : seed.error().message;
}

TEST(DrawSeed, IsTheHashOfTheCheckpointsText) {
  const DrawSeed seed = seed_of_checkpoint(kNote).value();
  EXPECT_EQ(to_hex(sha256(kText)), seed.text);
  EXPECT_TRUE(seed.official);
  EXPECT_EQ("trailwatch.example/log", seed.origin);
  EXPECT_EQ(21874001, seed.tree_size);
  EXPECT_EQ("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=", seed.root);
}

TEST(DrawSeed, IsTheSameWhateverWitnessesSigned) {
  EXPECT_EQ(seed_of_checkpoint(kNote).value().text,
            seed_of_checkpoint(kNote + "— witness.example/w YWJjZGVmZ2g=\n").value().text);
}

TEST(DrawSeed, OfAnotherCheckpointIsAnother) {
  std::string other = kNote;
  other[other.find("21874001")] = '3';
  EXPECT_NE(seed_of_checkpoint(kNote).value().text, seed_of_checkpoint(other).value().text);
}

TEST(DrawSeed, RefusesWhatIsNoCheckpoint) {
  EXPECT_EQ("this is no checkpoint: no empty line before the signatures", refused(""));
  EXPECT_EQ("this is no checkpoint: no empty line before the signatures", refused(kText));
  EXPECT_EQ("this is no checkpoint: no signature", refused(kText + "\n"));
  EXPECT_EQ("this is no checkpoint: no signature", refused(kText + "\nhello\n"));
  for (const char* size : {"-1", "007", "", "1x", "99999999999999999999"}) {
    std::string note = kNote;
    note.replace(note.find("21874001"), 8, size);
    EXPECT_EQ("this is no checkpoint: its second line is no number of leaves", refused(note)) << size;
  }
  EXPECT_EQ("this is no checkpoint: its third line is no root", refused("a\n1\nxyz\n\n— a b\n"));
  EXPECT_EQ("this is no checkpoint: too long, or not UTF-8", refused("\xFF" + kNote));
  EXPECT_EQ("this is no checkpoint: too long, or not UTF-8", refused(kNote + std::string(1'000'000, 'x')));
}

TEST(DrawSeed, ByHandIsNeverOfficial) {
  const DrawSeed seed = seed_by_hand("115-03-7F3A");
  EXPECT_EQ("115-03-7F3A", seed.text);
  EXPECT_FALSE(seed.official || seed.tree_size);
}

TEST(Cutoff, LiesInTheMonthAfterThePeriod) {
  EXPECT_EQ("115/04/03 06:00", format_roc_minute(cutoff_of(parse_period("2026-03").value(), 3, 360)));
  EXPECT_EQ("116/01/01 00:00", format_roc_minute(cutoff_of(parse_period("2026-Q4").value(), 1, 0)));
  EXPECT_EQ("115/07/28 23:59", format_roc_minute(cutoff_of(parse_period("2026-H1").value(), 28, 1439)));
}

}  // namespace
}  // namespace trailwatch::report
