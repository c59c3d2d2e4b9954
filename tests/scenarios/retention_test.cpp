#include <algorithm>
#include <filesystem>

#include "scenarios/decisions.h"

namespace trailwatch::test {

namespace {

namespace fs = std::filesystem;

// The county's eleven days of March, a month's retention, and one record of May that tells what day it is.
class Retention : public Decisions {
 protected:
  void keep_a_month(const json& systems = json::object()) const {
    change_config({{"retention", {{"months", 1}, {"systems", systems}}}});
  }
  // Ends the half line and adds one record.
  void drive_in_may() const {
    const std::string file = path("county/vehicle/mvr-query.jsonl"), text = read_file(file);
    json record = json::parse(text.substr(0, text.find('\n')));
    const std::string half = text.substr(text.rfind('\n') + 1);
    record["seq"] = std::stoll(half.substr(half.find(':') + 1));
    std::string lines = record.dump() + "\n";
    record["seq"] = record["seq"].get<std::int64_t>() + 1;
    record["ts"] = "2026-05-10T10:00:00.000+08:00";
    lines += record.dump() + "\n";
    write_file(file, text.substr(0, text.rfind('\n') + 1) + lines);
  }
  void expect_intact() const {
    const Ran ran = run({"verify"});
    EXPECT_EQ(ran.code, 0) << ran.out;
  }
  static std::int64_t count(const std::string& text, const std::string& what) {
    std::int64_t out = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++out;
    return out;
  }
};

TEST_F(Retention, TheServiceErasesWhatIsOverAndKeepsWhatIsHeld) {
  ingest();
  const std::vector<json> before = alerts();
  keep_a_month();
  // No record is newer than March: a clock that says otherwise erases nothing.
  const Ran early = run({"purge"});
  EXPECT_EQ(early.code, 0) << early.err;
  EXPECT_EQ(early.out, "已銷毀 0 項\n");
  EXPECT_NE(early.err.find("the newest record is of 2026-03-20: erasing goes by 2026-04-20"), std::string::npos);
  const Ran held = run({"hold", "add", "--system", "land", "--from", "2026-03", "--until", "2026-03", "--by", "E00001",
                        "--reason", "地檢署調閱中"});
  ASSERT_EQ(held.code, 0) << held.err;
  drive_in_may();

  const Ran served = run({"serve", "--once", "--until", "2026-05-09"});
  EXPECT_EQ(served.code, 0) << served.err;
  EXPECT_NE(served.err.find("erased: the secret of month 202603 of household, due since 2026-05-01"), std::string::npos)
      << served.err;
  EXPECT_EQ(served.err.find("of land"), std::string::npos);
  const std::string log = path("state/trailwatch.db-wal");
  EXPECT_TRUE(!fs::exists(log) || fs::file_size(log) == 0);
  expect_intact();
  EXPECT_NE(run({"verify"}).out.find("已依保存年限銷毀"), std::string::npos);
  const Ran dry = run({"purge", "--dry-run"});
  EXPECT_EQ(count(dry.out, "保留　115年3月　地政　（第 1 號）\n"), 1) << dry.out;
  EXPECT_EQ(count(dry.out, "到期 0 項，法律保留 1 項\n"), 1) << dry.out;
  const std::vector<json> after = alerts();
  EXPECT_LT(after.size(), before.size());
  EXPECT_GT(after.size(), 0U);
  for (const json& one : after)
    EXPECT_NE(std::find_if(before.begin(), before.end(), [&](const json& was) { return was["id"] == one["id"]; }),
              before.end());

  // An alert that is gone has no evidence to hand out; one that is held has.
  const auto is_left = [&](const json& one) {
    return std::any_of(after.begin(), after.end(), [&](const json& is) { return is["id"] == one["id"]; });
  };
  const auto gone = std::find_if(before.begin(), before.end(), [&](const json& one) { return !is_left(one); });
  ASSERT_NE(gone, before.end());
  EXPECT_EQ(run({"export", "evidence", "--alert", (*gone)["id"], "--out", path("gone.zip")}).code, 66);
  EXPECT_EQ(run({"hold", "add", "--alert", (*gone)["id"], "--by", "E1", "--reason", "已逾期"}).code, 66);

  // What comes again is known; what comes late is told and not kept.
  fs::path delivered;
  for (const auto& entry : fs::directory_iterator(path("county/household"))) delivered = entry.path();
  fs::copy_file(delivered, delivered.parent_path() / "HH_QLOG_again.csv");
  const Ran again = run({"ingest"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_NE(again.out.find("入庫 0"), std::string::npos) << again.out;
  EXPECT_EQ(alerts().size(), after.size());
  expect_intact();
  const Ran replay = run({"rules", "replay"});
  EXPECT_EQ(replay.code, 0) << replay.err;
  EXPECT_NE(replay.out.find("無法評估（not evaluable）"), std::string::npos);

  // Lifted, it goes as well.
  EXPECT_EQ(run({"hold", "lift", "9", "--by", "E00001", "--reason", "結案"}).code, 66);
  EXPECT_EQ(run({"hold", "lift", "1", "--by", "E00001", "--reason", "結案"}).code, 0);
  EXPECT_EQ(run({"hold", "lift", "1", "--by", "E00001", "--reason", "結案"}).code, 75);
  EXPECT_EQ(run({"purge"}).out, "已銷毀 1 項\n");
  expect_intact();
  EXPECT_EQ(run({"hold", "list"}).out, "沒有有效的保留；--all 列出全部\n");
  EXPECT_NE(run({"hold", "list", "--all"}).out.find("已解除（第 2 號）"), std::string::npos);
}

TEST_F(Retention, HoldsOfAlertsAndCasesCoverTheirRecords) {
  ingest();
  keep_a_month();
  const json one = best([](const json& alert) { return alert["case"].is_string(); });
  const Ran held = run({"hold", "add", "--case", one["case"], "--by", "E00001", "--reason", "移送中"});
  EXPECT_EQ(held.code, 0) << held.err;
  EXPECT_EQ(held.out.rfind("保留　", 0), 0U) << held.out;
  EXPECT_EQ(run({"hold", "add", "--alert", one["id"], "--by", "E00001", "--reason", "移送中"}).code, 0);
  const json listed = json::parse(run({"hold", "list", "--format", "jsonl"})
                                      .out.substr(0, 4'000)
                                      .substr(0, run({"hold", "list", "--format", "jsonl"}).out.find('\n')));
  EXPECT_EQ(listed["about"], "case " + one["case"].get<std::string>());
  EXPECT_EQ(listed["months"][0]["first"], 202603);
  EXPECT_EQ(listed["reason"], "移送中");
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--system", "hosehold"},
                                                {"--from", "2026-3"},
                                                {"--from", "2026-05", "--until", "2026-04"},
                                                {"--case", "nothing"},
                                                {"--alert", "0123456789abcdef"},
                                                {"--alert", one["id"], "--system", "land"},
                                                {}}) {
    std::vector<std::string> arguments = {"hold", "add", "--by", "E00001", "--reason", "x"};
    arguments.insert(arguments.end(), wrong.begin(), wrong.end());
    EXPECT_NE(run(arguments).code, 0) << (wrong.empty() ? "nothing" : wrong[0]);
  }
}

TEST_F(Retention, ChangedRulesLeaveErasedDaysAlone) {
  ingest();
  keep_a_month({{"land", 120}});
  drive_in_may();
  ASSERT_EQ(run({"serve", "--once", "--until", "2026-05-09"}).code, 0);
  const std::vector<json> before = alerts();
  ASSERT_GT(before.size(), 0U);
  // Other rules: everything would be evaluated again.
  fs::copy(std::string(TW_SOURCE_DIR) + "/config/rules", path("rules"));
  write_file(path("rules/off-hours.yml"), read_file(path("rules/off-hours.yml")) + "\n");
  fs::remove(path("rules/burst.yml"));
  change_config({{"rules_dir", path("rules")}});
  ASSERT_EQ(run({"ingest"}).code, 0);
  EXPECT_EQ(alerts(), before);
  EXPECT_NE(run({"status"}).out.find("以前各日依當時的參考資料評估"), std::string::npos) << run({"status"}).out;
}

TEST_F(Retention, TheMasterKeyIsReplacedInOneStep) {
  ingest();
  const std::vector<json> before = alerts();
  const std::string key = path("state/keys/master.key"), old = read_file(key);
  const Ran rotated = run({"key", "rotate"});
  ASSERT_EQ(rotated.code, 0) << rotated.err;
  EXPECT_NE(rotated.out.find("主金鑰已更換："), std::string::npos);
  EXPECT_NE(read_file(key), old);
  EXPECT_EQ(read_file(key + ".old"), old);
  EXPECT_FALSE(fs::exists(key + ".new"));
  EXPECT_EQ(alerts(), before);
  expect_intact();
  ingest();
  EXPECT_EQ(alerts(), before);
  // The old key opens nothing any more, and says what is missing.
  const std::string current = read_file(key);
  write_file(key, old);
  const Ran refused = run({"alerts"});
  EXPECT_EQ(refused.code, 75) << refused.err;
  EXPECT_NE(refused.err.find("restore the key file that belongs to this store"), std::string::npos) << refused.err;
  EXPECT_EQ(run({"key", "show"}).code, 66);
  // Both are known while the change is under way, wherever it was broken off.
  write_file(key + ".new", current);
  EXPECT_EQ(alerts(), before);
  EXPECT_EQ(run({"key", "show"}).code, 0);
  ASSERT_EQ(run({"ingest"}).code, 0);
  EXPECT_EQ(read_file(key), current);
  EXPECT_FALSE(fs::exists(key + ".new"));
  fs::remove(key);
  write_file(path("elsewhere.key"), current);
  change_config({{"other_key_files", {path("elsewhere.key")}}});
  EXPECT_EQ(alerts(), before);
  // As a credential, the next key has to be where the service looks for it.
  change_config({{"key_file", "credential:master"}});
  EXPECT_EQ(run({"alerts"}).code, 0);
  const Ran lost = run({"key", "rotate"});
  EXPECT_EQ(lost.code, 78) << lost.err;
  EXPECT_EQ(alerts(), before);
}

}  // namespace

}  // namespace trailwatch::test
