#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "support/certificates.h"

namespace trailwatch::test {

// The other side of a listener: a plain blocking connection to a port of this machine, with or without TLS.
class Client {
 public:
  struct Tls {
    std::string ca;                          // whom to believe
    std::optional<Certificate> certificate;  // what to show
    int version_max = 0;                     // TLS1_1_VERSION …; 0: the newest
    std::string server_name = {};            // whom it says to want (SNI); empty: nobody
  };

  // `from`: the address of this machine that it comes from, one of 127.0.0.0/8.
  explicit Client(int port, const std::string& from = "127.0.0.1");
  // `is_open` tells whether the handshake succeeded.
  Client(int port, const Tls& tls);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool is_open() const { return is_open_; }
  // False when the other side has gone.
  bool send(std::string_view bytes);
  // At most so many bytes; empty when the other side has ended the connection.
  std::string receive(std::size_t bytes_max = 65'536);
  // Until the other side ends the connection.
  std::string receive_all();
  // One HTTP answer, by its Content-Length.
  std::string receive_answer();
  // Says that nothing more follows.
  void finish();
  // Asks for another handshake in the same connection, as TLS 1.2 had it; whether it was granted.
  bool renegotiate();
  // Ends it without a word, as if the machine had lost power.
  void reset();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  bool is_open_ = false;
  std::string kept_;  // came after an answer
};

// One datagram to a port of this machine.
void send_datagram(int port, std::string_view bytes);

}  // namespace trailwatch::test
