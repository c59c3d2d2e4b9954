#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "scenarios/decisions.h"

namespace trailwatch::test {

namespace {

namespace fs = std::filesystem;

using Suppressions = Decisions;

TEST_F(Suppressions, ASuppressionIsVisibleAndRunsOut) {
  ingest();
  change_config({{"random_share", 0}});
  // An officer and a rule with alerts on several days.
  std::map<std::pair<std::string, std::string>, std::set<std::string>> days;
  for (const json& one : alerts()) {
    if (!one.contains("officer")) continue;
    for (const json& rule : one["rules"]) days[{one["officer"], rule}].insert(one["day"].get<std::string>());
  }
  const auto found = std::max_element(days.begin(), days.end(),
                                      [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  ASSERT_GT(found->second.size(), 3U);
  const auto [officer, rule] = found->first;
  const std::vector<std::string> on(found->second.begin(), found->second.end());
  const auto find = [&](const std::string& day) {
    for (const json& one : alerts({"--day", day})) {
      if (one.value("officer", "") == officer) return one;
    }
    return json::object();
  };
  const json before_first = find(on[0]), before_second = find(on[1]);
  const Ran made = run({"suppress", "add", "--officer", officer, "--rule", rule, "--since", on[1], "--until",
                        "2027-01-31", "--by", "E00001", "--reason", "輪值櫃檯"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(find(on[0]), before_first);
  const json after = find(on[1]);
  EXPECT_LT(after["score"], before_second["score"]);
  EXPECT_EQ(after["events"], before_second["events"]);
  ASSERT_EQ(after["suppressed"].size(), 1U);
  EXPECT_EQ(after["suppressed"][0]["rule"], rule);
  EXPECT_EQ(after["suppressed"][0]["number"], 1);
  EXPECT_EQ(after["suppressed"][0]["reason"], "輪值櫃檯");
  const std::string page = report(on[1]);
  EXPECT_NE(page.find("暫停類似警示"), std::string::npos);
  EXPECT_NE(page.find("輪值櫃檯"), std::string::npos);
  EXPECT_EQ(report(on[0]).find("暫停類似警示"), std::string::npos);
  EXPECT_NE(run({"suppress", "list"}).out.find("輪值櫃檯"), std::string::npos);
  EXPECT_NE(run({"rules", "list"}).out.find("暫停中 1 項"), std::string::npos);

  ASSERT_EQ(run({"suppress", "end", "1", "--from", on[2], "--by", "E00002", "--reason", "調職"}).code, 0);
  EXPECT_EQ(run({"suppress", "end", "1", "--by", "E00002", "--reason", "調職"}).code, 75);
  EXPECT_TRUE(find(on[1]).contains("suppressed"));
  EXPECT_FALSE(find(on[2]).contains("suppressed"));
  EXPECT_EQ(run({"suppress", "list"}).out, "沒有有效的暫停；--all 列出全部\n");
  EXPECT_NE(run({"suppress", "list", "--all"}).out.find("調職"), std::string::npos);
}

TEST_F(Suppressions, ARuleCanKeepItsRepeatsOffTheList) {
  ingest();
  const std::string rule = "missing-reason";
  std::map<std::string, std::vector<std::string>> days;  // by officer
  const auto gather = [&](bool counted) {
    days.clear();
    for (const json& one : alerts()) {
      const json& rules = one["rules"];
      const bool has = std::find(rules.begin(), rules.end(), rule) != rules.end();
      if (has == counted && one.contains("officer")) days[one["officer"]].push_back(one["day"]);
    }
    for (auto& [officer, some] : days) std::sort(some.begin(), some.end());
  };
  gather(true);
  const auto before = days;
  fs::copy(std::string(TW_SOURCE_DIR) + "/config/rules", path("rules"));
  write_file(path("rules/" + rule + ".yml"),
             read_file(path("rules/" + rule + ".yml")) + "\nx-suppress:\n  by: [officer]\n  for: 60d\n");
  change_config({{"rules_dir", path("rules")}});
  ingest();
  gather(true);
  int officers = 0;
  for (const auto& [officer, all] : before) {
    // Of several days only the first one counts; of one day, that one.
    EXPECT_EQ(days[officer], std::vector<std::string>{all.front()}) << officer;
    officers += all.size() > 1 ? 1 : 0;
  }
  EXPECT_GT(officers, 3);
  int told = 0;
  for (const json& one : alerts()) {
    if (!one.contains("suppressed")) continue;
    ++told;
    EXPECT_EQ(one["suppressed"][0]["rule"], rule);
    EXPECT_TRUE(one["suppressed"][0]["number"].is_null());
  }
  EXPECT_GT(told, 3);
}

TEST_F(Suppressions, TakingADecisionBackTakesItsSuppressionsBack) {
  ingest();
  const json one = best([](const json& a) { return a["rules"].size() > 1; });
  const std::string id = one["id"];
  EXPECT_EQ(decide(id, "false-alarm", {"--suppress-until", "2027-01-31"}).code, 64);
  const Ran made = decide(id, "false-alarm", {"--suppress-until", "2027-01-31", "--rule", "all", "--all-groups"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(run({"suppress", "list", "--format", "jsonl"}).out.empty(), false);
  EXPECT_EQ(alert(id)["score"], one["score"]);  // its own day's list stays as it was read
  ASSERT_EQ(decide(id, "open").code, 0);
  EXPECT_EQ(run({"suppress", "list", "--format", "jsonl"}).out, "");
}

}  // namespace

}  // namespace trailwatch::test
