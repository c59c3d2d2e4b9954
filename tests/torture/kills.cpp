// kill -9 at a call: at each named place of the pipeline once, then at random ones.
#include <filesystem>
#include <set>

#include "torture/harness.h"
#include "torture/random.h"

namespace trailwatch::torture {

Report run_kills(const Pipeline& pipeline, const Task& task, std::uint64_t cases) {
  const std::vector<Place> named = named_places(pipeline);
  constexpr const char* kHow[] = {"kill-before", "kill-middle", "kill-after"};
  std::set<std::string> wanted, hit;
  for (const Place& place : named) wanted.insert(pipeline.steps()[place.step].name + ": " + place.point);

  Report all = for_each_case(task, cases, [&](std::uint64_t number, Report& report) -> std::string {
    Draw draw(task.seed, "kills", number);
    Place at;
    if (number % 4 != 3) {
      at = named[(number - number / 4) % named.size()];
    } else {
      at.step = draw.below(pipeline.steps().size());
      at.number = static_cast<std::uint32_t>(1 + draw.below(counted_calls(pipeline.steps()[at.step].trace)));
    }
    Fault fault;
    fault.at = at.number;
    fault.what = kHow[draw.below(3)];
    const Step& step = pipeline.steps()[at.step];
    const std::string place = pipeline.make_place("kill", at.step, true), file = place + "/trace";
    const Outcome ran = pipeline.run(place, at.step, fault, file);
    const Trace trace = read_trace(file, Pipeline::home(place));
    const std::string where = step.name + ", " + fault.text();
    if (!ran.was_killed()) {
      // Sizes differ by some bytes from run to run, and so may the number of calls.
      ++report.tallies["not reached"];
      if (ran.code != 0) return where + ": exit " + std::to_string(ran.code) + ", " + ran.err;
    } else if (!trace.empty()) {
      const std::string point = step.name + ": " + point_of(trace.back(), names_in(trace));
      hit.insert(point);
      ++report.tallies["killed in " + step.name];
    }
    // A second time while it recovers, now and then. Nobody enters a decision again that he finds entered.
    if (draw.chance(0.15) && !pipeline.is_entered(place, at.step)) {
      Fault again = fault;
      again.at = static_cast<std::uint32_t>(1 + draw.below(counted_calls(step.trace)));
      pipeline.run(place, at.step, again, "");
      ++report.tallies["killed again while it recovered"];
    }
    const std::string wrong = pipeline.recover(place, at.step, {}, task.asks_alerts(number));
    return wrong.empty() ? "" : where + ": " + wrong;
  });
  for (const std::string& point : wanted) {
    ++all.tallies[hit.count(point) != 0 ? "named points hit" : "named points missed"];
  }
  return all;
}

}  // namespace trailwatch::torture
