#include "collect/datagrams.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>

#include "trailwatch/collect/framing.h"

namespace trailwatch::collect {

namespace asio = boost::asio;
using Udp = asio::ip::udp;

namespace {

// No datagram is longer.
constexpr std::size_t kDatagramBytes = 64 * 1024;
// Taken before they are handed over.
constexpr int kAtOnce = 512;

std::uint32_t dropped(::msghdr& message, std::uint32_t before) {
  for (::cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SO_RXQ_OVFL) continue;
    std::uint32_t out = 0;
    std::memcpy(&out, CMSG_DATA(header), sizeof out);
    return out;
  }
  return before;
}

std::string_view without_line_end(std::string_view bytes) {
  while (!bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r' || bytes.back() == '\0'))
    bytes.remove_suffix(1);
  return bytes;
}

}  // namespace

Datagrams::Datagrams(House& house, std::shared_ptr<const DoorState> door, Udp::socket socket)
    : house_(house),
      door_(std::move(door)),
      socket_(std::move(socket)),
      event_(socket_.get_executor()),
      buffer_(kDatagramBytes) {}

int Datagrams::port() const {
  boost::system::error_code error;
  const Udp::endpoint endpoint = socket_.local_endpoint(error);
  return error ? 0 : endpoint.port();
}

void Datagrams::stop() {
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Datagrams::add(const config::Address& address, const std::string& peer, std::string_view bytes,
                    bool is_truncated) {
  const auto guest = std::find_if(door_->guests.begin(), door_->guests.end(),
                                  [&](const Guest& one) { return allows_peer(one, address); });
  if (guest == door_->guests.end()) return house_.gate.refuse("peer", door_->way, peer, "no source expects this peer");
  Delivery& delivery = deliveries_[{guest->source, peer}];
  delivery.source = guest->source;
  delivery.way = door_->way;
  delivery.peer = peer;
  if (is_truncated) delivery.losses.push_back({Loss::Kind::truncated, 1, "a datagram was longer than could be taken"});
  Frame frame;
  frame.kind = is_truncated ? Frame::Kind::cut_off : Frame::Kind::whole;
  frame.bytes = without_line_end(bytes);
  frame.size = is_truncated ? 0 : static_cast<std::int64_t>(frame.bytes.size());
  if (!frame.bytes.empty()) delivery.frames.push_back(std::move(frame));
}

// Nobody knows whose they were: every source that is expected here hears of it.
void Datagrams::count_drops(std::uint32_t drops) {
  const std::uint32_t more = drops - drops_;
  drops_ = drops;
  if (more == 0) return;
  for (const Guest& guest : door_->guests) {
    Delivery& delivery = deliveries_[{guest.source, ""}];
    delivery.source = guest.source;
    delivery.way = door_->way;
    delivery.losses.push_back({Loss::Kind::kernel, more, "the system dropped datagrams that nobody took in time"});
  }
}

// One datagram. False when none has arrived.
bool Datagrams::take() {
  ::iovec space{buffer_.data(), buffer_.size()};
  Udp::endpoint from;
  std::array<char, 256> control{};
  ::msghdr message{};
  message.msg_name = from.data();
  message.msg_namelen = static_cast<::socklen_t>(from.capacity());
  message.msg_iov = &space;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ::ssize_t count = ::recvmsg(socket_.native_handle(), &message, MSG_DONTWAIT);
  if (count < 0) return errno == EINTR;
  from.resize(message.msg_namelen);
  count_drops(dropped(message, drops_));
  add(peer_bytes(from.address()), peer_text(from.address()), {buffer_.data(), static_cast<std::size_t>(count)},
      (message.msg_flags & MSG_TRUNC) != 0);
  return true;
}

asio::awaitable<void> Datagrams::hand_over(Delivery delivery) {
  house_.gate.took(delivery.frames.size());
  for (const Loss& loss : delivery.losses) house_.gate.lost(loss);
  while (!house_.inlet.offer(delivery)) {
    event_.expires_at(asio::steady_timer::time_point::max());
    // The inlet is emptied before this goes.
    house_.inlet.when_there_is_room([this] { asio::post(event_.get_executor(), [this] { event_.cancel(); }); });
    boost::system::error_code ignored;
    co_await event_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

asio::awaitable<void> Datagrams::run() {
  for (bool is_over = false; !is_over;) {
    boost::system::error_code error;
    if (!house_.stopping)
      co_await socket_.async_wait(Udp::socket::wait_read, asio::redirect_error(asio::use_awaitable, error));
    bool is_empty = false;
    for (int i = 0; i < kAtOnce && !is_empty; ++i) is_empty = !take();
    is_over = house_.stopping && is_empty;
    std::map<std::pair<std::string, std::string>, Delivery> taken = std::exchange(deliveries_, {});
    for (auto& [whose, delivery] : taken) {
      Delivery one = std::move(delivery);
      co_await hand_over(std::move(one));
    }
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace trailwatch::collect
