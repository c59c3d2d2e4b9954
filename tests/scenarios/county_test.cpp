#include "scenarios/county.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "trailwatch/base/csv.h"

namespace trailwatch::test {

namespace fs = std::filesystem;

County::County(std::string directory) : config_(place_.path("trailwatch.json")) {
  const std::string shipped = std::string(TW_SOURCE_DIR) + "/config";
  nlohmann::json config = {{"agency", "測試縣政府政風處"},
                           {"state_dir", "state"},
                           {"reference_dir", directory + "/reference"},
                           {"profiles_dir", shipped + "/profiles"},
                           {"rules_dir", shipped + "/rules"},
                           {"words_file", shipped + "/words.json"},
                           {"sources", nlohmann::json::array()}};
  for (const auto& [name, files] : {std::pair("household", "HH_QLOG_*.csv"), std::pair("vehicle", "mvr-query*.jsonl"),
                                    std::pair("land", "地政查詢紀錄_*.csv"), std::pair("police", "plog-*.log")}) {
    config["sources"].push_back(
        {{"name", name}, {"profile", name}, {"directory", directory + "/" + name}, {"files", files}});
  }
  write_file(config_, config.dump(2));
}

Ran County::run(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--config", config_});
  return run_program(TW_BINARY, arguments);
}

std::string County::output(std::vector<std::string> arguments) const {
  const Ran ran = run(std::move(arguments));
  EXPECT_EQ(ran.code, 0) << ran.err;
  return ran.out;
}

std::vector<nlohmann::json> County::alerts() const {
  std::vector<nlohmann::json> out;
  std::istringstream lines(output({"alerts", "--format", "jsonl"}));
  for (std::string line; std::getline(lines, line);) out.push_back(nlohmann::json::parse(line));
  return out;
}

std::vector<Truth> read_truth(const std::string& directory) {
  const CsvTable table = parse_csv(read_file(directory + "/truth.csv"));
  std::vector<Truth> out;
  for (const CsvTable::Row& row : table.rows) {
    out.push_back({row.cells[0], row.cells[1], row.cells[2], row.cells[3].substr(0, 10), row.cells[4].substr(0, 10)});
  }
  return out;
}

bool is_found(const Truth& truth, const std::vector<nlohmann::json>& alerts) {
  return std::any_of(alerts.begin(), alerts.end(), [&](const nlohmann::json& alert) {
    if (alert.value("officer", "") != truth.officer) return false;
    const std::string day = alert["day"];
    return day >= truth.first_day && day <= truth.last_day;
  });
}

std::vector<long> counts_of(const std::string& output, const std::string& source) {
  std::istringstream lines(output);
  std::vector<long> out;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(source + "：", 0) != 0) continue;
    std::string digits;
    for (const char c : line.substr(source.size()) + " ") {
      if (c == ',') continue;
      if (c >= '0' && c <= '9') {
        digits.push_back(c);
      } else if (!digits.empty()) {
        out.push_back(std::stol(digits));
        digits.clear();
      }
    }
  }
  return out;
}

namespace {

const std::string kSample = std::string(TW_SOURCE_DIR) + "/../shared/samples/county-small";
const std::string kReal = std::string(TW_SOURCE_DIR) + "/../shared/real/police-plate-searches.csv";

class SampleCounty : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kSample))
      GTEST_SKIP() << "the sample county is not here; the demonstration county is tested instead";
  }
};

TEST_F(SampleCounty, EveryRecordIsAccountedFor) {
  const County county(kSample);
  const std::string out = county.output({"ingest"});
  // in, stored, duplicates, quarantined, pending, files
  EXPECT_EQ(counts_of(out, "household"), (std::vector<long>{7292, 7195, 97, 0, 0, 141}));
  EXPECT_EQ(counts_of(out, "vehicle"), (std::vector<long>{6698, 6695, 1, 1, 1, 21}));
  EXPECT_EQ(counts_of(out, "land"), (std::vector<long>{6561, 6561, 0, 0, 0, 16}));
  EXPECT_EQ(counts_of(out, "police"), (std::vector<long>{10659, 10659, 0, 0, 0, 21}));
}

TEST_F(SampleCounty, ReadingAgainStoresNothing) {
  const County county(kSample);
  county.output({"ingest"});
  const std::vector<nlohmann::json> before = county.alerts();
  const std::string again = county.output({"ingest"});
  EXPECT_EQ(counts_of(again, "合計"),
            (std::vector<long>{1, 0, 0, 0, 1, 199}));  // the half-written line is still pending
  EXPECT_EQ(county.alerts(), before);
}

TEST_F(SampleCounty, BlatantOffHoursAndEmptyReasonsAreFound) {
  const County county(kSample);
  county.output({"ingest"});
  const std::vector<nlohmann::json> alerts = county.alerts();
  std::string missed;
  for (const Truth& truth : read_truth(kSample)) {
    if (truth.kind != "off_hours_snoop" && truth.kind != "empty_reason") continue;
    if (!is_found(truth, alerts)) missed += truth.scenario + " ";
  }
  EXPECT_EQ(missed, "");
}

TEST_F(SampleCounty, TheThreeRulesFire) {
  const County county(kSample);
  county.output({"ingest"});
  std::set<std::string> rules;
  for (const nlohmann::json& alert : county.alerts()) {
    for (const auto& rule : alert["rules"]) rules.insert(rule.get<std::string>());
  }
  for (const char* rule : {"off-hours", "volume-month", "missing-reason"}) EXPECT_TRUE(rules.count(rule)) << rule;
}

TEST(RealLog, IsReadByItsProfileAlone) {
  if (!fs::exists(kReal)) GTEST_SKIP() << "the real log is not here";
  const TemporaryDirectory place;
  const std::string shipped = std::string(TW_SOURCE_DIR) + "/config";
  const nlohmann::json config = {{"zone", "America/Los_Angeles"},
                                 {"state_dir", "state"},
                                 {"profiles_dir", shipped + "/profiles"},
                                 {"rules_dir", shipped + "/rules"},
                                 {"sources",
                                  {{{"name", "plate-search"},
                                    {"profile", "plate-search"},
                                    {"directory", fs::path(kReal).parent_path().string()},
                                    {"files", "*.csv"}}}}};
  write_file(place.path("trailwatch.json"), config.dump());
  const Ran ran = run_program(TW_BINARY, {"ingest", "--config", place.path("trailwatch.json")});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(counts_of(ran.out, "plate-search"), (std::vector<long>{4294, 4294, 0, 0, 0, 1}));
}

// The product's own county: made, read, judged and reported by the program alone.
class DemonstrationCounty : public ::testing::Test {
 protected:
  void SetUp() override {
    const Ran made =
        run_program(TW_BINARY, {"demo", "--out", place_.path("county"), "--seed", "7", "--until", "2026-03-20",
                                "--days", "21", "--shared", std::string(TW_SOURCE_DIR) + "/config"});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  Ran run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--config", place_.path("county/trailwatch.json")});
    return run_program(TW_BINARY, arguments);
  }
  std::string path(const std::string& name) const { return place_.path(name); }

 private:
  TemporaryDirectory place_;
};

TEST_F(DemonstrationCounty, ServesItsReport) {
  const Ran served = run({"serve", "--once", "--until", "2026-03-20"});
  ASSERT_EQ(served.code, 0) << served.err;
  EXPECT_NE(served.out.find("daily-2026-03-20.html"), std::string::npos) << served.out;
  const std::string html = read_file(path("reports/daily-2026-03-20.html"));
  EXPECT_NE(html.find("查詢軌跡日報"), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("://"), std::string::npos) << "a report loads nothing and links nowhere";
}

TEST_F(DemonstrationCounty, BalancesItsBooks) {
  const Ran ran = run({"ingest"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  for (const char* source : {"household", "vehicle", "land", "police"}) {
    const std::vector<long> counts = counts_of(ran.out, source);
    ASSERT_EQ(counts.size(), 6U) << ran.out;
    EXPECT_EQ(counts[0], counts[1] + counts[2] + counts[3] + counts[4]) << source;
    EXPECT_EQ(counts[3], 1) << source << ": one malformed record was planted";
  }
}

TEST_F(DemonstrationCounty, ReportsTheSameDayTheSameWay) {
  ASSERT_EQ(run({"ingest"}).code, 0);
  for (const char* out : {"a", "b"}) {
    ASSERT_EQ(run({"report", "daily", "--day", "2026-03-19", "--out", path(out)}).code, 0);
    ASSERT_EQ(run({"export", "sampling", "--month", "2026-03", "--out", path(out)}).code, 0);
  }
  for (const char* name : {"daily-2026-03-19.html", "daily-2026-03-19.txt", "daily-2026-03-19.json",
                           "sampling-2026-03.csv", "sampling-2026-03-summary.csv"}) {
    const std::string first = read_file(path("a/" + std::string(name)));
    EXPECT_GT(first.size(), 100U) << name;
    EXPECT_EQ(first, read_file(path("b/" + std::string(name)))) << name;
  }
}

// Every id and name of the made-up county: nothing that leaves the vault may hold one.
TEST_F(DemonstrationCounty, ShowsNoPlainIdentifier) {
  ASSERT_EQ(run({"ingest"}).code, 0);
  ASSERT_EQ(run({"report", "daily", "--day", "2026-03-19", "--out", path("out")}).code, 0);
  ASSERT_EQ(run({"export", "sampling", "--month", "2026-03", "--out", path("out")}).code, 0);
  const Ran alerts = run({"alerts", "--format", "jsonl"});
  std::set<std::string> ids;
  for (const auto& entry : fs::directory_iterator(path("county/police"))) {
    const std::string text = read_file(entry.path().string());
    for (std::size_t at = text.find("subj=\""); at != std::string::npos; at = text.find("subj=\"", at + 1)) {
      const std::string id = text.substr(at + 6, text.find('"', at + 6) - at - 6);
      if (id.size() >= 7) ids.insert(id);
    }
  }
  ASSERT_GT(ids.size(), 1000U);
  std::vector<std::pair<std::string, std::string>> outputs = {{"alerts", alerts.out}, {"log", alerts.err}};
  for (const char* directory : {"out", "state"}) {
    for (const auto& entry : fs::directory_iterator(path(directory))) {
      if (entry.is_regular_file()) outputs.emplace_back(entry.path().string(), read_file(entry.path().string()));
    }
  }
  for (const auto& [name, text] : outputs) {
    for (const std::string& id : ids) ASSERT_EQ(text.find(id), std::string::npos) << name << " holds " << id;
  }
}

TEST_F(DemonstrationCounty, ChangedRulesJudgeThePastAnew) {
  ASSERT_EQ(run({"ingest"}).code, 0);
  const std::string before = run({"alerts", "--format", "jsonl"}).out;
  // Read into a second store with the same rules from the start: the first store must come to the same after a detour.
  const std::string config = path("county/trailwatch.json"), rules = std::string(TW_SOURCE_DIR) + "/config/rules";
  const std::string original = read_file(config);
  fs::copy(rules, path("rules"), fs::copy_options::recursive);
  fs::remove(path("rules/off-hours.yml"));
  nlohmann::json changed = nlohmann::json::parse(original, nullptr, true, true);
  changed["rules_dir"] = path("rules");
  write_file(config, changed.dump());
  const Ran fewer = run({"ingest"});
  ASSERT_EQ(fewer.code, 0) << fewer.err;
  EXPECT_EQ(run({"alerts", "--format", "jsonl"}).out.find("\"off-hours\""), std::string::npos);
  write_file(config, original);
  ASSERT_EQ(run({"ingest"}).code, 0);
  EXPECT_EQ(run({"alerts", "--format", "jsonl"}).out, before);
}

// The same county, its sources in another order and cut into other batches, into a store of its own.
TEST_F(DemonstrationCounty, AlertsDoNotDependOnOrderOrBatches) {
  ASSERT_EQ(run({"ingest"}).code, 0);
  const std::string expected = run({"alerts", "--format", "jsonl"}).out;
  EXPECT_GT(expected.size(), 1000U);
  nlohmann::json config = nlohmann::json::parse(read_file(path("county/trailwatch.json")), nullptr, true, true);
  // What a day draws at random goes by the key: with another one, another office's list would be compared.
  const std::string key = std::string(config["state_dir"]) + "/keys/master.key";
  config["key_file"] = fs::path(key).is_absolute() ? key : path("county/" + key);
  config["state_dir"] = path("other-state");
  config["records_per_batch"] = 701;
  nlohmann::json& sources = config["sources"];
  std::reverse(sources.begin(), sources.end());
  write_file(path("county/trailwatch.json"), config.dump());
  ASSERT_EQ(run({"ingest"}).code, 0);
  EXPECT_EQ(run({"alerts", "--format", "jsonl"}).out, expected);
}

TEST(Program, SaysWhatIsWrongAndReturnsSysexits) {
  const TemporaryDirectory place;
  EXPECT_EQ(run_program(TW_BINARY, {"no-such-command"}).code, 64);
  EXPECT_EQ(run_program(TW_BINARY, {"alerts", "--config", place.path("none.json")}).code, 66);
  write_file(place.path("bad.json"), "{\n  \"zonee\": \"Asia/Taipei\"\n}\n");
  const Ran bad = run_program(TW_BINARY, {"alerts", "--config", place.path("bad.json")});
  EXPECT_EQ(bad.code, 78);
  EXPECT_NE(bad.err.find("bad.json:2: zonee: unknown key. did you mean \"zone\"?"), std::string::npos) << bad.err;
  EXPECT_EQ(run_program(TW_BINARY, {"--version"}).out.rfind("trailwatch ", 0), 0U);
}

}  // namespace

}  // namespace trailwatch::test
