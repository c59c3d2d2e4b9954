#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "deliver/transports.h"
#include "support/program.h"
#include "support/tcp_server.h"
#include "trailwatch/deliver/transport.h"

namespace trailwatch::deliver {
namespace {

using Fate = Outcome::Fate;

const std::string kMessage =
    "<106>1 2026-03-02T00:00:00.000+00:00 - trailwatch - alert [trailwatch@32473 id=\"m1\"] {}";

config::Channel channel(const std::string& server, config::Channel::Tls tls = config::Channel::Tls::none) {
  config::Channel out;
  out.name = "siem";
  out.kind = config::Channel::Kind::syslog;
  out.server = server;
  out.tls = tls;
  out.timeout_s = 5;
  return out;
}
Parcel parcel(const std::string& text = kMessage) {
  return {"m1", "", text, "", Instant{}};
}

TEST(SyslogTransport, AFrameOverTcpBearsItsLength) {
  test::TcpServer server([](const std::string&) { return std::string(); });
  const Outcome outcome = make_transport()->send(channel(server.address()), parcel());
  EXPECT_EQ(outcome.fate, Fate::delivered) << outcome.said;
  ASSERT_EQ(server.received().size(), 1U);  // the server has closed before we say that it is delivered
  EXPECT_EQ(server.received()[0], std::to_string(kMessage.size()) + " " + kMessage);
}

TEST(SyslogTransport, ALongFrameArrivesWhole) {
  test::TcpServer server([](const std::string&) { return std::string(); });
  const std::string text(3'000'000, 'x');
  EXPECT_EQ(make_transport()->send(channel(server.address()), parcel(text)).fate, Fate::delivered);
  ASSERT_EQ(server.received().size(), 1U);
  EXPECT_EQ(server.received()[0], "3000000 " + text);
}

TEST(SyslogTransport, NobodyListensIsLater) {
  EXPECT_EQ(make_transport()->send(channel("127.0.0.1:1"), parcel()).fate, Fate::later);
}

TEST(SyslogTransport, ADatagramIsTheMessageAlone) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  config::Channel to = channel("127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
  to.udp = true;
  EXPECT_EQ(make_transport()->send(to, parcel()).fate, Fate::delivered);
  std::array<char, 9000> bytes{};
  const ssize_t got = ::recv(socket, bytes.data(), bytes.size(), 0);
  EXPECT_EQ(std::string(bytes.data(), static_cast<std::size_t>(got)), kMessage);
  EXPECT_EQ(make_transport()->send(to, parcel(std::string(9000, 'x'))).fate, Fate::refused);
  ::close(socket);
}

// OpenSSL's own server at the other end.
TEST(SyslogTransport, OverTlsWithTheRightCertificateOnly) {
  const test::TemporaryDirectory place;
  const test::Ran made =
      test::run_program("/usr/bin/openssl", {"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout",
                                             place.path("key.pem"), "-out", place.path("cert.pem"), "-subj",
                                             "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"});
  if (made.code == 127) GTEST_SKIP() << "openssl is not installed; ./dev setup installs it";
  ASSERT_EQ(made.code, 0) << made.err;
  const std::string out = place.path("out");
  // It ends when its standard input does.
  std::array<int, 2> said{}, input{};
  ASSERT_EQ(::pipe2(said.data(), O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(input.data(), O_CLOEXEC), 0);
  const pid_t server = ::fork();
  if (server == 0) {
    ::dup2(input[0], 0);
    ::dup2(said[1], 1);
    ::dup2(said[1], 2);
    const std::string cert = place.path("cert.pem"), key = place.path("key.pem");
    ::execl("/usr/bin/openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", cert.c_str(), "-key",
            key.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(said[1]);
  std::string text;
  // Reads what the server says until `words` is there.
  const auto wait_for = [&](const std::string& words) {
    while (text.find(words) == std::string::npos) {
      std::array<char, 4096> bytes{};
      const ssize_t got = ::read(said[0], bytes.data(), bytes.size());
      if (got <= 0) return false;
      text.append(bytes.data(), static_cast<std::size_t>(got));
    }
    return true;
  };
  ASSERT_TRUE(wait_for("ACCEPT 127.0.0.1:")) << text;
  ASSERT_TRUE(wait_for("\n"));
  const std::size_t at = text.find("127.0.0.1:") + 10;
  const std::string port = text.substr(at, text.find('\n', at) - at);
  config::Channel to = channel("localhost:" + port, config::Channel::Tls::tls);
  EXPECT_EQ(make_transport()->send(to, parcel()).fate, Fate::later);  // nobody vouches for it
  to.ca_file = place.path("cert.pem");
  EXPECT_EQ(make_transport()->send(to, parcel()).fate, Fate::delivered);
  EXPECT_TRUE(wait_for(std::to_string(kMessage.size()) + " " + kMessage)) << text;
  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  for (const int one : {said[0], input[0], input[1]}) ::close(one);
}

}  // namespace
}  // namespace trailwatch::deliver
