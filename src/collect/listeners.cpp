#include "trailwatch/collect/listeners.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>

#include "collect/datagrams.h"
#include "collect/session.h"
#include "collect/socket.h"
#include "collect/tls.h"
#include "trailwatch/base/text.h"

namespace trailwatch::collect {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Protocol = config::Listen::Protocol;

namespace {

// Without descriptors there is nothing to accept with: others must close first.
constexpr std::chrono::milliseconds kAcceptAgain(100);

Result<std::shared_ptr<const DoorState>> state_of(const Door& door) {
  auto out = std::make_shared<DoorState>();
  out->protocol = door.protocol;
  out->way = config::to_text(door.protocol);
  out->guests = door.guests;
  if (door.protocol == Protocol::syslog_tls || door.protocol == Protocol::https) {
    Result<std::shared_ptr<asio::ssl::context>> tls = make_tls(door.pem);
    if (!tls) return std::move(tls).error();
    out->tls = *std::move(tls);
  }
  return std::shared_ptr<const DoorState>(std::move(out));
}

bool is_http(Protocol protocol) {
  return protocol == Protocol::http || protocol == Protocol::https;
}

}  // namespace

// What listens, with the door it was opened by.
struct OpenDoor {
  Door door;
  std::shared_ptr<const DoorState> state;
  std::unique_ptr<Tcp::acceptor> acceptor;  // or
  std::unique_ptr<Datagrams> datagrams;
};

struct Listeners::Impl {
  Impl(asio::io_context& loop_given, Inlet& inlet, Clock& clock, Log& log, const Limits& limits_given)
      : loop(loop_given),
        limits(limits_given),
        gate(limits, clock, log),
        house{inlet, gate, log, limits, false, 0},
        accept_again(loop),
        farewell(loop) {}

  asio::awaitable<void> accept(OpenDoor& door);
  void accept_last(OpenDoor& door);
  void welcome(OpenDoor& door, Tcp::socket socket);
  void begin(std::shared_ptr<Session> session);
  void ended(const std::string& what, const std::exception_ptr& error);
  void check_done();

  asio::io_context& loop;
  const Limits limits;
  Gate gate;
  House house;
  std::vector<std::unique_ptr<OpenDoor>> doors;
  std::set<std::shared_ptr<Session>> sessions;
  int tasks = 0;  // accepting or receiving
  asio::steady_timer accept_again, farewell;
  std::function<void()> done;
};

void Listeners::Impl::ended(const std::string& what, const std::exception_ptr& error) {
  try {
    if (error) std::rethrow_exception(error);
  } catch (const std::exception& failure) {
    house.log.error(what + " ended: " + for_log(failure.what()));
  }
  check_done();
}

void Listeners::Impl::check_done() {
  if (!done || tasks > 0 || !sessions.empty()) return;
  farewell.cancel();
  const std::function<void()> call = std::exchange(done, nullptr);
  call();
}

void Listeners::Impl::begin(std::shared_ptr<Session> session) {
  sessions.insert(session);
  auto over = [this, session](const std::exception_ptr& error) {
    session->ended();
    gate.leave(session->peer());
    sessions.erase(session);
    ended("a connection", error);
  };
  asio::co_spawn(loop, session->run(), std::move(over));
  // Accepted before everything was told to stop, and here only now.
  if (house.stopping) session->stop();
}

void Listeners::Impl::welcome(OpenDoor& door, Tcp::socket socket) {
  boost::system::error_code error;
  const Tcp::endpoint from = socket.remote_endpoint(error);
  if (error) return;
  const std::string peer = peer_text(from.address());
  const config::Address address = peer_bytes(from.address());
  bool is_expected = false;
  for (const Guest& guest : door.state->guests) is_expected = is_expected || allows_peer(guest, address);
  if (!is_expected) return gate.refuse("peer", door.state->way, peer, "no source expects this peer");
  if (!gate.enter(door.state->way, peer)) return;
  socket.set_option(Tcp::no_delay(true), error);
  socket.set_option(asio::socket_base::keep_alive(true), error);
  std::unique_ptr<Stream> stream =
      door.state->tls ? tls_stream(std::move(socket), door.state->tls) : plain_stream(std::move(socket));
  const auto make = is_http(door.door.protocol) ? http_session : syslog_session;
  begin(make(house, door.state, loop.get_executor(), std::move(stream), peer, address));
}

asio::awaitable<void> Listeners::Impl::accept(OpenDoor& door) {
  while (!house.stopping) {
    boost::system::error_code error;
    Tcp::socket socket = co_await door.acceptor->async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (!error) welcome(door, std::move(socket));
    if (!error || error == asio::error::connection_aborted || house.stopping) continue;
    gate.refuse("accept", door.state->way, "", error.message());
    accept_again.expires_after(kAcceptAgain);
    co_await accept_again.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

// Who has connected already believes to be connected; what he has sent is taken.
void Listeners::Impl::accept_last(OpenDoor& door) {
  boost::system::error_code error;
  door.acceptor->non_blocking(true, error);
  for (std::int64_t i = 0; !error && i < limits.connections; ++i) {
    Tcp::socket socket(loop);
    door.acceptor->accept(socket, error);
    if (!error) welcome(door, std::move(socket));
  }
  door.acceptor->close(error);
}

Listeners::Listeners(asio::io_context& loop, Inlet& inlet, Clock& clock, Log& log, const Limits& limits)
    : impl_(std::make_unique<Impl>(loop, inlet, clock, log, limits)) {}
Listeners::~Listeners() = default;

Result<int> Listeners::open(const Door& door) {
  Result<std::shared_ptr<const DoorState>> state = state_of(door);
  if (!state) return std::move(state).error();
  auto open = std::make_unique<OpenDoor>();
  open->door = door;
  open->state = *std::move(state);
  auto over = [impl = impl_.get()](const std::exception_ptr& error) {
    --impl->tasks;
    impl->ended("a listener", error);
  };
  int port = 0;
  if (door.protocol == Protocol::syslog_udp) {
    Result<asio::ip::udp::socket> socket = receive_at(impl_->loop, door);
    if (!socket) return std::move(socket).error();
    open->datagrams = std::make_unique<Datagrams>(impl_->house, open->state, *std::move(socket));
    port = open->datagrams->port();
    asio::co_spawn(impl_->loop, open->datagrams->run(), std::move(over));
  } else {
    Result<Tcp::acceptor> acceptor = listen_at(impl_->loop, door);
    if (!acceptor) return std::move(acceptor).error();
    open->acceptor = std::make_unique<Tcp::acceptor>(*std::move(acceptor));
    boost::system::error_code error;
    port = open->acceptor->local_endpoint(error).port();
    asio::co_spawn(impl_->loop, impl_->accept(*open), std::move(over));
  }
  ++impl_->tasks;
  impl_->doors.push_back(std::move(open));
  return port;
}

Status Listeners::renew(const Door& door) {
  for (const std::unique_ptr<OpenDoor>& open : impl_->doors) {
    const Door& known = open->door;
    if (known.protocol != door.protocol || known.address != door.address || known.port != door.port) continue;
    // Where the system chose the ports, many doors look alike.
    if (door.port == 0 && known.guests.front().source != door.guests.front().source) continue;
    Result<std::shared_ptr<const DoorState>> state = state_of(door);
    if (!state) return std::move(state).error();
    open->state = *std::move(state);
    if (open->datagrams) open->datagrams->renew(open->state);
    return Done{};
  }
  return Error{Errc::not_found, "nothing listens at " + door.address + " port " + std::to_string(door.port), "", {}};
}

void Listeners::stop(std::function<void()> done) {
  impl_->done = std::move(done);
  for (const std::unique_ptr<OpenDoor>& open : impl_->doors) {
    if (open->acceptor) impl_->accept_last(*open);
    if (open->datagrams) open->datagrams->stop();
  }
  impl_->house.stopping = true;
  impl_->accept_again.cancel();
  for (const std::shared_ptr<Session>& session : impl_->sessions) session->stop();
  impl_->farewell.expires_after(std::chrono::milliseconds(impl_->limits.farewell_ms));
  impl_->farewell.async_wait([impl = impl_.get()](const boost::system::error_code& error) {
    if (error) return;
    for (const std::shared_ptr<Session>& session : impl->sessions) session->abort();
  });
  impl_->check_done();
}

Figures Listeners::figures() const {
  return impl_->gate.figures();
}

}  // namespace trailwatch::collect
