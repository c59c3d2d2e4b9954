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

#include "app/catch_up.h"
#include "app/commands.h"
#include "app/reload_watch.h"
#include "app/reports.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace asio = boost::asio;

namespace {

constexpr std::int64_t kCorrelateEveryMicros = 5 * kMicrosPerMinute;
// How long days are evaluated anew before the folders are looked at again.
constexpr std::int64_t kReevaluateMicros = kMicrosPerSecond / 2;
const std::vector<std::string> kReportFormats = {"html", "txt", "json"};

// The daemon's work, one round at a time: take over replaced files, read what is new, close the days that are over,
// write the reports that are due. It knows nothing of timers and signals.
class Daemon {
 public:
  Daemon(const Machine& machine, const Workplace& workplace, Station& station, std::optional<LocalDay> until)
      : machine_(machine),
        workplace_(workplace),
        station_(station),
        watch_(machine.files, workplace.config, workplace.files),
        until_(until),
        looked_(machine.clock.steady_micros()) {}

  // `finish`: what must be evaluated again is, before anything else.
  Status start(bool finish);
  Status round();
  // Reference and rule files are looked at in the next round, whenever that was done last.
  void look_now() { looks_now_ = true; }
  // The next round has work left over from this one.
  bool is_busy() const { return station_.is_reevaluating(); }
  const std::vector<std::string>& newest_report() const { return newest_report_; }
  std::optional<LocalDay> reported() const { return reported_; }

 private:
  LocalDay closed() const;
  Status take_over_files();
  Status report(LocalDay day);

  const Machine& machine_;
  const Workplace& workplace_;
  Station& station_;
  ReloadWatch watch_;
  std::optional<LocalDay> until_;     // instead of what the clock says
  std::optional<LocalDay> reported_;  // the newest day whose report was written by this process
  std::vector<std::string> newest_report_;
  std::int64_t correlated_ = 0;  // steady clock, as is the next
  std::int64_t looked_ = 0;
  bool looks_now_ = false;
};

LocalDay Daemon::closed() const {
  return until_.value_or(last_closed_day(machine_.clock.now(), workplace_.zone, workplace_.config.report_at_minute));
}

Status Daemon::start(bool finish) {
  if (Status done = station_.refresh(); !done) return done;
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
  if (station_.is_reevaluating()) return Done{};
  const LocalDay day = closed();
  // Correlations look weeks back, so they are not judged at every look at the folders; a day is never closed without
  // them.
  const std::int64_t now = machine_.clock.steady_micros();
  if (!reported_ || *reported_ < day || now - correlated_ >= kCorrelateEveryMicros) {
    if (Status done = station_.correlate(); !done) return done;
    correlated_ = now;
  }
  if (Status done = station_.close_through(day); !done) return done;
  // A start after days of rest writes the newest report; from then on every day gets its own.
  for (LocalDay due = reported_ ? reported_->plus(1) : day; due <= day; due = due.plus(1)) {
    if (Status done = report(due); !done) return done;
  }
  return Done{};
}

Status Daemon::report(LocalDay day) {
  Result<std::vector<std::string>> paths =
      write_daily(machine_, workplace_, station_.reader(), day, workplace_.config.report_dir, kReportFormats);
  if (!paths) return std::move(paths).error();
  machine_.log.info("daily report of " + format_day(day) + ": " + paths->front());
  newest_report_ = *std::move(paths);
  reported_ = day;
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

// Rounds until `stop` is set and the timer cancelled, or until a round fails. Cancelling the timer alone begins the
// next round at once. The failure goes to `failure`.
asio::awaitable<void> work(Daemon& daemon, asio::steady_timer& timer, std::chrono::milliseconds pause, const bool& stop,
                           std::optional<Error>& failure) {
  for (;;) {
    timer.expires_after(daemon.is_busy() ? std::chrono::milliseconds(1) : pause);
    boost::system::error_code woken;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (stop) co_return;
    if (Status done = daemon.round(); !done) {
      failure = std::move(done).error();
      co_return;
    }
  }
}

// SIGINT and SIGTERM stop; SIGHUP has reference and rule files looked at.
void listen(asio::signal_set& signals, Daemon& daemon, asio::steady_timer& timer, bool& stop) {
  signals.async_wait([&](const boost::system::error_code& error, int signal) {
    if (error) return;
    stop = signal != SIGHUP;
    if (!stop) {
      daemon.look_now();
      listen(signals, daemon, timer, stop);
    }
    timer.cancel();
  });
}

}  // namespace

int serve(const Machine& machine, const ServeOptions& options) {
  Result<Workplace> workplace = load_for_store(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<Station>> station = Station::open(machine, *workplace);
  if (!station) return fail(machine, station.error());
  Daemon daemon(machine, *workplace, **station, options.until);
  if (Status done = daemon.start(options.once); !done) return fail(machine, done.error());
  if (Status done = daemon.round(); !done) return fail(machine, done.error());
  say_where(*workplace, options, daemon);
  const auto finish = [&] {
    const Status done = (*station)->finish();
    return done ? kExitOk : fail(machine, done.error());
  };
  if (options.once) return finish();

  asio::io_context loop;
  asio::steady_timer timer(loop);
  asio::signal_set signals(loop, SIGINT, SIGTERM, SIGHUP);
  std::optional<Error> failure;
  bool stop = false;
  listen(signals, daemon, timer, stop);
  asio::co_spawn(loop, work(daemon, timer, std::chrono::milliseconds(workplace->config.poll_ms), stop, failure),
                 [&](const std::exception_ptr& error) {
                   signals.cancel();
                   if (error) std::rethrow_exception(error);
                 });
  machine.log.info("watching " + std::to_string(workplace->config.sources.size()) +
                   " sources; Ctrl-C stops, SIGHUP looks at reference and rule files at once");
  loop.run();
  if (failure) return fail(machine, *failure);
  machine.log.info("stopped");
  return finish();
}

}  // namespace trailwatch::app
