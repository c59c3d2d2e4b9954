#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace trailwatch::test {

// Takes connections on a free port of this machine, one at a time, and keeps what each one said.
class TcpServer {
 public:
  // What to answer to what has come so far; empty: nothing yet. Asked until it says something or the peer has closed.
  using Answer = std::function<std::string(const std::string& received)>;
  explicit TcpServer(Answer answer);
  ~TcpServer();
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::vector<std::string> received() const;

 private:
  void run();

  Answer answer_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> received_;
  std::thread thread_;
};

}  // namespace trailwatch::test
