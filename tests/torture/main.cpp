// Runs the fault harnesses: `torture --help`.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "support/program.h"
#include "torture/harness.h"
#include "torture/live.h"
#include "torture/plants.h"

namespace trailwatch::torture {

namespace {

// Where the disk is fast; what is tested does not depend on it, since nothing here trusts the real disk.
void use_memory() {
  if (std::getenv("TMPDIR") == nullptr && std::filesystem::exists("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 1);
}

struct Options {
  Tools tools;
  Task task;
  std::string only;
  std::string planted;  // the program with planted bugs; empty: they are left out
  std::string plant;    // only this one
  std::string keep;     // a directory to work in and to leave as it is
};

constexpr const char* kPlants = "plants";

void show(const std::string& name, const Report& report, double seconds) {
  std::printf("%-12s %6llu cases, %zu failures, %.1f s\n", name.c_str(), static_cast<unsigned long long>(report.cases),
              report.failures.size(), seconds);
  for (const auto& [what, many] : report.tallies) {
    std::printf("    %8llu %s\n", static_cast<unsigned long long>(many), what.c_str());
  }
  std::fflush(stdout);
}

bool run_planted(const Options& options, const std::string& base) {
  if (options.planted.empty()) return true;
  std::printf("plants: planted bugs that must be caught; seed %llu\n",
              static_cast<unsigned long long>(options.task.seed));
  Tools tools = options.tools;
  tools.program = options.planted;
  const auto begun = std::chrono::steady_clock::now();
  const Report report = run_plants(tools, options.task, base, options.plant);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  show(kPlants, report, took.count());
  for (const auto& [number, what] : report.failures) std::printf("FAILED %s\n", what.c_str());
  return report.failures.empty() && report.cases > 0;
}

// Shows a harness at work, and how what fails is replayed.
template <typename Run>
bool run_harness(const Options& options, const std::string& name, const std::string& what, const Run& body) {
  const auto seed = static_cast<unsigned long long>(options.task.seed);
  std::printf("%s: %s; seed %llu\n", name.c_str(), what.c_str(), seed);
  std::fflush(stdout);
  const auto begun = std::chrono::steady_clock::now();
  const Report report = body();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  show(name, report, took.count());
  for (const auto& [number, failure] : report.failures) {
    std::printf("replay: ./dev torture --only %s --seed %llu --replay %llu\n", name.c_str(), seed,
                static_cast<unsigned long long>(number));
  }
  return report.failures.empty() && report.cases > 0;
}

std::uint64_t cases_of(const Task& task, std::uint64_t cases_short, std::uint64_t cases_long) {
  if (task.cases != 0) return task.cases;
  return task.is_long ? cases_long : cases_short;
}

bool run_files(const Options& options, const std::string& base) {
  if (!options.only.empty() && find_harness(options.only) == nullptr) return true;
  Pipeline pipeline(options.tools, base);
  const std::string wrong = pipeline.record();
  if (!wrong.empty()) {
    std::printf("FAILED undisturbed: %s\n", wrong.c_str());
    return false;
  }
  bool is_good = true;
  for (const Harness& harness : harnesses()) {
    if (!options.only.empty() && options.only != harness.name) continue;
    const std::uint64_t cases = cases_of(options.task, harness.cases_short, harness.cases_long);
    is_good =
        run_harness(options, harness.name, harness.what, [&] { return harness.run(pipeline, options.task, cases); }) &&
        is_good;
  }
  return is_good;
}

bool run_live(const Options& options, const std::string& base) {
  bool is_good = true;
  for (const LiveHarness& harness : live_harnesses()) {
    if (!options.only.empty() && options.only != harness.name) continue;
    const std::uint64_t cases = cases_of(options.task, harness.cases_short, harness.cases_long);
    if (cases == 0) continue;
    const std::string place = base + "/" + harness.name;
    std::filesystem::create_directories(place);
    is_good = run_harness(options, harness.name, harness.what + ", " + std::to_string(cases) + " " + harness.unit,
                          [&] { return harness.run(options.tools, options.task, cases, place); }) &&
              is_good;
  }
  return is_good;
}

int run(const Options& options) {
  const test::TemporaryDirectory place;
  const std::string base = options.keep.empty() ? place.path() : options.keep;
  if (options.only == kPlants) return run_planted(options, base) ? 0 : 1;
  bool is_good = run_files(options, base);
  is_good = run_live(options, base) && is_good;
  if (options.only.empty()) is_good = run_planted(options, place.path("plants")) && is_good;
  return is_good ? 0 : 1;
}

bool is_known(const std::string& name) {
  return name == kPlants || find_harness(name) != nullptr || find_live_harness(name) != nullptr;
}

}  // namespace

}  // namespace trailwatch::torture

int main(int argc, char** argv) {
  using namespace trailwatch::torture;
  Options options;
  std::uint64_t replay = 0;
  CLI::App app("Fault harnesses of trailwatch");
  app.add_option("--program", options.tools.program, "the trailwatch under test")->required();
  app.add_option("--planted", options.planted, "the same with planted bugs");
  app.add_option("--plant", options.plant, "with --only plants: one of them");
  app.add_option("--preload", options.tools.preload, "the library that stands before the disk")->required();
  app.add_option("--shared", options.tools.shared, "config/ of the source tree")->required();
  app.add_option("--seed", options.task.seed, "what is drawn is drawn by this")->capture_default_str();
  app.add_option("--only", options.only, "one harness");
  CLI::Option* const one = app.add_option("--replay", replay, "one case of it, by its number");
  app.add_option("--keep", options.keep, "work in this empty directory and leave all there, to look at a failure");
  app.add_option("--from", options.task.from, "begin with this case: a long run can be done in parts");
  app.add_option("--cases", options.task.cases,
                 "so many cases (live-load, live-hour: seconds) instead of the usual number");
  app.add_flag("--long", options.task.is_long, "the long sizes");
  CLI11_PARSE(app, argc, argv);
  if (one->count() > 0) options.task.replay = replay;
  if (!options.only.empty() && !is_known(options.only)) {
    std::fprintf(stderr, "no harness \"%s\"\n", options.only.c_str());
    return 64;
  }
  options.tools.seed = options.task.seed;
  options.tools.healthy = options.tools.program;
  use_memory();
  return run(options);
}
