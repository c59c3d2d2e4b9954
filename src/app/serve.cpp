#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>

#include "app/commands.h"
#include "app/daemon.h"
#include "app/folder_watch.h"
#include "app/gauges.h"
#include "app/heartbeat.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace asio = boost::asio;

namespace {

// Opening may first have to bring along a store of an older version.
constexpr std::int64_t kOpeningMicros = 60 * kMicrosPerMinute;

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
constexpr std::int64_t kBreathMicros = 50 * 1'000;

// What the loop of the daemon waits with, and for.
struct Waiting {
  // Something has happened: no waiting for the next interval.
  void now() {
    is_due = true;
    timer.cancel();
  }
  asio::io_context loop;
  asio::steady_timer timer{loop};
  asio::signal_set signals{loop, SIGINT, SIGTERM, SIGHUP};
  bool is_due = false;
  bool stop = false;
  bool is_closed = false;  // the live sources are
  std::optional<Error> failure;
};

// A full disk stops nothing but the answers: what came waits, and so do the senders, until there is space again.
bool is_worth_waiting(const Daemon& daemon, const Error& error) {
  return store::is_for_want_of_space(error) && daemon.is_live();
}

asio::awaitable<void> wait(Waiting& waiting, std::int64_t micros) {
  waiting.timer.expires_after(std::chrono::microseconds(micros));
  boost::system::error_code woken;
  co_await waiting.timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

// The last of the live sources: they take nothing new, and what they have is stored and answered.
asio::awaitable<void> close_live(Waiting& waiting, Daemon& daemon, LiveSources& live) {
  live.stop([&waiting] {
    asio::post(waiting.loop, [&waiting] {
      waiting.is_closed = true;
      waiting.timer.cancel();
    });
  });
  while (!waiting.is_closed && !waiting.failure) {
    if (Status done = daemon.drain(); !done) waiting.failure = std::move(done).error();
    co_await wait(waiting, daemon.is_waiting() ? 0 : kMicrosPerSecond / 10);
  }
  while (daemon.is_waiting() && !waiting.failure) {
    if (Status done = daemon.drain(); !done) waiting.failure = std::move(done).error();
  }
}

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

// When the next round is due, by the steady clock, if the last one ended at `ended`.
std::int64_t next_round(const Waiting& waiting, const Daemon& daemon, std::int64_t ended, std::int64_t interval) {
  if (daemon.is_busy()) return ended + 1'000;  // signals are heard
  return ended + (waiting.is_due ? std::min(interval, kBreathMicros) : interval);
}

// Rounds, at intervals and a breath after something has happened, and between them whatever live sources bring as it
// comes; heartbeats in between. Until `stop` is set and the timer cancelled, or until something fails.
asio::awaitable<void> work(Waiting& waiting, Daemon& daemon, FolderWatch& folders, LiveSources& live, Life& life,
                           Clock& clock, std::int64_t interval) {
  const std::int64_t beat = std::max<std::int64_t>(1'000, life.heartbeat.every_micros());
  std::int64_t ended = clock.steady_micros(), beaten = ended;
  bool is_full = false;
  while (!waiting.failure) {
    const std::int64_t next = std::min(next_round(waiting, daemon, ended, interval), beaten + beat);
    std::int64_t left = next - clock.steady_micros();
    if (daemon.is_waiting()) left = 0;
    if (is_full) left = kMicrosPerSecond;
    co_await wait(waiting, std::max<std::int64_t>(left, 1));
    if (waiting.stop) break;
    Status done = daemon.drain();
    if (done && clock.steady_micros() >= next_round(waiting, daemon, ended, interval)) {
      waiting.is_due = false;
      folders.renew();
      done = daemon.round();
      ended = clock.steady_micros();
      beaten = ended - beat;
    }
    if (done && clock.steady_micros() >= beaten + beat) {
      done = life.beat(daemon);
      beaten = clock.steady_micros();
    }
    is_full = !done && is_worth_waiting(daemon, done.error());
    if (is_full) {
      daemon.complain(done.error());
      // A restart would find the same disk, and lose what waits.
      life.manager.alive();
    }
    if (!done && !is_full) waiting.failure = std::move(done).error();
  }
  if (waiting.failure) co_return;
  co_await close_live(waiting, daemon, live);
}

// SIGINT and SIGTERM stop; SIGHUP has reference and rule files looked at, and certificates.
void listen(Waiting& waiting, Daemon& daemon, Life& life) {
  waiting.signals.async_wait([&](const boost::system::error_code& error, int signal) {
    if (error) return;
    waiting.stop = signal != SIGHUP;
    if (!waiting.stop) {
      life.manager.reloading();
      life.is_reloading = true;
      daemon.look_now();
      daemon.renew_live();
      listen(waiting, daemon, life);
    }
    waiting.now();
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
  Waiting waiting;
  LiveSources live(machine, *workplace,
                   [&waiting] { asio::post(waiting.loop, [&waiting] { waiting.timer.cancel(); }); });
  Daemon daemon(machine, *workplace, **station, live, options);
  if (Status done = daemon.start(options.once); !done) return fail(machine, done.error());
  if (!options.once) live.open();
  if (Status done = daemon.round(); !done) return fail(machine, done.error());
  say_where(*workplace, options, daemon);
  const auto finish = [&] {
    const Status done = (*station)->finish();
    return done ? kExitOk : fail(machine, done.error());
  };
  if (options.once) return finish();

  std::vector<std::string> directories;
  for (const config::Source& source : workplace->config.sources) {
    if (!source.directory.empty()) directories.push_back(source.directory);
  }
  FolderWatch folders(waiting.loop, std::move(directories), machine.log, [&] { waiting.now(); });
  Gauges gauges(machine, *workplace, **station, heartbeat, metrics);
  Life life{manager, heartbeat, gauges, false, {}};
  listen(waiting, daemon, life);
  const std::int64_t interval = workplace->config.poll_ms * 1'000;
  asio::co_spawn(waiting.loop, work(waiting, daemon, folders, live, life, machine.clock, interval),
                 [&](const std::exception_ptr& error) {
                   waiting.signals.cancel();
                   folders.stop();
                   if (error) std::rethrow_exception(error);
                 });
  heartbeat.started();
  if (Status done = life.beat(daemon); !done) return fail(machine, done.error());
  machine.log.info("watching " + std::to_string(workplace->config.sources.size()) +
                   " sources; Ctrl-C stops, SIGHUP looks at reference and rule files at once");
  waiting.loop.run();
  manager.stopping();
  if (Status done = daemon.stop(); !done) return fail(machine, done.error());
  if (waiting.failure) return fail(machine, *waiting.failure);
  machine.log.info("stopped");
  return finish();
}

}  // namespace trailwatch::app
