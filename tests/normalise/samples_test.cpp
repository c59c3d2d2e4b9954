#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "normalise/collected.h"

// The made-up county and the real log that lie beside the repository on the machines where we work. Elsewhere: skipped.
namespace trailwatch::normalise {
namespace {

namespace fs = std::filesystem;

struct Totals {
  std::int64_t accepted = 0, distinct = 0, rejected = 0, pending = 0;
  std::string text() const {
    return std::to_string(accepted) + " accepted, " + std::to_string(distinct) + " distinct, " +
           std::to_string(rejected) + " rejected, " + std::to_string(pending) + " pending";
  }
};

const std::string kShared = std::string(TW_SOURCE_DIR) + "/../shared";

Totals read_folder(const std::string& profile_name, const std::string& folder) {
  const Profile profile = shipped_profile(profile_name);
  Totals totals;
  std::set<std::pair<std::string, std::string>> keys;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".md") continue;
    Collected collected;
    const std::string bytes = file_text(entry.path().string());
    Reader reader(profile, {profile_name, entry.path().filename().string(), 0, 0}, {}, collected);
    reader.feed(bytes, true);
    totals.pending += reader.pending();
    if (profile.declares_rows()) {
      EXPECT_EQ(reader.position().declared_rows, reader.position().rows) << entry.path();
    }
    for (const auto& item : collected.items) {
      totals.accepted += item.accepted ? 1 : 0;
      totals.rejected += item.accepted ? 0 : 1;
      if (!item.accepted) continue;
      EXPECT_FALSE(item.key.empty());
      EXPECT_FALSE(item.event.undecodable);
      keys.emplace(item.key.scope, item.key.number);
    }
  }
  totals.distinct = static_cast<std::int64_t>(keys.size());
  return totals;
}

void expect(const std::string& profile, const std::string& folder, const std::string& totals) {
  if (!fs::exists(kShared + folder)) GTEST_SKIP() << "no sample data beside the repository";
  EXPECT_EQ(read_folder(profile, kShared + folder).text(), totals);
}

TEST(Samples, HouseholdFilesAreReadToTheLastRow) {
  expect("household", "/samples/county-small/household", "7292 accepted, 7195 distinct, 0 rejected, 0 pending");
}
TEST(Samples, VehicleFilesHaveOneBrokenOneHalfAndOneDoubleLine) {
  expect("vehicle", "/samples/county-small/vehicle", "6696 accepted, 6695 distinct, 1 rejected, 1 pending");
}
TEST(Samples, LandFilesAreReadToTheLastRow) {
  expect("land", "/samples/county-small/land", "6561 accepted, 6561 distinct, 0 rejected, 0 pending");
}
TEST(Samples, PoliceMessagesAreReadToTheLastOne) {
  expect("police", "/samples/county-small/police", "10659 accepted, 10659 distinct, 0 rejected, 0 pending");
}
TEST(Samples, TheRealLogIsConfigurationOnly) {
  expect("plate-search", "/real", "4294 accepted, 4294 distinct, 0 rejected, 0 pending");
}

}  // namespace
}  // namespace trailwatch::normalise
