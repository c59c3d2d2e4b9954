#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/certificates.h"
#include "support/client.h"
#include "support/program.h"

namespace trailwatch::test {

// Live sources under load: a log that grows and is rotated, syslog over TCP and over TLS, and records pushed over HTTPS
// by several connections; a quarter of the rate each. UDP, which promises nothing, beside them. The records are made up
// and of now.
//
// Thread rule: one run at a time, from one thread; it starts those it needs.
class LiveLoad {
 public:
  struct Options {
    std::string program;
    std::string shared;  // config/ of the source tree
    int rate = 5'000;    // records a second, all sources together
    int rotations = 12;  // of the growing log, in each run
    std::string place;   // an empty directory to work in; empty: a temporary one
  };
  // What the daemon holds at some moment.
  struct Sample {
    double second = 0;  // of the run
    long rss_kib = 0;
    int descriptors = 0;
  };
  struct Run {
    double seconds = 0, cpu_seconds = 0;
    std::vector<double> answers_ms;  // of pushes, ascending
    long refused = 0;                // pushes that were told to come again, and did
    long records = 0;                // sent to all sources but UDP
    std::vector<Sample> samples;
    double percentile(double part) const;
  };
  struct Kept {
    long sent = 0, stored = 0, duplicates = 0, quarantined = 0;
  };
  struct Books {
    int exit_code = -1;                   // of the daemon
    std::map<std::string, Kept> sources;  // `log`, `tcp`, `tls`, `push`, `udp`
    long broken = 0;                      // connections that ended, answers nobody expects
    int verified = -1;                    // exit code of `verify`
    std::string errors;                   // lines of the daemon's log that are errors

    // Of everything but UDP: records that are not stored, or not once.
    long lost_or_doubled() const;
  };

  // Starts the daemon. Throws std::runtime_error when it does not come up.
  explicit LiveLoad(Options options);
  ~LiveLoad();
  LiveLoad(const LiveLoad&) = delete;
  LiveLoad& operator=(const LiveLoad&) = delete;

  // Sends for so many seconds. `slow`: clients that begin a handshake and never end it; whoever was closed comes again.
  // `show` prints a line about the daemon with each sample.
  Run run(int seconds, int slow, bool show = false);
  // Stops the daemon, has what lies in the folder read to its end, and counts.
  Books finish();

 private:
  struct Counter;
  void configure();
  void write_log(Counter& counter, int seconds, std::chrono::steady_clock::time_point until);

  Options options_;
  std::unique_ptr<TemporaryDirectory> temporary_;
  std::string place_;
  Authority authority_{"load"};
  Certificate server_ = authority_.issue({"localhost"}), client_ = authority_.issue({"sender"});
  std::map<std::string, int> ports_;
  std::map<std::string, std::atomic<long>> sent_;
  std::atomic<long> broken_{0};
  int rotated_ = 0;
  std::unique_ptr<RunningProgram> daemon_;
  std::thread listener_;  // reads what the daemon says, so that it can go on saying it
};

}  // namespace trailwatch::test
