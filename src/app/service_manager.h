#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace trailwatch::app {

// Tells systemd how this process is doing, if systemd has started it (sd_notify(3)); otherwise every call does nothing.
// Thread rule: one thread.
class ServiceManager {
 public:
  ServiceManager();

  // From now on the service counts as started, and the watchdog runs.
  void ready();
  void reloading();
  void stopping();
  // One line for `systemctl status`.
  void status(const std::string& line);
  // Feeds the watchdog. Only to be called for proof that work is done, never by a timer alone (Heartbeat).
  void alive();
  // So long may starting go on from now, without another call.
  void more_time(std::int64_t micros);
  // From now on the watchdog waits so long; nothing: as its unit says.
  void set_patience(std::optional<std::int64_t> micros);

  // How long the watchdog waits, by its unit; nothing when there is none.
  std::optional<std::int64_t> watchdog_micros() const { return watchdog_micros_; }

 private:
  void tell(const std::string& message);

  std::optional<std::int64_t> watchdog_micros_;
};

}  // namespace trailwatch::app
