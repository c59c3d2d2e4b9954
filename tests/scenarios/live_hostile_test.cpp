#include <openssl/ssl.h>

#include <cstdio>
#include <ctime>
#include <fstream>

#include "scenarios/live.h"

// What nobody sends by mistake, at the sockets of the real program (docs/reliability.md, "Hostile input").
namespace trailwatch::test {
namespace {

using Counts = std::vector<long>;

class LiveHostile : public Live {
 protected:
  void listen(const std::string& protocol) {
    const bool is_https = protocol == "https";
    add_source(
        "source", is_https ? "vehicle" : "police",
        protocol == "syslog-tcp" ? nlohmann::json{{"protocol", protocol}, {"peers", {"127.0.0.1"}}} : tls(protocol));
    start();
  }
  void send_whole(Client& client, const std::string& record) {
    ASSERT_TRUE(client.is_open());
    ASSERT_TRUE(client.send(record));
    client.finish();
    EXPECT_EQ(client.receive_all(), "");
  }
  long rss_kib() const {
    std::ifstream status("/proc/" + std::to_string(daemon_->id()) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.rfind("VmRSS:", 0) == 0) return std::stol(line.substr(6));
    }
    return 0;
  }
  // A record that says to have been made so many seconds after now.
  static std::string police_at(long number, long seconds) {
    const std::time_t time = std::time(nullptr) + seconds;
    char text[40];
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    const std::string record = police(number), until = "+08:00 ";
    const std::size_t end = record.find(until);
    return record.substr(0, 7) + text + record.substr(end + until.size() - 1);
  }
};

// Clocks are wrong in both directions, by a little and by years: said, and the records stay what they are.
TEST_F(LiveHostile, AWrongClockIsToldAndItsRecordsAreStored) {
  listen("syslog-tcp");
  constexpr long kHour = 3'600, kYear = 366 * 24 * kHour;
  {
    Client client(port("source"));
    send_whole(client, counted(police_at(1, 0)) + counted(police_at(2, 200)) + counted(police_at(3, kHour)) +
                           counted(police_at(4, -kHour)) + counted(police_at(5, 10 * kYear)) +
                           counted(police_at(6, -10 * kYear)) + counted(police_at(7, 2 * kHour)));
  }
  stop();
  EXPECT_EQ(counts("source"), (Counts{7, 0, 0}));
  const std::string said = output({"status"});
  EXPECT_NE(said.find("紀錄時間晚於收到時間 5 分鐘以上 3 筆"), std::string::npos) << said;
  EXPECT_NE(said.find("紀錄時間早於收到時間一年以上 1 筆"), std::string::npos) << said;
  output({"verify"});
}

// The beginning of a line is kept, never all of it.
TEST_F(LiveHostile, AnEndlessLineTakesNoMemory) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "sanitizers keep memory of their own";
#endif
  listen("syslog-tcp");
  Client client(port("source"));
  const std::string block(1U << 20U, 'x');
  ASSERT_TRUE(client.send("<134>1 "));
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(client.send(block));
  const long before = rss_kib();
  for (int i = 0; i < 96; ++i) ASSERT_TRUE(client.send(block));
  EXPECT_LT(rss_kib() - before, 1'024);
  send_whole(client, "\n" + police(1) + "\n");
  stop();
  EXPECT_EQ(counts("source"), (Counts{1, 0, 1}));
}

TEST_F(LiveHostile, ANameThatIsNobodysOpensNoOtherDoor) {
  listen("syslog-tls");
  Client::Tls asked = client_tls();
  asked.server_name = "' OR 1=1 --" + std::string(200, 'a') + ".example";
  {
    Client client(port("source"), asked);
    send_whole(client, counted(police(1)));
  }
  stop();
  EXPECT_EQ(counts("source"), (Counts{1, 0, 0}));
}

TEST_F(LiveHostile, NobodyNegotiatesAgain) {
  listen("syslog-tls");
  Client::Tls asked = client_tls();
  asked.version_max = TLS1_2_VERSION;
  {
    Client client(port("source"), asked);
    ASSERT_TRUE(client.is_open());
    ASSERT_TRUE(client.send(counted(police(1))));
    EXPECT_FALSE(client.renegotiate());
  }
  {
    Client next(port("source"), asked);
    send_whole(next, counted(police(2)));
  }
  stop();
  EXPECT_EQ(counts("source"), (Counts{2, 0, 0}));
}

TEST_F(LiveHostile, RangesOfAPushMeanNothing) {
  listen("https");
  const std::string body = vehicle(1) + "\n" + vehicle(2) + "\n";
  std::string ranges = "Range: bytes=0-0";
  for (int i = 0; i < 1'000; ++i) ranges += ",0-";
  Client client(port("source"), client_tls());
  ASSERT_TRUE(client.send("POST /ingest/source HTTP/1.1\r\nHost: a\r\n" + ranges +
                          "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
  EXPECT_EQ(client.receive_answer().rfind("HTTP/1.1 200", 0), 0U);
  stop();
  EXPECT_EQ(counts("source"), (Counts{2, 0, 0}));
}

}  // namespace
}  // namespace trailwatch::test
