#pragma once

#include <memory>
#include <string>
#include <vector>

#include "torture/harness.h"
#include "torture/live_county.h"

namespace trailwatch::torture {

// What disturbs one run of the daemon.
struct Disturbance {
  Fault fault;
  long kill_after_answers = -1;  // not by the library: from outside, after so many
  bool fills_disk = false;       // from when it listens until a push was refused; then there is room again
  std::string text() const;
};

struct Lived {
  int code = 0;              // as LiveDaemon::code
  bool was_reached = false;  // the fault has happened, as far as one can see from outside
  long answers = 0, refused = 0;
  std::string said;   // by the daemon, in its log
  std::string wrong;  // empty if nothing is
};

// A place in which the daemon is disturbed again and again, while all its sources go on. In the end everything that
// nobody ever acknowledged is said once more, and the store is held against one that nobody disturbed.
class LiveLife {
 public:
  LiveLife(const Tools& tools, const Passports& passports, std::string place);

  // One run, in which the systems come as far as `part` of what they have to say. Looks at the store as it lies there
  // afterwards: what was answered must be in it.
  Lived run(const Disturbance& disturbance, double part, const std::string& trace = "");
  // The last run, undisturbed, and everything after it. What is wrong.
  std::string finish(const Facts& undisturbed);
  const Told& told() const { return told_; }

 private:
  Fault at_this_time(Fault fault) const;
  std::string empty_disk(LiveDaemon& daemon, LiveSenders& senders, const std::string& full) const;
  void keep_note();

  const Tools& tools_;
  const Passports& passports_;
  std::string place_;
  Told told_;
  std::int64_t runs_ = 0;
  std::vector<std::string> notes_;  // signed checkpoints that somebody may have seen
  std::string keys_;                // of the log, when the first of them was seen
};

// A life that nobody disturbs: what the store holds in the end, and the places where it can be disturbed.
struct LiveRecord {
  struct Point {
    std::string name;         // `create trailwatch.db`
    std::uint32_t times = 0;  // in one run
  };
  static constexpr std::size_t kOverSockets = 2;  // the last of `working`
  Facts facts;
  std::vector<Point> starting;  // calls of a first start
  std::vector<Point> working;   // calls of later runs, and those over sockets
  std::string wrong;
};
LiveRecord record_live(const Tools& tools, const Passports& passports, const std::string& place);
// What a harness reports, and says, when already the undisturbed run went wrong.
Report undisturbed_failed(const LiveRecord& record);

// Of calls that happen once a commit, one of the first so many is hit.
constexpr std::size_t kOccurrences = 12;

}  // namespace trailwatch::torture
