#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "store/sqlite.h"
#include "support/program.h"
#include "support/smtp_server.h"
#include "trailwatch/base/csv.h"
#include "trailwatch/base/hash.h"

// What leaves the house, through the real program: on record first, masked, also while the daemon has the store.
namespace trailwatch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Exports : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    made_ = new TemporaryDirectory();
    ASSERT_EQ(run_program(TW_BINARY, {"demo", "--out", made_->path("county"), "--seed", "3", "--until", "2026-03-20",
                                      "--days", "6", "--shared", std::string(TW_SOURCE_DIR) + "/config"})
                  .code,
              0);
    const std::string config = made_->path("county/trailwatch.json");
    ASSERT_EQ(run_program(TW_BINARY, {"serve", "--once", "--until", "2026-03-20", "--config", config}).code, 0);
  }
  static void TearDownTestSuite() { delete made_; }
  void SetUp() override {
    fs::copy(made_->path(), path("all"), fs::copy_options::recursive);
    std::istringstream lines(run({"cases", "--format", "jsonl"}).out);
    for (std::string line; std::getline(lines, line);) {
      const json one = json::parse(line);
      if (!one.contains("officer")) continue;
      case_ = one["id"];
      officer_ = one["officer"];
      for (const json& alert : one["alerts"]) alerts_.push_back(alert["id"]);
      break;
    }
    ASSERT_FALSE(case_.empty());
  }
  std::string path(const std::string& name) const { return place_.path(name); }
  std::string config() const { return path("all/county/trailwatch.json"); }
  Ran run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--config", config()});
    return run_program(TW_BINARY, arguments);
  }
  Ran incident(std::vector<std::string> more, const std::string& known_at = "2026-03-21T09:30") const {
    std::vector<std::string> arguments = {"export", "incident",  "--known-at", known_at,
                                          "--out",  path("out"), "--reason",   "通報"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  // What went on record: `kind file file …` in order, each of which has its leaf.
  std::vector<std::string> recorded() const {
    store::Database database(path("all/state/trailwatch.db"), store::Database::Mode::read);
    std::vector<std::string> out;
    store::Statement rows(database, "SELECT kind, files, id FROM exported ORDER BY id");
    while (rows.step()) {
      std::string one(rows.text(0));
      for (const json& file : json::parse(rows.text(1))) one += " " + file["name"].get<std::string>();
      store::Statement leaf(database,
                            "SELECT COUNT(*) FROM own_record o JOIN leaf l ON l.kind=11 AND o.id BETWEEN l.ref AND "
                            "l.ref + l.count - 1 WHERE o.kind=11 AND o.source=? AND o.refers=?");
      leaf.bind(0, rows.text(0)).bind(1, rows.number(2)).step();
      EXPECT_EQ(leaf.number(0), 1) << one;
      out.push_back(one);
    }
    return out;
  }
  std::vector<std::map<std::string, std::string>> table(const std::string& name) const {
    const CsvTable csv = parse_csv(read_file(path("out/" + name)));
    std::vector<std::map<std::string, std::string>> out;
    for (const CsvTable::Row& row : csv.rows) {
      out.emplace_back();
      for (std::size_t i = 0; i < row.cells.size(); ++i) out.back()[csv.columns[i]] = row.cells[i];
    }
    return out;
  }
  // A national id in the plain: a letter, 1 or 2, eight digits.
  static bool names_somebody(const std::string& text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    for (std::size_t i = 0; i + 10 <= text.size(); ++i) {
      if (text[i] < 'A' || text[i] > 'Z' || (text[i + 1] != '1' && text[i + 1] != '2')) continue;
      if (i > 0 && std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0) continue;
      if (!std::all_of(text.begin() + static_cast<long>(i) + 2, text.begin() + static_cast<long>(i) + 10, is_digit))
        continue;
      if (i + 10 == text.size() || std::isalnum(static_cast<unsigned char>(text[i + 10])) == 0) return true;
    }
    return false;
  }

  static TemporaryDirectory* made_;
  TemporaryDirectory place_;
  std::string case_, officer_;
  std::vector<std::string> alerts_;
};
TemporaryDirectory* Exports::made_ = nullptr;

TEST_F(Exports, BesideTheDaemonEachIsALeafAndTheStoreStaysWhole) {
  RunningProgram daemon(TW_BINARY, {"serve", "--until", "2026-03-20", "--config", config()});
  ASSERT_TRUE(daemon.wait_for("watching")) << daemon.err();
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"export", "evidence", "--alert", alerts_[0], "--out", path("ev.zip"), "--reason", "移送"},
           {"export", "case", "--case", case_, "--out", path("case"), "--reason", "移送", "--by", "E00001"},
           {"export", "incident", "--alert", alerts_[0], "--known-at", "2026-03-21T09:30", "--out", path("out"),
            "--reason", "通報", "--format", "csv,pdf"},
           {"export", "sampling", "--month", "2026-03", "--out", path("out"), "--format", "csv"},
           {"export", "tiles", "--out", path("tiles"), "--leaves", "--reason", "公開"}}) {
    const Ran ran = run(arguments);
    EXPECT_EQ(ran.code, 0) << arguments[1] << ran.err;
  }
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0) << daemon.err();
  const std::string stem = "incident-" + alerts_[0];
  EXPECT_EQ(recorded(), (std::vector<std::string>{
                            "evidence ev.zip", "case case.pdf case.odt",
                            "incident " + stem + "-subjects.csv " + stem + "-lookups.csv " + stem + ".pdf",
                            "sampling sampling-2026-03.csv sampling-2026-03-summary.csv sampling-2026-03-estimate.csv "
                            "sampling-2026-03-frame.csv sampling-2026-03-plan.json",
                            "tiles checkpoint"}));
  const Ran verified = run({"verify"});
  EXPECT_EQ(verified.code, 0) << verified.out;
}

TEST_F(Exports, WithoutAReasonNothingLeaves) {
  EXPECT_EQ(run({"export", "case", "--case", case_, "--out", path("case")}).code, 64);
  EXPECT_EQ(run({"export", "case", "--case", case_, "--out", path("case"), "--reason", " 　"}).code, 78);
  EXPECT_EQ(run({"export", "case", "--out", path("case"), "--reason", "x"}).code, 78);
  EXPECT_EQ(run({"export", "case", "--case", "nobody", "--out", path("case"), "--reason", "x"}).code, 66);
  EXPECT_EQ(incident({"--alert", "nobody"}).code, 66);
  EXPECT_EQ(incident({"--alert", alerts_[0], "--case", case_}).code, 78);
  EXPECT_EQ(incident({"--officer", officer_}).code, 78);
  EXPECT_EQ(incident({"--officer", officer_, "--since", "2026-03-20", "--until", "2026-03-19"}).code, 78);
  EXPECT_EQ(incident({"--alert", alerts_[0]}, "2999-01-01T00:00").code, 78);
  for (const char* bad : {"2026-03-21", "2026-03-21T24:00", "yesterday", "2026-02-30T10:00"}) {
    EXPECT_EQ(incident({"--alert", alerts_[0]}, bad).code, 78) << bad;
  }
  EXPECT_FALSE(fs::exists(path("out")));
  EXPECT_FALSE(fs::exists(path("case.pdf")));
  EXPECT_EQ(recorded(), std::vector<std::string>{});
}

TEST_F(Exports, ACaseSummaryIsMaskedAndSaysHowItIsChecked) {
  ASSERT_EQ(run({"export", "evidence", "--alert", alerts_[0], "--out", path("ev.zip"), "--reason", "移送"}).code, 0);
  ASSERT_EQ(run({"decide", alerts_[0], "--as", "checking", "--by", "E00001", "--reason", "請單位說明"}).code, 0);
  ASSERT_EQ(run({"export", "case", "--case", case_, "--out", path("case.odt"), "--reason", "移送"}).code, 0);
  EXPECT_FALSE(fs::exists(path("case.pdf")));
  const std::string text = run_program("/usr/bin/unzip", {"-p", path("case.odt"), "content.xml"}).out;
  if (text.empty()) GTEST_SKIP() << "unzip is not installed";
  for (const std::string& said :
       {case_, officer_, std::string("查證中"), std::string("請單位說明"), std::string("「待說明」不代表違規"),
        std::string("承辦人"), std::string("機關首長"), to_hex(sha256(read_file(path("ev.zip"))))}) {
    EXPECT_NE(text.find(said), std::string::npos) << said;
  }
  for (const std::string& alert : alerts_) EXPECT_NE(text.find(alert), std::string::npos);
  for (const char* word : {"嫌疑", "犯罪", "洩密"}) EXPECT_EQ(text.find(word), std::string::npos) << word;
  EXPECT_FALSE(names_somebody(text));
}

TEST_F(Exports, AnIncidentCountsEachPersonOnce) {
  const Ran ran = incident({"--officer", officer_, "--since", "2026-03-15", "--until", "2026-03-20"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const std::string stem = "incident-" + officer_ + "-2026-03-15-2026-03-20";
  std::set<std::string> persons, all;
  long lookups = 0;
  for (auto& row : table(stem + "-subjects.csv")) {
    EXPECT_TRUE(all.insert(row["對象代碼"]).second) << row["對象代碼"];
    EXPECT_EQ(row["對象代碼"].substr(8), "****");
    if (row["種類"] == "人") persons.insert(row["對象代碼"]);
    lookups += std::stol(row["筆數"]);
  }
  std::set<std::string> looked_up;
  long with_subject = 0;
  for (auto& row : table(stem + "-lookups.csv")) {
    if (row["對象代碼"].empty()) continue;
    looked_up.insert(row["對象代碼"]);
    ++with_subject;
  }
  EXPECT_EQ(looked_up, all);
  EXPECT_EQ(lookups, with_subject);
  EXPECT_NE(ran.err.find("受影響至少 " + std::to_string(persons.size()) + " 人"), std::string::npos) << ran.err;
  // 72 hours after the evening of the 21st.
  EXPECT_NE(ran.err.find("通報期限 115/03/24 09:30，已逾期"), std::string::npos) << ran.err;
  for (const char* end : {"-subjects.csv", "-lookups.csv"}) {
    EXPECT_FALSE(names_somebody(read_file(path("out/" + stem + end)))) << end;
  }
  for (const char* end : {".ods", ".xlsx", ".pdf"}) EXPECT_TRUE(fs::exists(path("out/" + stem + end))) << end;
}

// The seed of the sampling audit: the first checkpoint that a recipient's server took.
class MailedCheckpoint : public Exports {
 protected:
  void SetUp() override {
    ASSERT_EQ(run_program(TW_BINARY, {"demo", "--out", path("all/county"), "--seed", "3", "--until", "2026-03-20",
                                      "--days", "4", "--shared", std::string(TW_SOURCE_DIR) + "/config"})
                  .code,
              0);
  }
  void mail_to(const std::string& server, const std::string& attach = "html") const {
    json config_json = json::parse(read_file(config()), nullptr, true, true);
    config_json["delivery"] = {{"channels",
                                {{"office",
                                  {{"kind", "mail"},
                                   {"server", server},
                                   {"tls", "none"},
                                   {"from", "audit@example.gov.tw"},
                                   {"to", {"ethics@example.gov.tw"}}}}}},
                               {"routes",
                                {{{"channel", "office"}, {"when", "report"}, {"attach", attach}},
                                 {{"channel", "office"}, {"when", "now"}, {"severity", "medium"}}}}};
    write_file(config(), config_json.dump());
  }
  Ran serve(const std::string& until = "2026-03-20") const { return run({"serve", "--once", "--until", until}); }
  Ran sampling(std::vector<std::string> more = {}, const std::string& format = "csv") const {
    std::vector<std::string> arguments = {"export", "sampling",  "--month",  "2026-03",
                                          "--out",  path("out"), "--format", format};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ran ran = run(arguments);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran;
  }
  std::string seed() const { return json::parse(read_file(path("out/sampling-2026-03-plan.json")))["seed"]; }
  // Of the checkpoint in the report that was issued.
  std::string issued_seed(const std::string& day) const {
    EXPECT_EQ(run({"report", "daily", "--day", day, "--format", "json", "--out", path("r")}).code, 0);
    const std::string note = json::parse(read_file(path("r/daily-" + day + ".json")))["checkpoint"];
    return to_hex(sha256(note.substr(0, note.rfind("\n\n") + 1)));
  }
};

TEST_F(MailedCheckpoint, TheFirstThatArrivedDrawsTheSample) {
  SmtpServer server;
  mail_to(server.address());
  ASSERT_EQ(serve("2026-03-19").code, 0);
  ASSERT_EQ(serve("2026-03-20").code, 0);
  const Ran ran = sampling();
  EXPECT_EQ(ran.err.find("非正式"), std::string::npos) << ran.err;
  EXPECT_EQ(seed(), issued_seed("2026-03-19"));
  EXPECT_NE(seed(), issued_seed("2026-03-20"));
  // Brought as a file it is the same; any other one is told apart.
  ASSERT_EQ(run({"report", "daily", "--day", "2026-03-19", "--format", "json", "--out", path("r")}).code, 0);
  EXPECT_EQ(sampling({"--checkpoint", path("r/daily-2026-03-19.json")}).err.find("非正式"), std::string::npos);
  ASSERT_EQ(run({"export", "checkpoint", "--out", path("newest")}).code, 0);
  EXPECT_NE(sampling({"--checkpoint", path("newest")}).err.find("非正式：所用檢查點不是截止後第一封寄出者"),
            std::string::npos);
}

TEST_F(MailedCheckpoint, NothingThatDidNotArriveIsOfficial) {
  mail_to("127.0.0.1:1");
  ASSERT_EQ(serve().code, 0);
  EXPECT_NE(sampling().err.find("非正式：尚無檢查點於截止（115/04/03 06:00）後寄達收信人"), std::string::npos);
  ASSERT_EQ(run({"export", "checkpoint", "--out", path("newest")}).code, 0);
  EXPECT_NE(
      sampling({"--checkpoint", path("newest")}).err.find("非正式：截止（115/04/03 06:00）後尚無檢查點寄達收信人"),
      std::string::npos);
}

TEST_F(MailedCheckpoint, WithoutMailTheOneThatIsBroughtCountsAndSaysSo) {
  ASSERT_EQ(serve().code, 0);
  EXPECT_NE(sampling().err.find("非正式：尚無檢查點（未設定以郵件寄送日報）"), std::string::npos);
  ASSERT_EQ(run({"export", "checkpoint", "--out", path("newest")}).code, 0);
  const Ran ran = sampling({"--checkpoint", path("newest")}, "ods");
  EXPECT_EQ(ran.err.find("非正式"), std::string::npos) << ran.err;
  const std::string sheet = run_program("/usr/bin/unzip", {"-p", path("out/sampling-2026-03.ods"), "content.xml"}).out;
  if (!sheet.empty()) {
    EXPECT_NE(sheet.find("請與他處保存者核對"), std::string::npos);
  }
}

TEST_F(MailedCheckpoint, ReportsGoOutAsPdfAndAlertsCarryTheCheckpoint) {
  SmtpServer server;
  mail_to(server.address(), "both");
  ASSERT_EQ(serve().code, 0);
  write_file(path("names.py"),
             "import sys, email, email.policy\n"
             "m = email.message_from_bytes(open(sys.argv[1], 'rb').read(), policy=email.policy.default)\n"
             "print(m['Subject'][:8], [(a.get_filename().split('.')[-1], a.get_filename()[:3]) for a in "
             "m.iter_attachments()])\n");
  std::set<std::string> kinds;
  for (const SmtpServer::Letter& letter : server.letters()) {
    write_file(path("letter"), letter.content);
    const Ran ran = run_program("/usr/bin/python3", {"-I", path("names.py"), path("letter")});
    if (ran.code != 0) GTEST_SKIP() << "python3 is not installed";
    kinds.insert(ran.out.substr(0, ran.out.find('\n')));
  }
  EXPECT_EQ(kinds,
            (std::set<std::string>{"【查詢軌跡日報】 [('html', '查詢軌'), ('json', '檢查點'), ('pdf', '查詢軌')]",
                                   "【查詢軌跡警示】 [('json', '檢查點')]"}));
  // The kept one is given again as it was.
  ASSERT_EQ(run({"report", "daily", "--day", "2026-03-20", "--format", "pdf", "--out", path("a")}).code, 0);
  ASSERT_EQ(serve("2026-03-21").code, 0);
  ASSERT_EQ(run({"report", "daily", "--day", "2026-03-20", "--format", "pdf", "--out", path("b")}).code, 0);
  EXPECT_EQ(read_file(path("a/daily-2026-03-20.pdf")), read_file(path("b/daily-2026-03-20.pdf")));
  EXPECT_EQ(read_file(path("a/daily-2026-03-20.pdf")), read_file(path("all/reports/daily-2026-03-20.pdf")));
}

}  // namespace
}  // namespace trailwatch::test
