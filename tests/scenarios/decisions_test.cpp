#include "scenarios/decisions.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace trailwatch::test {

namespace {

namespace fs = std::filesystem;

TEST_F(Decisions, AreShownSupersededAndTakenBack) {
  ingest();
  const std::string id = best([](const json&) { return true; })["id"], officer = alert(id)["officer"];
  const std::string before = report(alert(id)["day"]);
  EXPECT_EQ(alert(id)["status"], "open");

  const Ran first = decide(id, "cleared");
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_NE(first.out.find("待處理 → 已查明"), std::string::npos) << first.out;
  EXPECT_NE(first.out.find("已登記為第 1 號"), std::string::npos) << first.out;
  EXPECT_EQ(alert(id)["status"], "cleared");
  EXPECT_EQ(alert(id)["decision"]["by"], "E00001");
  EXPECT_EQ(alert(id)["decision"]["reason"], "已核對卷證");
  EXPECT_EQ(alert(id)["decision"]["events_added_since"], 0);
  const std::string day = alert(id)["day"];
  EXPECT_NE(report(day).find("處理情形：已查明（E00001"), std::string::npos);
  EXPECT_NE(run({"alerts", "--day", day}).out.find("已查明"), std::string::npos);

  // A second officer is told, and nothing is overwritten in silence.
  const Ran second = decide(id, "confirmed", {}, "E00002");
  EXPECT_EQ(second.code, 75);
  EXPECT_NE(second.err.find("E00001 has decided alert " + id + " already: 「已查明」"), std::string::npos)
      << second.err;
  EXPECT_EQ(decide(id, "confirmed", {"--replace"}, "E00002").code, 0);
  EXPECT_EQ(alert(id)["status"], "confirmed");
  EXPECT_EQ(decide(id, "open", {}, "E00002").code, 0);
  EXPECT_EQ(alert(id)["status"], "open");
  EXPECT_EQ(decide(id, "open", {}, "E00002").code, 78);

  // The report as it was, by its cut.
  EXPECT_EQ(report(day, {"--cut", "0"}), before);
  EXPECT_NE(report(day, {"--cut", "1"}).find("處理情形：已查明（E00001"), std::string::npos);
  EXPECT_EQ(run({"report", "daily", "--day", day, "--out", path("out"), "--cut", "99"}).code, 66);
}

TEST_F(Decisions, WhatIsWrongIsSaidAndNothingIsWritten) {
  ingest();
  const json one = best([](const json&) { return true; });
  const std::string id = one["id"], officer = one["officer"];
  const auto fails = [&](std::vector<std::string> arguments, int code, const std::string& says) {
    const Ran ran = run(std::move(arguments));
    EXPECT_EQ(ran.code, code) << says;
    EXPECT_NE(ran.err.find(says), std::string::npos) << ran.err;
  };
  fails({"decide", "0123456789abcdef", "--as", "cleared", "--by", "E1", "--reason", "x"}, 66,
        "there is no alert 0123456789abcdef");
  fails({"decide", id, "--as", "cleard", "--by", "E1", "--reason", "x"}, 78, "did you mean \"cleared\"?");
  fails({"decide", id, "--as", "cleared", "--by", "E1"}, 78, "a reason is missing");
  fails({"decide", id, "--as", "cleared", "--by", "E1", "--reason", " \t　"}, 78, "a reason is missing");
  fails({"decide", id, "--as", "cleared", "--reason", "x"}, 78, "nobody is named who decides");
  fails({"decide", id, "--as", "cleared", "--by", officer, "--reason", "x"}, 78,
        "nobody decides about their own alert");
  fails({"decide", id, "--as", "confirmed", "--by", "E1", "--reason", "x", "--suppress-until", "2099-01-01", "--rule",
         "all"},
        78, "only `cleared` and `false-alarm` can suppress");
  fails({"decide", id, "--as", "cleared", "--by", "E1", "--reason", "x", "--suppress-until", "2001-01-01", "--rule",
         "all"},
        78, "before it begins");
  fails({"decide", id, "--as", "cleared", "--by", "E1", "--reason", "x", "--suppress-until", "2099-01-01", "--rule",
         "all"},
        78, "a year at most");
  fails({"decide", "--as", "cleared", "--by", "E1", "--reason", "x"}, 64, "give either one ALERT_ID or --file FILE");
  fails({"suppress", "add", "--officer", officer, "--rule", "bursst", "--until", "2099-01-01", "--by", "E1", "--reason",
         "x"},
        78, "a year at most");
  fails(
      {"suppress", "add", "--officer", "H1", "--rule", "burst", "--until", "2027-01-01", "--by", "E1", "--reason", "x"},
      66, "no officer \"H1\" is known");
  fails({"suppress", "end", "5", "--by", "E1", "--reason", "x"}, 66, "there is no suppression 5");
  write_file(path("bad.csv"),
             "alert,as,by,reason\n" + id + ",cleared,E1,ok\n" + id + ",cleared,E1,twice\nnone,open,E1,x\n");
  fails({"decide", "--file", path("bad.csv")}, 78, "bad.csv:3");
  write_file(path("bad.csv"), "alert,as,by,reasn\n" + id + ",cleared,E1,ok\n");
  fails({"decide", "--file", path("bad.csv")}, 78, "did you mean \"reason\"?");
  EXPECT_EQ(alert(id)["status"], "open");
  EXPECT_FALSE(alert(id).contains("decision"));
}

// Records that come after a decision change its alert, not the decision; so does evaluating everything anew.
TEST_F(Decisions, StayWhenRecordsComeLateAndWhenRulesChange) {
  const fs::path source = path("county/household"), aside = path("aside");
  fs::create_directory(aside);
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path("county"))) {
    if (entry.path().filename().string().find("mvr-query") == 0) files.push_back(entry.path());
  }
  ASSERT_FALSE(files.empty());
  for (const fs::path& file : files) fs::rename(file, aside / file.filename());
  ingest();
  std::string table = "alert,as\n";
  std::set<std::string> decided;
  for (const json& one : alerts()) {
    table += one["id"].get<std::string>() + ",cleared\n";
    decided.insert(one["id"].get<std::string>());
  }
  write_file(path("all.csv"), table);
  const Ran ran = run({"decide", "--file", path("all.csv"), "--by", "E00001", "--reason", "整批核對"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  ASSERT_GT(decided.size(), 20U);
  const auto count = [&](std::set<std::string>& kept, int& grown) {
    for (const json& one : alerts()) {
      const bool was = decided.count(one["id"]) != 0;
      EXPECT_EQ(one["status"], was ? "cleared" : "open") << one;
      if (was) kept.insert(one["id"].get<std::string>());
      if (was && one["decision"]["events_added_since"] > 0) ++grown;
    }
  };
  std::set<std::string> kept, kept_again;
  int grown = 0, grown_again = 0;
  count(kept, grown);
  EXPECT_EQ(kept, decided);
  EXPECT_EQ(grown, 0);

  for (const fs::path& file : files) fs::rename(aside / file.filename(), file);
  ingest();
  kept.clear();
  count(kept, grown);
  EXPECT_GT(grown, 0);
  EXPECT_GT(kept.size(), decided.size() / 2);
  EXPECT_NE(run({"alerts"}).out.find("佐證在處理後有增減"), std::string::npos);

  fs::copy(std::string(TW_SOURCE_DIR) + "/config/rules", path("rules"));
  write_file(path("rules/none.yml"), read_file(path("rules/off-hours.yml")) + "\n");
  fs::remove(path("rules/off-hours.yml"));
  change_config({{"rules_dir", path("rules")}});
  ingest();
  count(kept_again, grown_again);
  EXPECT_EQ(kept_again, kept);
  EXPECT_EQ(grown_again, grown);
}

TEST_F(Decisions, RulesThatWereWrongWeighLessOnLaterDaysOnly) {
  ingest();
  const auto scores = [&] {
    std::map<std::string, double> out;
    for (const json& one : alerts()) out[one["id"]] = one["score"];
    return out;
  };
  const auto before = scores();
  const std::string day = "2026-03-12";
  std::string table = "alert,as\n";
  std::set<std::string> rules;
  for (const json& one : alerts({"--day", day})) {
    table += one["id"].get<std::string>() + ",false-alarm\n";
    for (const json& rule : one["rules"]) rules.insert(rule.get<std::string>());
  }
  write_file(path("day.csv"), table);
  ASSERT_EQ(run({"decide", "--file", path("day.csv"), "--by", "E00001", "--reason", "門檻不合"}).code, 0);
  const auto after = scores();
  ASSERT_EQ(after.size(), before.size());
  int lower = 0;
  for (const json& one : alerts()) {
    const std::string id = one["id"];
    if (one["day"].get<std::string>() <= day) {
      EXPECT_EQ(after.at(id), before.at(id)) << one;
    } else {
      EXPECT_LE(after.at(id), before.at(id)) << one;
      lower += after.at(id) < before.at(id) ? 1 : 0;
    }
  }
  EXPECT_GT(lower, 10);
  const std::string list = run({"rules", "list"}).out;
  EXPECT_NE(list.find("準確率 0%（0–"), std::string::npos);
  // As of before: nothing has changed.
  std::map<std::string, double> cut;
  for (const json& one : alerts({"--cut", "0"})) cut[one["id"]] = one["score"];
  EXPECT_EQ(cut, before);
}

TEST_F(Decisions, SomeOfTheListAreDrawnAndStayDrawn) {
  ingest();
  change_config({{"budget", 5}, {"threshold", 2}});
  const auto listed = alerts({"--listed"});
  EXPECT_EQ(run({"alerts", "--listed", "--format", "jsonl"}).out, run({"alerts", "--listed", "--format", "jsonl"}).out);
  std::map<std::string, int> ranked, drawn;
  std::map<std::string, std::string> last;
  for (const json& one : listed) {
    const std::string day = one["day"];
    ++(one["picked"] == "random" ? drawn : ranked)[day];
    last[day] = one["picked"];
  }
  int full_days = 0;
  for (const auto& [day, count] : ranked) {
    EXPECT_LE(count + drawn[day], 5) << day;
    if (drawn[day] == 0) continue;
    ++full_days;
    EXPECT_EQ(count, 4) << day;
    EXPECT_EQ(drawn[day], 1) << day;
    EXPECT_EQ(last[day], "random") << day;
  }
  EXPECT_GT(full_days, 3);
  const std::string day = ranked.rbegin()->first;
  EXPECT_NE(report(day).find("隨機抽看（不依風險分）"), std::string::npos);
  EXPECT_EQ(report(day), report(day));
  // The order of all alerts is by score alone.
  const auto all = alerts();
  EXPECT_TRUE(
      std::is_sorted(all.begin(), all.end(), [](const json& a, const json& b) { return a["score"] > b["score"]; }));
  change_config({{"budget", 4}});
  for (const json& one : alerts({"--listed"})) EXPECT_EQ(one["picked"], "rank");
}

TEST_F(Decisions, AWatchedOfficerIsListedSooner) {
  change_config({{"threshold", 60}, {"threshold_watched", 5}, {"random_share", 0}});
  ingest();
  const json one = best([](const json& a) { return a["score"] < 40 && a["score"] > 10 && !a.contains("watched"); });
  ASSERT_FALSE(one["listed"].get<bool>());
  const std::string file = path("county/reference/watchlist.csv");
  const std::string before = fs::exists(file) ? read_file(file) : "officer,since,until,why\n";
  write_file(file, before + one["officer"].get<std::string>() + ",2026-03-01,2026-12-31,列管\n");
  ingest();
  const json after = alert(one["id"]);
  EXPECT_TRUE(after["watched"].get<bool>());
  EXPECT_TRUE(after["listed"].get<bool>()) << after;
  EXPECT_NE(report(after["day"]).find("列管中：以較低門檻列入"), std::string::npos);
}

TEST_F(Decisions, AlertsOfConsecutiveDaysAreOneCase) {
  ingest();
  const json one = best([](const json&) { return true; });
  ASSERT_TRUE(one["case"].is_string());
  const std::string id = one["case"];
  std::istringstream lines(run({"cases", "--format", "jsonl"}).out);
  json found;
  for (std::string line; std::getline(lines, line);) {
    const json parsed = json::parse(line);
    if (parsed["id"] == id) found = parsed;
  }
  ASSERT_TRUE(found.is_object());
  std::size_t members = 0;
  for (const json& other : alerts()) members += other["case"] == id ? 1 : 0;
  EXPECT_EQ(found["alerts"].size(), members);
  EXPECT_EQ(found["officer"], one["officer"]);
  // A case does not hang on the day one looks from.
  EXPECT_NE(run({"cases", "--since", found["first"], "--until", found["last"]}).out.find(id), std::string::npos);
  EXPECT_EQ(run({"cases", "--since", "2027-01-01"}).out, "沒有案件\n");
}

}  // namespace

}  // namespace trailwatch::test
