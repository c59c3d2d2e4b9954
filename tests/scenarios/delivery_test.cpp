#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "support/exim.h"
#include "support/program.h"
#include "support/smtp_server.h"

// Reports and mails through the real program: issued, kept, sent, and sent again after it was killed.
namespace trailwatch::test {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Delivery : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run_program(TW_BINARY, {"demo", "--out", place_.path("home/county"), "--seed", "3", "--until",
                                      "2026-03-20", "--days", "5", "--shared", std::string(TW_SOURCE_DIR) + "/config"})
                  .code,
              0);
    config_ = place_.path("home/county/trailwatch.json");
  }
  void configure(const json& patch) const {
    json config = json::parse(read_file(config_), nullptr, true, true);
    config.merge_patch(patch);
    write_file(config_, config.dump());
  }
  // A mail channel to our own server, and the whole report over it.
  void mail_to(const std::string& server, const json& more = json::object()) const {
    json channel = {{"kind", "mail"},
                    {"server", server},
                    {"tls", "none"},
                    {"from", "範例縣政府政風處 <audit@example.gov.tw>"},
                    {"to", {"政風室 <ethics@example.gov.tw>"}}};
    channel.merge_patch(more);
    configure({{"delivery",
                {{"channels", {{"office", channel}}},
                 {"routes",
                  {{{"channel", "office"}, {"when", "now"}, {"severity", "medium"}},
                   {{"channel", "office"}, {"when", "report"}}}}}}});
  }
  Ran run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--config", config_});
    return run_program(TW_BINARY, arguments);
  }
  Ran serve_once(const std::string& until = "2026-03-20") const { return run({"serve", "--once", "--until", until}); }
  // The daemon itself, until somebody kills it.
  pid_t serve() const {
    const pid_t child = ::fork();
    if (child == 0) {
      const int log = ::open(place_.path("log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(log, 1);
      ::dup2(log, 2);
      ::execl(TW_BINARY, TW_BINARY, "serve", "--until", "2026-03-20", "--config", config_.c_str(), nullptr);
      ::_exit(127);
    }
    return child;
  }
  std::string report(const std::string& out, const std::string& day = "2026-03-20") const {
    const Ran ran = run({"report", "daily", "--day", day, "--out", place_.path(out)});
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::string all;
    for (const char* format : {"html", "txt", "json"}) {
      all += read_file(place_.path(out + "/daily-" + day + "." + format));
    }
    return all;
  }
  std::string state(const std::string& name) const { return place_.path("home/" + name); }

  TemporaryDirectory place_;
  std::string config_;
};

std::string header(const std::string& message, const std::string& name) {
  const std::size_t at = message.find("\r\n" + name + ": ");
  return at == std::string::npos
             ? ""
             : message.substr(at + name.size() + 4, message.find("\r\n", at + 2) - at - name.size() - 4);
}

TEST_F(Delivery, AnIssuedReportIsTheSameForEver) {
  ASSERT_EQ(serve_once().code, 0);
  const std::string issued = report("a");
  const fs::path kept = fs::path(config_).parent_path();
  // Neither looking at how it would read today nor a file that is gone changes what was issued.
  ASSERT_EQ(run({"report", "daily", "--day", "2026-03-20", "--out", place_.path("x"), "--anew"}).code, 0);
  for (const auto& entry : fs::recursive_directory_iterator(kept / "police")) {
    const std::string text = read_file(entry.path().string());
    if (entry.path().filename().string().find("20260320") == std::string::npos) continue;
    fs::remove(entry.path());
    write_file(entry.path().string() + ".held", text);
  }
  const Ran again = serve_once();
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(report("b"), issued);
  EXPECT_NE(run({"report", "daily", "--day", "2026-03-20", "--out", place_.path("c"), "--cut", "0"}).code, 66);
}

TEST_F(Delivery, WhatComesLateStandsInTheNextReportAndNotInTheOldOne) {
  // The last day's files of one source are held back.
  std::vector<std::pair<fs::path, std::string>> held;
  for (const auto& entry : fs::directory_iterator(fs::path(config_).parent_path() / "household")) {
    if (entry.path().filename().string().find("1150319") == std::string::npos) continue;
    held.emplace_back(entry.path(), read_file(entry.path().string()));
  }
  ASSERT_FALSE(held.empty());
  for (const auto& [path, text] : held) fs::remove(path);
  ASSERT_EQ(serve_once("2026-03-19").code, 0);
  const std::string issued = report("a", "2026-03-19");
  for (const auto& [path, text] : held) write_file(path.string(), text);
  ASSERT_EQ(serve_once("2026-03-20").code, 0);
  EXPECT_EQ(report("b", "2026-03-19"), issued);
  report("b");
  const json next = json::parse(read_file(place_.path("b/daily-2026-03-20.json")));
  ASSERT_EQ(next["late"].size(), 1U) << next["late"].dump();
  EXPECT_EQ(next["late"][0]["day"], "2026-03-19");
  EXPECT_GT(next["late"][0]["events"], 0);
  EXPECT_NE(read_file(place_.path("b/daily-2026-03-20.txt")).find("補登"), std::string::npos);
  // Told once.
  ASSERT_EQ(serve_once("2026-03-21").code, 0);
  report("c", "2026-03-21");
  EXPECT_EQ(json::parse(read_file(place_.path("c/daily-2026-03-21.json")))["late"], json::array());
}

TEST_F(Delivery, KilledAtAnyPointNothingIsLostAndARepeatedMailIsTheSame) {
  for (const std::string stage : {"connect", "rcpt", "data", "body", "dot", "answered"}) {
    fs::remove_all(place_.path("home"));
    SetUp();
    SmtpServer server;
    mail_to(server.address());
    std::mutex mutex;
    std::condition_variable changed;
    bool reached = false, gone = false;
    // The daemon is killed while the server stands at that point.
    server.set_watcher([&](const std::string& at) {
      std::unique_lock lock(mutex);
      if (at != stage || reached) return;
      reached = true;
      changed.notify_all();
      changed.wait(lock, [&] { return gone; });
    });
    const pid_t daemon = serve();
    {
      std::unique_lock lock(mutex);
      ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(60), [&] { return reached; })) << stage;
      ::kill(daemon, SIGKILL);
      ::waitpid(daemon, nullptr, 0);
      gone = true;
    }
    changed.notify_all();
    const Ran again = serve_once();
    ASSERT_EQ(again.code, 0) << again.err;
    // One cause, one Message-ID, one text, however often it came.
    std::map<std::string, std::set<std::string>> by_id;
    bool has_report = false;
    for (const SmtpServer::Letter& letter : server.letters()) {
      by_id[header(letter.content, "Message-ID")].insert(letter.content);
      has_report = has_report || letter.content.find("filename=\"daily-2026-03-20.html\"") != std::string::npos;
    }
    EXPECT_TRUE(has_report) << stage;
    for (const auto& [id, texts] : by_id) EXPECT_EQ(texts.size(), 1U) << stage << " " << id;
    const std::string status = run({"status"}).out;
    EXPECT_NE(status.find("通道 office：已送達 " + std::to_string(by_id.size()) + "，等待 0"), std::string::npos)
        << stage << "\n"
        << status;
    EXPECT_EQ(serve_once().code, 0);
    std::size_t letters = server.letters().size();
    EXPECT_EQ(serve_once().code, 0);
    EXPECT_EQ(server.letters().size(), letters) << stage << ": delivered messages are not sent again";
  }
}

TEST_F(Delivery, AServerThatIsAwayGetsItsMailsLater) {
  mail_to("127.0.0.1:1");
  const Ran away = serve_once();
  ASSERT_EQ(away.code, 0) << away.err;
  EXPECT_NE(away.err.find("will try again"), std::string::npos) << away.err;
  const Ran status = run({"status"});
  EXPECT_EQ(status.code, 69);
  EXPECT_NE(status.out.find("起無法送達"), std::string::npos) << status.out;
  EXPECT_NE(status.out.find("狀態：有異常"), std::string::npos);
  EXPECT_NE(run({"deliver", "list"}).out.find("未送達"), std::string::npos);
}

TEST_F(Delivery, AReportThatCannotBeWrittenIsSaid) {
  SmtpServer server;
  mail_to(server.address());
  write_file(place_.path("in-the-way"), "a file, not a directory");
  configure({{"report_dir", place_.path("in-the-way")}});
  const Ran ran = serve_once();
  EXPECT_NE(ran.code, 0);
  const std::vector<SmtpServer::Letter> letters = server.letters();
  EXPECT_TRUE(std::any_of(letters.begin(), letters.end(), [](const SmtpServer::Letter& letter) {
    // 日報未能產生
    return letter.content.find("5pyq6IO955Si55Sf") != std::string::npos ||
           letter.content.find("Subject: =?UTF-8?B?44CQ5p+l6Kmi6LuM6Leh57O757Wx6YCa55+l44CR") != std::string::npos;
  }));
  EXPECT_NE(run({"status"}).out.find("▲ 日報"), std::string::npos);
  fs::remove(place_.path("in-the-way"));
  ASSERT_EQ(serve_once().code, 0);
  EXPECT_EQ(run({"status"}).out.find("▲ 日報"), std::string::npos);
  EXPECT_TRUE(fs::exists(place_.path("in-the-way/daily-2026-03-20.html")));
}

// What python's email package makes of a letter: subject, plain text.
std::string plain_text(const std::string& letter) {
  const TemporaryDirectory place;
  write_file(place.path("letter"), letter);
  write_file(place.path("decode.py"),
             "import sys, email, email.policy\n"
             "m = email.message_from_bytes(open(sys.argv[1], 'rb').read(), policy=email.policy.default)\n"
             "print(m['Subject']); print(m.get_body(('plain',)).get_content())\n");
  return run_program("/usr/bin/python3", {"-I", place.path("decode.py"), place.path("letter")}).out;
}

TEST_F(Delivery, EachRouteGetsItsAlertsOnly) {
  // Which officers and units the day's report lists. What is drawn goes by the key, which is another in each store.
  configure({{"random_share", 0}});
  ASSERT_EQ(serve_once().code, 0);
  report("a");
  const json issued = json::parse(read_file(place_.path("a/daily-2026-03-20.json")));
  std::map<std::string, std::set<std::string>> by_unit;  // agency/unit → officers
  for (const json& one : issued["alerts"]) {
    if (one["about"] != "officer" || !one["place"].is_string()) continue;
    std::string place = one["place"].get<std::string>();
    place = place.substr(0, place.find("・"));
    by_unit[place.replace(place.find(' '), 1, "/")].insert(one["key"].get<std::string>());
  }
  ASSERT_GE(by_unit.size(), 2U) << issued["alerts"].dump().substr(0, 400);
  const auto& [unit, officers] = *by_unit.begin();
  fs::remove_all(place_.path("home"));
  SetUp();
  SmtpServer server;
  mail_to(server.address());
  configure({{"random_share", 0},
             {"delivery",
              {{"routes",
                {{{"channel", "office"}, {"when", "digest"}, {"units", {unit}}},
                 {{"channel", "office"}, {"when", "digest"}, {"systems", {"no-such-system"}}}}}}}});
  ASSERT_EQ(serve_once().code, 0);
  ASSERT_EQ(server.letters().size(), 1U);
  const std::string text = plain_text(server.letters()[0].content);
  EXPECT_EQ(text.find("【查詢軌跡彙整】115年3月20日（五）需看 " + std::to_string(officers.size()) + " 件"), 0U) << text;
  for (const auto& [other, those] : by_unit) {
    for (const std::string& officer : those) {
      EXPECT_EQ(text.find(officer) != std::string::npos, other == unit) << officer << "\n" << text;
    }
  }
}

TEST_F(Delivery, AnAlertIsToldAtOnceAndOnlyOnce) {
  SmtpServer server;
  mail_to(server.address());
  configure({{"delivery", {{"routes", {{{"channel", "office"}, {"when", "now"}, {"severity", "medium"}}}}}}});
  ASSERT_EQ(serve_once().code, 0);
  const std::size_t first = server.letters().size();
  ASSERT_GT(first, 0U);
  std::set<std::string> ids;
  for (const SmtpServer::Letter& letter : server.letters()) {
    EXPECT_TRUE(ids.insert(header(letter.content, "Message-ID")).second);
    const std::string text = plain_text(letter.content);
    EXPECT_EQ(text.find("【查詢軌跡警示】"), 0U) << text;
    EXPECT_NE(text.find("警示編號："), std::string::npos) << text;
  }
  ASSERT_EQ(serve_once("2026-03-21").code, 0);
  EXPECT_EQ(server.letters().size(), first);
}

TEST_F(Delivery, TheReportIsALeafAndCarriesTheCheckpoint) {
  SmtpServer server;
  mail_to(server.address());
  ASSERT_EQ(serve_once().code, 0);
  report("a");
  const json issued = json::parse(read_file(place_.path("a/daily-2026-03-20.json")));
  ASSERT_TRUE(issued["checkpoint"].is_string());
  EXPECT_NE(issued["checkpoint"].get<std::string>().find("\n— "), std::string::npos);
  bool carried = false;
  for (const SmtpServer::Letter& letter : server.letters()) {
    const std::string text = plain_text(letter.content);
    if (text.find("【查詢軌跡日報】") != 0) continue;
    const std::string note = issued["checkpoint"].get<std::string>();
    carried =
        text.find(note.substr(0, note.find('\n'))) != std::string::npos && text.find("檢查點") != std::string::npos;
  }
  EXPECT_TRUE(carried);
  EXPECT_EQ(run({"verify"}).code, 0) << run({"verify"}).out;
}

TEST_F(Delivery, TheRealServerGetsItWholeAndNoMailNamesASubject) {
  if (!Exim::is_installed()) GTEST_SKIP() << "exim4-daemon-light is not installed; ./dev setup installs it";
  const Exim exim;
  write_file(place_.path("password"), Exim::password() + "\n");
  mail_to(exim.starttls(), {{"tls", "starttls"},
                            {"ca_file", exim.certificate()},
                            {"user", Exim::user()},
                            {"password_file", place_.path("password")},
                            {"to", {"ethics@example.gov.tw", "主任 <chief@example.gov.tw>"}}});
  const Ran tested = run({"deliver", "test", "office"});
  EXPECT_EQ(tested.code, 0) << tested.out << tested.err;
  const Ran ran = serve_once();
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.err.find("not delivered"), std::string::npos) << ran.err << exim.log();
  // Every identifier of a subject in the county's trails, plain and masked.
  std::set<std::string> subjects;
  for (const auto& entry : fs::directory_iterator(fs::path(config_).parent_path() / "police")) {
    const std::string text = read_file(entry.path().string());
    for (std::size_t at = text.find("subj=\""); at != std::string::npos; at = text.find("subj=\"", at + 1)) {
      const std::string id = text.substr(at + 6, text.find('"', at + 6) - at - 6);
      if (id.size() < 7) continue;
      subjects.insert(id);
      subjects.insert(id.substr(0, 3) + "****" + id.substr(7));
    }
  }
  ASSERT_GT(subjects.size(), 20U);
  const std::string script =
      "import sys, json, email, email.policy\n"
      "m = email.message_from_bytes(open(sys.argv[1], 'rb').read(), policy=email.policy.default)\n"
      "assert not m.defects, m.defects\n"
      "parts = [p.get_payload(decode=True).decode() for p in m.walk() if not p.is_multipart()]\n"
      "names = [a.get_filename() for a in m.iter_attachments()]\n"
      "print(json.dumps({'subject': str(m['Subject']), 'id': str(m['Message-ID']), 'names': names, 'parts': parts}))\n";
  write_file(place_.path("decode.py"), script);
  std::map<std::string, int> copies;  // of the report, by Message-ID
  const std::string page = report("out");
  for (const std::string& letter : exim.letters(4)) {
    write_file(place_.path("letter"), letter);
    const Ran decoded = run_program("/usr/bin/python3", {"-I", place_.path("decode.py"), place_.path("letter")});
    ASSERT_EQ(decoded.code, 0) << decoded.err;
    const json mail = json::parse(decoded.out);
    for (const json& part : mail["parts"]) {
      const std::string text = part.get<std::string>();
      for (const std::string& id : subjects) EXPECT_EQ(text.find(id), std::string::npos) << id;
    }
    if (mail["subject"].get<std::string>().find("【查詢軌跡日報】115年3月20日（五）") != 0) continue;
    ++copies[mail["id"]];
    EXPECT_EQ(mail["names"], json::parse(R"(["查詢軌跡日報_1150320.html", "檢查點_1150320.json"])"));
    const json cut = json::parse(mail["parts"][3].get<std::string>());
    EXPECT_EQ(cut["day"], "2026-03-20");
    EXPECT_EQ(cut["files"].size(), 4U);
    EXPECT_TRUE(cut["files"].contains("daily-2026-03-20.pdf"));
    EXPECT_LT(mail["parts"][1].get<std::string>().size(), 100'000U);
    EXPECT_EQ(mail["parts"][2].get<std::string>().find("查詢對象（遮罩）"), std::string::npos);
    EXPECT_NE(mail["parts"][2].get<std::string>().find("不隨信附上"), std::string::npos);
  }
  ASSERT_EQ(copies.size(), 1U) << exim.log();
  EXPECT_EQ(copies.begin()->second, 2);
  // Nothing secret in what the daemon says or keeps.
  EXPECT_EQ((ran.err + ran.out).find(Exim::password()), std::string::npos);
}

}  // namespace

}  // namespace trailwatch::test
