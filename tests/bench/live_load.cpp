#include <dirent.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "support/certificates.h"
#include "support/client.h"
#include "support/program.h"

// Four live sources at once, two syslog connections (one of them TLS) and two that push over HTTPS, at a given rate;
// then the same with slow clients beside them. Prints how long answers took, what was lost by its own books, and what
// memory and descriptors did. It measures; it does not judge.
//
//   live_load TRAILWATCH CONFIG_DIR [--rate 5000] [--seconds 60] [--slow 900]
namespace {

using trailwatch::test::Authority;
using trailwatch::test::Certificate;
using trailwatch::test::Client;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kPushers = 4;  // connections of each source that pushes
constexpr int kOfficers = 2'000;

struct Options {
  std::string program, shared;
  int rate = 5'000, seconds = 60, slow = 900;
};

// The time of day as the records say it.
std::string stamp() {
  const std::time_t now = std::time(nullptr);
  char text[32];
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  return text;
}

std::string police(long number) {
  char text[512];
  std::snprintf(
      text, sizeof text,
      "<134>1 %s.%06ldZ plog01 PLOG 2211 QRY [q@52000 sn=\"%ld\" org=\"JH01\" unit=\"隊%ld\" badge=\"A1%04ld\" "
      "acct=\"a\" ip=\"10.40.3.8\" sys=\"戶役政\" func=\"PERSON\" subj=\"J1%08ld\" kind=\"person\" purpose=\"C01\" "
      "case=\"竹北偵字第1150012345號\" rows=\"1\"] 偵辦竊盜案件第%ld號",
      stamp().c_str(), number % 1'000'000, number, number % 40, number % kOfficers, number * 7'919 % 100'000'000,
      number % 1'000);
  return text;
}

std::string vehicle(long number) {
  char text[512];
  std::snprintf(
      text, sizeof text,
      "{\"seq\":%ld,\"ts\":\"%s.%03ldZ\",\"org\":\"JH01\",\"unit\":\"組%ld\",\"uid\":\"A2%04ld\",\"account\":\"a\","
      "\"host\":\"10.40.8.21\",\"fn\":\"OWNER_BY_PLATE\",\"plate\":\"%c%c%c-%04ld\",\"id\":null,\"purpose\":\"T02\","
      "\"memo\":\"交通事故處理第%ld號\",\"doc\":\"竹北交字第1150001234號\",\"rows\":1}",
      number, stamp().c_str(), number % 1'000, number % 40, number % kOfficers, static_cast<char>('A' + number % 26),
      static_cast<char>('A' + number / 26 % 26), static_cast<char>('A' + number / 676 % 26), number % 10'000,
      number % 1'000);
  return text;
}

struct Phase {
  std::vector<double> answers_ms;
  std::atomic<long> refused{0};
  std::mutex mutex;
};

// What has been given away by each source; the daemon must have all of it in the end.
struct Books {
  std::atomic<long> tcp{0}, tls{0}, push_a{0}, push_b{0};
  std::atomic<long> broken{0};
};

double percentile(std::vector<double>& values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<std::size_t>(part * static_cast<double>(values.size())))];
}

// Calls `send(count)` in steps of 10 ms, so that `rate` records a second are sent.
template <typename Send>
void pace(int rate, Clock::time_point until, const Send& send) {
  const Clock::time_point began = Clock::now();
  double sent = 0;
  while (Clock::now() < until) {
    const double due = std::chrono::duration<double>(Clock::now() - began).count() * rate;
    const int count = static_cast<int>(due - sent);
    if (count > 0) send(count);
    sent += std::max(count, 0);
    std::this_thread::sleep_for(milliseconds(10));
  }
}

void send_syslog(Client& client, std::atomic<long>& book, Books& books, int rate, Clock::time_point until) {
  pace(rate, until, [&](int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i) {
      const std::string record = police(++book);
      bytes += std::to_string(record.size()) + " " + record;
    }
    if (!client.send(bytes)) ++books.broken;
  });
}

void push(Client& client, const std::string& source, std::atomic<long>& book, Books& books, Phase& phase, int rate,
          Clock::time_point until) {
  pace(rate / 20 > 0 ? 20 : rate, until, [&](int posts) {
    for (int p = 0; p < posts; ++p) {
      const int count = std::max(1, rate / 20);
      const long last = book.fetch_add(count) + count;
      std::string body;
      for (long number = last - count + 1; number <= last; ++number) body += vehicle(number) + "\n";
      const std::string request = "POST /ingest/" + source +
                                  " HTTP/1.1\r\nHost: audit\r\nIdempotency-Key: " + std::to_string(last) +
                                  "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
      const Clock::time_point began = Clock::now();
      for (;;) {
        const bool sent = client.send(request);
        const std::string answer = sent ? client.receive_answer() : "";
        if (answer.rfind("HTTP/1.1 200", 0) == 0) break;
        if (answer.rfind("HTTP/1.1 503", 0) != 0) {
          ++books.broken;
          std::fprintf(stderr, "unexpected answer: %s\n", answer.substr(0, 300).c_str());
          return;
        }
        ++phase.refused;
        std::this_thread::sleep_for(milliseconds(200));
      }
      const double ms = std::chrono::duration<double, std::milli>(Clock::now() - began).count();
      const std::lock_guard lock(phase.mutex);
      phase.answers_ms.push_back(ms);
    }
  });
}

// One after another begins a handshake and never ends it; whoever was closed comes again.
void be_slow(int count, int port, const std::atomic<bool>& stop) {
  std::vector<std::unique_ptr<Client>> clients(static_cast<std::size_t>(count));
  for (std::size_t round = 0; !stop; ++round) {
    for (std::size_t i = 0; i < clients.size() && !stop; ++i) {
      const std::string from = "127.0." + std::to_string(1 + i / 20) + ".1";
      const bool is_alive = clients[i] && clients[i]->send(round % 2 == 0 ? "\x16" : "\x03");
      if (!is_alive) clients[i] = std::make_unique<Client>(port, from);
      if (i % 90 == 0) std::this_thread::sleep_for(milliseconds(100));
    }
  }
}

struct Sample {
  long rss_kib = 0;
  int descriptors = 0;
};

Sample look(int process) {
  Sample out;
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) out.rss_kib = std::stol(line.substr(6));
  }
  if (DIR* const directory = ::opendir(("/proc/" + std::to_string(process) + "/fd").c_str())) {
    while (::readdir(directory) != nullptr) ++out.descriptors;
    ::closedir(directory);
    out.descriptors -= 2;
  }
  return out;
}

double cpu_seconds(int process) {
  std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
  std::string text((std::istreambuf_iterator<char>(stat)), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skip;
  for (int i = 0; i < 11; ++i) fields >> skip;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

int port_of(const std::string& said, const std::string& source) {
  const std::size_t at = said.rfind("listening for " + source + ": ");
  const std::size_t word = said.find(" port ", at);
  return at == std::string::npos ? 0 : std::stoi(said.substr(word + 6));
}

class Load {
 public:
  explicit Load(Options options) : options_(std::move(options)) {
    write("server.pem", server_.certificate);
    write("server.key", server_.key);
    write("ca.pem", authority_.pem());
    nlohmann::json config = {{"state_dir", place_.path("state")},
                             {"profiles_dir", options_.shared + "/profiles"},
                             {"rules_dir", options_.shared + "/rules"},
                             {"words_file", options_.shared + "/words.json"}};
    const nlohmann::json tls = {{"certificate", "server.pem"},
                                {"key", "server.key"},
                                {"client_ca", "ca.pem"},
                                {"address", "127.0.0.1"},
                                {"port", 0}};
    const auto source = [&](const char* name, const char* profile, nlohmann::json listen, const char* protocol) {
      listen["protocol"] = protocol;
      config["sources"].push_back({{"name", name}, {"profile", profile}, {"listen", listen}});
    };
    source("tcp", "police", {{"address", "127.0.0.1"}, {"port", 0}, {"peers", {"127.0.0.1"}}}, "syslog-tcp");
    source("tls", "police", tls, "syslog-tls");
    source("push-a", "vehicle", tls, "https");
    source("push-b", "vehicle", tls, "https");
    write("trailwatch.json", config.dump());
    daemon_ = std::make_unique<trailwatch::test::RunningProgram>(
        options_.program, std::vector<std::string>{"serve", "--config", place_.path("trailwatch.json")});
    if (!daemon_->wait_for("watching")) throw std::runtime_error("it did not start: " + daemon_->err());
    for (const char* const name : {"tcp", "tls", "push-a", "push-b"}) ports_[name] = port_of(daemon_->err(), name);
  }

  void run() {
    std::printf("four sources, %d records a second in all, half of them over syslog and half pushed over HTTPS\n",
                options_.rate);
    const double alone = phase("alone", 0);
    if (options_.slow > 0) {
      const double beside = phase("beside slow clients", options_.slow);
      std::printf("p99 beside %d slow clients: %.2f times as long\n", options_.slow, alone > 0 ? beside / alone : 0);
    }
    daemon_->signal(SIGTERM);
    const int code = daemon_->wait();
    std::printf("stopped with %d\n", code);
    count();
  }

 private:
  void write(const std::string& name, const std::string& text) {
    trailwatch::test::write_file(place_.path(name), text);
  }

  double phase(const char* name, int slow) {
    Phase phase;
    std::atomic<bool> stop{false};
    std::thread slow_ones;
    if (slow > 0) slow_ones = std::thread([&] { be_slow(slow, ports_["push-a"], stop); });
    const Client::Tls tls{authority_.pem(), client_, 0};
    const Clock::time_point began = Clock::now(), until = began + std::chrono::seconds(options_.seconds);
    const double cpu = cpu_seconds(daemon_->id());
    const int share = options_.rate / 4;
    std::vector<std::thread> threads;
    threads.emplace_back([&] {
      Client client(ports_["tcp"]);
      send_syslog(client, books_.tcp, books_, share, until);
      client.finish();
      client.receive_all();
    });
    threads.emplace_back([&] {
      Client client(ports_["tls"], tls);
      send_syslog(client, books_.tls, books_, share, until);
      client.finish();
      client.receive_all();
    });
    for (int i = 0; i < 2 * kPushers; ++i) {
      threads.emplace_back([&, i] {
        Client client(ports_[i % 2 == 0 ? "push-a" : "push-b"], tls);
        push(client, i % 2 == 0 ? "push-a" : "push-b", i % 2 == 0 ? books_.push_a : books_.push_b, books_, phase,
             share / kPushers, until);
      });
    }
    std::this_thread::sleep_for(std::chrono::seconds(std::min(10, options_.seconds / 2)));
    const Sample first = look(daemon_->id());
    std::this_thread::sleep_until(until - milliseconds(500));
    const Sample last = look(daemon_->id());
    const double used = cpu_seconds(daemon_->id()) - cpu;
    for (std::thread& thread : threads) thread.join();
    const double took = std::chrono::duration<double>(Clock::now() - began).count();
    stop = true;
    if (slow_ones.joinable()) slow_ones.join();
    const double p99 = percentile(phase.answers_ms, 0.99);
    std::printf(
        "%s: %.1f s; %zu answers, p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, longest %.1f ms; told to come again: %ld\n",
        name, took, phase.answers_ms.size(), percentile(phase.answers_ms, 0.5), percentile(phase.answers_ms, 0.9), p99,
        percentile(phase.answers_ms, 1.0), phase.refused.load());
    std::printf("  CPU %.1f s; memory %ld -> %ld KiB, descriptors %d -> %d\n", used, first.rss_kib, last.rss_kib,
                first.descriptors, last.descriptors);
    return p99;
  }

  void count() {
    const trailwatch::test::Ran status =
        trailwatch::test::run_program(options_.program, {"status", "--config", place_.path("trailwatch.json")});
    std::string text = status.out;
    text.erase(std::remove(text.begin(), text.end(), ','), text.end());
    const auto stored = [&](const std::string& source) {
      const std::size_t at = text.find("來源 " + source + "：");
      const std::size_t word = text.find("入庫 ", at);
      return at == std::string::npos || word == std::string::npos ? 0L
                                                                  : std::stol(text.substr(word + std::strlen("入庫 ")));
    };
    long lost = 0;
    for (const auto& [source, sent] : {std::pair<const char*, long>{"tcp", books_.tcp},
                                       {"tls", books_.tls},
                                       {"push-a", books_.push_a},
                                       {"push-b", books_.push_b}}) {
      const long has = stored(source);
      std::printf("  %s: sent %ld, stored %ld\n", source, sent, has);
      lost += sent - has;
    }
    std::printf("lost or doubled: %ld; broken connections: %ld\n", lost, books_.broken.load());
    const trailwatch::test::Ran verified =
        trailwatch::test::run_program(options_.program, {"verify", "--config", place_.path("trailwatch.json")});
    std::printf("verify: %d\n", verified.code);
  }

  Options options_;
  trailwatch::test::TemporaryDirectory place_;
  Authority authority_{"load"};
  Certificate server_ = authority_.issue({"localhost"}), client_ = authority_.issue({"sender"});
  std::map<std::string, int> ports_;
  Books books_;
  std::unique_ptr<trailwatch::test::RunningProgram> daemon_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: live_load TRAILWATCH CONFIG_DIR [--rate N] [--seconds N] [--slow N]\n");
    return 64;
  }
  Options options;
  options.program = argv[1];
  options.shared = argv[2];
  for (int i = 3; i + 1 < argc; i += 2) {
    const std::string word = argv[i];
    const int value = std::atoi(argv[i + 1]);
    if (word == "--rate") options.rate = value;
    if (word == "--seconds") options.seconds = value;
    if (word == "--slow") options.slow = value;
  }
  Load(std::move(options)).run();
  return 0;
}
