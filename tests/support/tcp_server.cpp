#include "support/tcp_server.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace trailwatch::test {

TcpServer::TcpServer(Answer answer) : answer_(std::move(answer)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

TcpServer::~TcpServer() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
}

std::vector<std::string> TcpServer::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

void TcpServer::run() {
  while (!stopping_) {
    pollfd one{listener_, POLLIN, 0};
    if (::poll(&one, 1, 20) <= 0) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    std::string text;
    while (!stopping_) {
      pollfd peer{socket, POLLIN, 0};
      if (::poll(&peer, 1, 20) <= 0) continue;
      std::array<char, 16384> bytes{};
      const ssize_t got = ::recv(socket, bytes.data(), bytes.size(), 0);
      if (got <= 0) break;
      text.append(bytes.data(), static_cast<std::size_t>(got));
      const std::string said = answer_(text);
      if (said.empty()) continue;
      (void)!::send(socket, said.data(), said.size(), MSG_NOSIGNAL);
      break;
    }
    {
      const std::lock_guard lock(mutex_);
      received_.push_back(text);
    }
    ::close(socket);
  }
}

}  // namespace trailwatch::test
