#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace trailwatch::test {

// A mail server of our own that misbehaves as it is told: refuses, drops the connection, is slow. On a free port of
// this machine, plain text, one connection at a time.
class SmtpServer {
 public:
  // What it does with a connection; the stage is when.
  struct Manners {
    int rcpt = 250;                   // its answer to RCPT
    int data = 250;                   // to the whole message
    long drop_after = -1;             // bytes of the message, then the connection breaks off
    bool drop_before_answer = false;  // takes the whole message, and breaks off instead of answering
    bool silent = false;              // accepts the connection and never says a word
    std::string refuses_only = {};    // RCPT gets `rcpt` only for this address
  };
  SmtpServer();
  ~SmtpServer();
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  void set(Manners manners);
  // Called in the server's thread: `connect`, `rcpt`, `data`, `body` (in its middle), `dot` (whole, not answered yet),
  // `answered`. What it does before it returns happens before the server goes on.
  void set_watcher(std::function<void(const std::string& stage)> watcher);

  struct Letter {
    std::string from, to, content;  // content: as it came, dots unstuffed
    bool accepted = false;          // answered with 250, as far as the server knows
  };
  // Whole messages only.
  std::vector<Letter> letters() const;
  int connections() const { return connections_; }

 private:
  void run();
  void serve(int socket);
  void tell(const char* stage);

  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  Manners manners_;
  std::function<void(const std::string&)> watcher_;
  std::vector<Letter> letters_;
  std::thread thread_;
};

}  // namespace trailwatch::test
