#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "collect/gate.h"

namespace trailwatch::collect {

// Syslog over UDP (RFC 5426): one record a datagram. Best effort, and says so: what the system has dropped is counted
// and handed over as a loss.
class Datagrams {
 public:
  Datagrams(House& house, std::shared_ptr<const DoorState> door, boost::asio::ip::udp::socket socket);

  // Until the socket is closed or `stop` was called. This must outlive it.
  boost::asio::awaitable<void> run();
  // Takes what has arrived and ends.
  void stop();
  void renew(std::shared_ptr<const DoorState> door) { door_ = std::move(door); }
  int port() const;

 private:
  bool take();
  void add(const config::Address& address, const std::string& peer, std::string_view bytes, bool is_truncated);
  void count_drops(std::uint32_t drops);
  boost::asio::awaitable<void> hand_over(Delivery delivery);

  House& house_;
  std::shared_ptr<const DoorState> door_;
  boost::asio::ip::udp::socket socket_;
  boost::asio::steady_timer event_;
  std::vector<char> buffer_;
  std::uint32_t drops_ = 0;                                             // the system's counter, which may wrap around
  std::map<std::pair<std::string, std::string>, Delivery> deliveries_;  // by source and peer
};

}  // namespace trailwatch::collect
