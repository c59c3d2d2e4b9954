#include <gtest/gtest.h>

#include "deliver/transports.h"
#include "support/tcp_server.h"
#include "trailwatch/base/text.h"
#include "trailwatch/deliver/transport.h"

namespace trailwatch::deliver {
namespace {

using Fate = Outcome::Fate;

const std::string kBody = R"({"class_uid":2004,"message":"\u5f85\u8aaa\u660e"})";

config::Channel channel(const std::string& address) {
  config::Channel out;
  out.name = "soc";
  out.kind = config::Channel::Kind::webhook;
  out.url = "http://" + address + "/in?x=1";
  out.tls = config::Channel::Tls::none;
  out.timeout_s = 5;
  return out;
}

// Answers once the body is there.
test::TcpServer::Answer http(const std::string& status) {
  return [status](const std::string& received) -> std::string {
    if (received.find(kBody) == std::string::npos) return "";
    return "HTTP/1.1 " + status + "\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
  };
}

Outcome send(const std::string& status, std::string& received) {
  test::TcpServer server(http(status));
  const Outcome out =
      make_transport()->send(channel(server.address()), {"m1", "", kBody, "key", Instant{1'772'409'600'000'000}});
  for (int i = 0; i < 1000 && server.received().empty(); ++i) std::this_thread::yield();
  received = server.received().empty() ? "" : server.received()[0];
  return out;
}

TEST(Webhook, TheSignatureCanBeComputedByAnybodyWhoHasTheKey) {
  // printf '1772409600.{}' | openssl dgst -sha256 -hmac key
  EXPECT_EQ(webhook_signature("key", Instant{1'772'409'600'999'999}, "{}"),
            "t=1772409600,v1=a78a86e6c1aae03eeaa4199c54fd9a0ccf23e85a1eb2fa499dbae53c4ed0f92e");
}

TEST(Webhook, PostsTheBodyWithKeyAndSignature) {
  std::string received;
  EXPECT_EQ(send("204 No Content", received).fate, Fate::delivered);
  EXPECT_EQ(received.substr(0, received.find("\r\n")), "POST /in?x=1 HTTP/1.1");
  const auto has = [&](const std::string& line) { return received.find("\r\n" + line + "\r\n") != std::string::npos; };
  EXPECT_TRUE(has("Content-Type: application/json")) << received;
  EXPECT_TRUE(has("Idempotency-Key: m1")) << received;
  EXPECT_TRUE(has("X-Trailwatch-Signature: " + webhook_signature("key", Instant{1'772'409'600'000'000}, kBody)));
  EXPECT_EQ(received.substr(received.find("\r\n\r\n") + 4), kBody);
  EXPECT_EQ(received.find("Expect"), std::string::npos);
}

TEST(Webhook, WhatTheAnswerMeans) {
  EXPECT_EQ(http_fate(200), Fate::delivered);
  EXPECT_EQ(http_fate(202), Fate::delivered);
  for (const long status : {301L, 302L, 401L, 403L, 404L, 408L, 425L, 429L, 500L, 502L, 503L}) {
    EXPECT_EQ(http_fate(status), Fate::later) << status;
  }
  for (const long status : {400L, 410L, 413L, 415L, 422L}) EXPECT_EQ(http_fate(status), Fate::refused) << status;
}

TEST(Webhook, ARedirectIsNotFollowed) {
  std::string received;
  EXPECT_EQ(send("302 Found\r\nLocation: http://127.0.0.1:1/", received).fate, Fate::later);
}

TEST(Webhook, NobodyListensIsLater) {
  EXPECT_EQ(make_transport()->send(channel("127.0.0.1:1"), {"m1", "", kBody, "key", Instant{}}).fate, Fate::later);
}

TEST(Webhook, AChannelForTlsNeverSpeaksPlain) {
  test::TcpServer server(http("200 OK"));
  config::Channel to = channel(server.address());
  to.tls = config::Channel::Tls::tls;
  EXPECT_EQ(make_transport()->send(to, {"m1", "", kBody, "key", Instant{}}).fate, Fate::later);
}

}  // namespace
}  // namespace trailwatch::deliver
