#include "support/notify_socket.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace trailwatch::test {

NotifySocket::NotifySocket(long watchdog_micros) {
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ::sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = place_.path("notify");
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const ::timeval patience{60, 0};
  if (socket_ < 0 || ::bind(socket_, reinterpret_cast<const ::sockaddr*>(&address), sizeof(address)) != 0 ||
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0) {
    throw std::runtime_error("cannot listen at " + path);
  }
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  ::setenv("WATCHDOG_USEC", std::to_string(watchdog_micros).c_str(), 1);
}

NotifySocket::~NotifySocket() {
  ::unsetenv("NOTIFY_SOCKET");
  ::unsetenv("WATCHDOG_USEC");
  ::close(socket_);
}

std::optional<std::string> NotifySocket::receive(int flags) {
  std::array<char, 4096> buffer{};
  const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), flags);
  if (size < 0) return std::nullopt;
  return std::string(buffer.data(), static_cast<std::size_t>(size));
}

std::string NotifySocket::wait_for(const std::string& start) {
  for (;;) {
    std::optional<std::string> message = receive(0);
    if (!message) return "";
    if (message->rfind(start, 0) == 0) return *std::move(message);
  }
}

std::vector<std::string> NotifySocket::arrived() {
  std::vector<std::string> out;
  while (std::optional<std::string> message = receive(MSG_DONTWAIT)) out.push_back(*std::move(message));
  return out;
}

}  // namespace trailwatch::test
