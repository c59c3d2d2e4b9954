#include <gtest/gtest.h>

#include <dirent.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "trailwatch/base/text.h"
#include "trailwatch/rules/rule_set.h"
#include "trailwatch/rules/self_test.h"

namespace trailwatch::rules {
namespace {

std::vector<RuleFile> shipped(const std::string& folder = "config/rules") {
  const std::string directory = std::string(TW_SOURCE_DIR) + "/" + folder;
  std::vector<RuleFile> out;
  DIR* open = opendir(directory.c_str());
  while (open != nullptr) {
    const dirent* entry = readdir(open);
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name.size() < 4 || name.substr(name.size() - 4) != ".yml") continue;
    std::ifstream file(directory + "/" + name, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    out.push_back({name, text.str()});
  }
  if (open != nullptr) closedir(open);
  return out;
}

TEST(ShippedRules, AreFreeOfProblems) {
  const auto outcome = RuleSet::parse(shipped());
  for (const Problem& problem : outcome.problems) ADD_FAILURE() << problem.text();
}

// Each family of the product page has a rule, by the name that people will look for.
TEST(ShippedRules, CoverEveryFamily) {
  const auto outcome = RuleSet::parse(shipped());
  std::string missing;
  for (const char* name : {"off-hours",        "on-leave",
                           "deep-night",       "beyond-shift",
                           "volume-month",     "volume-week",
                           "volume-day",       "burst",
                           "bulk-rows",        "bulk-admin",
                           "unit-surge",       "slow-drip",
                           "missing-reason",   "poor-reason-share",
                           "copied-reason",    "missing-case",
                           "case-doubt",       "reason-recycling",
                           "missing-approver", "protected-subject",
                           "self-lookup",      "colleague-lookup",
                           "stalking",         "dossier-building",
                           "list-run",         "many-officers-one-subject",
                           "two-terminals",    "other-terminal",
                           "other-account",    "left-account",
                           "dormant-account",  "source-silence",
                           "first-register",   "system-not-allowed",
                           "for-other-unit",   "watched-officer"}) {
    const auto rule = outcome.rules.find(name);
    if (!rule || !outcome.rules.rules()[*rule].alerts) missing += std::string(name) + " ";
  }
  EXPECT_EQ(missing, "");
}

TEST(ShippedRules, ExplainThemselves) {
  const auto outcome = RuleSet::parse(shipped());
  const auto results = run_self_tests(outcome.rules);
  for (const RuleInfo& info : outcome.rules.rules()) {
    if (!info.alerts) continue;
    EXPECT_FALSE(info.title.empty() || info.title_en.empty()) << info.name;
    EXPECT_FALSE(info.description.empty() || info.guide.empty() || info.false_positives.empty()) << info.name;
    EXPECT_FALSE(info.explain_zh.empty() || info.explain_en.empty()) << info.name;
    const auto tests =
        std::count_if(results.begin(), results.end(), [&](const auto& r) { return r.rule == info.name; });
    EXPECT_GE(tests, 3) << info.name;
    for (const char* word : {"嫌疑", "違規", "違法"}) {
      const std::string all = info.title + info.description + info.guide + info.explain_zh;
      EXPECT_EQ(all.find(word), std::string::npos) << info.name << " says " << word;
    }
  }
}

TEST(ShippedRules, ExamplesAreFreeOfProblemsAndPassTheirTests) {
  std::vector<RuleFile> files = shipped();
  for (RuleFile& file : shipped("docs/examples")) files.push_back(std::move(file));
  const auto outcome = RuleSet::parse(files);
  for (const Problem& problem : outcome.problems) ADD_FAILURE() << problem.text();
  EXPECT_GT(outcome.rules.rules().size(), RuleSet::parse(shipped()).rules.rules().size());
  for (const SelfTestResult& result : run_self_tests(outcome.rules)) {
    EXPECT_TRUE(result.passed) << result.rule << ", " << result.test << ": " << result.message;
  }
}

TEST(ShippedRules, TheRuleToCopyInTheDocumentationWorks) {
  std::ifstream file(std::string(TW_SOURCE_DIR) + "/docs/rule-format.md", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  const std::string page = text.str(), fence = "```yaml\n";
  const std::size_t begin = page.find(fence) + fence.size();
  std::vector<RuleFile> files = shipped();
  files.push_back({"documentation.yml", page.substr(begin, page.find("```\n", begin) - begin)});
  const auto outcome = RuleSet::parse(files);
  for (const Problem& problem : outcome.problems) ADD_FAILURE() << problem.text();
  int tests = 0;
  for (const SelfTestResult& result : run_self_tests(outcome.rules)) {
    if (result.rule != "night-by-name") continue;
    EXPECT_TRUE(result.passed) << result.test << ": " << result.message;
    ++tests;
  }
  EXPECT_EQ(tests, 2);
}

TEST(ShippedRules, EveryExampleInTheDocumentationIsFreeOfErrors) {
  std::ifstream file(std::string(TW_SOURCE_DIR) + "/docs/rule-format.md", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  const std::string page = text.str(), fence = "```yaml\n";
  std::vector<RuleFile> files = shipped();
  for (std::size_t at = page.find(fence); at != page.npos; at = page.find(fence, at)) {
    at += fence.size();
    files.push_back({"example " + std::to_string(files.size()), page.substr(at, page.find("```\n", at) - at)});
  }
  EXPECT_EQ(files.size(), shipped().size() + 4);
  for (const Problem& problem : RuleSet::parse(files).problems) ADD_FAILURE() << problem.text();
}

TEST(ShippedRules, PassTheirOwnTests) {
  for (const SelfTestResult& result : run_self_tests(RuleSet::parse(shipped()).rules)) {
    EXPECT_TRUE(result.passed) << result.rule << ", " << result.test << ": " << result.message;
  }
}

}  // namespace
}  // namespace trailwatch::rules
