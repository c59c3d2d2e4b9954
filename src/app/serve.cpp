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
#include "app/reports.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace asio = boost::asio;

namespace {

constexpr std::int64_t kCorrelateEveryMicros = 5 * kMicrosPerMinute;
const std::vector<std::string> kReportFormats = {"html", "txt", "json"};

// The daemon's work, one round at a time: read what is new, close the days that are over, write the reports that are
// due. It knows nothing of timers and signals.
class Daemon {
 public:
  Daemon(const Machine& machine, const Workplace& workplace, Station& station, std::optional<LocalDay> until)
      : machine_(machine), workplace_(workplace), station_(station), until_(until) {}

  Status start();
  Status round();
  const std::vector<std::string>& newest_report() const { return newest_report_; }
  std::optional<LocalDay> reported() const { return reported_; }

 private:
  LocalDay closed() const;
  Status report(LocalDay day);

  const Machine& machine_;
  const Workplace& workplace_;
  Station& station_;
  std::optional<LocalDay> until_;     // instead of what the clock says
  std::optional<LocalDay> reported_;  // the newest day whose report was written by this process
  std::vector<std::string> newest_report_;
  std::int64_t correlated_ = 0;  // steady clock
};

LocalDay Daemon::closed() const {
  return until_.value_or(last_closed_day(machine_.clock.now(), workplace_.zone, workplace_.config.report_at_minute));
}

Status Daemon::start() {
  return station_.refresh();
}

Status Daemon::round() {
  if (Status done = station_.take_decisions(); !done) return done;
  std::map<std::string, IntakeCounts> by_source;
  Result<IntakeCounts> counts = station_.read_all(by_source);
  if (!counts) return std::move(counts).error();
  for (const auto& [source, one] : by_source) {
    if (one.in() > one.pending) machine_.log.info(counts_line(source, one));
  }
  if (Status done = station_.sign_if_due(); !done) return done;
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

// Rounds until the timer is cancelled or a round fails. The failure goes to `failure`.
asio::awaitable<void> work(Daemon& daemon, asio::steady_timer& timer, std::chrono::milliseconds pause,
                           std::optional<Error>& failure) {
  for (;;) {
    timer.expires_after(pause);
    boost::system::error_code stopped;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, stopped));
    if (stopped) co_return;
    if (Status done = daemon.round(); !done) {
      failure = std::move(done).error();
      co_return;
    }
  }
}

}  // namespace

int serve(const Machine& machine, const ServeOptions& options) {
  Result<Workplace> workplace = load_workplace(machine, options.config);
  if (!workplace) return fail(machine, workplace.error());
  Result<std::unique_ptr<Station>> station = Station::open(machine, *workplace);
  if (!station) return fail(machine, station.error());
  Daemon daemon(machine, *workplace, **station, options.until);
  if (Status done = daemon.start(); !done) return fail(machine, done.error());
  if (Status done = daemon.round(); !done) return fail(machine, done.error());
  say_where(*workplace, options, daemon);
  const auto finish = [&] {
    const Status done = (*station)->finish();
    return done ? kExitOk : fail(machine, done.error());
  };
  if (options.once) return finish();

  asio::io_context loop;
  asio::steady_timer timer(loop);
  asio::signal_set signals(loop, SIGINT, SIGTERM);
  std::optional<Error> failure;
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) timer.cancel();
  });
  asio::co_spawn(loop, work(daemon, timer, std::chrono::milliseconds(workplace->config.poll_ms), failure),
                 [&](const std::exception_ptr& error) {
                   signals.cancel();
                   if (error) std::rethrow_exception(error);
                 });
  machine.log.info("watching " + std::to_string(workplace->config.sources.size()) + " sources; Ctrl-C stops");
  loop.run();
  if (failure) return fail(machine, *failure);
  machine.log.info("stopped");
  return finish();
}

}  // namespace trailwatch::app
