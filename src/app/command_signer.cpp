#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>

#include "app/commands.h"
#include "app/service_manager.h"
#include "app/signer_desk.h"
#include "app/signer_socket.h"

namespace trailwatch::app {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;

namespace {

constexpr std::chrono::seconds kPatience(5);

// One caller at a time, and none for longer than five seconds. A caller who breaks off harms only himself.
asio::awaitable<void> attend(const Machine& machine, SignerDesk& desk, std::shared_ptr<Local::socket> caller) {
  asio::steady_timer limit(caller->get_executor(), kPatience);
  limit.async_wait([caller](const boost::system::error_code& stopped) {
    boost::system::error_code ignored;
    if (!stopped) caller->close(ignored);
  });
  std::optional<std::string> failure;
  try {
    std::string request;
    co_await read_message(*caller, request);
    const Result<seal::SignAnswer> answer = desk.answer(request);
    if (!answer) machine.log.error(answer.error().text());
    const std::string text = seal::to_text(
        answer ? *answer : seal::SignAnswer{seal::SignAnswer::Kind::refused, "the signer could not keep its note", ""});
    co_await write_message(*caller, text);
  } catch (const std::exception& error) {
    failure = error.what();
  }
  if (failure) machine.log.warning("a caller broke off: " + *failure);
}

asio::awaitable<void> listen(const Machine& machine, SignerDesk& desk, Local::acceptor& door) {
  for (;;) {
    boost::system::error_code error;
    auto caller = std::make_shared<Local::socket>(door.get_executor());
    co_await door.async_accept(*caller, asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      machine.log.warning("a caller could not be let in: " + error.message());
      continue;
    }
    co_await attend(machine, desk, caller);
  }
}

}  // namespace

int signer(const Machine& machine, const SignerOptions& options) {
  if (options.socket.empty() && !options.show_key)
    return fail(machine, Error{Errc::unsupported, "where should the signer listen?", "say it with --socket PATH", {}});
  Result<SignerDesk> desk = SignerDesk::open(machine, {options.directory, options.origin, options.keys});
  if (!desk) return fail(machine, desk.error());
  const auto print_key = [&] {
    std::printf("%s\n", desk->vkey().c_str());
    std::fflush(stdout);
  };
  if (options.show_key) {
    print_key();
    return kExitOk;
  }
  try {
    asio::io_context loop;
    // The lock of the directory is ours: a socket that is left there belongs to nobody any more.
    ::unlink(options.socket.c_str());
    Local::acceptor door(loop, Local::endpoint(options.socket));
    // Who may ask is who may reach the socket: its owner and its group.
    if (::chmod(options.socket.c_str(), 0660) != 0)
      return fail(machine, Error{Errc::unavailable, "cannot set the mode of the socket", "", {options.socket}});
    asio::signal_set signals(loop, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code& error, int) {
      if (!error) door.close();
    });
    std::optional<std::string> failure;
    asio::co_spawn(loop, listen(machine, *desk, door), [&](const std::exception_ptr& error) {
      signals.cancel();
      if (error) failure = "the listener ended with an error";
    });
    ServiceManager manager;
    manager.ready();
    print_key();  // now callers are let in
    machine.log.info("signing for " + desk->signer().verifiers().front().name() + " at " + options.socket);
    loop.run();
    ::unlink(options.socket.c_str());
    if (failure) return fail(machine, Error{Errc::unavailable, *failure, "", {}});
  } catch (const boost::system::system_error& error) {
    return fail(machine, Error{Errc::unavailable,
                               std::string("the socket can't be opened: ") + error.what(),
                               "does its directory exist, and is the path shorter than 100 characters?",
                               {options.socket}});
  }
  machine.log.info("stopped");
  return kExitOk;
}

}  // namespace trailwatch::app
