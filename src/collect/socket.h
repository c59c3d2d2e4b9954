#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

#include "collect/gate.h"

namespace trailwatch::collect {

// Listens as the door says, or takes over the socket that it was given.
Result<boost::asio::ip::tcp::acceptor> listen_at(boost::asio::io_context& loop, const Door& door);
Result<boost::asio::ip::udp::socket> receive_at(boost::asio::io_context& loop, const Door& door);

}  // namespace trailwatch::collect
