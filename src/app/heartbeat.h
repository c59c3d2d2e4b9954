#pragma once

#include <cstdint>

#include "app/service_manager.h"
#include "app/workplace.h"

namespace trailwatch::app {

// What long work calls on its way, so that it is not taken for a standstill.
class Pulse {
 public:
  virtual ~Pulse() = default;
  // No transaction is open: something may be committed.
  virtual Status between() = 0;
  // A transaction that may take longer than the watchdog waits has come a step further.
  virtual void within() = 0;
};

// Proves that the daemon still does what it is for: each commit of the store feeds the watchdog, and where none is due
// a small row is committed. A daemon whose disk fails, or whose writer hangs, feeds nothing and is started again,
// however alive its other threads are.
//
// While the service starts, each sign of life asks for five more minutes instead, since reading a year of trails for
// the first time takes as long as it takes. Within one long transaction nothing can be committed; at its first step the
// watchdog is asked once to wait ten minutes, until the next commit.
//
// Thread rule: the writer's thread. All references must outlive it; it listens to the writer's commits until it goes.
class Heartbeat : public Pulse {
 public:
  Heartbeat(const Machine& machine, store::Writer& writer, ServiceManager& manager);
  ~Heartbeat() override;
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  // The service has started: the watchdog runs from now on.
  void started();
  // At most so long should pass between two calls of `between`.
  std::int64_t every_micros() const { return every_micros_; }
  // Commits the row when nothing has been committed for that long. Fails when the store does.
  Status between() override;
  void within() override;
  // Of this process.
  std::int64_t commits() const { return commits_; }
  std::optional<Instant> committed_at() const { return last_; }

 private:
  void committed();

  const Machine& machine_;
  store::Writer& writer_;
  ServiceManager& manager_;
  const std::int64_t every_micros_;
  bool is_started_ = false;
  bool is_patient_ = false;
  std::int64_t commits_ = 0;
  std::optional<Instant> last_;
  std::int64_t committed_at_;  // steady clock
  std::optional<std::int64_t> told_at_;
};

// Under which name the store keeps the time of the last heartbeat, in microseconds since 1970 UTC.
constexpr const char* kHeartbeat = "heartbeat";

}  // namespace trailwatch::app
