#include "app/gauges.h"

namespace trailwatch::app {

namespace {

constexpr std::int64_t kEveryMicros = 10 * kMicrosPerSecond;

Result<std::unique_ptr<MetricsEndpoint>> open(const config::Config& config, std::optional<int> inherited, Log& log) {
  if (!config.metrics_listen.empty()) return MetricsEndpoint::listen(config.metrics_listen, log);
  if (inherited) return MetricsEndpoint::inherit(*inherited, log);
  return std::unique_ptr<MetricsEndpoint>();
}

}  // namespace

Gauges::Gauges(const Machine& machine, const Workplace& workplace, Station& station, const Heartbeat& heartbeat,
               std::optional<int> inherited)
    : machine_(machine),
      workplace_(workplace),
      station_(station),
      heartbeat_(heartbeat),
      started_(machine.clock.now()) {
  Result<std::unique_ptr<MetricsEndpoint>> opened = open(workplace.config, inherited, machine.log);
  if (!opened) {
    machine.log.error("metrics: " + opened.error().text());
    return;
  }
  endpoint_ = *std::move(opened);
  if (endpoint_) machine.log.info("metrics at " + endpoint_->place());
}

Status Gauges::look() {
  if (!endpoint_) return Done{};
  const std::int64_t now = machine_.clock.steady_micros();
  if (looked_ && now - *looked_ < kEveryMicros) return Done{};
  looked_ = now;
  Result<Figures> figures = gather_figures(machine_, workplace_, station_.reader(), station_.engine(), false);
  if (!figures) return std::move(figures).error();
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->complaints = complaints_of(workplace_, *figures, true);
  snapshot->figures = *std::move(figures);
  snapshot->process = {started_, heartbeat_.commits(), heartbeat_.committed_at()};
  endpoint_->publish(std::move(snapshot));
  return Done{};
}

}  // namespace trailwatch::app
