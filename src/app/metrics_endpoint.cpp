#include "app/metrics_endpoint.h"

#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace trailwatch::app {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

using Protocol = asio::generic::stream_protocol;
using Socket = Protocol::socket;
using Acceptor = asio::basic_socket_acceptor<Protocol>;
using Request = http::request<http::empty_body>;
using Answer = http::response<http::string_body>;

// Who takes longer for a request and its answer is cut off; more callers at once wait in the system's queue.
constexpr std::chrono::seconds kPatience(10);
constexpr int kCallersMax = 16;
constexpr std::uint32_t kHeaderBytesMax = 8'192;

// The newest snapshot, for one who writes and one who reads.
class Board {
 public:
  void put(std::shared_ptr<const Snapshot> snapshot) { std::atomic_store(&snapshot_, std::move(snapshot)); }
  std::shared_ptr<const Snapshot> get() const { return std::atomic_load(&snapshot_); }

 private:
  std::shared_ptr<const Snapshot> snapshot_;
};

Answer answer_to(const Request& request, const Board& board) {
  Answer answer(http::status::ok, 11);
  answer.set(http::field::content_type, "text/plain; charset=utf-8");
  answer.set(http::field::cache_control, "no-store");
  answer.keep_alive(false);
  const std::string_view target(request.target().data(), request.target().size());
  const std::shared_ptr<const Snapshot> snapshot = board.get();
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    answer.result(http::status::method_not_allowed);
    answer.set(http::field::allow, "GET, HEAD");
    answer.body() = "GET /metrics\n";
  } else if (target.substr(0, target.find('?')) != "/metrics") {
    answer.result(http::status::not_found);
    answer.body() = "There is only /metrics here.\n";
  } else if (!snapshot) {
    answer.result(http::status::service_unavailable);
    answer.set(http::field::retry_after, "10");
    answer.body() = "The service is still starting.\n";
  } else {
    answer.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
    answer.body() = prometheus_text(*snapshot);
  }
  answer.prepare_payload();
  if (request.method() == http::verb::head) answer.body().clear();
  return answer;
}

asio::awaitable<void> attend(std::shared_ptr<Socket> socket, const Board& board) {
  asio::steady_timer limit(socket->get_executor(), kPatience);
  limit.async_wait([socket](const boost::system::error_code& stopped) {
    boost::system::error_code ignored;
    if (!stopped) socket->close(ignored);
  });
  boost::beast::flat_buffer buffer(kHeaderBytesMax);
  http::request_parser<http::empty_body> parser;
  parser.header_limit(kHeaderBytesMax);
  boost::system::error_code error;
  co_await http::async_read(*socket, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
  // Who says nothing that is HTTP is not told anything.
  if (error) co_return;
  Answer answer = answer_to(parser.get(), board);
  co_await http::async_write(*socket, answer, asio::redirect_error(asio::use_awaitable, error));
  socket->shutdown(Socket::shutdown_both, error);
}

asio::awaitable<void> let_in(Acceptor& door, const Board& board, Log& log) {
  int callers = 0;
  asio::steady_timer room(door.get_executor());
  for (;;) {
    boost::system::error_code error;
    while (callers >= kCallersMax) {
      room.expires_after(kPatience);
      co_await room.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
    auto caller = std::make_shared<Socket>(door.get_executor());
    co_await door.async_accept(*caller, asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of descriptors, perhaps: not to be tried again and again at once.
      log.warning("metrics: a caller could not be let in: " + error.message());
      room.expires_after(std::chrono::seconds(1));
      co_await room.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    ++callers;
    auto done = [&callers, &room, &log](const std::exception_ptr& failure) {
      --callers;
      room.cancel();
      if (failure) log.warning("metrics: a caller was dropped");
    };
    asio::co_spawn(door.get_executor(), attend(std::move(caller), board), std::move(done));
  }
}

std::string place_of(const Acceptor& door) {
  const Protocol::endpoint at = door.local_endpoint();
  if (at.protocol().family() == AF_UNIX)
    return std::string(reinterpret_cast<const ::sockaddr_un*>(at.data())->sun_path);
  asio::ip::tcp::endpoint port;
  if (at.size() > port.capacity()) return "";
  std::memcpy(port.data(), at.data(), at.size());
  const bool is_v6 = port.address().is_v6();
  return (is_v6 ? "[" : "") + port.address().to_string() + (is_v6 ? "]" : "") + ":" + std::to_string(port.port());
}

// `127.0.0.1:9464`, `[::1]:9464`; whoever else is named there is not this machine.
Result<Protocol::endpoint> loopback(const std::string& place) {
  const std::size_t colon = place.rfind(':');
  std::string host = place.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const asio::ip::address address = asio::ip::make_address(host, error);
  const int port = colon == std::string::npos ? -1 : std::atoi(place.c_str() + colon + 1);
  if (error || port < 0 || port > 65'535 || !address.is_loopback()) {
    return Error{Errc::invalid,
                 "\"" + place + "\" is neither a path nor a port of this machine",
                 "127.0.0.1:9464, or the path of a socket",
                 {"metrics.listen"}};
  }
  return Protocol::endpoint(asio::ip::tcp::endpoint(address, static_cast<std::uint16_t>(port)));
}

}  // namespace

struct MetricsEndpoint::Impl {
  Impl() : door(loop) {}

  asio::io_context loop{1};
  Acceptor door;
  Board board;
  std::string place;
  std::string path;  // of the Unix socket that is ours to remove
  std::thread thread;

  void start(Log& log) {
    place = place_of(door);
    asio::co_spawn(loop, let_in(door, board, log), [&log](const std::exception_ptr& failure) {
      if (failure) log.error("metrics: the endpoint has ended");
    });
    thread = std::thread([this] { loop.run(); });
  }
};

MetricsEndpoint::MetricsEndpoint(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

MetricsEndpoint::~MetricsEndpoint() {
  impl_->loop.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
  if (!impl_->path.empty()) ::unlink(impl_->path.c_str());
}

void MetricsEndpoint::publish(std::shared_ptr<const Snapshot> snapshot) {
  impl_->board.put(std::move(snapshot));
}

const std::string& MetricsEndpoint::place() const {
  return impl_->place;
}

Result<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::listen(const std::string& place, Log& log) {
  auto impl = std::make_unique<Impl>();
  try {
    if (!place.empty() && place.front() == '/') {
      const Protocol::endpoint at{asio::local::stream_protocol::endpoint(place)};
      ::unlink(place.c_str());
      impl->door.open(at.protocol());
      impl->door.bind(at);
      if (::chmod(place.c_str(), 0660) != 0) return Error{Errc::unavailable, "cannot set its mode", "", {place}};
      impl->path = place;
    } else {
      Result<Protocol::endpoint> at = loopback(place);
      if (!at) return std::move(at).error();
      impl->door.open(at->protocol());
      impl->door.set_option(asio::socket_base::reuse_address(true));
      impl->door.bind(*at);
    }
    impl->door.listen();
    impl->start(log);
  } catch (const boost::system::system_error& error) {
    return Error{Errc::unavailable, "cannot listen: " + error.code().message(), "", {place}};
  }
  return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(std::move(impl)));
}

Result<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::inherit(int descriptor, Log& log) {
  auto impl = std::make_unique<Impl>();
  try {
    ::sockaddr_storage address{};
    ::socklen_t size = sizeof(address);
    if (::sd_is_socket(descriptor, AF_UNSPEC, SOCK_STREAM, 1) <= 0 ||
        ::getsockname(descriptor, reinterpret_cast<::sockaddr*>(&address), &size) != 0) {
      return Error{Errc::unsupported, "the socket named \"metrics\" is none that listens", "", {}};
    }
    impl->door.assign(Protocol(address.ss_family, address.ss_family == AF_UNIX ? 0 : IPPROTO_TCP), descriptor);
    impl->start(log);
  } catch (const boost::system::system_error& error) {
    return Error{Errc::unavailable, "the socket named \"metrics\" can't be used: " + error.code().message(), "", {}};
  }
  return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(std::move(impl)));
}

std::optional<int> inherited_socket(const std::string& name) {
  char** names = nullptr;
  const int count = ::sd_listen_fds_with_names(0, &names);
  std::optional<int> out;
  for (int i = 0; i < count && names != nullptr && names[i] != nullptr; ++i) {
    if (name == names[i] && !out) out = SD_LISTEN_FDS_START + i;
  }
  if (names != nullptr) {
    for (int i = 0; names[i] != nullptr; ++i) std::free(names[i]);
    std::free(names);
  }
  return out;
}

}  // namespace trailwatch::app
