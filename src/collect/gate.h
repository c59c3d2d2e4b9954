#pragma once

#include <boost/asio/ip/address.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "trailwatch/collect/listeners.h"

namespace boost::asio::ssl {
class context;
}

namespace trailwatch::collect {

// `10.40.3.8`, also where it came as `::ffff:10.40.3.8`.
std::string peer_text(const boost::asio::ip::address& address);
config::Address peer_bytes(const boost::asio::ip::address& address);

bool allows_peer(const Guest& guest, const config::Address& peer);
// `names`: of the certificate that was shown.
bool allows_names(const Guest& guest, const std::vector<std::string>& names);

// Who is let in, and the books about who was not.
class Gate {
 public:
  Gate(const Limits& limits, Clock& clock, Log& log) : limits_(limits), clock_(clock), log_(log) {}

  // Counts a connection from there; false when there are too many already, which is put on record.
  bool enter(const std::string& way, const std::string& peer);
  void leave(const std::string& peer);
  // `reason` is a word for the books, `why` a sentence. One line a minute for each reason and peer.
  void refuse(const std::string& reason, const std::string& way, const std::string& peer, const std::string& why);
  // A line about what is ordinary: so many a minute, then none.
  void tell(const std::string& line);
  void lost(const Loss& loss);
  void took(std::size_t frames) { figures_.frames += static_cast<std::int64_t>(frames); }
  const Figures& figures() const { return figures_; }

 private:
  const Limits& limits_;
  Clock& clock_;
  Log& log_;
  Figures figures_;
  std::map<std::string, std::int64_t> open_;                          // by peer
  std::map<std::pair<std::string, std::string>, std::int64_t> told_;  // when a line was written, steady clock
  std::int64_t telling_since_ = 0, tells_ = 0;
};

// What a door knows of itself; sessions keep the state they began with when it is renewed.
struct DoorState {
  config::Listen::Protocol protocol = config::Listen::Protocol::syslog_tcp;
  std::string way;  // `syslog-tls`
  std::vector<Guest> guests;
  std::shared_ptr<boost::asio::ssl::context> tls;
};

// What all sessions of one `Listeners` use.
struct House {
  Inlet& inlet;
  Gate& gate;
  Log& log;
  const Limits& limits;
  bool stopping = false;
  std::int64_t bodies_bytes = 0;  // of HTTP bodies that are on their way
};

}  // namespace trailwatch::collect
