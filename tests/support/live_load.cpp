#include "support/live_load.h"

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace trailwatch::test {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kPushers = 8;
constexpr int kOfficers = 2'000;
constexpr int kDatagramsPerSecond = 10;
constexpr milliseconds kStep(10), kPushStep(50), kAgain(200);
constexpr int kSamplesMax = 120;
constexpr const char* kSources[] = {"log", "tcp", "tls", "push", "udp"};

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
      "\"memo\":\"交通事故處理第%ld號\",\"doc\":\"竹北交字第1150001234號\",\"rows\":1}\n",
      number, stamp().c_str(), number % 1'000, number % 40, number % kOfficers, static_cast<char>('A' + number % 26),
      static_cast<char>('A' + number / 26 % 26), static_cast<char>('A' + number / 676 % 26), number % 10'000,
      number % 1'000);
  return text;
}

// Calls `send(count)` in steps, so that `rate` records a second are sent.
template <typename Send>
void pace(int rate, milliseconds step, Clock::time_point until, const Send& send) {
  const Clock::time_point began = Clock::now();
  double sent = 0;
  while (Clock::now() < until) {
    const double due = std::chrono::duration<double>(Clock::now() - began).count() * rate;
    const int count = static_cast<int>(due - sent);
    if (count > 0) {
      send(count);
      sent += count;
    }
    std::this_thread::sleep_for(step);
  }
}

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

LiveLoad::Sample look(int process) {
  LiveLoad::Sample out;
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

// The number behind `word`, after `at`.
long figure(const std::string& text, std::size_t at, const char* word) {
  const std::size_t found = text.find(word, at);
  return found == std::string::npos ? -1 : std::stol(text.substr(found + std::strlen(word)));
}

}  // namespace

struct LiveLoad::Counter {
  std::atomic<long> records{0};
  std::atomic<long> refused{0};
  std::mutex mutex;
  std::vector<double> answers_ms;
};

double LiveLoad::Run::percentile(double part) const {
  if (answers_ms.empty()) return 0;
  return answers_ms[std::min(answers_ms.size() - 1,
                             static_cast<std::size_t>(part * static_cast<double>(answers_ms.size())))];
}

long LiveLoad::Books::lost_or_doubled() const {
  long out = 0;
  for (const auto& [source, kept] : sources) {
    if (source != "udp") out += std::abs(kept.sent - kept.stored) + kept.duplicates + kept.quarantined;
  }
  return out;
}

LiveLoad::LiveLoad(Options options) : options_(std::move(options)) {
  if (options_.place.empty()) {
    temporary_ = std::make_unique<TemporaryDirectory>();
    options_.place = temporary_->path();
  }
  place_ = options_.place;
  configure();
  daemon_ = std::make_unique<RunningProgram>(
      options_.program, std::vector<std::string>{"serve", "--config", place_ + "/trailwatch.json"});
  if (!daemon_->wait_for("watching")) throw std::runtime_error("it did not start: " + daemon_->err());
  for (const char* const name : kSources) {
    sent_[name] = 0;
    ports_[name] = port_of(daemon_->err(), name);
  }
  listener_ = std::thread([this] { daemon_->wait_for("what nobody ever says\n\n"); });
}

LiveLoad::~LiveLoad() {
  if (!listener_.joinable()) return;
  daemon_->signal(SIGKILL);
  listener_.join();
}

void LiveLoad::configure() {
  write_file(place_ + "/server.pem", server_.certificate);
  write_file(place_ + "/server.key", server_.key);
  write_file(place_ + "/ca.pem", authority_.pem());
  fs::create_directories(place_ + "/drop");
  nlohmann::json config = {{"state_dir", place_ + "/state"},
                           {"profiles_dir", options_.shared + "/profiles"},
                           {"rules_dir", options_.shared + "/rules"},
                           {"words_file", options_.shared + "/words.json"}};
  const nlohmann::json tls = {{"certificate", "server.pem"}, {"key", "server.key"}, {"client_ca", "ca.pem"}};
  const auto source = [&](const char* name, const char* profile, const char* protocol, nlohmann::json listen) {
    listen.update({{"protocol", protocol}, {"address", "127.0.0.1"}, {"port", 0}});
    config["sources"].push_back({{"name", name}, {"profile", profile}, {"listen", listen}});
  };
  config["sources"].push_back(
      {{"name", "log"}, {"profile", "vehicle"}, {"directory", place_ + "/drop"}, {"files", "mvr-query*.jsonl"}});
  source("tcp", "police", "syslog-tcp", {{"peers", {"127.0.0.1"}}});
  source("tls", "police", "syslog-tls", tls);
  source("push", "vehicle", "https", tls);
  source("udp", "police", "syslog-udp", {{"peers", {"127.0.0.1"}}});
  write_file(place_ + "/trailwatch.json", config.dump(1));
}

// As programs with buffers do: what is written ends anywhere, and the log gets another name now and then.
void LiveLoad::write_log(Counter& counter, int seconds, Clock::time_point until) {
  const std::string path = place_ + "/drop/mvr-query.jsonl";
  std::FILE* log = std::fopen(path.c_str(), "ab");
  if (log == nullptr) throw std::runtime_error("cannot write " + path);
  std::string buffer;
  Clock::time_point next = Clock::now();
  const auto every = milliseconds(1'000L * seconds / (options_.rotations + 1));
  next += every;
  const auto flush = [&](std::size_t bytes) {
    std::fwrite(buffer.data(), 1, bytes, log);
    std::fflush(log);
    buffer.erase(0, bytes);
  };
  pace(options_.rate / 4, kStep, until, [&](int count) {
    for (int i = 0; i < count; ++i) buffer += vehicle(++sent_.at("log"));
    counter.records += count;
    flush(buffer.size() - buffer.size() % 97);
    if (Clock::now() < next) return;
    next += every;
    // Renamed while a line is half written; its writer notices only afterwards.
    fs::rename(path, place_ + "/drop/mvr-query-" + std::to_string(++rotated_) + ".jsonl");
    flush(buffer.size());
    std::fclose(log);
    log = std::fopen(path.c_str(), "ab");
  });
  flush(buffer.size());
  std::fclose(log);
}

LiveLoad::Run LiveLoad::run(int seconds, int slow, bool show) {
  Counter counter;
  std::atomic<bool> stop{false};
  std::thread slow_ones;
  if (slow > 0) slow_ones = std::thread([&] { be_slow(slow, ports_.at("push"), stop); });
  const Client::Tls tls{authority_.pem(), client_, 0};
  const Clock::time_point began = Clock::now(), until = began + std::chrono::seconds(seconds);
  const double cpu = cpu_seconds(daemon_->id());
  const int share = options_.rate / 4;
  std::vector<std::thread> threads;
  threads.emplace_back([&] { write_log(counter, seconds, until); });
  const auto syslog = [&](Client& client, std::atomic<long>& sent) {
    pace(share, kStep, until, [&](int count) {
      std::string bytes;
      for (int i = 0; i < count; ++i) {
        const std::string record = police(++sent);
        bytes += std::to_string(record.size()) + " " + record;
      }
      counter.records += count;
      if (!client.send(bytes)) ++broken_;
    });
    client.finish();
    client.receive_all();
  };
  threads.emplace_back([&] {
    Client client(ports_.at("tcp"));
    syslog(client, sent_.at("tcp"));
  });
  threads.emplace_back([&] {
    Client client(ports_.at("tls"), tls);
    syslog(client, sent_.at("tls"));
  });
  threads.emplace_back([&] {
    pace(kDatagramsPerSecond, kStep, until, [&](int count) {
      for (int i = 0; i < count; ++i) send_datagram(ports_.at("udp"), police(++sent_.at("udp")));
    });
  });
  const auto deliver = [&](Client& client, const std::string& request) {
    const Clock::time_point sent_at = Clock::now();
    for (;;) {
      const std::string answer = client.send(request) ? client.receive_answer() : "";
      if (answer.rfind("HTTP/1.1 200", 0) == 0) break;
      if (answer.rfind("HTTP/1.1 503", 0) != 0) {
        ++broken_;
        std::fprintf(stderr, "unexpected answer: %s\n", answer.substr(0, 300).c_str());
        return;
      }
      ++counter.refused;
      std::this_thread::sleep_for(kAgain);
    }
    const double ms = std::chrono::duration<double, std::milli>(Clock::now() - sent_at).count();
    const std::lock_guard lock(counter.mutex);
    counter.answers_ms.push_back(ms);
  };
  for (int i = 0; i < kPushers; ++i) {
    threads.emplace_back([&] {
      Client client(ports_.at("push"), tls);
      std::atomic<long>& sent = sent_.at("push");
      pace(std::max(1, share / kPushers), kPushStep, until, [&](int count) {
        const long last = sent.fetch_add(count) + count;
        std::string body;
        for (long number = last - count + 1; number <= last; ++number) body += vehicle(number);
        counter.records += count;
        deliver(client, "POST /ingest/push HTTP/1.1\r\nHost: audit\r\nIdempotency-Key: " + std::to_string(last) +
                            "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
      });
    });
  }
  Run out;
  const double every = std::max(1.0, static_cast<double>(seconds) / kSamplesMax);
  for (double at = every; at < seconds; at += every) {
    std::this_thread::sleep_until(began + milliseconds(static_cast<long>(at * 1'000)));
    Sample sample = look(daemon_->id());
    sample.second = at;
    out.samples.push_back(sample);
    if (!show) continue;
    std::printf("    %5.0f s: %ld records, memory %ld KiB, descriptors %d, told to come again %ld\n", at,
                counter.records.load(), sample.rss_kib, sample.descriptors, counter.refused.load());
    std::fflush(stdout);
  }
  for (std::thread& thread : threads) thread.join();
  out.cpu_seconds = cpu_seconds(daemon_->id()) - cpu;
  out.seconds = std::chrono::duration<double>(Clock::now() - began).count();
  stop = true;
  if (slow_ones.joinable()) slow_ones.join();
  out.refused = counter.refused;
  out.records = counter.records;
  out.answers_ms = std::move(counter.answers_ms);
  std::sort(out.answers_ms.begin(), out.answers_ms.end());
  return out;
}

LiveLoad::Books LiveLoad::finish() {
  Books out;
  daemon_->signal(SIGTERM);
  listener_.join();
  out.exit_code = daemon_->wait();
  std::istringstream said(daemon_->err());
  for (std::string line; std::getline(said, line);) {
    if (line.find(" error ") != std::string::npos) out.errors += line + "\n";
  }
  const std::vector<std::string> config = {"--config", place_ + "/trailwatch.json"};
  const auto ask = [&](const char* command) { return run_program(options_.program, {command, config[0], config[1]}); };
  if (const Ran rest = ask("ingest"); rest.code != 0) out.errors += rest.err;
  std::string text = ask("status").out;
  text.erase(std::remove(text.begin(), text.end(), ','), text.end());
  for (const char* const source : kSources) {
    const std::size_t at = text.find("來源 " + std::string(source) + "：");
    if (at == std::string::npos) continue;
    out.sources[source] = {sent_.at(source), figure(text, at, "入庫 "), figure(text, at, "重複 "),
                           figure(text, at, "隔離 ")};
  }
  out.broken = broken_;
  out.verified = ask("verify").code;
  return out;
}

}  // namespace trailwatch::test
