#include "trailwatch/report/sampling_frame.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "report/golden.h"
#include "support/program.h"
#include "trailwatch/base/hash.h"

namespace trailwatch::report {
namespace {

const std::string kNote =
    "trailwatch.example/log\n900\nAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\n\n— trailwatch.example/log "
    "YWJjZGVmZ2g=\n";

// Units of different sizes, plans and findings; names as people write them.
std::vector<DrawStratum> strata() {
  std::vector<DrawStratum> out = {{"police", "範例縣警察局", "東門分局", {0.05, 1, {}, 2, 0.3}, {}},
                                  {"land", "範例縣政府", "=地政\"處\",\n一課", {0.01, 5, 4, 0, 0.5}, {}},
                                  {"vehicle", "範例縣政府", "'環保局", {0.07, 1, {}, 0, 0.29}, {}},
                                  {"vehicle", "範例縣政府", "秘書室", {0, 0, {}, 0, 0.3}, {}},
                                  {"household", "石橋鄉公所", "民政課", {1, 1, {}, 0, 1}, {}}};
  const std::vector<std::int64_t> sizes = {211, 90, 100, 7, 12};
  std::int64_t id = 0;
  for (std::size_t s = 0; s < out.size(); ++s) {
    for (std::int64_t i = 0; i < sizes[s]; ++i) {
      ++id;
      const std::string digits = std::to_string(id);
      const std::string officer = i % 11 == 0 ? "" : "H" + std::to_string(id * 7 % 13);
      out[s].events.push_back({id, std::string(12 - digits.size(), '0') + digits, out[s].system, out[s].agency,
                               out[s].unit, officer, id % 9 == 0 ? 20.0 : 0.0});
    }
  }
  return out;
}

std::string plan(const std::vector<DrawStratum>& from, const DrawSeed& seed) {
  const Period march = parse_period("2026-03").value();
  return plan_json(from, seed, march, "範例縣政府", cutoff_of(march, 3, 360), frame_csv(from));
}

std::string random_codes(const std::vector<DrawStratum>& from, const std::string& seed) {
  std::string out;
  for (const DrawStratum& stratum : from) {
    std::vector<std::string> codes;
    for (const SampledEvent& drawn : draw(stratum.events, stratum.quota, seed)) {
      if (drawn.drawn == Drawn::random) codes.push_back(stratum.events[drawn.index].code);
    }
    std::sort(codes.begin(), codes.end());
    for (const std::string& code : codes) out += code + "\n";
  }
  return out;
}

class Recompute : public ::testing::Test {
 protected:
  void SetUp() override {
    if (test::run_program("/usr/bin/env", {"python3", "--version"}).code != 0)
      GTEST_SKIP() << "python3 is not installed";
    test::write_file(place_.path("checkpoint"), kNote);
    test::write_file(place_.path("frame.csv"), frame_csv(strata()));
    test::write_file(place_.path("plan.json"), plan(strata(), seed_of_checkpoint(kNote).value()));
  }
  test::Ran run(const std::string& checkpoint) const {
    return test::run_program("/usr/bin/env", {"python3", std::string(TW_SOURCE_DIR) + "/docs/recompute-sample.py",
                                              checkpoint, place_.path("frame.csv"), place_.path("plan.json")});
  }
  test::TemporaryDirectory place_;
};

// Anyone with the checkpoint, the frame and the plan draws the same random sample, with another program.
TEST_F(Recompute, DrawsTheSameRandomSample) {
  const test::Ran ran = run(place_.path("checkpoint"));
  ASSERT_EQ(0, ran.code) << ran.err;
  EXPECT_EQ(random_codes(strata(), seed_of_checkpoint(kNote).value().text), ran.out);
  EXPECT_GT(ran.out.size(), 13U * 30);
}

TEST_F(Recompute, TakesASeedGivenByHand) {
  test::write_file(place_.path("plan.json"), plan(strata(), seed_by_hand("115-03-7F3A")));
  EXPECT_EQ(random_codes(strata(), "115-03-7F3A"), run("-").out);
}

TEST_F(Recompute, RefusesAnotherCheckpointOrFrame) {
  std::string other = kNote;
  other[other.find("900")] = '8';
  test::write_file(place_.path("other"), other);
  EXPECT_EQ("the plan was not made with this checkpoint\n", run(place_.path("other")).err);
  test::write_file(place_.path("frame.csv"), frame_csv(strata()) + "\r\n");
  EXPECT_EQ("the plan was not made with this frame\n", run(place_.path("checkpoint")).err);
}

TEST(SamplingFrame, DoesNotDependOnTheOrderOfEvents) {
  std::vector<DrawStratum> turned = strata();
  for (DrawStratum& stratum : turned) std::reverse(stratum.events.begin(), stratum.events.end());
  EXPECT_EQ(frame_csv(strata()), frame_csv(turned));
}

TEST(SamplingFrame, NamesNoOfficer) {
  const std::string text = frame_csv(strata()) + plan(strata(), seed_by_hand("x"));
  for (int i = 0; i < 13; ++i) EXPECT_EQ(std::string::npos, text.find("H" + std::to_string(i)));
}

TEST(SamplingFrame, IsTheGoldenOne) {
  std::vector<DrawStratum> small = strata();
  small.resize(2);
  for (DrawStratum& stratum : small) stratum.events.resize(4);
  expect_golden("sampling-frame.csv", frame_csv(small));
  expect_golden("sampling-plan.json", plan(small, seed_of_checkpoint(kNote).value()));
}

}  // namespace
}  // namespace trailwatch::report
