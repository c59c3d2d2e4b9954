#include "torture/live_life.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

#include "support/program.h"
#include "torture/trace.h"

namespace trailwatch::torture {

namespace fs = std::filesystem;

namespace {

// Evening of the day of which the records are.
constexpr std::int64_t kEvening = 1'772'800'000;  // 2026-03-06T20:26:40+08:00
constexpr std::int64_t kSecondsPerRun = 60;
// How long the systems go on before a fault that has not come yet is looked for in the way the daemon stops.
constexpr int kPatienceMillis = 700;
constexpr int kLongMillis = 20'000;
constexpr int kFullMillis = 2'000;

// Waits until `reached` or the daemon is gone; false after so long.
template <typename Reached>
bool wait_until(LiveDaemon& daemon, int milliseconds, const Reached& reached) {
  for (int waited = 0; waited < milliseconds && !reached(); waited += 2) {
    if (daemon.ends_within(0)) return reached();
    ::usleep(2'000);
  }
  return reached();
}

}  // namespace

std::string Disturbance::text() const {
  if (fills_disk) return "disk full for a while";
  if (kill_after_answers >= 0) return "killed after " + std::to_string(kill_after_answers) + " answers";
  return fault.text();
}

LiveLife::LiveLife(const Tools& tools, const Passports& passports, std::string place)
    : tools_(tools), passports_(passports), place_(std::move(place)) {
  make_live_place(tools_, passports_, place_);
}

Fault LiveLife::at_this_time(Fault fault) const {
  fault.now = kEvening + runs_ * kSecondsPerRun;
  return fault;
}

// Whoever asked for a checkpoint just before may have this one.
void LiveLife::keep_note() {
  const std::string signer = live_home(place_) + "/state/signer";
  std::string note = test::read_file(signer + "/last-note"), keys = test::read_file(signer + "/log.vkey");
  if (note.empty() || (!notes_.empty() && notes_.back() == note)) return;
  if (keys_.empty()) keys_ = std::move(keys);
  notes_.push_back(std::move(note));
}

// What is wrong; empty if nothing is.
std::string LiveLife::empty_disk(LiveDaemon& daemon, LiveSenders& senders, const std::string& full) const {
  // Whoever finds room in what the log of writes has already is not refused.
  wait_until(daemon, kFullMillis, [&] { return senders.refused() > 0; });
  const std::string on_full_disk = holds_what_was_answered(place_, told_);
  fs::remove(full);
  if (!on_full_disk.empty()) return "while the disk is full: " + on_full_disk;
  const long before = senders.answers();
  // By itself, without a restart.
  return wait_until(daemon, kLongMillis, [&] { return senders.answers() > before + 2; })
             ? ""
             : "with room again nothing is answered: " + daemon.said();
}

Lived LiveLife::run(const Disturbance& disturbance, double part, const std::string& trace) {
  Lived out;
  Fault fault = at_this_time(disturbance.fault);
  ++runs_;
  const std::string full = place_ + "/full";
  if (disturbance.fills_disk) fault.full = full;
  LiveDaemon daemon(tools_, place_, fault, trace);
  const bool is_undisturbed =
      disturbance.fault.at == 0 && disturbance.kill_after_answers < 0 && !disturbance.fills_disk;
  if (daemon.comes_up()) {
    if (disturbance.fills_disk) test::write_file(full, "");
    LiveSenders senders(daemon, passports_, place_, told_, part,
                        is_undisturbed ? LiveSenders::Until::said : LiveSenders::Until::gone);
    if (is_undisturbed) {
      senders.join();
    } else if (disturbance.fills_disk) {
      out.wrong = empty_disk(daemon, senders, full);
      out.was_reached = senders.refused() > 0;
    } else if (disturbance.kill_after_answers >= 0) {
      wait_until(daemon, kLongMillis, [&] { return senders.answers() >= disturbance.kill_after_answers; });
      daemon.signal(SIGKILL);
      out.was_reached = true;
    } else {
      daemon.ends_within(kPatienceMillis);
    }
    senders.stop();
    daemon.signal(SIGTERM);
    if (!daemon.ends_within(kLongMillis)) out.wrong = "it does not stop: " + daemon.said();
    daemon.signal(SIGKILL);
    daemon.ends_within(kLongMillis);
    senders.join();
    out.answers = senders.answers();
    out.refused = senders.refused();
  } else if (!daemon.ends_within(0)) {
    out.wrong = "it does not come up";
  }
  out.code = daemon.code();
  out.said = daemon.said();
  out.was_reached = out.was_reached || out.code != 0;
  const bool was_killed = out.code == 128 + SIGKILL;
  if (out.wrong.empty() && out.code > 128 && !was_killed) {
    out.wrong = "it died of signal " + std::to_string(out.code - 128) + ": " + daemon.said();
  }
  if (out.wrong.empty() && out.code != 0 && !was_killed && daemon.said().find(" error ") == std::string::npos) {
    out.wrong = "it stopped without a word: " + daemon.said();
  }
  if (out.wrong.empty() && is_undisturbed && out.code != 0) out.wrong = "undisturbed it fails: " + daemon.said();
  if (out.wrong.empty()) out.wrong = told_.wrong;
  if (out.wrong.empty()) out.wrong = in_a_child([&] { return holds_what_was_answered(place_, told_); });
  keep_note();
  return out;
}

std::string LiveLife::finish(const Facts& undisturbed) {
  // What was answered is asked once more: a delivery that comes again is answered as it was.
  told_.pushed = told_.plain = 0;
  const Lived last = run({}, 1);
  if (!last.wrong.empty()) return "in the end, " + last.wrong;
  const Outcome rest =
      run_under(tools_, {"ingest", "--config", place_ + "/trailwatch.json"}, live_home(place_), "", at_this_time({}));
  if (rest.code != 0) return "ingest: " + rest.err;
  return in_a_child([&]() -> std::string {
    const std::string state = live_home(place_) + "/state", keys = test::read_file(state + "/signer/log.vkey");
    if (!notes_.empty() && keys != keys_) return "the log has another key than before";
    const std::string wrong = verify(state, keys, notes_, true);
    return wrong.empty() ? difference(undisturbed, live_facts(place_)) : wrong;
  });
}

LiveRecord record_live(const Tools& tools, const Passports& passports, const std::string& place) {
  LiveRecord out;
  LiveLife life(tools, passports, place);
  const auto points_of = [&](const std::string& file) {
    const Trace trace = read_trace(file, live_home(place));
    const auto names = names_in(trace);
    std::map<std::string, std::uint32_t> times;
    for (const Op& op : trace) {
      if (op.number > 0 && op.call != Call::open) ++times[point_of(op, names)];
    }
    std::vector<LiveRecord::Point> points;
    for (const auto& [name, many] : times) points.push_back({name, many});
    return points;
  };
  const Lived first = life.run({}, 0.5, place + "/trace-1");
  if (!first.wrong.empty()) return {{}, {}, {}, first.wrong};
  out.starting = points_of(place + "/trace-1");
  const Lived second = life.run({}, 0.9, place + "/trace-2");
  if (!second.wrong.empty()) return {{}, {}, {}, second.wrong};
  out.working = points_of(place + "/trace-2");
  // Each push is at least one of both.
  const auto pushes = static_cast<std::uint32_t>(kPushes / 4);
  out.working.insert(out.working.end(), {{"send", pushes}, {"receive", pushes}});
  // With nothing to hold it against but itself.
  out.wrong = life.finish({});
  out.facts = live_facts(place);
  if (out.wrong.find("events: 0 missing") != 0) return out;
  out.wrong.clear();
  const std::size_t all = kLogLines + 2 * kSyslogRecords + kDatagrams + kRecordsPerPush * (kPushes + kPlains);
  if (out.facts.events.size() != all) {
    out.wrong = std::to_string(out.facts.events.size()) + " events instead of " + std::to_string(all);
  }
  if (out.facts.alert_rows.size() < 4) out.wrong = "too few alerts";
  return out;
}

Report undisturbed_failed(const LiveRecord& record) {
  std::printf("FAILED undisturbed: %s\n", record.wrong.c_str());
  Report report;
  report.failures.emplace_back(0, record.wrong);
  return report;
}

}  // namespace trailwatch::torture
