#include "scenarios/live.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

// Syslog over the network, with the real program and real sockets.
namespace trailwatch::test {
namespace {

using Counts = std::vector<long>;

class LiveSyslog : public Live {
 protected:
  void listen_tcp() {
    add_source("police", "police", {{"protocol", "syslog-tcp"}, {"peers", {"127.0.0.1"}}});
    start();
  }
  void listen_tls(const nlohmann::json& more = nlohmann::json::object()) {
    nlohmann::json listen = tls("syslog-tls");
    listen.update(more);
    add_source("police", "police", listen);
    start();
  }
};

TEST_F(LiveSyslog, TakesBothFramings) {
  listen_tcp();
  {
    Client lines(port("police")), frames(port("police"));
    for (long i = 1; i <= 50; ++i) ASSERT_TRUE(lines.send(police(i) + "\n"));
    for (long i = 51; i <= 100; ++i) ASSERT_TRUE(frames.send(counted(police(i, "第一行\n第二行"))));
    lines.finish();
    frames.finish();
    EXPECT_EQ(lines.receive_all() + frames.receive_all(), "");
  }
  stop();
  EXPECT_EQ(counts("police"), (Counts{100, 0, 0}));
  EXPECT_NE(output({"verify"}).find("完整"), std::string::npos);
}

TEST_F(LiveSyslog, WhatHasArrivedBeforeTheStopIsStored) {
  listen_tcp();
  Client open(port("police"));
  std::string all;
  for (long i = 1; i <= 500; ++i) all += counted(police(i));
  ASSERT_TRUE(open.send(all));
  stop();
  EXPECT_EQ(counts("police"), (Counts{500, 0, 0}));
}

// A sender that repeats after a reconnection does no harm: records are known by their own numbers.
TEST_F(LiveSyslog, RepeatedRecordsAreStoredOnce) {
  listen_tls();
  for (int round = 0; round < 3; ++round) {
    Client client(port("police"), client_tls());
    ASSERT_TRUE(client.is_open()) << daemon_->err();
    for (long i = 1; i <= 40; ++i) ASSERT_TRUE(client.send(counted(police(i))));
    client.finish();
    EXPECT_EQ(client.receive_all(), "");
  }
  stop();
  EXPECT_EQ(counts("police"), (Counts{40, 80, 0}));
}

TEST_F(LiveSyslog, AKillLosesNothingThatIsSentAgain) {
  listen_tls();
  for (int round = 0; round < 5; ++round) {
    Client client(port("police"), client_tls());
    ASSERT_TRUE(client.is_open()) << daemon_->err();
    for (long i = 1; i <= 200; ++i) ASSERT_TRUE(client.send(counted(police(i))));
    kill();
    start();
  }
  Client client(port("police"), client_tls());
  for (long i = 1; i <= 200; ++i) ASSERT_TRUE(client.send(counted(police(i))));
  client.finish();
  EXPECT_EQ(client.receive_all(), "");
  stop();
  const Counts counted_up = counts("police");
  EXPECT_EQ(counted_up.at(0), 200);
  EXPECT_EQ(counted_up.at(2), 0);
}

TEST_F(LiveSyslog, ARecordThatIsCutOffIsKeptAndTold) {
  listen_tcp();
  {
    Client client(port("police"));
    const std::string last = counted(police(2));
    ASSERT_TRUE(client.send(counted(police(1)) + last.substr(0, last.size() / 2)));
    client.finish();
    EXPECT_EQ(client.receive_all(), "");
  }
  stop();
  EXPECT_EQ(counts("police"), (Counts{1, 0, 1}));
  EXPECT_NE(output({"status"}).find("連線於紀錄中途結束 1 次"), std::string::npos) << output({"status"});
}

TEST_F(LiveSyslog, ABrokenLengthEndsTheConnectionAndIsTold) {
  listen_tcp();
  for (const std::string bad : {"999999999 x", "007 <134>1", "-1 <134>1", "1234567890123456789012345678901234567890 ",
                                "12<134>1 ", "262145 "}) {
    Client client(port("police"));
    ASSERT_TRUE(client.send(counted(police(1)) + bad));
    EXPECT_EQ(client.receive_all(), "") << bad;
    ASSERT_TRUE(daemon_->wait_for("closed after 1 records")) << bad << daemon_->err();
  }
  Client good(port("police"));
  ASSERT_TRUE(good.send(counted(police(2))));
  stop();
  EXPECT_EQ(counts("police"), (Counts{2, 5, 0}));
  EXPECT_NE(output({"status"}).find("紀錄長度無法判讀，連線中止 6 次"), std::string::npos) << output({"status"});
}

TEST_F(LiveSyslog, AnEndlessLineIsRefusedAsAWholeAndTheNextOneTaken) {
  listen_tcp();
  Client client(port("police"));
  const std::string block(1U << 16U, 'x');
  ASSERT_TRUE(client.send("<134>1 "));
  for (int i = 0; i < 64; ++i) ASSERT_TRUE(client.send(block));
  ASSERT_TRUE(client.send("\n" + police(1) + "\n"));
  client.finish();
  EXPECT_EQ(client.receive_all(), "");
  stop();
  EXPECT_EQ(counts("police"), (Counts{1, 0, 1}));
}

TEST_F(LiveSyslog, StrangersAreRefusedByAddress) {
  add_source("police", "police", {{"protocol", "syslog-tcp"}, {"peers", {"10.40.3.8", "192.168.0.0/16"}}});
  start();
  Client client(port("police"));
  EXPECT_EQ(client.receive_all(), "");
  ASSERT_TRUE(daemon_->wait_for("refused 127.0.0.1 (peer): no source expects this peer")) << daemon_->err();
  stop();
  EXPECT_EQ(counts("police"), (Counts{0, 0, 0}));
}

TEST_F(LiveSyslog, TlsAsksForACertificateOfTheAuthority) {
  listen_tls();
  const Authority other("somebody else");
  struct Case {
    std::optional<Certificate> shown;
    int version_max;
    std::string said;
  };
  const std::vector<Case> cases = {
      {std::nullopt, 0, "peer did not return a certificate"},
      {authority_.issue({"plog01.example"}, true), 0, "client certificate: certificate has expired"},
      {other.issue({"plog01.example"}), 0, "client certificate: unable to get local issuer certificate"},
      {client_, TLS1_1_VERSION, "unsupported protocol"}};
  for (const Case& one : cases) {
    Client client(port("police"), {authority_.pem(), one.shown, one.version_max});
    // With TLS 1.3 the client learns of the refusal only when it reads.
    if (client.is_open()) {
      client.send(counted(police(1)));
      EXPECT_EQ(client.receive_all(), "");
    }
  }
  Client good(port("police"), client_tls());
  ASSERT_TRUE(good.is_open());
  ASSERT_TRUE(good.send(counted(police(2))));
  stop();
  // One line a minute for each reason and peer: the first one's reason stands in the log, all in the figures.
  EXPECT_NE(daemon_->err().find(cases[0].said), std::string::npos) << daemon_->err();
  EXPECT_EQ(counts("police"), (Counts{1, 0, 0}));
}

TEST_F(LiveSyslog, CertificatesAreMappedToSources) {
  nlohmann::json listen = tls("syslog-tls");
  listen["clients"] = {"PLOG01.example"};
  add_source("police", "police", listen);
  start();
  const Certificate stranger = authority_.issue({"printer.example"});
  Client refused(port("police"), {authority_.pem(), stranger, 0});
  EXPECT_EQ(refused.receive_all(), "");
  ASSERT_TRUE(daemon_->wait_for("(certificate): no source expects the certificate of printer.example"))
      << daemon_->err();
  Client good(port("police"), client_tls());
  ASSERT_TRUE(good.send(counted(police(1))));
  stop();
  EXPECT_EQ(counts("police"), (Counts{1, 0, 0}));
}

TEST_F(LiveSyslog, NewCertificatesAreTakenOverWithoutARestart) {
  listen_tls();
  const Authority next("next authority");
  const Certificate server = next.issue({"localhost"}), client = next.issue({"plog01.example"});
  Client before(port("police"), client_tls());
  ASSERT_TRUE(before.is_open());
  write_file(place_.path("server.pem"), server.certificate);
  write_file(place_.path("server.key"), server.key);
  write_file(place_.path("ca.pem"), next.pem());
  daemon_->signal(SIGHUP);
  ASSERT_TRUE(daemon_->wait_for("live sources renewed")) << daemon_->err();
  Client after(port("police"), {next.pem(), client, 0});
  ASSERT_TRUE(after.is_open()) << daemon_->err();
  ASSERT_TRUE(after.send(counted(police(2))));
  ASSERT_TRUE(before.send(counted(police(1))));
  stop();
  EXPECT_EQ(counts("police"), (Counts{2, 0, 0}));
}

TEST_F(LiveSyslog, SocketsOfTheServiceManagerAreTakenOver) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  ::sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::socklen_t size = sizeof name;
  ASSERT_EQ(::bind(socket, reinterpret_cast<const ::sockaddr*>(&name), size), 0);
  ASSERT_EQ(::listen(socket, 5), 0);
  ASSERT_EQ(::getsockname(socket, reinterpret_cast<::sockaddr*>(&name), &size), 0);
  // Who connects before the daemon is there waits.
  Client early(ntohs(name.sin_port));
  ASSERT_TRUE(early.send(counted(police(1))));
  add_source("police", "police", {{"protocol", "syslog-tcp"}, {"peers", {"127.0.0.1"}}, {"port", 514}});
  start_with_socket(socket, "police");
  EXPECT_EQ(port("police"), ntohs(name.sin_port));
  ::close(socket);
  Client late(port("police"));
  ASSERT_TRUE(late.send(counted(police(2))));
  stop();
  EXPECT_EQ(counts("police"), (Counts{2, 0, 0}));
}

TEST_F(LiveSyslog, ADoorThatIsShutIsToldAndTheOthersWork) {
  nlohmann::json broken = tls("syslog-tls");
  broken["certificate"] = "nowhere.pem";
  add_source("broken", "police", broken);
  add_source("police", "police", {{"protocol", "syslog-tcp"}, {"peers", {"127.0.0.1"}}});
  start();
  EXPECT_NE(daemon_->err().find("來源 broken 無法收訊（syslog-tls 127.0.0.1 port 0）"), std::string::npos)
      << daemon_->err();
  Client good(port("police"));
  ASSERT_TRUE(good.send(counted(police(1))));
  stop();
  EXPECT_EQ(counts("police"), (Counts{1, 0, 0}));
  const std::string status = output({"status"});
  EXPECT_NE(status.find("▲ 來源 broken 無法收訊"), std::string::npos) << status;
}

TEST_F(LiveSyslog, DatagramsAreRecords) {
  add_source("police", "police", {{"protocol", "syslog-udp"}, {"peers", {"127.0.0.1"}}});
  start();
  for (long i = 1; i <= 30; ++i) send_datagram(port("police"), police(i));
  send_datagram(port("police"), "no record at all");
  stop();
  EXPECT_EQ(counts("police"), (Counts{30, 0, 1}));
}

}  // namespace
}  // namespace trailwatch::test
