#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "support/program.h"

namespace trailwatch::test {

using nlohmann::json;

// An office with eleven days of a small county, and the words in which its tests speak: what an officer types, and what
// lists and reports then say.
class Decisions : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run_program(TW_BINARY, {"demo", "--out", place_.path("county"), "--seed", "3", "--until", "2026-03-20",
                                      "--days", "11", "--shared", std::string(TW_SOURCE_DIR) + "/config"})
                  .code,
              0);
    config_ = place_.path("county/trailwatch.json");
  }
  Ran run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--config", config_});
    return run_program(TW_BINARY, arguments);
  }
  void ingest() const {
    const Ran ran = run({"ingest"});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }
  std::vector<json> alerts(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"alerts", "--format", "jsonl"});
    const Ran ran = run(more);
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::vector<json> out;
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) out.push_back(json::parse(line));
    return out;
  }
  json alert(const std::string& id) const {
    for (const json& one : alerts()) {
      if (one["id"] == id) return one;
    }
    ADD_FAILURE() << "no alert " << id;
    return json::object();
  }
  // The best alert about an officer that `fits`.
  template <typename F>
  json best(F&& fits) const {
    for (const json& one : alerts()) {
      if (one.contains("officer") && fits(one)) return one;
    }
    ADD_FAILURE() << "no such alert";
    return json::object();
  }
  Ran decide(const std::string& id, const std::string& as, std::vector<std::string> more = {},
             const std::string& by = "E00001") const {
    std::vector<std::string> arguments = {"decide", id, "--as", as, "--by", by, "--reason", "已核對卷證"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  std::string report(const std::string& day, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"report",           "daily",    "--day",        day, "--out",
                                          place_.path("out"), "--format", "html,txt,json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ran ran = run(arguments);
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::string out;
    for (const char* format : {"html", "txt", "json"}) out += read_file(path("out/daily-" + day + "." + format));
    return out;
  }
  void change_config(const json& patch) const {
    json config = json::parse(read_file(config_), nullptr, true, true);
    config.merge_patch(patch);
    write_file(config_, config.dump());
  }
  std::string path(const std::string& name) const { return place_.path(name); }

 private:
  TemporaryDirectory place_;
  std::string config_;
};

}  // namespace trailwatch::test
