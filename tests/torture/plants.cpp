// The harnesses themselves are tested: each planted bug must be caught.
#include "torture/plants.h"

#include <cstdio>
#include <filesystem>

#include "support/program.h"
#include "torture/live.h"

namespace trailwatch::torture {

namespace {

constexpr std::uint64_t kPatience = 3;  // of a short run

// The same for a bug that only sources that are live bring to light.
std::string catch_it_alive(const Plant& plant, const LiveHarness& harness, const Tools& tools, const Task& task,
                           const std::string& base) {
  Task hunt = task;
  hunt.stops_at_first = true;
  hunt.is_quiet = true;
  const Report report = harness.run(tools, hunt, harness.cases_short * kPatience, base);
  if (report.failures.empty()) return "";
  return plant.harness + ", life " + std::to_string(report.failures.front().first) + ": " +
         report.failures.front().second;
}

// How the planted program was caught; empty: not at all.
std::string catch_it(const Plant& plant, const Pipeline& healthy, const Tools& tools, const Task& task,
                     const std::string& base) {
  if (const LiveHarness* const live = find_live_harness(plant.harness))
    return catch_it_alive(plant, *live, tools, task, base);
  Pipeline pipeline(tools, base);
  const std::string wrong = pipeline.record();
  if (!wrong.empty()) return "undisturbed: " + wrong;
  for (std::size_t i = 0; i < pipeline.steps().size(); ++i) {
    const std::string other = difference(healthy.steps()[i].facts, pipeline.steps()[i].facts);
    if (!other.empty()) return "undisturbed, " + pipeline.steps()[i].name + ": " + other;
  }
  if (plant.harness.empty()) return "";
  Task hunt = task;
  hunt.stops_at_first = true;
  hunt.is_quiet = true;
  const Harness& harness = *find_harness(plant.harness);
  hunt.replay = plant.known;
  Report report = harness.run(pipeline, hunt, harness.cases_short);
  hunt.replay.reset();
  if (report.failures.empty()) report = harness.run(pipeline, hunt, harness.cases_short * kPatience);
  if (report.failures.empty()) return "";
  const auto& [number, what] = report.failures.front();
  return plant.harness + ", case " + std::to_string(number) + ": " + what;
}

}  // namespace

const std::vector<Plant>& plants() {
  static const std::vector<Plant> all = {
      {"no-sync", "nothing is ever synced", "cuts"},
      {"sync-only-at-checkpoints", "a commit does not wait for the disk", "cuts", 2},
      {"ack-before-commit", "records are told as stored before they are committed", "cuts", 1},
      {"signed-before-commit", "the tree is signed with leaves that are not committed", "kills", 55},
      {"signer-forgets", "the signer answers without keeping what it signed", "kills"},
      {"position-first", "the position is committed before the events", "kills", 3},
      {"findings-outside", "findings are committed after their events", "kills", 86},
      {"outbox-outside", "a message is committed apart from its cause", "kills", 66},
      {"tiles-outside", "leaves are committed after what they are about", "kills", 7},
      {"postings-outside", "by what look-ups are found is committed after them", "kills", 6},
      {"commit-error-ignored", "a failed commit passes for one", "errors", 5},
      {"sync-error-ignored", "a failed fsync passes for one", "errors", 34},
      {"short-write-ignored", "half a write passes for one", "errors", 11},
      {"file-unsynced", "a file is renamed into place before its bytes are on the disk", "cuts"},
      {"name-unsynced", "a file's new name is not synced", "cuts"},
      {"directory-unsynced", "a new directory's name is not synced", "cuts", 5},
      {"answered-first", "a push is answered before it is committed", "live-kills"},
      {"key-outside", "the answer to a delivery is committed after its records", "live-kills"},
      {"second-writer", "who only looks opens the store for writing", "one-writer"},
      {"half-line", "a half-written last line is taken for a record", ""},
      {"dedupe-off", "a record that comes again is stored again", ""},
      {"skipped-leaf", "now and then an event gets no leaf", ""},
      {"proof-off-by-one", "a proof is made for a size that is one too small", ""},
      {"reused-nonce", "everything is sealed with one nonce", ""},
  };
  return all;
}

Report run_plants(const Tools& tools, const Task& task, const std::string& base, const std::string& only) {
  Report report;
  // The program that is shipped has none of them, the other one has all.
  const std::string shipped = test::read_file(tools.healthy), other = test::read_file(tools.program);
  for (std::size_t i = 0; i < plants().size(); ++i) {
    const std::string& name = plants()[i].name;
    if (shipped.find(name) != std::string::npos)
      report.failures.emplace_back(i, name + " stands in the shipped program");
    if (other.find(name) == std::string::npos) report.failures.emplace_back(i, name + " is planted nowhere");
  }
  std::filesystem::create_directories(base + "/healthy");
  Tools unplanted = tools;
  unplanted.program = tools.healthy;
  unplanted.plant.clear();
  Pipeline healthy(unplanted, base + "/healthy");
  const std::string wrong = healthy.record();
  if (!wrong.empty()) {
    report.failures.emplace_back(0, "the healthy program, undisturbed: " + wrong);
    return report;
  }
  for (std::size_t i = 0; i < plants().size(); ++i) {
    const Plant& plant = plants()[i];
    if (!only.empty() && only != plant.name) continue;
    Tools planted = tools;
    planted.plant = plant.name;
    const std::string place = base + "/" + plant.name;
    std::filesystem::create_directories(place);
    const std::string caught = catch_it(plant, healthy, planted, task, place);
    std::filesystem::remove_all(place);
    ++report.cases;
    ++report.tallies[caught.empty() ? "not caught" : "caught"];
    if (caught.empty()) report.failures.emplace_back(i, plant.name + " (" + plant.what + ") was not caught");
    std::printf("%-26s %s\n", plant.name.c_str(), caught.empty() ? "NOT CAUGHT" : caught.substr(0, 160).c_str());
    std::fflush(stdout);
  }
  return report;
}

}  // namespace trailwatch::torture
