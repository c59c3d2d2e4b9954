// The daemon under load for a while: everything is stored once, descriptors and memory stay what they are, and slow
// clients don't make the others wait. Times are held against each other within one run only: how fast a machine is, is
// no failure.
#include "support/live_load.h"

#include <algorithm>
#include <vector>

#include "torture/live.h"

namespace trailwatch::torture {

namespace {

using test::LiveLoad;

constexpr int kLoadRate = 5'000, kHourRate = 1'000, kShortRate = 1'000;
constexpr int kSlow = 900, kSlowShort = 100;
// Logs that were rotated stay open, but no more than so many (ADR 19).
constexpr int kOpenLogsMax = 64;
constexpr int kRotationsOfHour = 150;
// Of a connection that is being accepted, a folder that is being listed.
constexpr int kDescriptorsBetween = 8;
constexpr double kSlowerMax = 2.0;
// Pages of the store are kept up to 256 MiB.
constexpr double kMemoryGrowthMax = 1.5;

// Failures of a run are told one by one, under numbers of their own; all are replayed by the same command.
void fail(Report& report, const std::string& what) {
  report.failures.emplace_back(report.failures.size(), what);
  std::printf("FAILED %s\n", what.c_str());
}

void show(const std::string& name, const LiveLoad::Run& run) {
  std::printf(
      "    %s: %.0f s, %ld records, %.0f a second; %zu answers: p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, "
      "longest %.1f ms; told to come again %ld; CPU %.1f s\n",
      name.c_str(), run.seconds, run.records, static_cast<double>(run.records) / run.seconds, run.answers_ms.size(),
      run.percentile(0.5), run.percentile(0.9), run.percentile(0.99), run.percentile(1.0), run.refused,
      run.cpu_seconds);
  const auto [least, most] =
      std::minmax_element(run.samples.begin(), run.samples.end(),
                          [](const LiveLoad::Sample& a, const LiveLoad::Sample& b) { return a.rss_kib < b.rss_kib; });
  if (least != run.samples.end()) {
    std::printf("    memory from %ld to %ld KiB, at the end %ld KiB\n", least->rss_kib, most->rss_kib,
                run.samples.back().rss_kib);
  }
  std::fflush(stdout);
}

// What descriptors did after `from` seconds.
int descriptors_grown(const LiveLoad::Run& run, double from) {
  int least = INT32_MAX, most = 0;
  for (const LiveLoad::Sample& sample : run.samples) {
    if (sample.second < from) continue;
    least = std::min(least, sample.descriptors);
    most = std::max(most, sample.descriptors);
  }
  return most == 0 ? 0 : most - least;
}

// The highest: passes in order of time, which hold what they need of all events and let it go again, count too.
long memory_max(const LiveLoad::Run& run, double from, double until) {
  long most = 0;
  for (const LiveLoad::Sample& sample : run.samples) {
    if (sample.second >= from && sample.second < until) most = std::max(most, sample.rss_kib);
  }
  return most;
}

void judge(const LiveLoad::Books& books, Report& report) {
  for (const auto& [source, kept] : books.sources) {
    std::printf("    %s: sent %ld, stored %ld, duplicates %ld, quarantined %ld\n", source.c_str(), kept.sent,
                kept.stored, kept.duplicates, kept.quarantined);
    report.tallies["records stored"] += static_cast<std::uint64_t>(kept.stored);
  }
  if (books.sources.size() < 5) fail(report, "`status` does not name all sources");
  if (books.lost_or_doubled() != 0) fail(report, std::to_string(books.lost_or_doubled()) + " records lost or doubled");
  // UDP may lose, never double.
  const auto udp = books.sources.find("udp");
  if (udp != books.sources.end() && (udp->second.stored > udp->second.sent || udp->second.duplicates != 0)) {
    fail(report, "more datagrams were stored than sent");
  }
  if (books.broken != 0) fail(report, std::to_string(books.broken) + " connections broke");
  if (books.exit_code != 0) fail(report, "the daemon ended with " + std::to_string(books.exit_code));
  if (books.verified != 0) fail(report, "verify ended with " + std::to_string(books.verified));
  if (!books.errors.empty()) fail(report, "the daemon told of errors:\n" + books.errors);
}

LiveLoad::Options options_of(const Tools& tools, const std::string& base, int rate, int rotations) {
  return {tools.program, tools.shared, rate, rotations, base};
}

}  // namespace

Report run_live_load(const Tools& tools, const Task& task, std::uint64_t seconds, const std::string& base) {
  Report report;
  const int length = static_cast<int>(seconds), slow = task.is_long ? kSlow : kSlowShort;
  LiveLoad load(options_of(tools, base, task.is_long ? kLoadRate : kShortRate, 5));
  const LiveLoad::Run alone = load.run(length, 0);
  show("alone", alone);
  const LiveLoad::Run beside = load.run(length, slow);
  show("beside " + std::to_string(slow) + " slow clients", beside);
  const LiveLoad::Run after = load.run(std::max(2, length / 4), 0);
  show("and after them", after);
  judge(load.finish(), report);
  const double ratio = alone.percentile(0.99) > 0 ? beside.percentile(0.99) / alone.percentile(0.99) : 0;
  std::printf("    p99 beside slow clients: %.2f times as long\n", ratio);
  // A short run has too few answers for a ninety-ninth of a hundred.
  if (task.is_long && ratio > kSlowerMax) fail(report, "slow clients make the others wait too long");
  // All slow ones are gone, and so are their descriptors; logs that were rotated meanwhile may stay open.
  if (!alone.samples.empty() && !after.samples.empty() &&
      after.samples.back().descriptors > alone.samples.back().descriptors + 2 * 5 + kDescriptorsBetween) {
    fail(report, "descriptors of slow clients stay open: " + std::to_string(alone.samples.back().descriptors) +
                     " before them, " + std::to_string(after.samples.back().descriptors) + " after");
  }
  report.cases = 1;
  return report;
}

Report run_live_hour(const Tools& tools, const Task& task, std::uint64_t seconds, const std::string& base) {
  Report report;
  LiveLoad load(options_of(tools, base, kHourRate, kRotationsOfHour));
  const auto length = static_cast<double>(seconds);
  const LiveLoad::Run run = load.run(static_cast<int>(seconds), 0, !task.is_quiet);
  show("alone", run);
  judge(load.finish(), report);
  // By the middle as many logs were rotated as ever stay open.
  static_assert(kRotationsOfHour / 2 > kOpenLogsMax);
  const int grown = descriptors_grown(run, length / 2);
  std::printf("    descriptors in the second half: between the least and the most %d\n", grown);
  if (grown > kDescriptorsBetween) fail(report, "descriptors grow: by " + std::to_string(grown));
  const long third = memory_max(run, length / 3, 2 * length / 3);
  const long last = memory_max(run, 2 * length / 3, length);
  if (third > 0 && static_cast<double>(last) > kMemoryGrowthMax * static_cast<double>(third)) {
    fail(report, "memory grows: " + std::to_string(third) + " KiB in the second third, " + std::to_string(last) +
                     " KiB in the last");
  }
  report.cases = 1;
  return report;
}

}  // namespace trailwatch::torture
