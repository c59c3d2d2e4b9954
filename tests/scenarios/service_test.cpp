#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "support/converse.h"
#include "support/notify_socket.h"
#include "support/program.h"
#include "support/prometheus.h"

// The daemon as systemd sees it.
namespace trailwatch::test {
namespace {

// Ignored by this process and those that it starts.
class IgnoredSignal {
 public:
  explicit IgnoredSignal(int number) : number_(number), before_(::signal(number, SIG_IGN)) {}
  ~IgnoredSignal() { ::signal(number_, before_); }
  IgnoredSignal(const IgnoredSignal&) = delete;
  IgnoredSignal& operator=(const IgnoredSignal&) = delete;

 private:
  int number_;
  ::sighandler_t before_;
};

class Service : public ::testing::Test {
 protected:
  void SetUp() override {
    const Ran made =
        run_program(TW_BINARY, {"demo", "--out", place_.path("county"), "--seed", "7", "--until", "2026-03-20",
                                "--days", "2", "--shared", std::string(TW_SOURCE_DIR) + "/config"});
    ASSERT_EQ(made.code, 0) << made.err;
    configure({{"poll_ms", 3'600'000}});
  }
  std::string config() const { return place_.path("county/trailwatch.json"); }
  void configure(const nlohmann::json& keys) const {
    nlohmann::json config = nlohmann::json::parse(read_file(this->config()), nullptr, true, true);
    config.update(keys);
    write_file(this->config(), config.dump());
  }
  std::vector<std::string> serve() const { return {"serve", "--until", "2026-03-20", "--config", config()}; }

  TemporaryDirectory place_;
};

// Looks at its folders once an hour here: what feeds the watchdog are the heartbeats in between.
TEST_F(Service, SaysWhenItIsReadyLivesReloadsAndStops) {
  NotifySocket systemd(300'000);
  RunningProgram daemon(TW_BINARY, serve());
  EXPECT_EQ(systemd.wait_for("EXTEND_TIMEOUT_USEC="), "EXTEND_TIMEOUT_USEC=3600000000");  // opening the store
  EXPECT_EQ(systemd.wait_for("READY=1"), "READY=1");
  const std::string status = systemd.wait_for("STATUS=");
  EXPECT_EQ(status.rfind("STATUS=運作中：來源 4，紀錄 ", 0), 0U) << status;
  EXPECT_NE(status.find("，日報至 115/03/20（五）"), std::string::npos) << status;
  EXPECT_EQ(systemd.wait_for("WATCHDOG=1"), "WATCHDOG=1");
  EXPECT_EQ(systemd.wait_for("WATCHDOG=1"), "WATCHDOG=1");
  daemon.signal(SIGHUP);
  EXPECT_EQ(systemd.wait_for("RELOADING=1"), "RELOADING=1");
  EXPECT_EQ(systemd.wait_for("READY=1"), "READY=1");
  daemon.signal(SIGTERM);
  EXPECT_EQ(systemd.wait_for("STOPPING=1"), "STOPPING=1");
  EXPECT_EQ(daemon.wait(), 0);
}

TEST_F(Service, AWriterThatCannotCommitGetsNoMoreWatchdog) {
  const IgnoredSignal kept_alive(SIGXFSZ);  // the daemon inherits it: a write fails instead of ending the process
  NotifySocket systemd(300'000);
  RunningProgram daemon(TW_BINARY, serve());
  EXPECT_EQ(systemd.wait_for("READY=1"), "READY=1");
  EXPECT_EQ(systemd.wait_for("WATCHDOG=1"), "WATCHDOG=1");
  // From here on nothing more can be written to any file, as on a disk that is full.
  const ::rlimit nothing{0, 0};
  ASSERT_EQ(::prlimit(daemon.id(), RLIMIT_FSIZE, &nothing, nullptr), 0);
  systemd.arrived();
  EXPECT_EQ(daemon.wait(), 74);
  // At most that of a commit which was on the disk by then.
  const std::vector<std::string> after = systemd.arrived();
  EXPECT_LE(std::count(after.begin(), after.end(), "WATCHDOG=1"), 1);
}

TEST_F(Service, ASignerSaysWhenItIsReady) {
  NotifySocket systemd(300'000);
  RunningProgram signer(TW_BINARY, {"signer", "--dir", place_.path("signer"), "--socket", place_.path("signer.sock"),
                                    "--origin", "audit.example/log"});
  EXPECT_EQ(systemd.wait_for("READY=1"), "READY=1");
  signer.signal(SIGTERM);
  EXPECT_EQ(signer.wait(), 0);
  // Its key says for whom it signs.
  const Ran key = run_program(TW_BINARY, {"signer", "--dir", place_.path("signer"), "--show-key"});
  EXPECT_EQ(key.code, 0) << key.err;
  EXPECT_EQ(key.out.rfind("audit.example/log+", 0), 0U) << key.out;
}

TEST_F(Service, ASignerWithoutKeyAsksForAName) {
  const Ran ran = run_program(TW_BINARY, {"signer", "--dir", place_.path("signer"), "--show-key"});
  EXPECT_EQ(ran.code, 66);
  EXPECT_NE(ran.err.find("--origin"), std::string::npos) << ran.err;
}

// As systemd does with LoadCredential=: the key is not where the configuration says, and may be root's there.
TEST_F(Service, TheKeyComesFromACredential) {
  EXPECT_EQ(run_program(TW_BINARY, {"key", "make", place_.path("credentials/master.key")}).code, 0);
  EXPECT_EQ(run_program(TW_BINARY, {"key", "make", place_.path("credentials/master.key")}).code, 75);
  configure({{"key_file", place_.path("away/master.key")}});
  ::setenv("CREDENTIALS_DIRECTORY", place_.path("credentials").c_str(), 1);
  const Ran with = run_program(TW_BINARY, {"serve", "--once", "--until", "2026-03-20", "--config", config()});
  const Ran verified = run_program(TW_BINARY, {"verify", "--config", config()});
  ::unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_EQ(with.code, 0) << with.err;
  EXPECT_EQ(verified.code, 0) << verified.err;
  const Ran without = run_program(TW_BINARY, {"verify", "--config", config()});
  EXPECT_EQ(without.code, 66) << without.err;
  // A command that root runs reads the file.
  configure({{"key_file", place_.path("credentials/master.key")}});
  EXPECT_EQ(run_program(TW_BINARY, {"verify", "--config", config()}).code, 0);
}

// A rule of the office takes the place of a shipped one of the same name; an empty one takes it away.
TEST_F(Service, RulesOfTheOfficeComeBeforeThoseThatAreShipped) {
  const std::string shipped = std::string(TW_SOURCE_DIR) + "/config/rules";
  const auto rules = [&] { return run_program(TW_BINARY, {"rules", "list", "--config", config()}).out; };
  write_file(place_.path("rules/README"), "no rule");
  configure({{"rules_dir", {shipped, place_.path("rules")}}});
  const std::string all = rules();
  EXPECT_NE(all.find("\noff-hours  "), std::string::npos) << all;
  std::string own = read_file(shipped + "/off-hours.yml");
  const std::size_t title = own.find("title: ");
  own.replace(title, own.find('\n', title) - title, "title: 本處時段外查詢");
  write_file(place_.path("rules/off-hours.yml"), own);
  EXPECT_NE(rules().find("本處時段外查詢"), std::string::npos) << rules();
  write_file(place_.path("rules/off-hours.yml"), "\n");
  EXPECT_EQ(rules().find("\noff-hours  "), std::string::npos) << rules();
}

class Health : public Service {
 protected:
  Ran status(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), "status");
    more.insert(more.end(), {"--config", config()});
    return run_program(TW_BINARY, more);
  }
  nlohmann::json figures() const { return nlohmann::json::parse(status({"--json"}).out); }
  static std::set<std::string> problems(const nlohmann::json& figures) {
    std::set<std::string> out;
    for (const nlohmann::json& one : figures["problems"]) out.insert(one["code"]);
    return out;
  }
};

// The county's last day is yesterday, as in an office that is up to date.
TEST_F(Health, IsZeroOnlyWhenAllIsWellAndNamesTheReasonOtherwise) {
  std::filesystem::remove_all(place_.path("county"));
  ASSERT_EQ(run_program(TW_BINARY, {"demo", "--out", place_.path("county"), "--seed", "7", "--days", "2", "--shared",
                                    std::string(TW_SOURCE_DIR) + "/config"})
                .code,
            0);
  {
    RunningProgram daemon(TW_BINARY, {"serve", "--config", config()});
    ASSERT_TRUE(daemon.wait_for("watching 4 sources")) << daemon.err();
    ASSERT_TRUE(daemon.wait_for("daily report of")) << daemon.err();
    const Ran well = status();
    const nlohmann::json told = figures();
    // The demonstration county has a gap in one of its trails; nothing else is wrong.
    for (const std::string& code : problems(told)) EXPECT_EQ(code, "source") << well.out;
    EXPECT_EQ(well.code, told["healthy"] ? 0 : 69);
    EXPECT_EQ(told["running"], true);
    EXPECT_GT(told["events"], 1'000);
    EXPECT_GT(told["disk"]["free_bytes"], 0);
    EXPECT_EQ(told["sources"].size(), 4U);
    EXPECT_GE(told["evidence"]["leaves"], told["events"]);
    for (const nlohmann::json& source : told["sources"]) EXPECT_GE(source["lag_s"], 0) << source;
    EXPECT_NE(well.out.find("服務：執行中，最近寫入 "), std::string::npos) << well.out;
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait(), 0);
  }
  const Ran stopped = status();
  EXPECT_EQ(stopped.code, 69);
  EXPECT_NE(stopped.out.find("▲ 背景服務未執行；啟動：systemctl start trailwatch"), std::string::npos) << stopped.out;
  EXPECT_EQ(problems(figures()).count("stopped"), 1U);
}

TEST_F(Health, OnlyReads) {
  ASSERT_EQ(run_program(TW_BINARY, {"serve", "--once", "--until", "2026-03-20", "--config", config()}).code, 0);
  const std::string before = read_file(place_.path("state/trailwatch.db"));
  EXPECT_EQ(status().code, 69);
  EXPECT_EQ(read_file(place_.path("state/trailwatch.db")), before);
}

class Metrics : public Service {
 protected:
  // Where the daemon says that it listens.
  static std::string place(RunningProgram& daemon) {
    EXPECT_TRUE(daemon.wait_for("metrics at ")) << daemon.err();
    const std::size_t at = daemon.err().rfind("metrics at ") + 11;
    EXPECT_TRUE(daemon.wait_for("watching")) << daemon.err();
    return daemon.err().substr(at, daemon.err().find('\n', at) - at);
  }
  static std::string get(const std::string& place) {
    const std::string answer = converse(place, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.rfind("HTTP/1.1 200 OK\r\n", 0), 0U) << answer;
    return answer.substr(answer.find("\r\n\r\n") + 4);
  }
};

TEST_F(Metrics, TellFiguresAndNobodysName) {
  configure({{"metrics", {{"listen", "127.0.0.1:0"}}}});
  RunningProgram daemon(TW_BINARY, serve());
  const std::string text = get(place(daemon));
  const Prometheus read(text);
  EXPECT_GT(read.at("trailwatch_events_total"), 1'000);
  EXPECT_GT(read.at("trailwatch_commits_total"), 4);
  EXPECT_GE(read.at("trailwatch_leaves_total"), read.at("trailwatch_events_total"));
  EXPECT_GT(read.at("trailwatch_rules"), 40);
  for (const char* source : {"household", "vehicle", "land", "police"}) {
    EXPECT_GT(read.at("trailwatch_source_records_stored_total{source=\"" + std::string(source) + "\"}"), 0);
  }
  const Ran alerts = run_program(TW_BINARY, {"alerts", "--format", "jsonl", "--config", config()});
  ASSERT_EQ(alerts.code, 0) << alerts.err;
  std::istringstream lines(alerts.out);
  int officers = 0;
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json alert = nlohmann::json::parse(line);
    if (!alert.contains("officer")) continue;
    ++officers;
    EXPECT_EQ(text.find(alert["officer"].get<std::string>()), std::string::npos);
  }
  EXPECT_GT(officers, 0);
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
}

// As systemd does it for trailwatch-metrics.socket.
TEST_F(Metrics, ComeOverASocketThatIsHandedOver) {
  const std::string activate =
      "import os, socket, sys\n"
      "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(5); fd = s.detach()\n"
      "if fd != 3: os.dup2(fd, 3)\n"
      "os.set_inheritable(3, True)\n"
      "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1', LISTEN_FDNAMES='metrics')\n"
      "os.execv(sys.argv[1], sys.argv[1:])\n";
  RunningProgram daemon("/usr/bin/python3",
                        {"-c", activate, TW_BINARY, "serve", "--until", "2026-03-20", "--config", config()});
  EXPECT_GT(Prometheus(get(place(daemon))).at("trailwatch_events_total"), 1'000);
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
}

// Figures are no reason not to work.
TEST_F(Metrics, APortThatIsTakenStopsNothing) {
  configure({{"metrics", {{"listen", "/nowhere/at/all"}}}});
  RunningProgram daemon(TW_BINARY, serve());
  EXPECT_TRUE(daemon.wait_for("metrics: cannot listen")) << daemon.err();
  EXPECT_TRUE(daemon.wait_for("watching")) << daemon.err();
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
}

TEST_F(Service, ABackupKeepsTheNewestCopiesAndTouchesNothingElse) {
  ASSERT_EQ(run_program(TW_BINARY, {"serve", "--once", "--until", "2026-03-20", "--config", config()}).code, 0);
  const auto copies = [&] {
    std::set<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(place_.path("copies")))
      out.insert(entry.path().filename());
    return out;
  };
  std::set<std::string> expected = {"trailwatch-2026-01-02-000000.db", "trailwatch-2026-01-02-000000.db.sha256",
                                    "trailwatch-2026-01-01.db", "notes.db", "other-2026-01-01-000000.db"};
  for (const char* name : {"trailwatch-2026-01-01-000000.db", "trailwatch-2026-01-01-000000.db.sha256",
                           "trailwatch-2026-01-03-000000.db" /* never counted */}) {
    write_file(place_.path("copies/") + name, "");
  }
  for (const std::string& name : expected) write_file(place_.path("copies/") + name, "");
  const Ran ran =
      run_program(TW_BINARY, {"backup", "--out", place_.path("copies"), "--keep", "2", "--config", config()});
  ASSERT_EQ(ran.code, 0) << ran.err;
  std::set<std::string> left = copies();
  for (const std::string& name : expected) EXPECT_EQ(left.erase(name), 1U) << name;
  ASSERT_EQ(left.size(), 2U) << ran.err;
  EXPECT_EQ(*left.begin() + ".sha256", *left.rbegin());
}

}  // namespace
}  // namespace trailwatch::test
