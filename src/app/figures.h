#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/workplace.h"
#include "trailwatch/rules/engine.h"

namespace trailwatch::app {

// How the house is doing, in numbers: plain values, gathered at one moment, never about a person. `trailwatch status`
// shows them, Prometheus gets them.
struct SourceFigures {
  std::string name;
  store::SourceTotals totals;
  // In words, of the last week; `older` counts those before.
  std::vector<std::string> faults;
  std::int64_t older = 0;
};

struct Figures {
  Instant at;
  std::vector<SourceFigures> sources;  // as configured
  std::int64_t events = 0;

  std::int64_t leaves = 0;
  std::int64_t signed_leaves = 0;
  std::optional<Instant> signed_at;

  std::vector<store::ChannelState> channels;  // as configured, then others that still have messages

  std::int64_t rules = 0;                       // that raise alerts
  std::map<std::string, std::int64_t> skipped;  // rules, by the reference files that they miss
  std::vector<FileFault> file_faults;
  std::int64_t days_waiting = 0;      // for being judged anew
  std::vector<std::string> standing;  // the same in words

  std::optional<LocalDay> newest_report;
  std::vector<LocalDay> overdue;  // reports that should have gone out an hour ago
  std::string report_fault;
  std::int64_t refused_batches = 0;

  // The last time that anything was written to the store, by its files; nothing when there are none.
  std::optional<Instant> written_at;
  std::int64_t database_bytes = 0;
  std::int64_t log_bytes = 0;  // SQLite's write-ahead log
  std::optional<std::int64_t> disk_free_bytes, disk_bytes;
};

// `engine`: of the rules and reference files in force. Source faults are looked for only if asked, since that reads
// through all books.
Result<Figures> gather_figures(const Machine& machine, const Workplace& workplace, store::Reader& reader,
                               const rules::Engine& engine, bool with_faults);

// One thing that is not as it should be.
struct Complaint {
  std::string code;  // `signature`: for programs
  std::string text;  // Traditional Chinese, with what to do where that can be said
  bool operator==(const Complaint&) const = default;
};
// `is_running`: whether the daemon is.
std::vector<Complaint> complaints_of(const Workplace& workplace, const Figures& figures, bool is_running);

}  // namespace trailwatch::app
