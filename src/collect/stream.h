#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <vector>

namespace trailwatch::collect {

// One connection, plain or TLS, so that sessions need not be compiled for both. What is given by reference must stay
// until the awaited call is over. One call at a time, except for `abort`.
class Stream {
 public:
  using ErrorCode = boost::system::error_code;
  virtual ~Stream() = default;

  // What comes before the first byte. When it fails, `failure` says why, for people.
  virtual boost::asio::awaitable<void> open(ErrorCode& error, std::string& failure) = 0;
  virtual boost::asio::awaitable<std::size_t> read(boost::asio::mutable_buffer into, ErrorCode& error) = 0;
  virtual boost::asio::awaitable<void> write(boost::asio::const_buffer from, ErrorCode& error) = 0;
  // Says that nothing more follows.
  virtual boost::asio::awaitable<void> finish() = 0;
  // The same without a word of TLS, so that what the peer still sends can be read.
  virtual void end_output() = 0;
  // Names of the peer's certificate; none when it showed none.
  virtual std::vector<std::string> names() = 0;
  // Ends what is being waited for, with operation_aborted; the connection stays.
  virtual void cancel() = 0;
  // Ends the connection at once.
  virtual void abort() = 0;
};

std::unique_ptr<Stream> plain_stream(boost::asio::ip::tcp::socket socket);
std::unique_ptr<Stream> tls_stream(boost::asio::ip::tcp::socket socket,
                                   std::shared_ptr<boost::asio::ssl::context> context);

}  // namespace trailwatch::collect
