#pragma once

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "support/program.h"

namespace trailwatch::test {

// The words of the scenario tests: a county in a folder, read by the real program into a store of its own.
class County {
 public:
  // `directory` holds household/, vehicle/, land/, police/ and reference/.
  explicit County(std::string directory);

  Ran run(std::vector<std::string> arguments) const;
  // Standard output; fails the test on any exit code but 0.
  std::string output(std::vector<std::string> arguments) const;
  std::vector<nlohmann::json> alerts() const;

  const std::string& config() const { return config_; }
  std::string state(const std::string& name) const { return place_.path("state/" + name); }
  std::string out(const std::string& name) const { return place_.path("out/" + name); }

 private:
  TemporaryDirectory place_;
  std::string config_;
};

// One line of a county's truth.csv.
struct Truth {
  std::string scenario, kind, officer, first_day, last_day;
};
std::vector<Truth> read_truth(const std::string& directory);

// Whether some alert is about that officer and overlaps those days.
bool is_found(const Truth& truth, const std::vector<nlohmann::json>& alerts);

// `收到 7,292 ＝ …` of the line that begins with `source`, digits only, in order: in, stored, duplicates, quarantined,
// pending, files.
std::vector<long> counts_of(const std::string& output, const std::string& source);

}  // namespace trailwatch::test
