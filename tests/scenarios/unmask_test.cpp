#include <algorithm>
#include <csignal>

#include "scenarios/decisions.h"

namespace trailwatch::test {

namespace {

// Two of the county's staff play the office: whoever is logged in on the machine of the test is nobody's account.
class Unmasking : public Decisions {
 protected:
  void SetUp() override {
    Decisions::SetUp();
    std::istringstream staff(read_file(path("county/reference/staff.csv")));
    std::string line;
    std::getline(staff, line);
    for (std::string* officer : {&one_, &two_}) {
      std::getline(staff, line);
      *officer = line.substr(0, line.find(','));
    }
    ingest();
    alert_ = best([&](const json& alert) { return alert["officer"] != one_ && alert["officer"] != two_; });
    allow();
  }
  void allow(const json& unmask = json::object()) const {
    json section = {{"by_option", true}};
    section.merge_patch(unmask);
    change_config({{"unmask", section}});
  }
  Ran look(std::vector<std::string> more = {}, const std::string& reason = "查證本件警示之查詢事由") const {
    std::vector<std::string> arguments = {"unmask", "--alert", alert_["id"], "--by", one_};
    if (!reason.empty()) arguments.insert(arguments.end(), {"--reason", reason});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  Ran step(const std::string& what, const std::string& number, const std::string& by) const {
    return run({"unmask", what, number, "--by", by});
  }
  // Of an alert about this officer that names the rule; how many events it has.
  std::int64_t events_of(const std::string& officer, const std::string& rule) const {
    std::int64_t out = 0;
    for (const json& one : alerts()) {
      const json& rules = one["rules"];
      if (one.value("officer", "") == officer && std::find(rules.begin(), rules.end(), rule) != rules.end())
        out += one["events"].get<std::int64_t>();
    }
    return out;
  }
  std::string listed() const { return run({"unmask", "list"}).out; }

  std::string one_, two_;
  json alert_;
};

TEST_F(Unmasking, EachLookIsOnRecordAndJudgedLikeAnyOther) {
  EXPECT_EQ(events_of(one_, "system-not-allowed"), 0);
  const Ran shown = look({"--case", "115政查第7號", "--format", "jsonl"});
  ASSERT_EQ(shown.code, 0) << shown.err;
  std::vector<json> lines;
  std::istringstream text(shown.out);
  for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line));
  EXPECT_EQ(static_cast<std::int64_t>(lines.size()), alert_["events"].get<std::int64_t>());
  std::set<std::pair<std::string, std::string>> named;
  for (const json& line : lines) {
    EXPECT_EQ(line["subject"].get<std::string>().find('*'), std::string::npos);
    if (line["subject"] != "" || line["subject_name"] != "") named.emplace(line["subject"], line["subject_name"]);
  }
  ASSERT_FALSE(named.empty());
  // No officer of the county may read this register: one event for each person that was shown.
  EXPECT_EQ(events_of(one_, "system-not-allowed"), static_cast<std::int64_t>(named.size()));
  EXPECT_EQ(run({"verify"}).code, 0);
  EXPECT_NE(listed().find("警示 " + alert_["id"].get<std::string>() + "　115政查第7號：查證本件警示之查詢事由"),
            std::string::npos)
      << listed();
  // Again is another look.
  ASSERT_EQ(look().code, 0);
  EXPECT_EQ(events_of(one_, "system-not-allowed"), 2 * static_cast<std::int64_t>(named.size()));
  EXPECT_EQ(run({"verify"}).code, 0);
}

TEST_F(Unmasking, WithoutReasonRightOrPersonNothingIsShown) {
  const auto refused = [&](const Ran& ran, int code, const std::string& says) {
    EXPECT_EQ(ran.code, code) << ran.err;
    EXPECT_NE(ran.err.find(says), std::string::npos) << ran.err;
    EXPECT_EQ(ran.out, "");
  };
  refused(look({}, ""), 78, "fewer than 10 characters");
  refused(look({}, "九個字的事由還不夠"), 78, "fewer than 10 characters");
  refused(run({"unmask", "--alert", "0123456789abcdef", "--by", one_, "--reason", "查證本件警示之查詢事由"}), 66,
          "there is no alert");
  refused(run({"unmask", "--by", one_, "--reason", "查證本件警示之查詢事由"}), 64, "no alert is named");
  refused(run({"unmask", "--alert", alert_["id"], "--by", alert_["officer"], "--reason", "查證本件警示之查詢事由"}), 78,
          "nobody looks into their own alert");
  allow({{"by_option", false}});
  refused(look(), 64, "--by is not allowed here");
  EXPECT_EQ(listed(), "沒有查看紀錄\n");
  // Who is logged in may.
  const Ran own = run({"unmask", "--alert", alert_["id"], "--reason", "查證本件警示之查詢事由"});
  EXPECT_EQ(own.code, 0) << own.err;
  EXPECT_NE(own.out, "");
}

TEST_F(Unmasking, TwoPersonsAskApproveAndLookOnce) {
  allow({{"second_person", true}});
  const Ran asked = look();
  ASSERT_EQ(asked.code, 0) << asked.err;
  EXPECT_NE(asked.out.find("已申請（第 1 號）"), std::string::npos) << asked.out;
  EXPECT_EQ(events_of(one_, "system-not-allowed"), 0);
  EXPECT_EQ(step("show", "1", one_).code, 75);
  EXPECT_EQ(step("approve", "1", one_).code, 78);
  EXPECT_EQ(step("approve", "9", two_).code, 66);
  const Ran approved = step("approve", "1", two_);
  EXPECT_EQ(approved.code, 0) << approved.err;
  EXPECT_NE(approved.out.find("查證本件警示之查詢事由"), std::string::npos);
  EXPECT_EQ(step("approve", "1", two_).code, 75);
  EXPECT_EQ(step("show", "1", two_).code, 78);
  const Ran shown = step("show", "1", one_);
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_NE(shown.out, "");
  EXPECT_GT(events_of(one_, "system-not-allowed"), 0);
  const Ran again = step("show", "1", one_);
  EXPECT_EQ(again.code, 75);
  EXPECT_EQ(again.out, "");
  EXPECT_EQ(run({"verify"}).code, 0);
}

TEST_F(Unmasking, InAnEmergencyTheOfficeIsTold) {
  allow({{"second_person", true}});
  EXPECT_EQ(look({"--break-glass"}).code, 78);  // nobody could be told
  write_file(path("soc.key"), "k");
  change_config(
      {{"delivery",
        {{"channels",
          {{"soc", {{"kind", "webhook"}, {"url", "http://127.0.0.1:1/in"}, {"secret_file", path("soc.key")}}}}},
         {"routes", json::array()}}}});
  const Ran shown = look({"--break-glass"});
  ASSERT_EQ(shown.code, 0) << shown.err;
  EXPECT_NE(shown.out, "");
  EXPECT_NE(run({"deliver", "list"}).out.find("unmask/1"), std::string::npos) << run({"deliver", "list"}).out;
  EXPECT_NE(listed().find("緊急查看"), std::string::npos);
  allow({{"second_person", false}});
  EXPECT_EQ(look({"--break-glass"}).code, 64);
}

TEST_F(Unmasking, GoesThroughTheRunningService) {
  RunningProgram daemon(TW_BINARY, {"serve", "--config", path("county/trailwatch.json")});
  ASSERT_TRUE(daemon.wait_for("watching")) << daemon.err();
  const Ran shown = look();
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_NE(shown.out, "");
  EXPECT_EQ(look({}, "短").code, 78);
  EXPECT_GT(events_of(one_, "system-not-allowed"), 0);
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0) << daemon.err();
  EXPECT_EQ(run({"verify"}).code, 0);
}

}  // namespace

}  // namespace trailwatch::test
