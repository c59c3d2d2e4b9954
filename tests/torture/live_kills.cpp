// kill -9 while all sources are live: at each named place of the daemon's work, around what goes over sockets, and at
// random moments under load. Eight kills a life; then everything is held against a life that nobody disturbed.
#include <signal.h>

#include <algorithm>
#include <set>

#include "torture/live.h"
#include "torture/live_life.h"
#include "torture/random.h"

namespace trailwatch::torture {

namespace {

constexpr std::uint64_t kKillsPerLife = 8;

}  // namespace

Report run_live_kills(const Tools& tools, const Task& task, std::uint64_t kills, const std::string& base) {
  const Passports passports;
  const LiveRecord record = record_live(tools, passports, base + "/undisturbed");
  if (!record.wrong.empty()) return undisturbed_failed(record);
  constexpr const char* kHow[] = {"kill-before", "kill-middle", "kill-after"};
  std::set<std::string> hit;
  std::uint64_t working = 0;
  const auto choose = [&](std::uint64_t number, bool is_first, Draw& draw) {
    Disturbance out;
    if (!is_first && draw.chance(0.25)) {
      out.kill_after_answers = static_cast<long>(draw.below(30));
      return out;
    }
    // Point after point, so that a long run comes to each.
    const LiveRecord::Point& point = is_first ? record.starting[number * 7 % record.starting.size()]
                                              : record.working[working++ % record.working.size()];
    out.fault.point = point.name;
    out.fault.at = static_cast<std::uint32_t>(1 + draw.below(std::min<std::size_t>(point.times, kOccurrences)));
    out.fault.what = kHow[draw.below(3)];
    return out;
  };
  const std::uint64_t lives = (kills + kKillsPerLife - 1) / kKillsPerLife;
  Report all = for_each_case(task, lives, [&](std::uint64_t number, Report& report) -> std::string {
    Draw draw(task.seed, "live-kills", number);
    working = number * kKillsPerLife + task.seed;
    LiveLife life(tools, passports, base + "/life");
    std::string story;
    for (std::uint64_t i = 0; i < kKillsPerLife; ++i) {
      const Disturbance disturbance = choose(number + task.seed, i == 0, draw);
      const double part = static_cast<double>(i + 1) / static_cast<double>(kKillsPerLife + 1);
      const Lived lived = life.run(disturbance, part);
      story += (i == 0 ? "" : "; ") + disturbance.text();
      if (lived.code == 128 + SIGKILL) {
        ++report.tallies["kills"];
        if (!disturbance.fault.point.empty()) hit.insert(disturbance.fault.point);
      } else {
        ++report.tallies["points that did not come"];
      }
      report.tallies["answers before them"] += static_cast<std::uint64_t>(lived.answers);
      if (!lived.wrong.empty()) return story + ": " + lived.wrong;
    }
    const std::string wrong = life.finish(record.facts);
    return wrong.empty() ? "" : story + ": " + wrong;
  });
  std::set<std::string> named;
  for (const auto* const points : {&record.starting, &record.working}) {
    for (const LiveRecord::Point& point : *points) named.insert(point.name);
  }
  all.tallies["named points"] = named.size();
  all.tallies["named points hit"] = hit.size();
  return all;
}

}  // namespace trailwatch::torture
