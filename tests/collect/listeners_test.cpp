#include "trailwatch/collect/listeners.h"

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "support/client.h"
#include "support/fakes.h"

// The sockets without a store behind them: limits, time, and what happens when there is no room.
namespace trailwatch::collect {
namespace {

using Protocol = config::Listen::Protocol;

// Keeps what comes; has room for so many deliveries, and answers pushes if it is told to.
class KeepingInlet : public Inlet {
 public:
  explicit KeepingInlet(std::size_t room) : room_(room) {}

  bool offer(Delivery& delivery) override {
    const std::lock_guard lock(mutex_);
    ++offers_;
    changed_.notify_all();
    if (kept_.size() >= room_) return false;
    if (delivery.answer) delivery.answer(Receipt{});
    kept_.push_back(std::move(delivery));
    return true;
  }
  void when_there_is_room(std::function<void()> call) override {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(call));
  }
  void make_room(std::size_t room) {
    std::vector<std::function<void()>> calls;
    {
      const std::lock_guard lock(mutex_);
      room_ = room;
      calls.swap(waiting_);
    }
    for (const auto& call : calls) call();
  }
  // Until so many records have come, or so many offers were made.
  std::vector<std::string> wait_for(std::size_t records) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count() >= records; });
    std::vector<std::string> out;
    for (const Delivery& delivery : kept_) {
      for (const Frame& frame : delivery.frames) out.push_back(frame.bytes);
    }
    return out;
  }
  void wait_for_offers(std::size_t offers) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return offers_ >= offers; });
  }
  std::vector<Delivery> kept() {
    const std::lock_guard lock(mutex_);
    return {kept_.begin(), kept_.end()};
  }

 private:
  std::size_t count() const {
    std::size_t out = 0;
    for (const Delivery& delivery : kept_) out += delivery.frames.size();
    return out;
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t room_, offers_ = 0;
  std::deque<Delivery> kept_;
  std::vector<std::function<void()>> waiting_;
};

class ListenersTest : public ::testing::Test {
 protected:
  ~ListenersTest() override {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
    listeners_.reset();
  }
  int open(Protocol protocol, std::vector<Guest> guests) {
    if (!listeners_) listeners_ = std::make_unique<Listeners>(loop_, inlet_, clock_, log_, limits_);
    Door door;
    door.protocol = protocol;
    door.address = "127.0.0.1";
    door.guests = std::move(guests);
    door.pem = {server_.certificate, server_.key, authority_.pem()};
    const Result<int> port = listeners_->open(door);
    EXPECT_TRUE(port.has_value()) << (port ? "" : port.error().text());
    if (!thread_.joinable()) thread_ = std::thread([this] { loop_.run(); });
    return port ? *port : 0;
  }
  static Guest guest(const std::string& source, const std::string& token = "") {
    return {source, {*config::parse_network("127.0.0.1")}, {}, token, false};
  }
  Figures figures() {
    std::promise<Figures> told;
    boost::asio::post(loop_, [&] { told.set_value(listeners_->figures()); });
    return told.get_future().get();
  }
  test::Client::Tls tls() const { return {authority_.pem(), authority_.issue({"a"}), 0}; }

  test::Authority authority_{"authority"};
  test::Certificate server_ = authority_.issue({"localhost"});
  KeepingInlet inlet_{1'000'000};
  Limits limits_;
  test::FakeClock clock_;
  test::MemoryLog log_;
  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{loop_.get_executor()};
  std::unique_ptr<Listeners> listeners_;
  std::thread thread_;
};

TEST_F(ListenersTest, NothingIsReadWhileThereIsNoRoomAndNothingLost) {
  inlet_.make_room(0);
  const int port = open(Protocol::syslog_tcp, {guest("a")});
  test::Client client(port);
  std::vector<std::string> sent;
  for (int i = 0; i < 20'000; ++i) {
    sent.push_back("<134>1 record " + std::to_string(i));
  }
  std::thread sender([&] {
    for (const std::string& record : sent) client.send(record + "\n");
    client.finish();
  });
  inlet_.wait_for_offers(1);
  EXPECT_EQ(figures().frames > 0, true);
  EXPECT_TRUE(inlet_.kept().empty());
  inlet_.make_room(1'000'000);
  EXPECT_EQ(inlet_.wait_for(sent.size()), sent);
  sender.join();
}

TEST_F(ListenersTest, APushIsToldToComeAgainWhenThereIsNoRoom) {
  inlet_.make_room(0);
  const int port = open(Protocol::http, {guest("a", "token")});
  test::Client client(port);
  client.send("POST /ingest/a HTTP/1.1\r\nAuthorization: Bearer token\r\nContent-Length: 2\r\n\r\n{}");
  const std::string answer = client.receive_answer();
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 503");
  EXPECT_NE(answer.find("Retry-After: 1\r\n"), std::string::npos) << answer;
}

TEST_F(ListenersTest, SlowHeadersBodiesAndHandshakesEnd) {
  limits_.header_ms = limits_.handshake_ms = limits_.body_grace_ms = 50;
  const int http = open(Protocol::http, {guest("a", "token")});
  const int tls = open(Protocol::https, {guest("a", "token")});
  const int syslog = open(Protocol::syslog_tls, {guest("a")});
  test::Client headers(http), body(http), handshake(tls), syslog_handshake(syslog);
  headers.send("POST /ingest/a HT");
  body.send("POST /ingest/a HTTP/1.1\r\nAuthorization: Bearer token\r\nContent-Length: 200\r\n\r\n{");
  handshake.send("\x16\x03\x01");
  EXPECT_EQ(headers.receive_all(), "");
  EXPECT_EQ(body.receive_all(), "");
  EXPECT_EQ(handshake.receive_all(), "");
  EXPECT_EQ(syslog_handshake.receive_all(), "");
  EXPECT_EQ(figures().refused, (std::map<std::string, std::int64_t>{{"slow", 2}, {"tls", 2}}));
}

// A body that comes at the rate that is asked for has all the time it needs.
TEST_F(ListenersTest, ABodyThatKeepsComingIsWaitedFor) {
  limits_.body_grace_ms = 1'000;
  limits_.body_bytes_per_s = 1;
  const int port = open(Protocol::http, {guest("a", "token")});
  test::Client client(port);
  client.send("POST /ingest/a HTTP/1.1\r\nAuthorization: Bearer token\r\nContent-Length: 4000\r\n\r\n");
  for (int i = 0; i < 4; ++i) client.send(std::string(999, 'x') + "\n");
  EXPECT_EQ(client.receive_answer().substr(0, 12), "HTTP/1.1 200");
  EXPECT_EQ(inlet_.wait_for(4).size(), 4U);
}

TEST_F(ListenersTest, AnAddressHasSoManyConnections) {
  limits_.connections_per_address = 3;
  const int port = open(Protocol::syslog_tcp, {guest("a")});
  std::vector<std::unique_ptr<test::Client>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<test::Client>(port));
    clients.back()->send("<1>1 " + std::to_string(i) + "\n");
  }
  inlet_.wait_for(3);
  test::Client more(port);
  EXPECT_EQ(more.receive_all(), "");
  EXPECT_EQ(figures().refused.at("limit-per-address"), 1);
  // When one goes, another may come.
  clients.front()->finish();
  EXPECT_EQ(clients.front()->receive_all(), "");
  while (figures().connections == 3) continue;
  test::Client next(port);
  next.send("<1>1 next\n");
  EXPECT_EQ(inlet_.wait_for(4).back(), "<1>1 next");
}

TEST_F(ListenersTest, ThereAreSoManyConnectionsInAll) {
  limits_.connections = 2;
  const int a = open(Protocol::syslog_tcp, {guest("a")});
  test::Client one(a), two(a);
  one.send("<1>1 1\n");
  two.send("<1>1 2\n");
  inlet_.wait_for(2);
  test::Client three(a);
  EXPECT_EQ(three.receive_all(), "");
  EXPECT_EQ(figures().refused.at("limit"), 1);
}

TEST_F(ListenersTest, BodiesOnTheirWayShareOneLimit) {
  limits_.bodies_bytes = 4'096;
  const int port = open(Protocol::http, {guest("a", "token")});
  test::Client client(port);
  client.send("POST /ingest/a HTTP/1.1\r\nAuthorization: Bearer token\r\nContent-Length: 100000\r\n\r\n" +
              std::string(100'000, 'x'));
  EXPECT_EQ(client.receive_answer().substr(0, 12), "HTTP/1.1 503");
}

TEST_F(ListenersTest, AStopTakesWhatHasArrivedAndAnswersWhatWasAsked) {
  const int syslog = open(Protocol::syslog_tcp, {guest("a")});
  const int https = open(Protocol::https, {guest("b")});
  test::Client lines(syslog), idle(https, tls());
  ASSERT_TRUE(idle.is_open());
  lines.send("<1>1 one\n<1>1 two\n<1>1 half");
  std::promise<void> done;
  boost::asio::post(loop_, [&] { listeners_->stop([&] { done.set_value(); }); });
  EXPECT_EQ(lines.receive_all(), "");
  lines.finish();
  EXPECT_EQ(idle.receive_all(), "");
  done.get_future().wait();
  EXPECT_EQ(inlet_.wait_for(3), (std::vector<std::string>{"<1>1 one", "<1>1 two", "<1>1 half"}));
  EXPECT_EQ(inlet_.kept().back().frames.back().kind, Frame::Kind::cut_off);
  EXPECT_FALSE(test::Client(syslog).is_open());
}

TEST_F(ListenersTest, WhatTheSystemDropsIsCounted) {
  inlet_.make_room(0);
  const int port = open(Protocol::syslog_udp, {guest("a")});
  // The first one is taken, and waits; then nobody reads on, until the system has no room either.
  test::send_datagram(port, "<1>1 first");
  inlet_.wait_for_offers(1);
  const std::string large(60'000, 'x');
  for (int i = 0; i < 1'000; ++i) test::send_datagram(port, large);
  inlet_.make_room(1'000'000);
  // The counter comes with the next datagram that is taken.
  std::int64_t lost = 0;
  while (lost == 0) {
    test::send_datagram(port, "<1>1 last");
    const Figures now = figures();
    if (const auto found = now.lost.find("kernel"); found != now.lost.end()) lost = found->second;
  }
  const std::size_t taken = inlet_.wait_for(1).size();
  EXPECT_GE(lost + static_cast<std::int64_t>(taken), 1'000);
  bool is_told = false;
  for (const Delivery& delivery : inlet_.kept()) {
    for (const Loss& loss : delivery.losses) is_told = is_told || loss.kind == Loss::Kind::kernel;
  }
  EXPECT_TRUE(is_told);
}

TEST_F(ListenersTest, ADoorThatCantBeOpenedSaysWhy) {
  Listeners listeners(loop_, inlet_, clock_, log_, limits_);
  Door door;
  door.protocol = Protocol::syslog_tls;
  door.address = "127.0.0.1";
  door.guests = {guest("a")};
  const auto said = [&] {
    const Result<int> port = listeners.open(door);
    return port ? std::string("open") : port.error().text();
  };
  EXPECT_EQ(said().find("the certificate can't be used"), 0U) << said();
  door.pem.certificate = server_.certificate;
  EXPECT_EQ(said().find("the key can't be used"), 0U) << said();
  door.pem.key = authority_.issue({"another"}).key;
  EXPECT_EQ(said().find("the key"), 0U) << said();
  door.pem.key = server_.key;
  door.pem.client_ca = "nonsense";
  EXPECT_EQ(said().find("the authority of the clients can't be used"), 0U) << said();
  door.pem.client_ca = authority_.pem();
  door.address = "203.0.113.9";
  EXPECT_EQ(
      said(),
      "cannot listen: Cannot assign requested address (203.0.113.9 port 0). this machine does not have that address");
}

}  // namespace
}  // namespace trailwatch::collect
