#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/program.h"

namespace trailwatch::test {

// Stands where systemd stands: a datagram socket whose path is in NOTIFY_SOCKET, for this process and those that it
// starts, as long as this lives. With a watchdog of so many microseconds.
class NotifySocket {
 public:
  explicit NotifySocket(long watchdog_micros);
  ~NotifySocket();
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  // The next message that begins so; those before it are dropped. Empty when none came for a minute.
  std::string wait_for(const std::string& start);
  // All that have arrived by now.
  std::vector<std::string> arrived();

 private:
  std::optional<std::string> receive(int flags);

  TemporaryDirectory place_;
  int socket_ = -1;
};

}  // namespace trailwatch::test
