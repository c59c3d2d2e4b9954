#include "torture/harness.h"

#include <chrono>
#include <cstdio>

namespace trailwatch::torture {

namespace {

constexpr std::size_t kFailuresShown = 5;
constexpr std::chrono::seconds kSlow(5);

}  // namespace

const std::vector<Harness>& harnesses() {
  static const std::vector<Harness> all = {
      {"kills", "kill -9 at every kind of call and at random ones", 240, 10'000, run_kills},
      {"cuts", "power cuts: what was not synced is dropped, reordered, torn", 1'000, 50'000, run_cuts},
      {"errors", "the N-th call fails", 200, 10'000, run_errors},
      {"full-disks", "the disk runs full and has room again", 20, 1'000, run_full_disks},
      {"orders", "deliveries in any order, in pieces, repeated", 100, 5'000, run_orders},
      {"one-writer", "the daemon with eight readers, backup and verify beside it", 2, 200, run_one_writer},
      {"flips", "one bit of the database turns over", 300, 200'000, run_flips},
  };
  return all;
}

const Harness* find_harness(const std::string& name) {
  for (const Harness& one : harnesses()) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

std::vector<Place> named_places(const Pipeline& pipeline) {
  std::vector<Place> out;
  for (std::size_t step = 0; step < pipeline.steps().size(); ++step) {
    const Trace& trace = pipeline.steps()[step].trace;
    const auto names = names_in(trace);
    std::map<std::string, std::vector<std::uint32_t>> numbers;
    for (const Op& op : trace) {
      if (op.number > 0 && op.call != Call::open) numbers[point_of(op, names)].push_back(op.number);
    }
    for (const auto& [point, all] : numbers) out.push_back({step, all[all.size() / 2], point});
  }
  return out;
}

Report for_each_case(const Task& task, std::uint64_t cases,
                     const std::function<std::string(std::uint64_t number, Report& report)>& body) {
  Report report;
  const std::uint64_t first = task.replay.value_or(0), end = task.replay ? first + 1 : cases;
  for (std::uint64_t number = first; number < end; ++number) {
    const auto begun = std::chrono::steady_clock::now();
    const std::string wrong = body(number, report);
    if (std::chrono::steady_clock::now() - begun > kSlow) {
      ++report.tallies["took longer than 5 s"];
      if (!task.is_quiet) std::printf("    slow: case %llu\n", static_cast<unsigned long long>(number));
    }
    ++report.cases;
    if (!wrong.empty()) {
      report.failures.emplace_back(number, wrong);
      if (!task.is_quiet && report.failures.size() <= kFailuresShown) {
        std::printf("FAILED case %llu: %s\n", static_cast<unsigned long long>(number), wrong.c_str());
        std::fflush(stdout);
      }
      if (task.stops_at_first) break;
    }
    if (!task.is_quiet && task.is_long && report.cases % 500 == 0) {
      std::fprintf(stderr, "  %llu of %llu, %zu failures\n", static_cast<unsigned long long>(report.cases),
                   static_cast<unsigned long long>(cases), report.failures.size());
    }
  }
  return report;
}

}  // namespace trailwatch::torture
