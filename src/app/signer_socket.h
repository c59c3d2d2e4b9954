#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <string>

namespace trailwatch::app {

// No request and no answer is longer.
constexpr std::size_t kMessageBytesMax = 64U << 10U;

// All that comes until the other side has nothing more to say; longer messages are cut. `out` must outlive it. Throws
// boost::system::system_error.
boost::asio::awaitable<void> read_message(boost::asio::local::stream_protocol::socket& socket, std::string& out);
// Says that nothing more follows.
boost::asio::awaitable<void> write_message(boost::asio::local::stream_protocol::socket& socket,
                                           const std::string& text);

}  // namespace trailwatch::app
