#include "collect/stream.h"

#include <openssl/ssl.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "collect/tls.h"

namespace trailwatch::collect {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using asio::awaitable;

namespace {

void end_output_of(Tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.shutdown(Tcp::socket::shutdown_send, ignored);
}

void end_socket(Tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.close(ignored);
}

class PlainStream : public Stream {
 public:
  explicit PlainStream(Tcp::socket socket) : socket_(std::move(socket)) {}

  awaitable<void> open(ErrorCode& error, std::string&) override {
    error = {};
    co_return;
  }
  awaitable<std::size_t> read(asio::mutable_buffer into, ErrorCode& error) override {
    const std::size_t count = co_await socket_.async_read_some(into, asio::redirect_error(asio::use_awaitable, error));
    co_return count;
  }
  awaitable<void> write(asio::const_buffer from, ErrorCode& error) override {
    co_await asio::async_write(socket_, from, asio::redirect_error(asio::use_awaitable, error));
  }
  awaitable<void> finish() override {
    end_output_of(socket_);
    co_return;
  }
  void end_output() override { end_output_of(socket_); }
  std::vector<std::string> names() override { return {}; }
  void cancel() override {
    ErrorCode ignored;
    socket_.cancel(ignored);
  }
  void abort() override { end_socket(socket_); }

 private:
  Tcp::socket socket_;
};

class TlsStream : public Stream {
 public:
  TlsStream(Tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
      : context_(std::move(context)), stream_(std::move(socket), *context_) {}

  awaitable<void> open(ErrorCode& error, std::string& failure) override {
    co_await stream_.async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, error));
    if (error) failure = handshake_failure(stream_.native_handle(), error);
  }
  awaitable<std::size_t> read(asio::mutable_buffer into, ErrorCode& error) override {
    const std::size_t count = co_await stream_.async_read_some(into, asio::redirect_error(asio::use_awaitable, error));
    co_return count;
  }
  awaitable<void> write(asio::const_buffer from, ErrorCode& error) override {
    co_await asio::async_write(stream_, from, asio::redirect_error(asio::use_awaitable, error));
  }
  awaitable<void> finish() override {
    // Our own notice only: who never answers must not keep us.
    SSL_set_quiet_shutdown(stream_.native_handle(), 0);
    SSL_set_shutdown(stream_.native_handle(), SSL_get_shutdown(stream_.native_handle()) | SSL_RECEIVED_SHUTDOWN);
    ErrorCode ignored;
    co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
    end_output_of(stream_.next_layer());
  }
  void end_output() override { end_output_of(stream_.next_layer()); }
  std::vector<std::string> names() override { return certificate_names(stream_.native_handle()); }
  void cancel() override {
    ErrorCode ignored;
    stream_.next_layer().cancel(ignored);
  }
  void abort() override { end_socket(stream_.next_layer()); }

 private:
  std::shared_ptr<asio::ssl::context> context_;
  asio::ssl::stream<Tcp::socket> stream_;
};

}  // namespace

std::unique_ptr<Stream> plain_stream(Tcp::socket socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

std::unique_ptr<Stream> tls_stream(Tcp::socket socket, std::shared_ptr<asio::ssl::context> context) {
  return std::make_unique<TlsStream>(std::move(socket), std::move(context));
}

}  // namespace trailwatch::collect
