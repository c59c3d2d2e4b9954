#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <set>

#include "app/announcer.h"
#include "app/catch_up.h"
#include "app/commands.h"
#include "app/folder_watch.h"
#include "app/gauges.h"
#include "app/heartbeat.h"
#include "app/issue.h"
#include "app/postman.h"
#include "app/reload_watch.h"
#include "app/report_fault.h"
#include "app/reports.h"
#include "trailwatch/base/text.h"
#include "trailwatch/deliver/transport.h"

namespace trailwatch::app {

namespace asio = boost::asio;

namespace {

constexpr std::int64_t kCorrelateEveryMicros = 5 * kMicrosPerMinute;
// How long days are evaluated anew before the folders are looked at again.
constexpr std::int64_t kReevaluateMicros = kMicrosPerSecond / 2;

constexpr std::int64_t kReportAgainMicros = 5 * kMicrosPerMinute;
constexpr std::int32_t kFilesBackDays = 7;
// A first delivery that never ends is not waited for any longer.
constexpr std::int64_t kFirstReportMicros = 10 * kMicrosPerMinute;
// Opening may first have to bring along a store of an older version.
constexpr std::int64_t kOpeningMicros = 60 * kMicrosPerMinute;

// The daemon's work, one round at a time: take over replaced files, read what is new, close the days that are over,
// issue the reports that are due, send what is in the outbox. It knows nothing of timers and signals.
class Daemon {
 public:
  Daemon(const Machine& machine, const Workplace& workplace, Station& station, const ServeOptions& options)
      : machine_(machine),
        workplace_(workplace),
        station_(station),
        watch_(machine.files, workplace.config, workplace.files),
        looked_(machine.clock.steady_micros()),
        until_(options.until),
        once_(options.once),
        announcer_(machine, workplace, station.writer(), until_ ? std::optional(until_->plus(1)) : std::nullopt),
        courier_(deliver::make_transport),
        postman_(machine, workplace, station.writer(), courier_) {}

  // `finish`: what must be evaluated again is, before anything else.
  Status start(bool finish);
  Status round();
  // Reference and rule files are looked at in the next round, whenever that was done last.
  void look_now() { looks_now_ = true; }
  // That look is still to come, or has found files that have not come to rest.
  bool is_looking() const { return looks_now_; }
  // The next round has work left over from this one.
  bool is_busy() const { return station_.is_reevaluating() || is_erasing_; }
  // One line for the service manager.
  std::string standing() const;
  // What came back of the last deliveries is written down; what is under way is broken off and stays in the outbox.
  Status stop() { return postman_.settle(); }
  const std::vector<std::string>& newest_report() const { return newest_report_; }
  std::optional<LocalDay> reported() const { return reported_; }

 private:
  LocalDay closed() const;
  Status take_over_files();
  Result<std::vector<LocalDay>> due(bool is_quiet);
  Status report(const std::vector<LocalDay>& days);
  Status write_unwritten();
  Status write_files(LocalDay day);
  Status erase();

  const Machine& machine_;
  const Workplace& workplace_;
  Station& station_;
  ReloadWatch watch_;
  std::int64_t looked_ = 0;  // steady clock
  bool looks_now_ = false;
  std::optional<LocalDay> until_;  // instead of what the clock says
  bool once_;
  Announcer announcer_;
  Courier courier_;
  Postman postman_;
  std::set<LocalDay> unwritten_;      // issued, but perhaps not in the directory of reports
  std::optional<LocalDay> reported_;  // the newest day whose report this process has issued or found
  std::vector<std::string> newest_report_;
  std::optional<std::int64_t> delivered_;      // steady clock, when there was something to report for the first time
  std::int64_t correlated_ = 0;                // steady clock
  std::optional<LocalDay> erased_;             // the day on which it was looked for what is to be erased
  bool is_erasing_ = false;                    // the next round goes on with it
  std::optional<std::int64_t> report_failed_;  // steady clock
};

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

std::string Daemon::standing() const {
  const Result<std::int64_t> size = station_.reader().size();
  std::string out = "運作中：來源 " + std::to_string(workplace_.config.sources.size());
  if (size) out += "，紀錄 " + with_thousands(*size) + " 筆";
  if (reported_) out += "，日報至 " + format_roc_day_weekday(*reported_);
  return out;
}

Status Daemon::round() {
  if (Status done = station_.take_decisions(); !done) return done;
  if (Status done = take_over_files(); !done) return done;
  std::map<std::string, IntakeCounts> by_source;
  Result<IntakeCounts> counts = station_.read_all(by_source);
  if (!counts) return std::move(counts).error();
  for (const auto& [source, one] : by_source) {
    if (one.in() > one.pending) machine_.log.info(counts_line(source, one));
  }
  if (Status done = station_.sign_if_due(); !done) return done;
  // New records are stored between the slices; reports wait until no day is left.
  const std::int64_t began = machine_.clock.steady_micros();
  while (station_.is_reevaluating()) {
    if (Status done = station_.reevaluate_some(); !done) return done;
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

void say_where(const Workplace& workplace, const ServeOptions& options, const Daemon& daemon) {
  const std::string alerts = options.program + " alerts --config " + options.config;
  std::printf("\n");
  if (daemon.reported()) {
    std::printf("%s的查詢軌跡日報：\n", format_roc_day_long(*daemon.reported()).c_str());
    for (const std::string& path : daemon.newest_report()) std::printf("  %s\n", path.c_str());
  }
  std::printf("資料庫：\n  %s\n", workplace.config.database().c_str());
  std::printf("警示：\n  %s\n", alerts.c_str());
  if (daemon.reported()) std::printf("  %s --day %s\n", alerts.c_str(), format_day(*daemon.reported()).c_str());
  std::printf("\n");
  std::fflush(stdout);
}

// Logs that are written to all the time would otherwise make a commit of each line.
constexpr std::chrono::milliseconds kBreath{50};

// What the next round waits for.
struct Wake {
  explicit Wake(asio::io_context& loop) : timer(loop) {}
  // Something has happened: no waiting for the next interval.
  void now() {
    is_due = true;
    timer.cancel();
  }
  asio::steady_timer timer;
  bool is_due = false;
  bool stop = false;
};

// What others are told of how it goes: the service manager and Prometheus.
struct Life {
  ServiceManager& manager;
  Heartbeat& heartbeat;
  Gauges& gauges;
  bool is_reloading = false;
  std::string told;

  Status beat(const Daemon& daemon) {
    if (Status done = heartbeat.between(); !done) return done;
    if (Status done = gauges.look(); !done) return done;
    if (is_reloading && !daemon.is_looking()) {
      is_reloading = false;
      manager.ready();
    }
    std::string standing = daemon.standing();
    if (standing != told) manager.status(standing);
    told = std::move(standing);
    return Done{};
  }
};

asio::awaitable<void> wait(Wake& wake, std::chrono::milliseconds pause) {
  wake.timer.expires_after(pause);
  boost::system::error_code cancelled;
  co_await wake.timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

// Rounds, at intervals and a breath after something has happened, until `wake.stop` or until anything fails; heartbeats
// in between. The failure goes to `failure`.
asio::awaitable<void> work(Daemon& daemon, FolderWatch& folders, Wake& wake, Life& life,
                           std::chrono::milliseconds interval, std::optional<Error>& failure) {
  const std::chrono::milliseconds beat(std::max<std::int64_t>(1, life.heartbeat.every_micros() / 1'000));
  for (;;) {
    std::chrono::milliseconds pause = daemon.is_busy() ? std::chrono::milliseconds(1) : std::min(interval, kBreath);
    co_await wait(wake, pause);  // signals are heard
    std::chrono::milliseconds rest = daemon.is_busy() ? std::chrono::milliseconds(0) : interval - pause;
    while (!wake.is_due && rest.count() > 0) {
      pause = std::min(rest, beat);
      rest -= pause;
      co_await wait(wake, pause);
      if (wake.stop) co_return;
      if (Status done = life.beat(daemon); !done) {
        failure = std::move(done).error();
        co_return;
      }
    }
    if (wake.stop) co_return;
    wake.is_due = false;
    folders.renew();
    Status done = daemon.round();
    if (done) done = life.beat(daemon);
    if (!done) {
      failure = std::move(done).error();
      co_return;
    }
  }
}

// SIGINT and SIGTERM stop; SIGHUP has reference and rule files looked at.
void listen(asio::signal_set& signals, Daemon& daemon, Wake& wake, Life& life) {
  signals.async_wait([&](const boost::system::error_code& error, int signal) {
    if (error) return;
    wake.stop = signal != SIGHUP;
    if (!wake.stop) {
      life.manager.reloading();
      life.is_reloading = true;
      daemon.look_now();
      listen(signals, daemon, wake, life);
    }
    wake.now();
  });
}

}  // namespace

int serve(const Machine& machine, const ServeOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  const std::optional<int> metrics = inherited_socket("metrics");
  ServiceManager manager;
  manager.more_time(kOpeningMicros);
  Result<std::unique_ptr<Station>> station = Station::open(machine, *workplace);
  if (!station) return fail(machine, station.error());
  Heartbeat heartbeat(machine, (*station)->writer(), manager);
  if (!options.once) (*station)->set_pulse(&heartbeat);
  Daemon daemon(machine, *workplace, **station, options);
  if (Status done = daemon.start(options.once); !done) return fail(machine, done.error());
  if (Status done = daemon.round(); !done) return fail(machine, done.error());
  say_where(*workplace, options, daemon);
  const auto finish = [&] {
    const Status done = (*station)->finish();
    return done ? kExitOk : fail(machine, done.error());
  };
  if (options.once) return finish();

  asio::io_context loop;
  Wake wake(loop);
  asio::signal_set signals(loop, SIGINT, SIGTERM, SIGHUP);
  std::optional<Error> failure;
  std::vector<std::string> directories;
  for (const config::Source& source : workplace->config.sources) directories.push_back(source.directory);
  FolderWatch folders(loop, std::move(directories), machine.log, [&] { wake.now(); });
  Gauges gauges(machine, *workplace, **station, heartbeat, metrics);
  Life life{manager, heartbeat, gauges, false, {}};
  listen(signals, daemon, wake, life);
  asio::co_spawn(loop, work(daemon, folders, wake, life, std::chrono::milliseconds(workplace->config.poll_ms), failure),
                 [&](const std::exception_ptr& error) {
                   signals.cancel();
                   folders.stop();
                   if (error) std::rethrow_exception(error);
                 });
  heartbeat.started();
  if (Status done = life.beat(daemon); !done) return fail(machine, done.error());
  machine.log.info("watching " + std::to_string(workplace->config.sources.size()) +
                   " sources; Ctrl-C stops, SIGHUP looks at reference and rule files at once");
  loop.run();
  manager.stopping();
  if (Status done = daemon.stop(); !done) return fail(machine, done.error());
  if (failure) return fail(machine, *failure);
  machine.log.info("stopped");
  return finish();
}

}  // namespace trailwatch::app
