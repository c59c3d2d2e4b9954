// The N-th call fails: EIO, ENOSPC, EINTR, a short write, no descriptor left.
#include <algorithm>
#include <filesystem>

#include "torture/disk.h"
#include "torture/harness.h"
#include "torture/random.h"

namespace trailwatch::torture {

namespace {

// Calls that open and read come to about so many a call that writes.
constexpr std::uint32_t kReadsPerWrite = 2;

constexpr std::uint64_t kStride = 7919;  // prime

struct Where {
  std::size_t step = 0;
  Fault fault;
};

// A promise hangs on a few calls among thousands, such as the sync of a note: each kind of call on each kind of file
// fails in its turn.
Where named_place(const std::vector<Place>& named, std::uint64_t number, Draw& draw) {
  constexpr const char* kErrors[] = {"EIO", "EIO", "ENOSPC", "short"};
  const Place& place = named[number % named.size()];
  Where out;
  out.step = place.step;
  out.fault.at = place.number;
  out.fault.what = kErrors[draw.below(4)];
  out.fault.sticks = draw.chance(0.3);
  return out;
}

// The others are spread over all calls of all steps; a long run comes to every one.
Where any_place(const Pipeline& pipeline, std::uint64_t number, Draw& draw) {
  constexpr const char* kErrors[] = {"EIO", "EIO", "ENOSPC", "EINTR", "short", "EMFILE"};
  Where out;
  out.fault.what = kErrors[draw.below(6)];
  out.fault.counts_reads = out.fault.what == "EMFILE" || draw.chance(0.25);
  out.fault.sticks = out.fault.what != "EINTR" && draw.chance(0.3);
  std::uint64_t all = 0;
  for (const Step& step : pipeline.steps()) all += counted_calls(step.trace);
  std::uint64_t at = number * kStride % all;
  while (at >= counted_calls(pipeline.steps()[out.step].trace)) at -= counted_calls(pipeline.steps()[out.step++].trace);
  out.fault.at = static_cast<std::uint32_t>(at + 1);
  if (out.fault.counts_reads) out.fault.at = static_cast<std::uint32_t>(1 + draw.below((at + 1) * kReadsPerWrite));
  return out;
}

}  // namespace

Report run_errors(const Pipeline& pipeline, const Task& task, std::uint64_t cases) {
  const std::vector<Place> named = named_places(pipeline);
  return for_each_case(task, cases, [&](std::uint64_t number, Report& report) -> std::string {
    Draw draw(task.seed, "errors", number);
    const auto [index, fault] =
        number % 2 == 0 ? named_place(named, number / 2, draw) : any_place(pipeline, number / 2, draw);
    const Step& step = pipeline.steps()[index];
    const std::string place = pipeline.make_place("error", index, true), file = place + "/trace";
    const std::string home = Pipeline::home(place), where = step.name + ", " + fault.text();
    Disk disk = Disk::of(home);
    const Outcome ran = pipeline.run(place, index, fault, file);
    ++report.tallies[fault.what];
    if (ran.code >= 128) return where + ": it died of signal " + std::to_string(ran.code - 128) + ", " + ran.err;
    ++report.tallies[ran.code == 0 ? "went on, or was not reached" : "stopped with a message"];
    if (ran.code != 0 && ran.err.find(" error ") == std::string::npos) return where + ": it stopped without a word";
    // Whether the program saw the error or not: then the power goes, and nothing that was not synced survives.
    if (draw.chance(0.5)) {
      for (const Op& op : read_trace(file, home)) disk.apply(op);
      lay_out(disk.after_cut({0, 0, false}, draw), home);
      ++report.tallies["and then the power went"];
    }
    if (ran.code == 0) {
      const std::string wrong = in_a_child([&]() -> std::string {
        const Facts facts = read_facts(home + "/state/trailwatch.db");
        if (!facts.problem.empty()) return facts.problem;
        return std::includes(facts.events.begin(), facts.events.end(), step.facts.events.begin(),
                             step.facts.events.end())
                   ? ""
                   : "it said that all went well, and events are missing";
      });
      if (!wrong.empty()) return where + ": " + wrong;
    }
    const std::string wrong = pipeline.recover(place, index, {}, task.asks_alerts(number));
    return wrong.empty() ? "" : where + ": then " + wrong;
  });
}

}  // namespace trailwatch::torture
