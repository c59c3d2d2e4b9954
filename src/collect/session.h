#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "collect/gate.h"
#include "collect/stream.h"

namespace trailwatch::collect {

// One connection, from its first byte to its last. The shell around the machines that know what bytes mean.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(House& house, std::shared_ptr<const DoorState> door, const boost::asio::any_io_executor& executor,
          std::unique_ptr<Stream> stream, std::string peer, config::Address address);
  virtual ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Ends with the connection. The session must be kept until then.
  boost::asio::awaitable<void> run();
  // Takes what has arrived, says good-bye, ends.
  virtual void stop() = 0;
  // It is over, however it ended: the last call, and not made when the whole house goes.
  virtual void ended() {}
  void abort() { stream_->abort(); }
  const std::string& peer() const { return peer_; }

 protected:
  virtual boost::asio::awaitable<void> serve() = 0;

  // From now on the connection has so long; what is being waited for then fails.
  void give(std::chrono::milliseconds time);
  // So long since the last `give`: what came meanwhile has earned more time.
  void give_until(std::chrono::milliseconds time);
  void give_all_time() { deadline_.cancel(); }
  bool is_late() const { return is_late_; }
  // Waits until there is room.
  boost::asio::awaitable<void> hand_over(Delivery delivery);

  House& house_;
  const std::shared_ptr<const DoorState> door_;
  std::unique_ptr<Stream> stream_;
  const std::string peer_;
  const config::Address address_;
  std::vector<std::string> names_;  // of the certificate
  boost::asio::steady_timer event_;

 private:
  boost::asio::awaitable<bool> greet();

  void wait_for_deadline();

  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer::time_point given_{};  // when
  bool is_late_ = false;
};

std::shared_ptr<Session> syslog_session(House& house, std::shared_ptr<const DoorState> door,
                                        const boost::asio::any_io_executor& executor, std::unique_ptr<Stream> stream,
                                        std::string peer, config::Address address);
std::shared_ptr<Session> http_session(House& house, std::shared_ptr<const DoorState> door,
                                      const boost::asio::any_io_executor& executor, std::unique_ptr<Stream> stream,
                                      std::string peer, config::Address address);

}  // namespace trailwatch::collect
