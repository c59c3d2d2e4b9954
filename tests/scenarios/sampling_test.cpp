#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "support/program.h"
#include "trailwatch/base/csv.h"

// The sampling audit through the real program: drawn, checked by another program, filled in, brought back.
namespace trailwatch::test {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class SamplingAudit : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    made_ = new TemporaryDirectory();
    ASSERT_EQ(run_program(TW_BINARY, {"demo", "--out", made_->path("county"), "--seed", "3", "--until", "2026-03-20",
                                      "--days", "11", "--shared", std::string(TW_SOURCE_DIR) + "/config"})
                  .code,
              0);
    const std::string config = made_->path("county/trailwatch.json");
    ASSERT_EQ(run_program(TW_BINARY, {"ingest", "--config", config}).code, 0);
    ASSERT_EQ(
        run_program(TW_BINARY, {"export", "checkpoint", "--out", made_->path("checkpoint"), "--config", config}).code,
        0);
  }
  static void TearDownTestSuite() { delete made_; }
  // Each test has a copy of the county that was read.
  void SetUp() override {
    fs::copy(made_->path(), path("all"), fs::copy_options::recursive);
    fs::rename(path("all/checkpoint"), path("checkpoint"));
  }
  std::string path(const std::string& name) const { return place_.path(name); }
  Ran run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--config", path("all/county/trailwatch.json")});
    return run_program(TW_BINARY, arguments);
  }
  Ran exports(std::vector<std::string> more = {}, const std::string& month = "2026-03",
              const std::string& formats = "csv") const {
    std::vector<std::string> arguments = {"export", "sampling",  "--period", month,
                                          "--out",  path("out"), "--format", formats};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ran ran = run(arguments);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran;
  }
  Ran imports(const std::string& file, std::vector<std::string> more = {}, const std::string& by = "E00001") const {
    std::vector<std::string> arguments = {"import", "sampling", file, "--by", by};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  // Rows of a CSV by head.
  std::vector<std::map<std::string, std::string>> table(const std::string& name) const {
    const CsvTable csv = parse_csv(read_file(path("out/" + name)));
    std::vector<std::map<std::string, std::string>> out;
    for (const CsvTable::Row& row : csv.rows) {
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        if (i == 0) out.emplace_back();
        out.back()[csv.columns[i]] = row.cells[i];
      }
    }
    return out;
  }
  // A returned sheet with these answers, by code.
  void fill(const std::map<std::string, std::pair<std::string, std::string>>& answers) const {
    std::string text = "事件代碼,符合公務,承辦人說明（附佐證）,月份\r\n";
    for (const auto& [code, answer] : answers) text += code + "," + answer.first + "," + answer.second + ",115/03\r\n";
    write_file(path("returned.csv"), text);
  }
  std::vector<std::string> codes(const std::string& drawn) const {
    std::vector<std::string> out;
    for (auto& row : table("sampling-2026-03.csv")) {
      if (row["抽樣別"] == drawn) out.push_back(row["事件代碼"]);
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  json alert(const std::string& id) const {
    std::istringstream lines(run({"alerts", "--format", "jsonl"}).out);
    for (std::string line; std::getline(lines, line);) {
      json one = json::parse(line);
      if (one["id"] == id) return one;
    }
    return json::object();
  }

  static TemporaryDirectory* made_;
  TemporaryDirectory place_;
};
TemporaryDirectory* SamplingAudit::made_ = nullptr;

TEST_F(SamplingAudit, MakesTheWholeSet) {
  exports({"--checkpoint", path("checkpoint")}, "2026-03", "ods,xlsx,csv,pdf");
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(path("out"))) names.insert(entry.path().filename().string());
  EXPECT_EQ(names, (std::set<std::string>{"sampling-2026-03.ods", "sampling-2026-03.xlsx", "sampling-2026-03.csv",
                                          "sampling-2026-03.pdf", "sampling-2026-03-summary.csv",
                                          "sampling-2026-03-estimate.csv", "sampling-2026-03-frame.csv",
                                          "sampling-2026-03-plan.json"}));
  EXPECT_EQ(read_file(path("out/sampling-2026-03.pdf")).substr(0, 5), "%PDF-");
}

TEST_F(SamplingAudit, AnotherProgramDrawsTheSameRandomSample) {
  if (run_program("/usr/bin/env", {"python3", "--version"}).code != 0) GTEST_SKIP() << "python3 is not installed";
  exports({"--checkpoint", path("checkpoint")});
  const Ran ran = run_program("/usr/bin/env",
                              {"python3", std::string(TW_SOURCE_DIR) + "/docs/recompute-sample.py", path("checkpoint"),
                               path("out/sampling-2026-03-frame.csv"), path("out/sampling-2026-03-plan.json")});
  ASSERT_EQ(ran.code, 0) << ran.err;
  std::vector<std::string> drawn;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) drawn.push_back(line);
  std::sort(drawn.begin(), drawn.end());
  EXPECT_EQ(drawn, codes("隨機"));
  EXPECT_GT(drawn.size(), 50U);
}

TEST_F(SamplingAudit, IsOfficialOnlyByACheckpoint) {
  const auto standing = [&] { return table("sampling-2026-03.csv").at(0)["性質"]; };
  EXPECT_EQ(exports({"--checkpoint", path("checkpoint")}).err.find("非正式"), std::string::npos);
  EXPECT_EQ(standing(), "正式");
  EXPECT_NE(exports({"--seed", "x"}).err.find("非正式：抽樣種子由人工指定"), std::string::npos);
  EXPECT_EQ(standing(), "非正式");
  EXPECT_NE(exports().err.find("非正式：尚無檢查點"), std::string::npos);
  EXPECT_EQ(standing(), "非正式");
}

TEST_F(SamplingAudit, BeforeTheCutOffNothingIsOfficial) {
  EXPECT_NE(exports({"--checkpoint", path("checkpoint")}, "2199-12").err.find("非正式：於 289/01/03 06:00 前產製"),
            std::string::npos);
}

TEST_F(SamplingAudit, ThePopulationEndsWithTheCheckpoint) {
  fs::remove_all(path("all/state"));
  std::vector<std::string> first = {"ingest", "--source", "land"};
  for (const auto& entry : fs::directory_iterator(path("all/county/land"))) first.push_back(entry.path().string());
  ASSERT_EQ(run(first).code, 0);
  ASSERT_EQ(run({"export", "checkpoint", "--out", path("checkpoint")}).code, 0);
  ASSERT_EQ(run({"ingest"}).code, 0);
  const Ran ran = exports({"--checkpoint", path("checkpoint")});
  EXPECT_NE(ran.err.find("於檢查點之後送達，不在母體內"), std::string::npos) << ran.err;
  for (auto& row : table("sampling-2026-03-frame.csv")) EXPECT_EQ(row["系統"], "land");
}

TEST_F(SamplingAudit, BelievesOnlyItsOwnLogsCheckpoints) {
  const std::string good = read_file(path("checkpoint"));
  const auto refused = [&](const std::string& note) {
    write_file(path("other"), note);
    const Ran ran =
        run({"export", "sampling", "--month", "2026-03", "--out", path("out"), "--checkpoint", path("other")});
    EXPECT_NE(ran.code, 0);
    return ran.err;
  };
  EXPECT_NE(refused("hello").find("this is no checkpoint"), std::string::npos);
  std::string other = good;
  other[other.find('\n') + 1] = other[other.find('\n') + 1] == '9' ? '8' : '9';
  EXPECT_NE(refused(other), "");
  EXPECT_NE(refused("x" + good).find("another log"), std::string::npos);
  EXPECT_FALSE(fs::exists(path("out")));
}

TEST_F(SamplingAudit, EachExportIsALeafAndTheStoreStaysWhole) {
  exports({"--checkpoint", path("checkpoint"), "--by", "E00001"});
  const std::vector<std::string> random = codes("隨機");
  fill({{random[0], {"是", ""}}});
  ASSERT_EQ(imports(path("returned.csv")).code, 0);
  const Ran verified = run({"verify", "--checkpoint", path("checkpoint")});
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
  for (auto& row : table("sampling-2026-03.csv")) EXPECT_EQ(row["葉節點雜湊"].size(), 64U);
}

TEST_F(SamplingAudit, QuartersAndHalvesUseTheSamePlan) {
  exports({"--checkpoint", path("checkpoint")}, "2026-Q1");
  exports({"--checkpoint", path("checkpoint")}, "2026-H1");
  EXPECT_EQ(table("sampling-2026-Q1.csv").at(0)["月份"], "115Q1");
  EXPECT_EQ(table("sampling-2026-H1.csv").at(0)["月份"], "115H1");
  EXPECT_NE(run({"export", "sampling", "--period", "2026-Q5"}).err.find("2026-Q1"), std::string::npos);
}

TEST_F(SamplingAudit, FiltersDoNotChangeTheSample) {
  exports({"--checkpoint", path("checkpoint")});
  const std::vector<std::string> all = codes("隨機");
  exports({"--checkpoint", path("checkpoint"), "--system", "land"});
  const auto part = table("sampling-2026-03-land.csv");
  EXPECT_GT(part.size(), 3U);
  for (auto row : part) {
    if (row["抽樣別"] == "隨機") {
      EXPECT_TRUE(std::binary_search(all.begin(), all.end(), row["事件代碼"]));
    }
  }
}

TEST_F(SamplingAudit, AnswersComeBackOnceAndShowInTheNextSheets) {
  exports({"--checkpoint", path("checkpoint")});
  const std::vector<std::string> random = codes("隨機");
  fill({{random[0], {"是", "卷內第 3 頁"}},
        {random[1], {"否", ""}},
        {random[2], {"", "已調卷"}},
        {random[3], {"", ""}}});
  EXPECT_NE(imports(path("returned.csv"), {"--dry-run"}).out.find("試跑：未登錄"), std::string::npos);
  const Ran first = imports(path("returned.csv"));
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.out.substr(0, first.out.find('\n')), "符合 1 筆，不符 1 筆，待查 1 筆；先前已登錄 0 筆，未填 1 筆");
  const Ran again = imports(path("returned.csv"));
  EXPECT_EQ(again.out, "符合 0 筆，不符 0 筆，待查 0 筆；先前已登錄 3 筆，未填 1 筆\n沒有新的答覆\n");

  exports({"--checkpoint", path("checkpoint")}, "2026-03", "csv,ods");
  std::map<std::string, std::string> shown;
  for (auto& row : table("sampling-2026-03.csv"))
    shown[row["事件代碼"]] = row["符合公務"] + row["承辦人說明（附佐證）"];
  EXPECT_EQ(shown[random[0]], "是卷內第 3 頁");
  EXPECT_EQ(shown[random[1]], "否");
  EXPECT_EQ(shown[random[2]], "待查已調卷");
  const auto estimate = table("sampling-2026-03-estimate.csv").at(0);
  EXPECT_EQ(estimate.at("範圍"), "全部");
  EXPECT_EQ(estimate.at("不符"), "1");
  EXPECT_EQ(estimate.at("待補"), std::to_string(random.size() - 2));
  // Our own sheet with answers in it says nothing new either.
  EXPECT_NE(imports(path("out/sampling-2026-03.ods")).out.find("先前已登錄 3 筆"), std::string::npos);
  EXPECT_NE(imports(path("out/sampling-2026-03.csv")).out.find("沒有新的答覆"), std::string::npos);
}

TEST_F(SamplingAudit, OneFaultyRowKeepsEverythingOut) {
  exports({"--checkpoint", path("checkpoint")});
  const std::vector<std::string> random = codes("隨機");
  fill({{random[0], {"是", ""}}, {"000000999999", {"是", ""}}, {random[1], {"也許", ""}}});
  Ran ran = imports(path("returned.csv"));
  EXPECT_EQ(ran.code, 65);
  EXPECT_NE(ran.err.find("「符合公務」欄的「也許」無法判讀"), std::string::npos) << ran.err;
  fill({{random[0], {"是", ""}}, {"000000999999", {"是", ""}}});
  ran = imports(path("returned.csv"));
  EXPECT_EQ(ran.code, 65);
  EXPECT_NE(ran.err.find("事件 000000999999 不在 115年3月 的抽查清冊中 (第 3 行, returned.csv). 請核對事件代碼"),
            std::string::npos)
      << ran.err;
  EXPECT_NE(ran.err.find("未登錄任何答覆：1 處需要更正"), std::string::npos);
  fill({{random[0], {"是", ""}}});
  EXPECT_NE(imports(path("returned.csv")).out.find("符合 1 筆，不符 0 筆，待查 0 筆；先前已登錄 0 筆"),
            std::string::npos);
}

TEST_F(SamplingAudit, WithoutAnExportThereIsNothingToAnswer) {
  fill({{"000000000001", {"是", ""}}});
  const Ran ran = imports(path("returned.csv"));
  EXPECT_EQ(ran.code, 66);
  EXPECT_NE(ran.err.find("此處沒有產製過 115年3月 的抽查清冊"), std::string::npos) << ran.err;
}

TEST_F(SamplingAudit, RowsOfAnotherAuditSayWhichOne) {
  exports({"--seed", "a"}, "2026-03");
  exports({"--seed", "b"}, "2026-Q1");
  std::set<std::string> month;
  for (auto& row : table("sampling-2026-03.csv")) month.insert(row["事件代碼"]);
  for (auto& row : table("sampling-2026-Q1.csv")) {
    if (month.count(row["事件代碼"]) != 0) continue;
    fill({{row["事件代碼"], {"是", ""}}});
    EXPECT_NE(imports(path("returned.csv")).err.find("它在 2026-Q1 的清冊中，請以 --period 指定"), std::string::npos);
    EXPECT_EQ(imports(path("returned.csv"), {"--period", "2026-Q1"}).code, 0);
    return;
  }
  FAIL() << "both samples are the same";
}

// What the weighted part asks about belongs to alerts: a doubtful answer is followed up, a full set of good ones
// closes.
TEST_F(SamplingAudit, AnswersMoveTheAlertsTheyAreAbout) {
  exports({"--checkpoint", path("checkpoint")});
  const std::vector<std::string> weighted = codes("風險加權");
  ASSERT_GT(weighted.size(), 3U);
  fill({{weighted[0], {"否", "查無案號"}}});
  const Ran ran = imports(path("returned.csv"));
  ASSERT_EQ(ran.code, 0) << ran.err;
  const std::size_t arrow = ran.out.find("待處理 → 查證中");
  ASSERT_NE(arrow, std::string::npos) << ran.out;
  const std::string line = ran.out.substr(ran.out.find('\n') + 1);
  const std::string id = line.substr(0, 16);
  EXPECT_EQ(alert(id)["status"], "checking");
  // Taking the answer back does not close an alert that holds more than this event, or does when it holds no more.
  fill({{weighted[0], {"是", "已補"}}});
  const Ran corrected = imports(path("returned.csv"));
  EXPECT_NE(corrected.out.find("（其中更正 1 筆）"), std::string::npos) << corrected.out;
  EXPECT_EQ(alert(id)["status"], alert(id)["events"] == 1 ? "cleared" : "checking");
}

TEST_F(SamplingAudit, NobodyAnswersForThemselves) {
  exports({"--checkpoint", path("checkpoint")});
  const auto row = table("sampling-2026-03.csv").at(0);
  const std::string officer = row.at("查詢人員").substr(0, row.at("查詢人員").find(' '));
  fill({{row.at("事件代碼"), {"是", ""}}});
  const Ran ran = imports(path("returned.csv"), {}, officer);
  EXPECT_EQ(ran.code, 65);
  EXPECT_NE(ran.err.find("本人的查詢"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace trailwatch::test
