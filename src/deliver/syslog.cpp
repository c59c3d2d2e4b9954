#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "deliver/curl.h"
#include "deliver/transports.h"

namespace trailwatch::deliver {

namespace {

constexpr std::size_t kDatagramMax = 8192;
constexpr int kWaitMillis = 200;
constexpr int kFarewellRounds = 25;  // 5 seconds

std::pair<std::string, std::string> host_and_port(const std::string& server) {
  const std::size_t colon = server.rfind(':');
  std::string host = server.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return {host, colon == std::string::npos ? "514" : server.substr(colon + 1)};
}

Outcome send_datagram(const config::Channel& channel, const Parcel& parcel) {
  const auto [host, port] = host_and_port(channel.server);
  if (parcel.payload.size() > kDatagramMax) {
    return {Outcome::Fate::refused, "too long for a datagram: use \"tls\" or \"tcp\""};
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); failed != 0) {
    return {Outcome::Fate::later, channel.server + ": " + ::gai_strerror(failed)};
  }
  Outcome out{Outcome::Fate::later, channel.server + ": no address"};
  for (const addrinfo* one = found; one != nullptr && out.fate == Outcome::Fate::later; one = one->ai_next) {
    const int socket = ::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
    if (socket < 0) continue;
    const ssize_t sent =
        ::sendto(socket, parcel.payload.data(), parcel.payload.size(), MSG_NOSIGNAL, one->ai_addr, one->ai_addrlen);
    out = sent == static_cast<ssize_t>(parcel.payload.size())
              ? Outcome{Outcome::Fate::delivered, "sent; nobody says whether it arrived"}
              : Outcome{Outcome::Fate::later, channel.server + ": " + std::strerror(errno)};
    ::close(socket);
  }
  ::freeaddrinfo(found);
  return out;
}

bool wait_for(curl_socket_t socket, short events) {
  pollfd one{socket, events, 0};
  return ::poll(&one, 1, kWaitMillis) > 0;
}

// Syslog has no answer. Closing our half and waiting until the other side closes too tells a server that read all of it
// from one that died with the message in its buffer; a server that keeps the connection open is given the benefit.
bool said_farewell(CURL* handle, curl_socket_t socket, const std::atomic<bool>& stop) {
  ::shutdown(socket, SHUT_WR);
  std::array<char, 512> ignored{};
  for (int round = 0; round < kFarewellRounds && !stop; ++round) {
    std::size_t got = 0;
    const CURLcode code = curl_easy_recv(handle, ignored.data(), ignored.size(), &got);
    if (code == CURLE_OK && got == 0) return true;
    if (code != CURLE_OK && code != CURLE_AGAIN) {
      // A reset, and not a close: what we sent may not have been read.
      return code != CURLE_RECV_ERROR;
    }
    if (code == CURLE_AGAIN) wait_for(socket, POLLIN);
  }
  return true;
}

Outcome send_stream(const config::Channel& channel, const Parcel& parcel, const std::atomic<bool>& stop) {
  const Curl handle = make_curl(channel, stop);
  if (!handle) return {Outcome::Fate::later, "libcurl does not start"};
  CURL* const h = handle.get();
  const bool with_tls = channel.tls != config::Channel::Tls::none;
  // Only the connection and its handshake are libcurl's; what goes over it is RFC 5425 and RFC 6587: length, blank,
  // message.
  const std::string url = (with_tls ? "https://" : "http://") + channel.server + "/";
  curl_easy_setopt(h, CURLOPT_URL, url.c_str());
  curl_easy_setopt(h, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(h, CURLOPT_FORBID_REUSE, 0L);  // or libcurl closes it once it is there
  curl_easy_setopt(h, CURLOPT_SSL_ENABLE_ALPN, 0L);
  std::array<char, CURL_ERROR_SIZE> details{};
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, details.data());
  if (const CURLcode code = curl_easy_perform(h); code != CURLE_OK) {
    return {Outcome::Fate::later, curl_words(channel, code, details.data())};
  }
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(h, CURLINFO_ACTIVESOCKET, &socket);
  const std::string frame = std::to_string(parcel.payload.size()) + " " + parcel.payload;
  std::string_view left = frame;
  const std::int64_t rounds_max = channel.timeout_s * 1000 / kWaitMillis;
  for (std::int64_t rounds = 0; !left.empty();) {
    std::size_t sent = 0;
    const CURLcode code = curl_easy_send(h, left.data(), left.size(), &sent);
    left.remove_prefix(sent);
    if (code != CURLE_OK && code != CURLE_AGAIN)
      return {Outcome::Fate::later, curl_words(channel, code, details.data())};
    if (code == CURLE_AGAIN && !wait_for(socket, POLLOUT)) ++rounds;
    if (rounds > rounds_max || stop) return {Outcome::Fate::later, channel.server + ": took too long"};
  }
  if (!with_tls && !said_farewell(h, socket, stop)) {
    return {Outcome::Fate::later, channel.server + ": the connection broke off"};
  }
  return {Outcome::Fate::delivered, "sent"};
}

}  // namespace

Outcome send_syslog(const config::Channel& channel, const Parcel& parcel, const std::atomic<bool>& stop) {
  return channel.udp ? send_datagram(channel, parcel) : send_stream(channel, parcel, stop);
}

}  // namespace trailwatch::deliver
