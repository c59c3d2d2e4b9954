#include "collect/socket.h"

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>

namespace trailwatch::collect {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Udp = asio::ip::udp;

namespace {

constexpr int kBacklog = 256;
// Datagrams wait here while a commit is on its way; the system may give less.
constexpr int kReceiveBytes = 8 << 20;

std::string place_of(const Door& door) {
  return door.address + " port " + std::to_string(door.port);
}

Error cannot(const std::string& what, const Door& door, const boost::system::error_code& error) {
  Error out{Errc::unavailable, "cannot " + what + ": " + error.message(), "", {place_of(door)}};
  if (error == asio::error::address_in_use) out.hint = "another program listens there";
  if (error == asio::error::access_denied) out.hint = "ports below 1024 come from a socket unit of systemd";
  if (error == boost::system::errc::address_not_available) out.hint = "this machine does not have that address";
  return out;
}

// What kind of socket a descriptor is.
int option_of(int descriptor, int option) {
  int value = -1;
  ::socklen_t size = sizeof value;
  return ::getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

bool is_ipv6(int descriptor) {
  ::sockaddr_storage name{};
  ::socklen_t size = sizeof name;
  return ::getsockname(descriptor, reinterpret_cast<::sockaddr*>(&name), &size) == 0 && name.ss_family == AF_INET6;
}

template <typename Protocol>
typename Protocol::endpoint endpoint_of(const Door& door) {
  boost::system::error_code error;
  return {asio::ip::make_address(door.address, error), static_cast<asio::ip::port_type>(door.port)};
}

}  // namespace

Result<Tcp::acceptor> listen_at(asio::io_context& loop, const Door& door) {
  Tcp::acceptor out(loop);
  boost::system::error_code error;
  if (door.inherited >= 0) {
    if (option_of(door.inherited, SO_TYPE) != SOCK_STREAM || option_of(door.inherited, SO_ACCEPTCONN) != 1) {
      return Error{
          Errc::invalid, "the socket that was handed over does not listen for connections", "ListenStream=", {}};
    }
    out.assign(is_ipv6(door.inherited) ? Tcp::v6() : Tcp::v4(), door.inherited, error);
    if (error) return cannot("take over the socket", door, error);
    return out;
  }
  const Tcp::endpoint endpoint = endpoint_of<Tcp>(door);
  out.open(endpoint.protocol(), error);
  if (!error) out.set_option(Tcp::acceptor::reuse_address(true), error);
  // `::` takes IPv4 as well, whatever the system's habit.
  if (!error && endpoint.address().is_v6()) out.set_option(asio::ip::v6_only(false), error);
  if (!error) out.bind(endpoint, error);
  if (!error) out.listen(kBacklog, error);
  if (error) return cannot("listen", door, error);
  return out;
}

Result<Udp::socket> receive_at(asio::io_context& loop, const Door& door) {
  Udp::socket out(loop);
  boost::system::error_code error;
  if (door.inherited >= 0) {
    if (option_of(door.inherited, SO_TYPE) != SOCK_DGRAM) {
      return Error{Errc::invalid, "the socket that was handed over is not one for datagrams", "ListenDatagram=", {}};
    }
    out.assign(is_ipv6(door.inherited) ? Udp::v6() : Udp::v4(), door.inherited, error);
    if (error) return cannot("take over the socket", door, error);
  } else {
    const Udp::endpoint endpoint = endpoint_of<Udp>(door);
    out.open(endpoint.protocol(), error);
    if (!error && endpoint.address().is_v6()) out.set_option(asio::ip::v6_only(false), error);
    if (!error) out.bind(endpoint, error);
    if (error) return cannot("listen", door, error);
    // An inherited one has what its unit says, which may be more than we could ask for.
    boost::system::error_code ignored;
    out.set_option(Udp::socket::receive_buffer_size(kReceiveBytes), ignored);
  }
  out.non_blocking(true, error);
  const int on = 1;
  if (::setsockopt(out.native_handle(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on) != 0) {
    return Error{Errc::unavailable, "the system does not count the datagrams that it drops", "", {place_of(door)}};
  }
  return out;
}

}  // namespace trailwatch::collect
