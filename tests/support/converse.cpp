#include "support/converse.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace trailwatch::test {

namespace {

int connect_to(const std::string& place) {
  if (place.front() == '/') {
    ::sockaddr_un address{};
    address.sun_family = AF_UNIX;
    place.copy(address.sun_path, sizeof(address.sun_path) - 1);
    const int out = ::socket(AF_UNIX, SOCK_STREAM, 0);
    return ::connect(out, reinterpret_cast<const ::sockaddr*>(&address), sizeof(address)) == 0 ? out : -1;
  }
  ::sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  address.sin_port = ::htons(static_cast<std::uint16_t>(std::stoi(place.substr(place.rfind(':') + 1))));
  const int out = ::socket(AF_INET, SOCK_STREAM, 0);
  return ::connect(out, reinterpret_cast<const ::sockaddr*>(&address), sizeof(address)) == 0 ? out : -1;
}

}  // namespace

std::string converse(const std::string& place, const std::string& request) {
  const int socket = connect_to(place);
  if (socket < 0) throw std::runtime_error("nobody listens at " + place);
  std::string rest = request;
  while (!rest.empty()) {
    const ssize_t sent = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    rest.erase(0, static_cast<std::size_t>(sent));
  }
  std::string out;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0;)
    out.append(buffer.data(), static_cast<std::size_t>(got));
  ::close(socket);
  return out;
}

}  // namespace trailwatch::test
