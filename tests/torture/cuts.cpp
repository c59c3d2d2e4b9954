// The power goes at some point of the recorded run: what was not synced is dropped, reordered and torn.
#include <algorithm>
#include <filesystem>

#include "torture/disk.h"
#include "torture/harness.h"
#include "torture/random.h"

namespace trailwatch::torture {

namespace {

// What the machine finds must hold all that was acknowledged, before anything is read again.
std::string check_image(const Pipeline& pipeline, const std::string& place, const std::vector<std::string>& keys,
                        const std::vector<std::string>& notes) {
  const std::string state = Pipeline::home(place) + "/state";
  if (!std::filesystem::exists(state + "/trailwatch.db")) {
    return keys.empty() && notes.empty() ? "" : "the store is gone";
  }
  if (keys.empty() && notes.empty()) return "";
  return in_a_child([&]() -> std::string {
    const Facts facts = read_facts(state + "/trailwatch.db");
    if (!facts.problem.empty()) return "the store does not open: " + facts.problem;
    std::vector<std::string> missing;
    std::set_difference(keys.begin(), keys.end(), facts.events.begin(), facts.events.end(),
                        std::back_inserter(missing));
    if (!missing.empty()) return std::to_string(missing.size()) + " acknowledged events lost, first " + missing.front();
    return verify(state, pipeline.log_key(), notes, false);
  });
}

}  // namespace

Report run_cuts(const Pipeline& pipeline, const Task& task, std::uint64_t cases) {
  const Trace& trace = pipeline.trace();
  return for_each_case(task, cases, [&](std::uint64_t number, Report& report) -> std::string {
    Draw draw(task.seed, "cuts", number);
    std::size_t cut = 1 + draw.below(trace.size());
    // Every third time just after something was acknowledged, where a promise is youngest.
    if (number % 3 == 2) {
      const auto& all = pipeline.acknowledged();
      cut = std::min(trace.size(), all[draw.below(all.size())].at + draw.below(4));
    }
    const Disk::Fate fate = Disk::Fate::draw(draw);
    Disk disk;
    for (std::size_t i = 0; i < cut; ++i) disk.apply(trace[i]);
    const auto& begins = pipeline.begins();
    const auto step = std::min(
        pipeline.steps().size() - 1,
        static_cast<std::size_t>(std::upper_bound(begins.begin(), begins.end(), cut - 1) - begins.begin()) - 1);
    const std::string place = pipeline.make_place("cut", step, false);
    lay_out(disk.after_cut(fate, draw), Pipeline::home(place));

    std::vector<std::string> keys, notes;
    for (const Acknowledged& one : pipeline.acknowledged()) {
      if (one.at > cut) continue;
      if (!one.note.empty()) notes.push_back(one.note);
      keys.insert(keys.end(), one.keys.begin(), one.keys.end());
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    ++report.tallies["cut in " + pipeline.steps()[step].name];
    report.tallies["acknowledged events asked for"] += keys.size();
    report.tallies["handed-out checkpoints held against the tree"] += notes.size();
    const std::string where = pipeline.steps()[step].name + ", cut after operation " + std::to_string(cut) + " of " +
                              std::to_string(trace.size()) + ", " + fate.text();
    const std::string lost = check_image(pipeline, place, keys, notes);
    if (!lost.empty()) return where + ": " + lost;
    const std::string wrong = pipeline.recover(place, step, notes, task.asks_alerts(number));
    return wrong.empty() ? "" : where + ": then " + wrong;
  });
}

}  // namespace trailwatch::torture
