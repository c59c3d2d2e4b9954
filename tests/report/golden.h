#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace trailwatch::report {

// Compares with tests/report/golden/NAME; TRAILWATCH_UPDATE_GOLDEN=1 writes it instead, to be read in review like code.
inline void expect_golden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(TW_SOURCE_DIR) + "/tests/report/golden/" + name;
  const char* update = std::getenv("TRAILWATCH_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  std::stringstream expected;
  expected << file.rdbuf();
  ASSERT_TRUE(file.good()) << path << " cannot be read; TRAILWATCH_UPDATE_GOLDEN=1 writes it";
  EXPECT_EQ(expected.str(), actual);
}

}  // namespace trailwatch::report
