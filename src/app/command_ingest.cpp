#include <cstdio>

#include "app/catch_up.h"
#include "app/commands.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

// The source that a file given by hand belongs to: named, or the one whose directory it lies in, or whose pattern it
// alone fits.
Result<const config::Source*> source_of(const Workplace& workplace, const std::string& path, const std::string& name) {
  const config::Source* by_pattern = nullptr;
  int fitting = 0;
  for (const config::Source& source : workplace.config.sources) {
    if (!name.empty() && source.name == name) return &source;
    if (name.empty() && directory_name(path) == source.directory) return &source;
    if (matches_pattern(base_name(path), source.files)) {
      by_pattern = &source;
      ++fitting;
    }
  }
  if (!name.empty()) return Error{Errc::not_found, "no source \"" + name + "\" in the configuration", "", {}};
  if (fitting == 1) return by_pattern;
  return Error{Errc::invalid, "which source does this file belong to?", "say it with --source NAME", {path}};
}

}  // namespace

int ingest(const Machine& machine, const IngestOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<Station>> station = Station::open(machine, *workplace);
  if (!station) return fail(machine, station.error());
  if (Status done = (*station)->take_decisions(); !done) return fail(machine, done.error());
  if (Status done = (*station)->refresh(); !done) return fail(machine, done.error());
  if (Status done = (*station)->reevaluate(); !done) return fail(machine, done.error());

  std::map<std::string, IntakeCounts> by_source;
  if (options.paths.empty()) {
    Result<IntakeCounts> counts = (*station)->read_all(by_source);
    if (!counts) return fail(machine, counts.error());
  }
  for (const std::string& path : options.paths) {
    Result<const config::Source*> source = source_of(*workplace, path, options.source);
    if (!source) return fail(machine, source.error());
    if (Result<FileInfo> info = machine.files.info(path); !info) return fail(machine, info.error());
    Result<IntakeCounts> counts = (*station)->read_file(**source, path);
    if (!counts) return fail(machine, counts.error());
    by_source[(*source)->name] += *counts;
  }
  if (Status done = (*station)->correlate(); !done) return fail(machine, done.error());
  Result<std::optional<LocalDay>> newest = (*station)->newest_day();
  if (!newest) return fail(machine, newest.error());
  if (*newest) {
    if (Status done = (*station)->close_through(**newest); !done) return fail(machine, done.error());
  }
  if (Status done = (*station)->finish(); !done) return fail(machine, done.error());

  IntakeCounts all;
  for (const config::Source& source : workplace->config.sources) {
    const auto counts = by_source.find(source.name);
    if (counts == by_source.end()) continue;
    std::printf("%s\n", counts_line(source.name, counts->second).c_str());
    all += counts->second;
  }
  std::printf("%s\n", counts_line("合計", all).c_str());
  if (all.unchanged_files > 0)
    std::printf("其中 %s 檔自上次讀取後未變動\n", with_thousands(all.unchanged_files).c_str());
  return kExitOk;
}

}  // namespace trailwatch::app
