#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>

#include "scenarios/live.h"

// kill -9 while four sources are live. TRAILWATCH_KILLS (20) and TRAILWATCH_SEED for longer runs and for the same one
// again.
namespace trailwatch::test {
namespace {

constexpr long kPerRound = 30;  // records of each syslog source
constexpr long kPerPush = 7;

int number_from(const char* name, int otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

// One delivery after another, each with a key, each again until it was answered.
struct Pusher {
  std::string source;
  long answered = 0;  // deliveries
  std::atomic<bool> is_wrong{false};

  std::string request() const {
    std::string body;
    for (long i = 1; i <= kPerPush; ++i) {
      const long number = answered * kPerPush + i;
      body +=
          source == "plain"
              ? R"({"ts":"2026-03-02T14:30:05+08:00","uid":"A)" + std::to_string(number) + "\"}\n"
              : R"({"seq":)" + std::to_string(number) +
                    R"(,"ts":"2026-03-02T14:30:05+08:00","org":"JH01","unit":"組","uid":"A1","fn":"OWNER_BY_PLATE",)"
                    R"("plate":"ABC-1234","purpose":"T02","memo":"事故","rows":1})" +
                    "\n";
    }
    return "POST /ingest/" + source + " HTTP/1.1\r\nHost: a\r\nIdempotency-Key: " + std::to_string(answered) +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
};

class LiveKills : public Live {
 protected:
  void SetUp() override {
    Live::SetUp();
    const std::string shared = std::string(TW_SOURCE_DIR) + "/config/profiles/";
    for (const char* const name : {"police.json", "vehicle.json"}) {
      write_file(place_.path("profiles/" + std::string(name)), read_file(shared + name));
    }
    write_file(place_.path("profiles/plain.json"),
               R"({"title":"無號","format":"jsonl","time":{"column":"ts","form":"rfc3339"},)"
               R"("fields":{"system":{"const":"plain"},"officer":{"column":"uid"}},"required":["officer"]})");
    configure({{"profiles_dir", place_.path("profiles")}});
    add_source("tcp", "police", {{"protocol", "syslog-tcp"}, {"peers", {"127.0.0.1"}}});
    add_source("tls", "police", tls("syslog-tls"));
    add_source("vehicle", "vehicle", tls("https"));
    add_source("plain", "plain", tls("https"));
  }

  // Everything again from the first record on, since nobody ever said what was taken.
  void send_all(Client& client, long last) const {
    for (long i = 1; i <= last; ++i) {
      if (!client.send(counted(police(i)))) return;
    }
  }
  // Until the daemon is gone, or `limit` deliveries were answered.
  void push(Pusher& pusher, long limit) {
    Client client(port(pusher.source), client_tls());
    while (pusher.answered < limit) {
      if (!client.is_open() || !client.send(pusher.request())) return;
      const std::string answer = client.receive_answer();
      if (answer.empty()) return;
      if (answer.rfind("HTTP/1.1 200", 0) != 0 || answer.find("\"quarantined\":0") == std::string::npos) {
        pusher.is_wrong = true;
        return;
      }
      const std::lock_guard lock(mutex_);
      ++pusher.answered;
      ++answers_;
      answered_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable answered_;
  long answers_ = 0;
};

TEST_F(LiveKills, LoseNothingThatWasAnsweredAndDoubleNothing) {
  const int kills = number_from("TRAILWATCH_KILLS", 20), seed = number_from("TRAILWATCH_SEED", 20'261'124);
  std::printf("%d kills, TRAILWATCH_SEED=%d\n", kills, seed);
  std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
  Pusher vehicle{"vehicle"}, plain{"plain"};
  for (long round = 1; round <= kills; ++round) {
    start();
    const long wanted = answers_ + static_cast<long>(random() % 8);
    std::vector<std::thread> threads;
    threads.emplace_back([&] {
      Client client(port("tcp"));
      send_all(client, round * kPerRound);
    });
    threads.emplace_back([&] {
      Client client(port("tls"), client_tls());
      if (client.is_open()) send_all(client, round * kPerRound);
    });
    threads.emplace_back([&] { push(vehicle, 1'000'000); });
    threads.emplace_back([&] { push(plain, 1'000'000); });
    {
      std::unique_lock lock(mutex_);
      answered_.wait(lock, [&] { return answers_ >= wanted || vehicle.is_wrong || plain.is_wrong; });
    }
    kill();
    for (std::thread& thread : threads) thread.join();
  }
  // The last one is not killed: all that nobody has heard of is sent once more.
  start();
  push(vehicle, vehicle.answered + 1);
  push(plain, plain.answered + 1);
  {
    Client tcp(port("tcp")), tls(port("tls"), client_tls());
    send_all(tcp, kills * kPerRound);
    send_all(tls, kills * kPerRound);
    tcp.finish();
    tls.finish();
    EXPECT_EQ(tcp.receive_all() + tls.receive_all(), "");
  }
  stop();
  EXPECT_FALSE(vehicle.is_wrong || plain.is_wrong);
  const auto stored = [&](const std::string& source) {
    const std::vector<long> all = counts(source);
    return all.empty() ? -1 : all[0];
  };
  EXPECT_EQ(stored("tcp"), kills * kPerRound);
  EXPECT_EQ(stored("tls"), kills * kPerRound);
  EXPECT_EQ(stored("vehicle"), vehicle.answered * kPerPush);
  EXPECT_EQ(stored("plain"), plain.answered * kPerPush);
  output({"verify"});
}

}  // namespace
}  // namespace trailwatch::test
