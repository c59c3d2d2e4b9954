#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "fuzz/fuzz.h"
#include "support/program.h"

// What was found by fuzzing stays found: every target over its corpus, in every build.
namespace trailwatch::fuzz {
namespace {

namespace fs = std::filesystem;

class Corpus : public testing::TestWithParam<Target> {};

TEST_P(Corpus, IsTakenWithoutHarm) {
  const fs::path directory = fs::path(TW_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().name;
  ASSERT_TRUE(fs::is_directory(directory)) << "target without a corpus: " << directory;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  ASSERT_GE(files.size(), 2U);
  for (const fs::path& file : files) {
    // Said before, since what is broken ends the process.
    std::fprintf(stderr, "%s/%s\n", GetParam().name, file.filename().c_str());
    const std::string bytes = test::read_file(file.string());
    GetParam().run(bytes);
    // Half of it, and it twice: cheap ways to the ends of things.
    GetParam().run(std::string_view(bytes).substr(0, bytes.size() / 2));
    GetParam().run(bytes + bytes);
  }
  GetParam().run({});
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, testing::ValuesIn(targets()),
                         [](const auto& at) { return std::string(at.param.name); });

TEST(Corpora, BelongToTargets) {
  for (const auto& entry : fs::directory_iterator(fs::path(TW_SOURCE_DIR) / "tests/fuzz/corpus")) {
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(std::any_of(targets().begin(), targets().end(), [&](const Target& one) { return one.name == name; }))
        << name;
  }
  EXPECT_GE(targets().size(), 12U);
}

}  // namespace
}  // namespace trailwatch::fuzz
