#include "support/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

namespace trailwatch::test {

namespace {

::sockaddr_in here(int port) {
  ::sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(static_cast<std::uint16_t>(port));
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return out;
}

// A peer that has gone is an answer, not the end of the test.
void ignore_broken_pipes() {
  ::signal(SIGPIPE, SIG_IGN);
}

template <typename Read, typename Use>
void with_pem(const std::string& pem, const Read& read, const Use& use) {
  BIO* const from = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  auto* const object = read(from, nullptr, nullptr, nullptr);
  BIO_free(from);
  if (object == nullptr) throw std::runtime_error("no PEM");
  use(object);
}

}  // namespace

struct Client::Impl {
  int socket = -1;
  SSL_CTX* context = nullptr;
  SSL* tls = nullptr;

  Impl(int port, const std::string& address) {
    ignore_broken_pipes();
    socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::sockaddr_in from = here(0);
    ::inet_pton(AF_INET, address.c_str(), &from.sin_addr);
    ::bind(socket, reinterpret_cast<const ::sockaddr*>(&from), sizeof from);
    const ::sockaddr_in to = here(port);
    if (::connect(socket, reinterpret_cast<const ::sockaddr*>(&to), sizeof to) != 0) {
      ::close(socket);
      socket = -1;
      return;
    }
    // What is sent is on its way at once.
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Impl() {
    SSL_free(tls);
    SSL_CTX_free(context);
    if (socket >= 0) ::close(socket);
  }
  bool shake_hands(const Tls& asked) {
    context = SSL_CTX_new(TLS_client_method());
    if (asked.version_max != 0) {
      SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
      SSL_CTX_set_max_proto_version(context, asked.version_max);
      SSL_CTX_set_security_level(context, 0);
    }
    with_pem(asked.ca, PEM_read_bio_X509, [&](X509* ca) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca);
      X509_free(ca);
    });
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    if (asked.certificate) {
      with_pem(asked.certificate->certificate, PEM_read_bio_X509, [&](X509* own) {
        SSL_CTX_use_certificate(context, own);
        X509_free(own);
      });
      with_pem(asked.certificate->key, PEM_read_bio_PrivateKey, [&](EVP_PKEY* key) {
        SSL_CTX_use_PrivateKey(context, key);
        EVP_PKEY_free(key);
      });
    }
    tls = SSL_new(context);
    SSL_set_fd(tls, socket);
    if (!asked.server_name.empty()) SSL_set_tlsext_host_name(tls, asked.server_name.c_str());
    return SSL_connect(tls) == 1;
  }
};

Client::Client(int port, const std::string& from)
    : impl_(std::make_unique<Impl>(port, from)), is_open_(impl_->socket >= 0) {}
Client::Client(int port, const Tls& tls) : Client(port) {
  is_open_ = is_open_ && impl_->shake_hands(tls);
}
Client::~Client() = default;

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = impl_->tls != nullptr
                          ? static_cast<::ssize_t>(SSL_write(impl_->tls, bytes.data(), static_cast<int>(bytes.size())))
                          : ::send(impl_->socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string Client::receive(std::size_t bytes_max) {
  std::string out(bytes_max, '\0');
  const auto got = impl_->tls != nullptr
                       ? static_cast<::ssize_t>(SSL_read(impl_->tls, out.data(), static_cast<int>(out.size())))
                       : ::recv(impl_->socket, out.data(), out.size(), 0);
  out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return out;
}

std::string Client::receive_all() {
  std::string out = std::move(kept_);
  for (;;) {
    const std::string more = receive();
    if (more.empty()) return out;
    out += more;
  }
}

std::string Client::receive_answer() {
  std::string out = std::move(kept_);
  kept_.clear();
  for (;;) {
    const std::size_t head = out.find("\r\n\r\n");
    const std::size_t length = out.find("Content-Length: ");
    if (head != std::string::npos && length != std::string::npos && length < head) {
      const std::size_t whole = head + 4 + std::stoul(out.substr(length + 16));
      if (out.size() >= whole) {
        kept_ = out.substr(whole);
        return out.substr(0, whole);
      }
    }
    const std::string more = receive();
    if (more.empty()) return out;
    out += more;
  }
}

void Client::finish() {
  if (impl_->tls != nullptr) SSL_shutdown(impl_->tls);
  ::shutdown(impl_->socket, SHUT_WR);
}

bool Client::renegotiate() {
  return SSL_renegotiate(impl_->tls) == 1 && SSL_do_handshake(impl_->tls) == 1;
}

void Client::reset() {
  const ::linger at_once{1, 0};
  ::setsockopt(impl_->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(impl_->socket);
  impl_->socket = -1;
}

void send_datagram(int port, std::string_view bytes) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const ::sockaddr_in to = here(port);
  ::sendto(socket, bytes.data(), bytes.size(), 0, reinterpret_cast<const ::sockaddr*>(&to), sizeof to);
  ::close(socket);
}

}  // namespace trailwatch::test
