#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "collect/session.h"
#include "trailwatch/base/text.h"
#include "trailwatch/collect/framing.h"

namespace trailwatch::collect {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::chrono::seconds kFarewell(2);

class SyslogSession : public Session {
 public:
  using Session::Session;

  // A handshake that is under way may end: what the peer sends with it has arrived, as far as it knows.
  void stop() override {
    if (guest_ != nullptr) stream_->cancel();
  }

 protected:
  asio::awaitable<void> serve() override;

 private:
  const Guest* choose_guest() const;
  void refuse_stranger();
  // The bytes that come next; nothing at the end.
  asio::awaitable<std::size_t> read(boost::system::error_code& error);
  Delivery delivery_of(std::string_view bytes, bool is_end, bool& is_over);

  std::vector<char> buffer_ = std::vector<char>(kReadBytes);
  SyslogFrames frames_;
  const Guest* guest_ = nullptr;  // once it is known
  std::int64_t records_ = 0;
  bool is_leaving_ = false;
};

const Guest* SyslogSession::choose_guest() const {
  for (const Guest& guest : door_->guests) {
    if (allows_peer(guest, address_) && allows_names(guest, names_)) return &guest;
  }
  return nullptr;
}

void SyslogSession::refuse_stranger() {
  if (names_.empty()) return house_.gate.refuse("peer", door_->way, peer_, "no source expects this peer");
  house_.gate.refuse("certificate", door_->way, peer_, "no source expects the certificate of " + names_.front());
}

asio::awaitable<std::size_t> SyslogSession::read(boost::system::error_code& error) {
  const asio::mutable_buffer space = asio::buffer(buffer_);
  std::size_t count = 0;
  if (!house_.stopping) {
    count = co_await stream_->read(space, error);
  }
  if (!house_.stopping || count > 0) co_return count;
  // We stop: the peer is told, and what is on its way is taken.
  if (!std::exchange(is_leaving_, true)) {
    stream_->end_output();
    give(std::chrono::milliseconds(house_.limits.last_words_ms));
  }
  error = {};
  if (!is_late()) {
    count = co_await stream_->read(space, error);
  }
  co_return count;
}

// What these bytes, or the end of the connection, amount to.
Delivery SyslogSession::delivery_of(std::string_view bytes, bool is_end, bool& is_over) {
  Delivery out;
  out.source = guest_->source;
  out.way = door_->way;
  out.peer = peer_;
  is_over = is_end;
  if (const auto fault = frames_.feed(bytes, out.frames)) {
    out.losses.push_back({Loss::Kind::framing, 0, *fault});
    house_.gate.refuse("framing", door_->way, peer_, *fault);
    is_over = true;
    return out;
  }
  if (!is_end) return out;
  if (auto rest = frames_.end()) {
    out.losses.push_back({Loss::Kind::cut_off, 1, "the connection ended within a record"});
    if (!rest->bytes.empty()) out.frames.push_back(*std::move(rest));
  }
  return out;
}

asio::awaitable<void> SyslogSession::serve() {
  guest_ = choose_guest();
  if (guest_ == nullptr) {
    refuse_stranger();
    co_return;
  }
  for (bool is_over = false; !is_over;) {
    boost::system::error_code error;
    const std::size_t count = co_await read(error);
    Delivery delivery = delivery_of({buffer_.data(), count}, count == 0, is_over);
    records_ += static_cast<std::int64_t>(delivery.frames.size());
    const bool is_empty = delivery.frames.empty() && delivery.losses.empty();
    if (is_empty) continue;
    co_await hand_over(std::move(delivery));
  }
  house_.gate.tell(door_->way + ": " + peer_ + " for " + guest_->source + " closed after " + std::to_string(records_) +
                   " records");
  if (is_leaving_) co_return;
  give(kFarewell);
  co_await stream_->finish();
}

}  // namespace

std::shared_ptr<Session> syslog_session(House& house, std::shared_ptr<const DoorState> door,
                                        const asio::any_io_executor& executor, std::unique_ptr<Stream> stream,
                                        std::string peer, config::Address address) {
  return std::make_shared<SyslogSession>(house, std::move(door), executor, std::move(stream), std::move(peer), address);
}

}  // namespace trailwatch::collect
