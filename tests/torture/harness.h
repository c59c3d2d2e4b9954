#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "torture/pipeline.h"

namespace trailwatch::torture {

// How often and with what numbers a harness runs.
struct Task {
  std::uint64_t seed = 1;
  bool is_long = false;
  std::optional<std::uint64_t> replay;  // this case only
  std::uint64_t cases = 0;              // instead of the harness's own number; 0: that one
  bool stops_at_first = false;          // one failure is enough
  bool is_quiet = false;

  // What the command prints is compared in every case of a long run, and in every fourth of a short one; what it is
  // made of, always.
  bool asks_alerts(std::uint64_t number) const { return is_long || replay || number % 4 == 0; }
};

struct Report {
  std::uint64_t cases = 0;
  std::vector<std::pair<std::uint64_t, std::string>> failures;  // case, what is wrong
  std::map<std::string, std::uint64_t> tallies;                 // what happened how often
};

// A way of disturbing a pipeline that was recorded. Explained in docs/reliability.md.
struct Harness {
  std::string name;
  std::string what;  // one sentence
  std::uint64_t cases_short, cases_long;
  Report (*run)(const Pipeline& pipeline, const Task& task, std::uint64_t cases);
};

const std::vector<Harness>& harnesses();
const Harness* find_harness(const std::string& name);

// Runs `body` for every case of the task; what it returns is wrong. Shows how far it is.
Report for_each_case(const Task& task, std::uint64_t cases,
                     const std::function<std::string(std::uint64_t number, Report& report)>& body);

// A counted call of one step.
struct Place {
  std::size_t step = 0;
  std::uint32_t number = 0;
  std::string point;  // what it does to which kind of file
};

// One call of every kind on every kind of file in every step: its middle one.
std::vector<Place> named_places(const Pipeline& pipeline);

// The harnesses; each in a file of its own.
Report run_kills(const Pipeline& pipeline, const Task& task, std::uint64_t cases);
Report run_cuts(const Pipeline& pipeline, const Task& task, std::uint64_t cases);
Report run_errors(const Pipeline& pipeline, const Task& task, std::uint64_t cases);
Report run_full_disks(const Pipeline& pipeline, const Task& task, std::uint64_t cases);
Report run_orders(const Pipeline& pipeline, const Task& task, std::uint64_t cases);
Report run_one_writer(const Pipeline& pipeline, const Task& task, std::uint64_t cases);
Report run_flips(const Pipeline& pipeline, const Task& task, std::uint64_t cases);

}  // namespace trailwatch::torture
