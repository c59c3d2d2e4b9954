// The disk runs full while all sources are live, and has room again; or one of the daemon's calls fails. Whoever pushes
// hears so (503) or nothing, never that it was stored; with room again the daemon goes on by itself.
#include <algorithm>

#include "torture/live.h"
#include "torture/live_life.h"
#include "torture/random.h"

namespace trailwatch::torture {

namespace {

constexpr std::uint64_t kFaultsPerLife = 5;

Disturbance choose(const LiveRecord& record, std::uint64_t number, Draw& draw) {
  constexpr const char* kErrors[] = {"EIO", "ENOSPC", "EINTR", "short"};
  Disturbance out;
  out.fills_disk = number % 3 == 1;
  if (out.fills_disk) return out;
  const auto files = record.working.size() - LiveRecord::kOverSockets;
  const LiveRecord::Point& point = record.working[(number * 5 + draw.below(3)) % files];
  out.fault.point = point.name;
  out.fault.at = static_cast<std::uint32_t>(1 + draw.below(std::min<std::size_t>(point.times, kOccurrences)));
  out.fault.what = kErrors[draw.below(4)];
  out.fault.sticks = out.fault.what != "EINTR" && draw.chance(0.25);
  return out;
}

}  // namespace

Report run_live_faults(const Tools& tools, const Task& task, std::uint64_t faults, const std::string& base) {
  const Passports passports;
  const LiveRecord record = record_live(tools, passports, base + "/undisturbed");
  if (!record.wrong.empty()) return undisturbed_failed(record);
  const std::uint64_t lives = (faults + kFaultsPerLife - 1) / kFaultsPerLife;
  Report all = for_each_case(task, lives, [&](std::uint64_t number, Report& report) -> std::string {
    Draw draw(task.seed, "live-faults", number);
    LiveLife life(tools, passports, base + "/life");
    std::string story;
    for (std::uint64_t i = 0; i < kFaultsPerLife; ++i) {
      const Disturbance disturbance = choose(record, number * kFaultsPerLife + i + task.seed, draw);
      const Lived lived = life.run(disturbance, static_cast<double>(i + 1) / static_cast<double>(kFaultsPerLife + 1));
      story += (i == 0 ? "" : "; ") + disturbance.text();
      ++report.tallies["faults"];
      if (disturbance.fills_disk) ++report.tallies["full disks that got room again"];
      report.tallies["pushes refused"] += static_cast<std::uint64_t>(lived.refused);
      if (!disturbance.fills_disk) {
        ++report.tallies[lived.code == 0 ? "went on, or was not reached" : "stopped with a message"];
      }
      if (!lived.wrong.empty()) return story + ": " + lived.wrong;
      if (disturbance.fills_disk && lived.code != 0) return story + ": it did not live through it: " + lived.said;
    }
    const std::string wrong = life.finish(record.facts);
    return wrong.empty() ? "" : story + ": " + wrong;
  });
  if (all.tallies["pushes refused"] == 0 && !task.replay) all.failures.emplace_back(0, "nobody was ever refused");
  return all;
}

}  // namespace trailwatch::torture
