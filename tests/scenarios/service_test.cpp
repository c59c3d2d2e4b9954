#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "support/notify_socket.h"
#include "support/program.h"

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
