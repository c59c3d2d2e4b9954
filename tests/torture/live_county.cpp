#include "torture/live_county.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "store/sqlite.h"
#include "support/program.h"

namespace trailwatch::torture {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using std::chrono::milliseconds;

// 2026-03-06T08:00:00+08:00. Each system has seconds of its own, so that a time of day tells a record.
constexpr long kMorning = 1'772'755'200;
constexpr long kLogSecond = 0, kTcpSecond = 1, kTlsSecond = 2, kUdpSecond = 3, kPushSecond = 4, kPlainSecond = 5;
constexpr long kSystems = 6, kSecondsBetween = 3;
constexpr long kLinesPerRotation = 40;
constexpr milliseconds kPause(10);
constexpr int kUpMillis = 20'000;

constexpr const char* kRules[] = {"bulk-single",   "burst",        "copied-reason",
                                  "many-subjects", "missing-case", "missing-reason"};

long second_of(long system, long number) {
  return kMorning + number * kSystems * kSecondsBetween + system;
}

std::string stamp(long second) {
  const std::time_t local = second + 8L * 3'600;
  char text[40];
  std::tm parts{};
  gmtime_r(&local, &parts);
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+08:00", &parts);
  return text;
}

std::string police(long system, long number) {
  char text[512];
  std::snprintf(text, sizeof text,
                "<134>1 %s plog01 PLOG 2211 QRY [q@52000 sn=\"%ld\" org=\"JH01\" unit=\"偵查隊\" badge=\"A10%02ld\" "
                "acct=\"a\" ip=\"10.40.3.8\" sys=\"戶役政\" func=\"PERSON\" subj=\"J1%08ld\" kind=\"person\" "
                "purpose=\"C01\" case=\"\" rows=\"1\"] %s",
                stamp(second_of(system, number)).c_str(), number, number % 7, number * 7'919 % 100'000'000,
                number % 5 == 0 ? "" : "偵辦竊盜案件");
  return text;
}

std::string vehicle(long system, long number) {
  char text[512];
  std::snprintf(
      text, sizeof text,
      "{\"seq\":%ld,\"ts\":\"%s\",\"org\":\"JH01\",\"unit\":\"交通組\",\"uid\":\"A20%02ld\",\"account\":\"a\","
      "\"host\":\"10.40.8.21\",\"fn\":\"OWNER_BY_PLATE\",\"plate\":\"ABC-%04ld\",\"id\":null,\"purpose\":\"T02\","
      "\"memo\":\"%s\",\"doc\":\"\",\"rows\":1}\n",
      number, stamp(second_of(system, number)).c_str(), number % 5, number, number % 4 == 0 ? "" : "交通事故處理");
  return text;
}

// Without a number: who sends it twice has looked up twice, unless the delivery has a key.
std::string plain(long number) {
  return R"({"ts":")" + stamp(second_of(kPlainSecond, number)) + R"(","uid":"A30)" + std::to_string(number % 3) +
         "\"}\n";
}

std::string delivery(bool is_plain, long index) {
  std::string body;
  for (long number = index * kRecordsPerPush; number < (index + 1) * kRecordsPerPush; ++number) {
    body += is_plain ? plain(number) : vehicle(kPushSecond, number);
  }
  return std::string("POST /ingest/") + (is_plain ? "plain" : "push") +
         " HTTP/1.1\r\nHost: a\r\nIdempotency-Key: " + std::to_string(index) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

long part_of(long all, double part) {
  return std::min(all, static_cast<long>(static_cast<double>(all) * part + 0.5));
}

std::string key_of(const char* source, long system, long number) {
  return std::string(source) + "|" + std::to_string(second_of(system, number) * 1'000'000) + "|";
}

std::vector<std::string> rows(store::Database& database, const char* sql) {
  std::vector<std::string> out;
  store::Statement row(database, sql);
  while (row.step()) {
    std::string line;
    for (int column = 0; column < row.columns(); ++column) line += std::string(row.text(column)) + "|";
    out.push_back(std::move(line));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

std::string live_home(const std::string& place) {
  return place + "/home";
}

void make_live_place(const Tools& tools, const Passports& passports, const std::string& place) {
  fs::remove_all(place);
  fs::create_directories(live_home(place));
  fs::create_directories(place + "/drop");
  for (const char* const rule : kRules) {
    const std::string file = std::string("/rules/") + rule + ".yml";
    test::write_file(place + file, test::read_file(tools.shared + file));
  }
  for (const char* const name : {"police", "vehicle"}) {
    const std::string file = std::string("/profiles/") + name + ".json";
    test::write_file(place + file, test::read_file(tools.shared + file));
  }
  test::write_file(place + "/profiles/plain.json",
                   R"({"title":"無號","format":"jsonl","time":{"column":"ts","form":"rfc3339"},)"
                   R"("fields":{"system":{"const":"plain"},"officer":{"column":"uid"}},"required":["officer"]})");
  test::write_file(place + "/server.pem", passports.server.certificate);
  test::write_file(place + "/server.key", passports.server.key);
  test::write_file(place + "/ca.pem", passports.authority.pem());
  json config = {{"state_dir", "home/state"},
                 {"report_dir", "home/reports"},
                 {"rules_dir", "rules"},
                 {"profiles_dir", "profiles"},
                 {"words_file", tools.shared + "/words.json"},
                 {"records_per_batch", 32},
                 {"random_share", 0},  // drawn by the key, which another store has another one of
                 {"poll_ms", 100}};
  const json tls = {{"certificate", "server.pem"}, {"key", "server.key"}, {"client_ca", "ca.pem"}};
  const json peers = {{"peers", {"127.0.0.1"}}};
  config["sources"].push_back(
      {{"name", "log"}, {"profile", "vehicle"}, {"directory", "drop"}, {"files", "mvr-query*.jsonl"}});
  const auto source = [&](const char* name, const char* profile, const char* protocol, json listen) {
    listen.update({{"protocol", protocol}, {"address", "127.0.0.1"}, {"port", 0}});
    config["sources"].push_back({{"name", name}, {"profile", profile}, {"listen", listen}});
  };
  source("tcp", "police", "syslog-tcp", peers);
  source("tls", "police", "syslog-tls", tls);
  source("udp", "police", "syslog-udp", peers);
  source("push", "vehicle", "https", tls);
  source("plain", "plain", "https", tls);
  test::write_file(place + "/trailwatch.json", config.dump(1));
}

LiveDaemon::LiveDaemon(const Tools& tools, std::string place, const Fault& fault, const std::string& trace)
    : place_(std::move(place)), err_(place_ + "/err") {
  fs::remove(err_);
  process_ = start_under(tools, {"serve", "--config", place_ + "/trailwatch.json"}, live_home(place_), trace,
                         place_ + "/out", err_, fault);
}

LiveDaemon::~LiveDaemon() {
  if (process_ <= 0) return;
  signal(SIGKILL);
  wait_for(process_);
}

bool LiveDaemon::has_ended() {
  if (process_ <= 0) return true;
  int status = 0;
  if (::waitpid(process_, &status, WNOHANG) != process_) return false;
  process_ = -1;
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return true;
}

bool LiveDaemon::comes_up() {
  for (int waited = 0; waited < kUpMillis && !has_ended(); waited += 5) {
    if (said().find(" sources; Ctrl-C stops") != std::string::npos) return true;
    ::usleep(5'000);
  }
  return false;
}

bool LiveDaemon::ends_within(int milliseconds) {
  for (int waited = 0; !has_ended(); waited += 2) {
    if (waited >= milliseconds) return false;
    ::usleep(2'000);
  }
  return true;
}

void LiveDaemon::signal(int number) const {
  if (process_ > 0) ::kill(process_, number);
}

std::string LiveDaemon::said() const {
  return test::read_file(err_);
}

int LiveDaemon::port(const std::string& source) const {
  const std::string text = said();
  const std::size_t at = text.rfind("listening for " + source + ": ");
  const std::size_t word = text.find(" port ", at);
  return at == std::string::npos || word == std::string::npos ? 0 : std::stoi(text.substr(word + 6));
}

LiveSenders::LiveSenders(const LiveDaemon& daemon, const Passports& passports, const std::string& place, Told& told,
                         double part, Until until)
    : passports_(passports), told_(told), until_(until) {
  const auto begin = [&](auto call) { threads_.emplace_back(std::move(call)); };
  begin([this, place, last = part_of(kLogLines, part)] { log(place, last); });
  const long syslog_last = part_of(kSyslogRecords, part);
  begin([this, port = daemon.port("tcp"), syslog_last] { syslog(port, false, kTcpSecond, syslog_last); });
  begin([this, port = daemon.port("tls"), syslog_last] { syslog(port, true, kTlsSecond, syslog_last); });
  begin([this, port = daemon.port("udp"), last = part_of(kDatagrams, part)] { datagrams(port, last); });
  begin([this, port = daemon.port("push"), last = part_of(kPushes, part)] { push(port, false, last); });
  begin([this, port = daemon.port("plain"), last = part_of(kPlains, part)] { push(port, true, last); });
}

void LiveSenders::join() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

// Written in pieces that end anywhere; renamed with half a line in it, whose rest still goes to where it began.
void LiveSenders::log(const std::string& place, long last) {
  const std::string path = place + "/drop/mvr-query.jsonl";
  std::FILE* file = std::fopen(path.c_str(), "ab");
  while (!stop_ && told_.log_lines < last) {
    const std::string line = vehicle(kLogSecond, told_.log_lines);
    const std::size_t half = line.size() * static_cast<std::size_t>(1 + told_.log_lines % 5) / 6;
    std::fwrite(line.data(), 1, half, file);
    std::fflush(file);
    if (told_.log_lines % kLinesPerRotation == kLinesPerRotation - 1) {
      fs::rename(path, place + "/drop/mvr-query-" + std::to_string(++told_.rotations) + ".jsonl");
    }
    std::this_thread::sleep_for(milliseconds(told_.log_lines % 4 == 0 ? 1 : 0));
    std::fwrite(line.data() + half, 1, line.size() - half, file);
    std::fflush(file);
    if (++told_.log_lines % kLinesPerRotation == 0) {
      std::fclose(file);
      file = std::fopen(path.c_str(), "ab");
    }
  }
  std::fclose(file);
}

// Nobody ever says what was taken, so everything is sent from the first record on.
void LiveSenders::syslog(int port, bool is_tls, long system, long last) {
  const auto client =
      is_tls ? std::make_unique<test::Client>(port, passports_.tls()) : std::make_unique<test::Client>(port);
  if (!client->is_open()) return;
  for (bool is_done = false; may_go_on(is_done); is_done = true) {
    for (long first = 0; first < last && !stop_; first += 10) {
      std::string bytes;
      for (long number = first; number < std::min(last, first + 10); ++number) {
        const std::string record = police(system, number);
        bytes += std::to_string(record.size()) + " " + record;
      }
      if (!client->send(bytes)) return;
      if (until_ == Until::gone) std::this_thread::sleep_for(kPause);
    }
    if (last == 0) std::this_thread::sleep_for(kPause);
  }
  client->finish();
  client->receive_all();
}

void LiveSenders::datagrams(int port, long last) {
  for (bool is_done = false; may_go_on(is_done); is_done = true) {
    for (long number = 0; number < last && !stop_; ++number) {
      test::send_datagram(port, police(kUdpSecond, number));
      if (until_ == Until::gone) std::this_thread::sleep_for(kPause);
    }
    if (last == 0) std::this_thread::sleep_for(kPause);
    // Nobody notices here that the daemon has gone; the others do.
    if (until_ == Until::gone) return;
  }
}

// One delivery after another, each again until it is answered; what was answered before must be answered the same way.
void LiveSenders::push(int port, bool is_plain, long last) {
  test::Client client(port, passports_.tls());
  if (!client.is_open()) return;
  long& answered = is_plain ? told_.plain : told_.pushed;
  long again = 0;
  while (may_go_on(answered >= last)) {
    const bool is_new = answered < last;
    const long index = is_new ? answered : again++ % std::max(1L, last);
    if (!is_new && last == 0) return;
    const std::string answer = client.send(delivery(is_plain, index)) ? client.receive_answer() : "";
    if (answer.find("\r\n\r\n") == std::string::npos) return;
    if (answer.rfind("HTTP/1.1 503", 0) == 0) {
      ++refused_;
      std::this_thread::sleep_for(kPause);
      continue;
    }
    const std::string five = std::to_string(kRecordsPerPush);
    const bool is_good =
        answer.rfind("HTTP/1.1 200", 0) == 0 &&
        answer.find("{\"stored\":" + five + ",\"duplicates\":0,\"quarantined\":0") != std::string::npos;
    if (!is_good || (!is_new && answer.find("Idempotency-Replayed: true") == std::string::npos)) {
      told_.wrong = (is_plain ? "plain " : "push ") + std::to_string(index) + ": " + answer;
      return;
    }
    if (is_new) ++answered;
    ++answers_;
    if (!is_new) std::this_thread::sleep_for(kPause);
  }
}

Facts live_facts(const std::string& place) {
  const std::string path = live_home(place) + "/state/trailwatch.db";
  Facts out = read_facts(path);
  out.files.clear();
  out.told.clear();
  if (!out.problem.empty()) return out;
  try {
    store::Database database(path, store::Database::Mode::read);
    out.events = rows(database,
                      "SELECT d.source, e.time, o.text, a.text, t.text, e.case_no, e.rows FROM event e "
                      "JOIN file d ON d.id = e.file JOIN word o ON o.id = e.officer JOIN word a ON a.id = e.account "
                      "JOIN word t ON t.id = e.terminal");
    const std::vector<std::string> unbalanced =
        rows(database, "SELECT source, name, rows FROM file WHERE rows <> stored + duplicates + quarantined");
    if (!unbalanced.empty()) out.problem = "the books of " + unbalanced.front() + " do not balance";
    out.told = rows(database, "SELECT source, stream, kind, records FROM loss");
  } catch (const store::SqliteFailure& failure) {
    out.problem = failure.what();
  }
  return out;
}

std::string holds_what_was_answered(const std::string& place, const Told& told) {
  if (told.pushed + told.plain == 0) return "";
  const Facts facts = live_facts(place);
  if (!facts.problem.empty()) return "after it: " + facts.problem;
  std::set<std::string> there;
  for (const std::string& event : facts.events) there.insert(event.substr(0, event.find('|', event.find('|') + 1) + 1));
  for (long number = 0; number < told.pushed * kRecordsPerPush; ++number) {
    if (there.count(key_of("push", kPushSecond, number)) == 0) return "an answered record of push is not there";
  }
  for (long number = 0; number < told.plain * kRecordsPerPush; ++number) {
    if (there.count(key_of("plain", kPlainSecond, number)) == 0) return "an answered record of plain is not there";
  }
  return "";
}

}  // namespace trailwatch::torture
