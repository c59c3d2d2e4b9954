#include "app/daemon.h"

#include <algorithm>

#include "app/issue.h"
#include "app/report_fault.h"
#include "app/reports.h"
#include "trailwatch/base/text.h"
#include "trailwatch/deliver/transport.h"

namespace trailwatch::app {

namespace {

constexpr std::int64_t kCorrelateEveryMicros = 5 * kMicrosPerMinute;
// How long days are evaluated anew before the folders are looked at again.
constexpr std::int64_t kReevaluateMicros = kMicrosPerSecond / 2;

constexpr std::int64_t kReportAgainMicros = 5 * kMicrosPerMinute;
constexpr std::int32_t kFilesBackDays = 7;
// A first delivery that never ends is not waited for any longer.
constexpr std::int64_t kFirstReportMicros = 10 * kMicrosPerMinute;
}  // namespace

Daemon::Daemon(const Machine& machine, const Workplace& workplace, Station& station, LiveSources& live,
               const ServeOptions& options)
    : machine_(machine),
      workplace_(workplace),
      station_(station),
      watch_(machine.files, workplace.config, workplace.files),
      looked_(machine.clock.steady_micros()),
      until_(options.until),
      once_(options.once),
      announcer_(machine, workplace, station.writer(), until_ ? std::optional(until_->plus(1)) : std::nullopt),
      courier_(deliver::make_transport),
      postman_(machine, workplace, station.writer(), courier_),
      live_(live),
      desk_(machine, workplace, station, live) {
  // Whoever waits for an answer must not wait for long work.
  station_.set_breath([this] { return desk_.drain(); });
}

LocalDay Daemon::closed() const {
  return until_.value_or(last_closed_day(machine_.clock.now(), workplace_.zone, workplace_.config.report_at_minute));
}

Status Daemon::start(bool finish) {
  if (!workplace_.config.delivery.routes.empty()) station_.set_listener(&announcer_);
  if (!once_) station_.set_settle(workplace_.config.settle_ms * 1'000);
  if (Status done = station_.refresh(); !done) return done;
  // A report that was issued just before the process was killed may not have its files yet.
  Result<std::optional<LocalDay>> newest = station_.reader().newest_report();
  if (!newest) return std::move(newest).error();
  for (std::int32_t back = kFilesBackDays; *newest && back >= 0; --back) unwritten_.insert((*newest)->plus(-back));
  return finish ? station_.reevaluate() : Status(Done{});
}

// After a signal the second look, which tells whether files have come to rest, follows in the next round; otherwise it
// waits as long as the first did.
Status Daemon::take_over_files() {
  const std::int64_t now = machine_.clock.steady_micros();
  if (!looks_now_ && now - looked_ < workplace_.config.reload_ms * 1'000) return Done{};
  looked_ = now;
  const std::optional<std::vector<store::InForce>> files = watch_.look();
  if (!watch_.is_restless()) {
    if (looks_now_ && !files) machine_.log.info("reference and rule files are those in force");
    looks_now_ = false;
  }
  return files ? station_.offer(*files) : Status(Done{});
}

// The very first report comes when something has been delivered and all of it was read: who installs the service first
// and copies the trails then must not find a report about half of them.
Result<std::vector<LocalDay>> Daemon::due(bool is_quiet) {
  Result<std::optional<LocalDay>> newest = station_.reader().newest_report();
  if (!newest) return std::move(newest).error();
  if (!until_ && !once_ && !*newest) {
    Result<std::int64_t> size = station_.reader().size();
    if (!size) return std::move(size).error();
    if (*size == 0) return std::vector<LocalDay>();
    const std::int64_t now = machine_.clock.steady_micros();
    if (!delivered_) delivered_ = now;
    if (!is_quiet && now - *delivered_ < kFirstReportMicros) return std::vector<LocalDay>();
  }
  if (!until_) return due_reports(workplace_, *newest, machine_.clock.now());
  Result<std::optional<store::KeptReport>> kept = station_.reader().kept_report(*until_);
  if (!kept) return std::move(kept).error();
  std::vector<LocalDay> out;
  if (*kept) return out;
  LocalDay first = *until_;
  if (*newest && **newest < *until_) first = std::max((*newest)->plus(1), until_->plus(1 - kCatchUpDays));
  for (LocalDay day = first; day <= *until_; day = day.plus(1)) out.push_back(day);
  return out;
}

void Daemon::renew_live() {
  if (!live_.has_any()) return;
  Result<Workplace> again = load_for_store(machine_, workplace_.config_file);
  if (!again) return machine_.log.error("live sources stay as they were: " + again.error().text());
  live_.renew(again->config.sources);
}

std::string Daemon::standing() const {
  const Result<std::int64_t> size = station_.reader().size();
  std::string out = "運作中：來源 " + std::to_string(workplace_.config.sources.size());
  if (size) out += "，紀錄 " + with_thousands(*size) + " 筆";
  if (reported_) out += "，日報至 " + format_roc_day_weekday(*reported_);
  return out;
}

Status Daemon::round() {
  if (Status done = desk_.tend(); !done) return done;
  if (Status done = station_.take_decisions(); !done) return done;
  if (Status done = take_over_files(); !done) return done;
  std::map<std::string, IntakeCounts> by_source;
  Result<IntakeCounts> counts = station_.read_all(by_source);
  if (!counts) return std::move(counts).error();
  for (const auto& [source, one] : by_source) {
    if (one.in() > one.pending) machine_.log.info(counts_line(source, one));
  }
  if (Status done = drain(); !done) return done;
  if (Status done = station_.sign_if_due(); !done) return done;
  // New records are stored between the slices; reports wait until no day is left.
  const std::int64_t began = machine_.clock.steady_micros();
  while (station_.is_reevaluating()) {
    if (Status done = station_.reevaluate_some(); !done) return done;
    if (Status done = drain(); !done) return done;
    if (machine_.clock.steady_micros() - began >= kReevaluateMicros) break;
  }
  if (station_.is_reevaluating()) return once_ ? Status(Done{}) : postman_.round();
  const std::int64_t now = machine_.clock.steady_micros();
  Result<std::vector<LocalDay>> days = due(counts->in() == counts->pending);
  if (!days) return std::move(days).error();
  const bool waits = report_failed_ && now - *report_failed_ < kReportAgainMicros;
  if (waits) days->clear();
  // Correlations look weeks back, so they are not judged at every look at the folders; a day is never reported without
  // them.
  if (!days->empty() || correlated_ == 0 || now - correlated_ >= kCorrelateEveryMicros) {
    if (Status done = station_.correlate(); !done) return done;
    correlated_ = now;
  }
  if (Status done = station_.close_through(closed()); !done) return done;
  if (Status done = drain(); !done) return done;
  Status reported = Done{};
  if (!days->empty()) {
    reported = report(*days);
  } else if (!unwritten_.empty() && !waits) {
    reported = write_unwritten();
  }
  if (!reported) {
    report_failed_ = now;
    const LocalDay day = days->empty() ? *unwritten_.rbegin() : days->back();
    if (Status told = tell_report_fault(machine_, workplace_, station_.writer(), day, reported.error()); !told)
      return told;
  }
  if (Status done = once_ ? postman_.finish() : postman_.round(); !done) return done;
  if (Status done = erase(); !done) return done;
  return once_ ? reported : Status(Done{});
}

// Once a day, after the reports, what has been kept long enough goes; new records are stored between the slices. What a
// reader is in the way of waits for a later round.
Status Daemon::erase() {
  const LocalDay today = until_ ? until_->plus(1) : workplace_.zone.local(machine_.clock.now()).day;
  if (!erased_ || *erased_ != today) {
    if (Status done = station_.erase_due(today); !done) return done;
    erased_ = today;
  }
  const std::int64_t began = machine_.clock.steady_micros();
  bool goes_on = true;
  while (goes_on && station_.is_erasing() && (once_ || machine_.clock.steady_micros() - began < kReevaluateMicros)) {
    Result<bool> step = station_.erase_some();
    if (!step) return std::move(step).error();
    goes_on = *step;
  }
  is_erasing_ = goes_on && station_.is_erasing();
  return Done{};
}

Status Daemon::report(const std::vector<LocalDay>& days) {
  const LocalTime made_at = until_ ? LocalTime{until_->plus(1), workplace_.config.report_at_minute * kMicrosPerMinute}
                                   : workplace_.zone.local(machine_.clock.now());
  if (Status done = station_.sign_now(); !done) return done;
  if (Status done = issue_reports(machine_, workplace_, station_.writer(), days, made_at); !done) return done;
  unwritten_.insert(days.begin(), days.end());
  return write_unwritten();
}

// The copies in the directory of reports. The kept one is what counts; a copy that is there as issued stays.
Status Daemon::write_unwritten() {
  while (!unwritten_.empty()) {
    if (Status done = write_files(*unwritten_.begin()); !done) return done;
    unwritten_.erase(unwritten_.begin());
  }
  report_failed_.reset();
  return set_report_fault(machine_, station_.writer(), "");
}

Status Daemon::write_files(LocalDay day) {
  Result<std::optional<store::KeptReport>> kept = station_.reader().kept_report(day);
  if (!kept) return std::move(kept).error();
  if (!*kept || is_erased(**kept)) return Done{};
  Result<std::vector<std::string>> paths =
      write_kept(machine_, **kept, workplace_.config.report_dir, formats_of(**kept));
  if (!paths) return std::move(paths).error();
  newest_report_ = *std::move(paths);
  reported_ = day;
  machine_.log.info("daily report of " + format_day(day) + ": " + newest_report_.front());
  return Done{};
}

}  // namespace trailwatch::app
