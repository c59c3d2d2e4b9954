#pragma once

#include <memory>

#include "app/catch_up.h"
#include "app/heartbeat.h"
#include "app/metrics_endpoint.h"

namespace trailwatch::app {

// Has the figures ready for Prometheus, if anybody shall ask for them: at the place that is configured, else at the
// socket that systemd has handed over under the name `metrics`.
//
// Thread rule: the writer's thread, between transactions. All references must outlive it.
class Gauges {
 public:
  // `inherited`: that socket. An endpoint that can't be opened is logged and stops nothing.
  Gauges(const Machine& machine, const Workplace& workplace, Station& station, const Heartbeat& heartbeat,
         std::optional<int> inherited);

  // Gathers and publishes when the last figures are ten seconds old. Fails when the store does.
  Status look();

 private:
  const Machine& machine_;
  const Workplace& workplace_;
  Station& station_;
  const Heartbeat& heartbeat_;
  const Instant started_;
  std::optional<std::int64_t> looked_;  // steady clock
  std::unique_ptr<MetricsEndpoint> endpoint_;
};

}  // namespace trailwatch::app
