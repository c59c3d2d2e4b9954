#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "trailwatch/base/clock.h"
#include "trailwatch/base/log.h"
#include "trailwatch/base/result.h"
#include "trailwatch/collect/live.h"
#include "trailwatch/config/listen.h"

namespace boost::asio {
class io_context;
}

namespace trailwatch::collect {

// Contents of PEM files, not their names.
struct Pem {
  std::string certificate, key;
  std::string client_ca;  // empty: no certificate is asked for
};

// A source that may be spoken to at a socket.
struct Guest {
  std::string source;
  std::vector<config::Network> peers;  // empty: any
  std::vector<std::string> clients;    // names of certificates; empty: any
  std::string token;                   // HTTP; empty: a certificate must do
  bool needs_key = false;  // HTTP: its records bear no number, so only a key of the sender tells a repetition
};

// One socket to listen at.
struct Door {
  config::Listen::Protocol protocol = config::Listen::Protocol::syslog_tcp;
  std::string address;
  int port = 0;
  int inherited = -1;  // descriptor of a socket that listens already; taken over
  std::vector<Guest> guests;
  Pem pem;
};

// Everything has a limit. Times are those of one connection.
struct Limits {
  std::int64_t connections = 1'000;
  std::int64_t connections_per_address = 20;
  std::int64_t handshake_ms = 10'000;
  std::int64_t header_ms = 10'000;
  std::int64_t idle_ms = 60'000;  // HTTP: between two requests. Syslog connections may be idle as long as they like
  std::int64_t body_bytes_per_s = 1'024;
  std::int64_t body_grace_ms = 10'000;  // until that rate is looked at
  std::int64_t header_bytes = 16 * 1'024;
  std::int64_t body_bytes = 8 << 20;
  std::int64_t bodies_bytes = 64 << 20;  // of all bodies that are on their way
  std::int64_t last_words_ms = 500;      // after `stop`: what is on its way is still taken so long
  std::int64_t farewell_ms = 5'000;      // how long `stop` waits for answers
};

// What has happened since the start, for people and programs.
struct Figures {
  std::int64_t connections = 0;                 // open now
  std::int64_t accepted = 0;                    // in all
  std::int64_t frames = 0;                      // syslog records and lines of bodies that were handed over
  std::map<std::string, std::int64_t> refused;  // by reason: `peer`, `tls`, `limit`, `token` …
  std::map<std::string, std::int64_t> lost;     // by kind of Loss, where the number is known
  bool operator==(const Figures&) const = default;
};

// The sockets of all live sources: accepts, reads, and hands over what came; stops reading while there is no room.
//
// Thread rule: all calls, and everything that happens inside, on the thread that runs `loop`, or before it runs. All
// references must outlive it.
class Listeners {
 public:
  Listeners(boost::asio::io_context& loop, Inlet& inlet, Clock& clock, Log& log, const Limits& limits);
  ~Listeners();

  // Listens from now on. The port, which the system has chosen if none was given.
  Result<int> open(const Door& door);
  // Certificates, and who may send, of the door that listens at this protocol, address and port, for connections from
  // now on. Fails with Errc::not_found where there is none; after any failure all is as it was.
  Status renew(const Door& door);
  // Takes nothing new; takes over what has arrived already, waits a little for answers, and calls `done`.
  void stop(std::function<void()> done);
  Figures figures() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace trailwatch::collect
