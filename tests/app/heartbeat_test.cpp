#include "app/heartbeat.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "store/stored.h"
#include "support/fakes.h"
#include "support/notify_socket.h"

namespace trailwatch::app {
namespace {

using Messages = std::vector<std::string>;

class HeartbeatTest : public test::Stored {
 protected:
  static void ok(const Status& status) { ASSERT_TRUE(status.has_value()) << (status ? "" : status.error().text()); }
  void pass(std::int64_t seconds) { clock_.advance_micros(seconds * kMicrosPerSecond); }
  void commit() {
    ok(writer().begin(clock_.now()));
    ok(writer().set_meta("work", "done"));
    ok(writer().commit());
  }
  Heartbeat& started() {
    heartbeat_.emplace(machine_, writer(), *manager_);
    heartbeat_->started();
    EXPECT_EQ(systemd_.arrived(), Messages{"READY=1"});
    return *heartbeat_;
  }
  void TearDown() override {
    heartbeat_.reset();
    test::Stored::TearDown();
  }

  test::NotifySocket systemd_{30'000'000};
  test::MemoryFiles files_;
  test::FakeClock clock_{at("2026-03-05T10:00:00")};
  test::MemoryLog log_;
  Machine machine_{files_, clock_, random_, log_};
  std::optional<ServiceManager> manager_{std::in_place};
  std::optional<Heartbeat> heartbeat_;
};

TEST_F(HeartbeatTest, IsACommitOfItsOwnOnlyWhenNothingElseWasCommitted) {
  Heartbeat& heartbeat = started();
  EXPECT_EQ(heartbeat.every_micros(), 10 * kMicrosPerSecond);
  pass(9);
  ok(heartbeat.between());
  EXPECT_EQ(systemd_.arrived(), Messages{});
  EXPECT_EQ(get(writer().reader().meta(kHeartbeat)), std::nullopt);
  pass(1);
  ok(heartbeat.between());
  EXPECT_EQ(systemd_.arrived(), Messages{"WATCHDOG=1"});
  EXPECT_EQ(get(writer().reader().meta(kHeartbeat)), std::to_string(clock_.now().micros));
  pass(9);
  commit();
  EXPECT_EQ(systemd_.arrived(), Messages{"WATCHDOG=1"});
  pass(9);
  ok(heartbeat.between());
  EXPECT_EQ(systemd_.arrived(), Messages{});
}

TEST_F(HeartbeatTest, ManyCommitsAreOneSignOfLife) {
  started();
  for (int i = 0; i < 100; ++i) {
    clock_.advance_micros(100'000);
    commit();
  }
  // At once, and after five seconds.
  EXPECT_EQ(systemd_.arrived(), (Messages{"WATCHDOG=1", "WATCHDOG=1"}));
}

TEST_F(HeartbeatTest, AWriterThatCannotCommitFeedsNothing) {
  Heartbeat& heartbeat = started();
  pass(30);
  // Nothing can be written to any file, as on a disk that is full.
  ::rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const ::rlimit nothing{0, before.rlim_max};
  const ::sighandler_t handler = ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &nothing), 0);
  const bool done = heartbeat.between().has_value();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, handler);
  EXPECT_FALSE(done);
  EXPECT_EQ(systemd_.arrived(), Messages{});
  // What was rolled back was no commit either.
  ok(writer().begin(clock_.now()));
  writer().rollback();
  EXPECT_EQ(systemd_.arrived(), Messages{});
  ok(heartbeat.between());
  EXPECT_EQ(systemd_.arrived(), Messages{"WATCHDOG=1"});
}

TEST_F(HeartbeatTest, ALongTransactionIsWaitedForOnce) {
  Heartbeat& heartbeat = started();
  ok(writer().begin(clock_.now()));
  for (int i = 0; i < 3; ++i) {
    pass(20);
    heartbeat.within();
  }
  EXPECT_EQ(systemd_.arrived(), Messages{"WATCHDOG_USEC=600000000"});
  ok(writer().commit());
  EXPECT_EQ(systemd_.arrived(), (Messages{"WATCHDOG_USEC=30000000", "WATCHDOG=1"}));
}

TEST_F(HeartbeatTest, WhileItStartsEachSignOfLifeAsksForTime) {
  heartbeat_.emplace(machine_, writer(), *manager_);
  commit();
  EXPECT_EQ(systemd_.arrived(), (Messages{"EXTEND_TIMEOUT_USEC=300000000", "WATCHDOG=1"}));
  pass(10);
  heartbeat_->within();
  pass(1);
  heartbeat_->within();
  EXPECT_EQ(systemd_.arrived(), Messages{"EXTEND_TIMEOUT_USEC=300000000"});
}

TEST_F(HeartbeatTest, WithoutAWatchdogItBeatsEveryTenSeconds) {
  ::unsetenv("WATCHDOG_USEC");
  manager_.emplace();
  EXPECT_EQ(manager_->watchdog_micros(), std::nullopt);
  EXPECT_EQ(started().every_micros(), 10 * kMicrosPerSecond);
}

}  // namespace
}  // namespace trailwatch::app
