#include "app/service_manager.h"

#include <systemd/sd-daemon.h>

namespace trailwatch::app {

ServiceManager::ServiceManager() {
  std::uint64_t micros = 0;
  if (::sd_watchdog_enabled(0, &micros) > 0) watchdog_micros_ = static_cast<std::int64_t>(micros);
}

// Nobody who listens is no failure, and there is no one to tell of another.
void ServiceManager::tell(const std::string& message) {
  ::sd_notify(0, message.c_str());
}

void ServiceManager::ready() {
  tell("READY=1");
}
void ServiceManager::reloading() {
  tell("RELOADING=1");
}
void ServiceManager::stopping() {
  tell("STOPPING=1");
}
void ServiceManager::status(const std::string& line) {
  tell("STATUS=" + line);
}
void ServiceManager::alive() {
  tell("WATCHDOG=1");
}
void ServiceManager::more_time(std::int64_t micros) {
  tell("EXTEND_TIMEOUT_USEC=" + std::to_string(micros));
}
void ServiceManager::set_patience(std::optional<std::int64_t> micros) {
  if (watchdog_micros_) tell("WATCHDOG_USEC=" + std::to_string(micros.value_or(*watchdog_micros_)));
}

}  // namespace trailwatch::app
