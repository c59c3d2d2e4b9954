#include "app/signer_socket.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <optional>

#include "app/signer_desk.h"

namespace trailwatch::app {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;

asio::awaitable<void> read_message(Local::socket& socket, std::string& out) {
  boost::system::error_code error;
  const auto space = asio::dynamic_buffer(out, kMessageBytesMax);
  co_await asio::async_read(socket, space, asio::redirect_error(asio::use_awaitable, error));
  if (error && error != asio::error::eof) throw boost::system::system_error(error);
}

asio::awaitable<void> write_message(Local::socket& socket, const std::string& text) {
  co_await asio::async_write(socket, asio::buffer(text), asio::use_awaitable);
  socket.shutdown(Local::socket::shutdown_send);
}

namespace {

constexpr std::chrono::seconds kPatience(10);

asio::awaitable<void> converse(std::string path, std::string request, std::optional<std::string>& answer) {
  Local::socket socket(co_await asio::this_coro::executor);
  const Local::endpoint there(path);
  co_await socket.async_connect(there, asio::use_awaitable);
  co_await write_message(socket, request);
  std::string said;
  co_await read_message(socket, said);
  answer = std::move(said);
}

}  // namespace

Result<seal::SignAnswer> NotaryAtSocket::ask(const seal::SignRequest& request) {
  std::optional<std::string> answer;
  std::string failure = "it did not answer within ten seconds";
  try {
    asio::io_context loop;
    asio::co_spawn(loop, converse(path_, seal::to_text(request), answer), [&](const std::exception_ptr& error) {
      if (error) failure = "the connection failed";
      try {
        if (error) std::rethrow_exception(error);
      } catch (const boost::system::system_error& told) {
        failure = told.code().message();
      } catch (const std::exception& told) {
        failure = told.what();
      }
    });
    loop.run_for(kPatience);
  } catch (const std::exception& error) {
    failure = error.what();
  }
  if (!answer) {
    return Error{Errc::unavailable,
                 "the signer can't be asked: " + failure,
                 "is `trailwatch signer` running, and may this user use its socket?",
                 {path_}};
  }
  return seal::parse_sign_answer(*answer);
}

}  // namespace trailwatch::app
