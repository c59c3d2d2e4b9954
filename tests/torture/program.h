#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace trailwatch::torture {

// What the preload library is to do to one run of the program. By default nothing but to look.
struct Fault {
  std::uint32_t at = 0;  // the N-th counted call; 0: none
  std::string what;      // as TW_TORTURE_DO has it
  bool sticks = false;   // all later calls of that kind fail too
  bool counts_reads = false;
  std::int64_t space = -1;  // files may grow by so many bytes; -1: as they like
  // What randomness and time of day are made of; empty: real ones. Two runs on one store need two.
  std::string random;
  std::string point;     // only calls of that kind on that kind of file count: `write trailwatch.db-wal`
  std::string full;      // the disk is full as long as this file is there
  std::int64_t now = 0;  // time of day at the start, seconds since 1970; 0: as it is
  std::string text() const;
};

struct Outcome {
  int code = 0;  // exit code; 128 + signal when it was killed
  std::string out, err;
  bool was_killed() const { return code == 128 + 9; }
  bool crashed() const { return code > 128 && !was_killed(); }
};

// The program under test and what it is run with.
struct Tools {
  std::string program;  // the trailwatch under test
  std::string healthy;  // the one that looks at what the other has made
  std::string preload;
  std::string shared;      // config/ of the source tree
  std::uint64_t seed = 1;  // of what the program itself draws
  std::string plant;       // the bug that the program under test has; empty: none
};

// Runs `program` to its end with the library in front of it. `root`: whose files count. `trace` may be empty.
// A run that takes longer than a minute is killed and told as such: nothing here may hang.
Outcome run_under(const Tools& tools, const std::vector<std::string>& arguments, const std::string& root,
                  const std::string& trace, const Fault& fault);
// Likewise, not waited for.
int start_under(const Tools& tools, const std::vector<std::string>& arguments, const std::string& root,
                const std::string& trace, const std::string& out, const std::string& err, const Fault& fault = {});
int wait_for(int process);

// The healthy program alone.
Outcome run_healthy(const Tools& tools, const std::vector<std::string>& arguments);

// Runs `body` in a process of its own and returns what it returns; a crash there is an answer too.
std::string in_a_child(const std::function<std::string()>& body);

}  // namespace trailwatch::torture
