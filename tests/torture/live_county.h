#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "support/certificates.h"
#include "support/client.h"
#include "torture/facts.h"
#include "torture/program.h"

namespace trailwatch::torture {

// A county whose systems speak to the daemon while it is at work: a log that grows and is rotated, syslog over TCP, TLS
// and UDP, and two systems that push over HTTPS, one of them without numbers of its own. What they have to say is
// fixed, a day in March, and so is the day on which the daemon believes to live.

// What of a system has been said so far, over all runs of the daemon in one place. A record is known by its number.
struct Told {
  long log_lines = 0, log_bytes = 0;  // in the log, whole lines; of the next line
  int rotations = 0;
  long pushed = 0, plain = 0;  // deliveries that were answered
  std::string wrong;           // what a sender could not believe
};

// How much each system has to say.
constexpr long kLogLines = 160, kSyslogRecords = 120, kDatagrams = 30, kPushes = 24, kPlains = 16;
constexpr long kRecordsPerPush = 5;

// Certificates for one harness.
struct Passports {
  test::Authority authority{"torture"};
  test::Certificate server = authority.issue({"localhost"}), sender = authority.issue({"sender"});
  test::Client::Tls tls() const { return {authority.pem(), sender, 0}; }
};

// Makes the directory `place` with configuration, rules and the folder of the log; the daemon writes below home(place).
void make_live_place(const Tools& tools, const Passports& passports, const std::string& place);
std::string live_home(const std::string& place);

// One run of the daemon, under the preload library.
class LiveDaemon {
 public:
  LiveDaemon(const Tools& tools, std::string place, const Fault& fault, const std::string& trace);
  ~LiveDaemon();
  LiveDaemon(const LiveDaemon&) = delete;
  LiveDaemon& operator=(const LiveDaemon&) = delete;

  // Until it listens; false when it ended before.
  bool comes_up();
  // Whether it ends within so long.
  bool ends_within(int milliseconds);
  void signal(int number) const;
  int port(const std::string& source) const;
  int process() const { return process_; }
  // Only after it has ended: exit code, or 128 + signal.
  int code() const { return code_; }
  std::string said() const;

 private:
  bool has_ended();

  std::string place_, err_;
  int process_ = -1;
  int code_ = -1;
};

// All systems at once, each on a thread, as far as `part` (0 … 1) of what they have to say.
class LiveSenders {
 public:
  enum class Until : std::uint8_t {
    said,  // each says what it has to say once, and ends its connection
    gone,  // what was said already is said again and again until the daemon has gone
  };
  LiveSenders(const LiveDaemon& daemon, const Passports& passports, const std::string& place, Told& told, double part,
              Until until);
  ~LiveSenders() { join(); }
  LiveSenders(const LiveSenders&) = delete;
  LiveSenders& operator=(const LiveSenders&) = delete;

  void join();
  // No more is said.
  void stop() { stop_ = true; }
  long answers() const { return answers_; }  // of pushes: stored
  long refused() const { return refused_; }  // of pushes: no room, or a full disk

 private:
  void log(const std::string& place, long last);
  void syslog(int port, bool is_tls, long first_second, long last);
  void datagrams(int port, long last);
  void push(int port, bool is_plain, long last);
  bool may_go_on(bool is_done) const { return !stop_ && (!is_done || until_ == Until::gone); }

  const Passports& passports_;
  Told& told_;
  Until until_;
  std::atomic<bool> stop_{false};
  std::atomic<long> answers_{0}, refused_{0};
  std::vector<std::thread> threads_;
};

// What a store holds of all that, in a form that does not depend on when and how often it was said.
Facts live_facts(const std::string& place);
// Whether everything that was answered is in the store, as it lies there. What is wrong; empty if nothing is.
std::string holds_what_was_answered(const std::string& place, const Told& told);

}  // namespace trailwatch::torture
