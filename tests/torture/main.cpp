// Runs the fault harnesses: `torture --help`.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "support/program.h"
#include "torture/harness.h"
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

int run(const Options& options) {
  bool is_good = true;
  const test::TemporaryDirectory place;
  if (options.only == kPlants) return run_planted(options, options.keep.empty() ? place.path() : options.keep) ? 0 : 1;
  Pipeline pipeline(options.tools, options.keep.empty() ? place.path() : options.keep);
  const std::string wrong = pipeline.record();
  if (!wrong.empty()) {
    std::printf("FAILED undisturbed: %s\n", wrong.c_str());
    return 1;
  }
  for (const Harness& harness : harnesses()) {
    if (!options.only.empty() && options.only != harness.name) continue;
    const std::uint64_t many = options.task.cases != 0 ? options.task.cases
                               : options.task.is_long  ? harness.cases_long
                                                       : harness.cases_short;
    std::printf("%s: %s; seed %llu\n", harness.name.c_str(), harness.what.c_str(),
                static_cast<unsigned long long>(options.task.seed));
    std::fflush(stdout);
    const auto begun = std::chrono::steady_clock::now();
    const Report report = harness.run(pipeline, options.task, many);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    show(harness.name, report, took.count());
    for (const auto& [number, what] : report.failures) {
      std::printf("replay: ./dev torture --only %s --seed %llu --replay %llu\n", harness.name.c_str(),
                  static_cast<unsigned long long>(options.task.seed), static_cast<unsigned long long>(number));
    }
    is_good = is_good && report.failures.empty() && report.cases > 0;
  }
  if (options.only.empty()) is_good = run_planted(options, place.path("plants")) && is_good;
  return is_good ? 0 : 1;
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
  app.add_option("--cases", options.task.cases, "so many cases instead of the usual number");
  app.add_flag("--long", options.task.is_long, "the long sizes");
  CLI11_PARSE(app, argc, argv);
  if (one->count() > 0) options.task.replay = replay;
  if (!options.only.empty() && options.only != kPlants && find_harness(options.only) == nullptr) {
    std::fprintf(stderr, "no harness \"%s\"\n", options.only.c_str());
    return 64;
  }
  options.tools.seed = options.task.seed;
  options.tools.healthy = options.tools.program;
  use_memory();
  return run(options);
}
