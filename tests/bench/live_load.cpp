#include "support/live_load.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

// Live sources at a given rate, then the same with slow clients beside them. Prints how long answers took, what was
// lost by its own books, and what memory and descriptors did. It measures; `torture --only live-load` judges.
//
//   live_load TRAILWATCH CONFIG_DIR [--rate 5000] [--seconds 60] [--slow 900]
namespace {

using trailwatch::test::LiveLoad;

double show(const char* name, const LiveLoad::Run& run) {
  std::printf(
      "%s: %.1f s, %ld records; %zu answers, p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, longest %.1f ms; told to come "
      "again: %ld\n",
      name, run.seconds, run.records, run.answers_ms.size(), run.percentile(0.5), run.percentile(0.9),
      run.percentile(0.99), run.percentile(1.0), run.refused);
  if (!run.samples.empty()) {
    const LiveLoad::Sample& first = run.samples[run.samples.size() / 6];
    const LiveLoad::Sample& last = run.samples.back();
    std::printf("  CPU %.1f s; memory %ld -> %ld KiB, descriptors %d -> %d\n", run.cpu_seconds, first.rss_kib,
                last.rss_kib, first.descriptors, last.descriptors);
  }
  return run.percentile(0.99);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: live_load TRAILWATCH CONFIG_DIR [--rate N] [--seconds N] [--slow N]\n");
    return 64;
  }
  LiveLoad::Options options;
  options.program = argv[1];
  options.shared = argv[2];
  int seconds = 60, slow = 900;
  for (int i = 3; i + 1 < argc; i += 2) {
    const int value = std::atoi(argv[i + 1]);
    if (std::strcmp(argv[i], "--rate") == 0) options.rate = value;
    if (std::strcmp(argv[i], "--seconds") == 0) seconds = value;
    if (std::strcmp(argv[i], "--slow") == 0) slow = value;
  }
  LiveLoad load(options);
  std::printf("a growing log, syslog over TCP and TLS, and pushes over HTTPS: %d records a second in all\n",
              options.rate);
  const double alone = show("alone", load.run(seconds, 0));
  if (slow > 0) {
    const double beside = show("beside slow clients", load.run(seconds, slow));
    std::printf("p99 beside %d slow clients: %.2f times as long\n", slow, alone > 0 ? beside / alone : 0);
  }
  const LiveLoad::Books books = load.finish();
  std::printf("stopped with %d\n", books.exit_code);
  for (const auto& [source, kept] : books.sources) {
    std::printf("  %s: sent %ld, stored %ld, duplicates %ld\n", source.c_str(), kept.sent, kept.stored,
                kept.duplicates);
  }
  std::printf("lost or doubled: %ld; broken connections: %ld; verify: %d\n%s", books.lost_or_doubled(), books.broken,
              books.verified, books.errors.c_str());
  return 0;
}
