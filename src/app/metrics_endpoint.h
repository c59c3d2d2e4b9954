#pragma once

#include <memory>
#include <string>

#include "app/exposition.h"

namespace trailwatch::app {

// `GET /metrics` for Prometheus, on a socket that only this machine reaches.
//
// Thread rule: a thread of its own answers; it reads nothing but the newest snapshot. The calls below are the writer
// thread's. It ends with the object. `log` must outlive it.
class MetricsEndpoint {
 public:
  // `place`: `127.0.0.1:9464`, `[::1]:9464` or the path of a Unix socket (mode 0660). A port of 0 is any free one.
  static Result<std::unique_ptr<MetricsEndpoint>> listen(const std::string& place, Log& log);
  // A socket that listens already (systemd's socket activation); taken over.
  static Result<std::unique_ptr<MetricsEndpoint>> inherit(int descriptor, Log& log);
  ~MetricsEndpoint();
  MetricsEndpoint(const MetricsEndpoint&) = delete;
  MetricsEndpoint& operator=(const MetricsEndpoint&) = delete;

  // From now on this is what is told. Before the first one the answer is 503.
  void publish(std::shared_ptr<const Snapshot> snapshot);
  // Where it listens: `127.0.0.1:9464`, or the path.
  const std::string& place() const;

 private:
  struct Impl;
  explicit MetricsEndpoint(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The socket of that name among those that systemd has handed over (LISTEN_FDS, FileDescriptorName=); nothing when
// there is none.
std::optional<int> inherited_socket(const std::string& name);

}  // namespace trailwatch::app
