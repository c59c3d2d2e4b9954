#include "collect/session.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace trailwatch::collect {

namespace asio = boost::asio;

Session::Session(House& house, std::shared_ptr<const DoorState> door, const asio::any_io_executor& executor,
                 std::unique_ptr<Stream> stream, std::string peer, config::Address address)
    : house_(house),
      door_(std::move(door)),
      stream_(std::move(stream)),
      peer_(std::move(peer)),
      address_(address),
      event_(executor),
      deadline_(executor) {}

void Session::give(std::chrono::milliseconds time) {
  deadline_.expires_after(time);
  given_ = deadline_.expiry() - time;
  wait_for_deadline();
}

void Session::give_until(std::chrono::milliseconds time) {
  deadline_.expires_at(given_ + time);
  wait_for_deadline();
}

void Session::wait_for_deadline() {
  deadline_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const std::shared_ptr<Session> self = weak.lock();
    if (error || !self) return;
    self->is_late_ = true;
    self->stream_->abort();
  });
}

asio::awaitable<bool> Session::greet() {
  give(std::chrono::milliseconds(house_.limits.handshake_ms));
  boost::system::error_code error;
  std::string failure;
  co_await stream_->open(error, failure);
  give_all_time();
  if (error) {
    if (is_late_) failure = "no handshake within " + std::to_string(house_.limits.handshake_ms) + " ms";
    if (!house_.stopping) house_.gate.refuse("tls", door_->way, peer_, failure);
    co_return false;
  }
  names_ = stream_->names();
  co_return true;
}

asio::awaitable<void> Session::run() {
  const bool is_welcome = co_await greet();
  if (is_welcome) {
    co_await serve();
  }
  give_all_time();
  stream_->abort();
}

asio::awaitable<void> Session::hand_over(Delivery delivery) {
  house_.gate.took(delivery.frames.size());
  for (const Loss& loss : delivery.losses) house_.gate.lost(loss);
  while (!house_.inlet.offer(delivery)) {
    event_.expires_at(asio::steady_timer::time_point::max());
    house_.inlet.when_there_is_room([weak = weak_from_this(), executor = event_.get_executor()] {
      asio::post(executor, [weak] {
        if (const std::shared_ptr<Session> self = weak.lock()) self->event_.cancel();
      });
    });
    boost::system::error_code ignored;
    co_await event_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

}  // namespace trailwatch::collect
