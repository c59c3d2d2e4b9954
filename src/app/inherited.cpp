#include "app/inherited.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr int kFirstDescriptor = 3;
constexpr int kDescriptorsMax = 256;

int number_of(const char* text) {
  return text == nullptr ? 0 : std::atoi(text);
}

int port_of(int descriptor) {
  ::sockaddr_storage name{};
  ::socklen_t size = sizeof name;
  if (::getsockname(descriptor, reinterpret_cast<::sockaddr*>(&name), &size) != 0) return 0;
  if (name.ss_family == AF_INET) return ntohs(reinterpret_cast<const ::sockaddr_in*>(&name)->sin_port);
  if (name.ss_family == AF_INET6) return ntohs(reinterpret_cast<const ::sockaddr_in6*>(&name)->sin6_port);
  return 0;
}

}  // namespace

std::vector<Inherited> take_inherited() {
  std::vector<Inherited> out;
  const int count = number_of(std::getenv("LISTEN_FDS"));
  const bool is_ours = number_of(std::getenv("LISTEN_PID")) == ::getpid() && count > 0 && count <= kDescriptorsMax;
  const char* const names_text = std::getenv("LISTEN_FDNAMES");
  const std::string names = names_text == nullptr ? "" : names_text;
  const std::vector<std::string_view> parts = split(names, ':');
  for (int i = 0; is_ours && i < count; ++i) {
    const int descriptor = kFirstDescriptor + i;
    int type = 0;
    ::socklen_t size = sizeof type;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0) continue;
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    const std::string name(static_cast<std::size_t>(i) < parts.size() ? parts[static_cast<std::size_t>(i)] : "");
    out.push_back({descriptor, name, port_of(descriptor), type == SOCK_DGRAM});
  }
  for (const char* const variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(variable);
  return out;
}

int inherited_for(const std::vector<Inherited>& sockets, const std::string& source, int port, bool is_datagram) {
  int found = -1, count = 0;
  for (const Inherited& socket : sockets) {
    if (socket.name != source || socket.is_datagram != is_datagram) continue;
    if (socket.port == port) return socket.descriptor;
    found = socket.descriptor;
    ++count;
  }
  return count == 1 ? found : -1;
}

}  // namespace trailwatch::app
