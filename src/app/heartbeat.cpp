#include "app/heartbeat.h"

#include <algorithm>

namespace trailwatch::app {

namespace {

constexpr std::int64_t kEveryMicros = 10 * kMicrosPerSecond;
constexpr std::int64_t kStartMicros = 5 * kMicrosPerMinute;
constexpr std::int64_t kPatienceMicros = 10 * kMicrosPerMinute;

}  // namespace

Heartbeat::Heartbeat(const Machine& machine, store::Writer& writer, ServiceManager& manager)
    : machine_(machine),
      writer_(writer),
      manager_(manager),
      every_micros_(std::min(kEveryMicros, manager.watchdog_micros().value_or(3 * kEveryMicros) / 3)),
      committed_at_(machine.clock.steady_micros()) {
  writer_.set_commit_listener([this] { committed(); });
}

Heartbeat::~Heartbeat() {
  writer_.set_commit_listener({});
}

void Heartbeat::started() {
  is_started_ = true;
  manager_.ready();
}

void Heartbeat::committed() {
  const std::int64_t now = machine_.clock.steady_micros();
  committed_at_ = now;
  ++commits_;
  last_ = machine_.clock.now();
  if (is_patient_) manager_.set_patience({});
  // Many commits a second are one sign of life.
  if (!is_patient_ && told_at_ && now - *told_at_ < every_micros_ / 2) return;
  is_patient_ = false;
  told_at_ = now;
  if (!is_started_) manager_.more_time(kStartMicros);
  manager_.alive();
}

Status Heartbeat::between() {
  const Instant now = machine_.clock.now();
  if (machine_.clock.steady_micros() - committed_at_ < every_micros_) return Done{};
  Status done = writer_.begin(now);
  if (done) done = writer_.set_meta(kHeartbeat, std::to_string(now.micros));
  if (done) done = writer_.commit();
  if (!done) writer_.rollback();
  return done;
}

void Heartbeat::within() {
  const std::int64_t now = machine_.clock.steady_micros();
  if (!is_started_) {
    if (told_at_ && now - *told_at_ < every_micros_) return;
    told_at_ = now;
    manager_.more_time(kStartMicros);
  } else if (!is_patient_) {
    manager_.set_patience(kPatienceMicros);
    is_patient_ = true;
  }
}

}  // namespace trailwatch::app
