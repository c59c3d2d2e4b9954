#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/program.h"

// The daemon itself, while reference and rule files are replaced under its hands.
namespace trailwatch::test {
namespace {

class RunningDaemon : public ::testing::Test {
 protected:
  void SetUp() override {
    const Ran made =
        run_program(TW_BINARY, {"demo", "--out", place_.path("county"), "--seed", "7", "--until", "2026-03-20",
                                "--days", "9", "--shared", std::string(TW_SOURCE_DIR) + "/config"});
    ASSERT_EQ(made.code, 0) << made.err;
    std::filesystem::copy(std::string(TW_SOURCE_DIR) + "/config/rules", place_.path("rules"));
    configure({{"poll_ms", 10}, {"rules_dir", place_.path("rules")}});
  }
  std::string config() const { return place_.path("county/trailwatch.json"); }
  std::string reference(const std::string& name) const { return place_.path("county/reference/" + name); }
  void configure(const nlohmann::json& keys) const {
    nlohmann::json config = nlohmann::json::parse(read_file(this->config()), nullptr, true, true);
    config.update(keys);
    write_file(this->config(), config.dump());
  }
  std::vector<std::string> serve() const { return {"serve", "--until", "2026-03-20", "--config", config()}; }
  std::string output(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--config", config()});
    const Ran ran = run_program(TW_BINARY, arguments);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.out;
  }
  // Not well for other reasons, too: the county's days are long past.
  std::string status() const {
    const Ran ran = run_program(TW_BINARY, {"status", "--config", config()});
    EXPECT_EQ(ran.code, 69) << ran.err;
    return ran.out;
  }
  std::string alerts() const { return output({"alerts", "--format", "jsonl"}); }
  // Those of a store that is made of what lies there now.
  std::string fresh_alerts() const {
    const std::string key = read_file(place_.path("state/keys/master.key"));
    configure({{"state_dir", place_.path("fresh")}});
    write_file(place_.path("fresh/keys/master.key"), key);
    output({"ingest"});
    std::string out = alerts();
    configure({{"state_dir", "../state"}});
    return out;
  }

  TemporaryDirectory place_;
};

TEST_F(RunningDaemon, TakesOverReplacedFilesByItself) {
  configure({{"reload_ms", 20}});
  RunningProgram daemon(TW_BINARY, serve());
  ASSERT_TRUE(daemon.wait_for("watching")) << daemon.err();
  const std::string before = alerts();
  std::filesystem::remove(place_.path("rules/off-hours.yml"));
  ASSERT_TRUE(daemon.wait_for("evaluated again")) << daemon.err();
  std::filesystem::remove(reference("shifts.csv"));
  ASSERT_TRUE(daemon.wait_for("evaluated again")) << daemon.err();
  // The round that evaluated also correlates; the next thing it notices comes after that.
  write_file(reference("watchlist.csv"), "officer,since,until\n");
  ASSERT_TRUE(daemon.wait_for("rules or reference data have changed")) << daemon.err();
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  output({"ingest"});
  EXPECT_NE(alerts(), before);
  EXPECT_EQ(alerts(), fresh_alerts());
}

TEST_F(RunningDaemon, KeepsTheLastGoodFilesAndSaysSo) {
  configure({{"reload_ms", 3'600'000}});
  RunningProgram daemon(TW_BINARY, serve());
  ASSERT_TRUE(daemon.wait_for("watching")) << daemon.err();
  const std::string before = alerts(), staff = read_file(reference("staff.csv"));
  EXPECT_EQ(status().find("沿用前一版"), std::string::npos);

  write_file(reference("staff.csv"), "officer;agency;unit\n");
  write_file(place_.path("rules/off-hours.yml"), "title: [\n");
  daemon.signal(SIGHUP);
  ASSERT_TRUE(daemon.wait_for("staff.csv 第 1 列：缺少欄位「officer」")) << daemon.err();
  ASSERT_TRUE(daemon.wait_for("off-hours.yml 第 2 列")) << daemon.err();
  const std::string told = status();
  EXPECT_NE(told.find("▲ staff.csv 第 1 列：缺少欄位「officer」，本檔未採用（請檢查第一列的欄位名稱）；沿用前一版"),
            std::string::npos)
      << told;
  EXPECT_NE(told.find("▲ off-hours.yml 第 2 列"), std::string::npos) << told;
  EXPECT_EQ(alerts(), before);
  output({"report", "daily", "--day", "2026-03-20", "--anew", "--out", place_.path("out")});
  EXPECT_NE(read_file(place_.path("out/daily-2026-03-20.txt")).find("檔案未採用：staff.csv 第 1 列"),
            std::string::npos);

  // Mended as it was: nothing to evaluate.
  std::filesystem::copy_file(std::string(TW_SOURCE_DIR) + "/config/rules/off-hours.yml",
                             place_.path("rules/off-hours.yml"), std::filesystem::copy_options::overwrite_existing);
  write_file(reference("staff.csv"), staff);
  daemon.signal(SIGHUP);
  // Nothing is said about files that are as they were; the next look tells that this one has been taken.
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  EXPECT_EQ(status().find("沿用前一版"), std::string::npos);
  EXPECT_EQ(alerts(), before);
}

}  // namespace
}  // namespace trailwatch::test
