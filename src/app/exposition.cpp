#include "app/exposition.h"

#include <map>
#include <string_view>

namespace trailwatch::app {

namespace {

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') out.push_back('\\');
    if (c == '\n') {
      out += "\\n";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

class Exposition {
 public:
  void family(const char* name, const char* type, const char* help) {
    name_ = std::string("trailwatch_") + name;
    text_ += "# HELP " + name_ + " " + help + "\n# TYPE " + name_ + " " + type + "\n";
  }
  void sample(std::int64_t value) { text_ += name_ + " " + std::to_string(value) + "\n"; }
  void sample(const char* label, std::string_view of, std::int64_t value) {
    text_ += name_ + "{" + label + "=\"" + escaped(of) + "\"} " + std::to_string(value) + "\n";
  }
  void gauge(const char* name, const char* help, std::int64_t value) {
    family(name, "gauge", help);
    sample(value);
  }
  void counter(const char* name, const char* help, std::int64_t value) {
    family(name, "counter", help);
    sample(value);
  }
  // Seconds since 1970; left out when there is none.
  void time(const char* name, const char* help, const std::optional<Instant>& at) {
    if (at) gauge(name, help, at->micros / kMicrosPerSecond);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string name_, text_;
};

void add_sources(const Figures& figures, Exposition& out) {
  const auto each = [&](const char* name, const char* type, const char* help,
                        std::int64_t store::SourceTotals::* what) {
    out.family(name, type, help);
    for (const SourceFigures& source : figures.sources) out.sample("source", source.name, source.totals.*what);
  };
  each("source_files", "gauge", "Delivered files that are known.", &store::SourceTotals::files);
  each("source_records_stored_total", "counter", "Records that were stored.", &store::SourceTotals::stored);
  each("source_records_duplicate_total", "counter", "Records that were there already.",
       &store::SourceTotals::duplicates);
  each("source_records_quarantined_total", "counter", "Records that could not be read, kept with their reason.",
       &store::SourceTotals::quarantined);
  each("source_records_pending", "gauge", "Half records that wait for their end.", &store::SourceTotals::pending);
  out.family("source_newest_event_timestamp_seconds", "gauge", "Time of the newest event.");
  for (const SourceFigures& source : figures.sources) {
    if (source.totals.newest) out.sample("source", source.name, source.totals.newest->micros / kMicrosPerSecond);
  }
  out.family("source_lag_seconds", "gauge", "Age of the newest event.");
  for (const SourceFigures& source : figures.sources) {
    if (source.totals.newest)
      out.sample("source", source.name, (figures.at.micros - source.totals.newest->micros) / kMicrosPerSecond);
  }
}

void add_channels(const Figures& figures, Exposition& out) {
  const auto each = [&](const char* name, const char* type, const char* help,
                        std::int64_t store::ChannelState::* what) {
    out.family(name, type, help);
    for (const store::ChannelState& state : figures.channels) out.sample("channel", state.channel, state.*what);
  };
  each("delivery_delivered_total", "counter", "Messages that were taken.", &store::ChannelState::delivered);
  each("delivery_waiting", "gauge", "Messages that are still to be taken.", &store::ChannelState::waiting);
  each("delivery_given_up_7d", "gauge", "Messages that were refused or given up within seven days.",
       &store::ChannelState::refused);
  out.family("delivery_failing_seconds", "gauge", "For how long the channel has taken nothing; 0 when it is well.");
  for (const store::ChannelState& state : figures.channels) {
    out.sample("channel", state.channel,
               state.failing_since ? (figures.at.micros - state.failing_since->micros) / kMicrosPerSecond : 0);
  }
}

void add_rules(const Figures& figures, Exposition& out) {
  std::int64_t skipped = 0;
  for (const auto& [files, count] : figures.skipped) skipped += count;
  out.gauge("rules", "Rules in force that raise alerts.", figures.rules);
  out.gauge("rules_skipped", "Rules that miss a reference file.", skipped);
  out.gauge("files_refused", "Rule and reference files on the disk that can't be used.",
            static_cast<std::int64_t>(figures.file_faults.size()));
  out.gauge("reevaluation_days", "Days that wait for being judged anew.", figures.days_waiting);
}

void add_store(const Figures& figures, const ProcessFigures& process, Exposition& out) {
  out.counter("events_total", "Events in the store.", figures.events);
  out.counter("commits_total", "Transactions that this process has committed.", process.commits);
  out.time("last_commit_timestamp_seconds", "When the last one was committed.", process.committed_at);
  out.counter("leaves_total", "Leaves of the tree.", figures.leaves);
  out.counter("leaves_signed_total", "Leaves that the newest checkpoint covers.", figures.signed_leaves);
  out.time("last_checkpoint_timestamp_seconds", "When it was signed.", figures.signed_at);
  out.family("store_bytes", "gauge", "Size of the store's files.");
  out.sample("file", "database", figures.database_bytes);
  out.sample("file", "log", figures.log_bytes);
  if (figures.disk_free_bytes)
    out.gauge("disk_free_bytes", "What is left on the store's disk.", *figures.disk_free_bytes);
  if (figures.disk_bytes) out.gauge("disk_size_bytes", "Size of the store's disk.", *figures.disk_bytes);
}

}  // namespace

std::string prometheus_text(const Snapshot& snapshot) {
  const Figures& figures = snapshot.figures;
  Exposition out;
  out.family("build_info", "gauge", "Version of the program.");
  out.sample("version", TRAILWATCH_VERSION, 1);
  out.time("start_time_seconds", "When this process started.", snapshot.process.started);
  out.time("figures_timestamp_seconds", "When these figures were gathered.", figures.at);
  out.gauge("healthy", "1 when `trailwatch status` would find nothing wrong but gaps of sources.",
            snapshot.complaints.empty() ? 1 : 0);
  std::map<std::string, std::int64_t> problems;
  for (const Complaint& one : snapshot.complaints) ++problems[one.code];
  out.family("problems", "gauge", "What is wrong, by kind.");
  for (const auto& [code, count] : problems) out.sample("kind", code, count);
  add_sources(figures, out);
  add_store(figures, snapshot.process, out);
  add_rules(figures, out);
  add_channels(figures, out);
  if (figures.newest_report) {
    out.gauge("last_report_day_timestamp_seconds", "Midnight, UTC, of the newest day that has its report.",
              std::int64_t{figures.newest_report->days} * (kMicrosPerDay / kMicrosPerSecond));
  }
  out.gauge("reports_overdue", "Reports that should have gone out an hour ago.",
            static_cast<std::int64_t>(figures.overdue.size()));
  return out.take();
}

}  // namespace trailwatch::app
