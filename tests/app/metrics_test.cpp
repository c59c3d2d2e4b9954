#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "app/metrics_endpoint.h"
#include "support/converse.h"
#include "support/fakes.h"
#include "support/program.h"
#include "support/prometheus.h"

namespace trailwatch::app {
namespace {

Snapshot sample() {
  Snapshot out;
  out.figures.at = Instant{1'772'675'800 * kMicrosPerSecond};
  SourceFigures land;
  land.name = "land \"A\"\\\n";  // as an administrator may name it
  land.totals = {"land", 3, 100, 5, 2, 1, Instant{1'772'675'740 * kMicrosPerSecond}};
  SourceFigures police;
  police.name = "police";
  out.figures.sources = {land, police};
  out.figures.events = 100;
  out.figures.leaves = 120;
  out.figures.signed_leaves = 119;
  out.figures.signed_at = Instant{1'772'675'700 * kMicrosPerSecond};
  store::ChannelState office;
  office.channel = "office";
  office.delivered = 7;
  office.failing_since = Instant{1'772'675'790 * kMicrosPerSecond};
  out.figures.channels = {office};
  out.figures.rules = 50;
  out.figures.skipped = {{"staff.csv", 3}, {"cases.csv", 4}};
  out.figures.newest_report = to_day({2026, 3, 4});
  out.figures.disk_free_bytes = 10;
  out.figures.disk_bytes = 20;
  out.complaints = {{"delivery", "x"}, {"source", "y"}, {"source", "z"}};
  out.process = {Instant{1'772'600'000 * kMicrosPerSecond}, 42, Instant{1'772'675'799'999'999}};
  return out;
}

TEST(Metrics, SayWhatTheFiguresAre) {
  const test::Prometheus read(prometheus_text(sample()));
  EXPECT_EQ(read.at("trailwatch_build_info{version=\"" TRAILWATCH_VERSION "\"}"), 1);
  EXPECT_EQ(read.at("trailwatch_healthy"), 0);
  EXPECT_EQ(read.at("trailwatch_problems{kind=\"source\"}"), 2);
  EXPECT_EQ(read.at("trailwatch_source_records_stored_total{source=\"land \\\"A\\\"\\\\\\n\"}"), 100);
  EXPECT_EQ(read.at("trailwatch_source_lag_seconds{source=\"land \\\"A\\\"\\\\\\n\"}"), 60);
  EXPECT_EQ(read.at("trailwatch_source_files{source=\"police\"}"), 0);
  EXPECT_FALSE(read.has("trailwatch_source_lag_seconds{source=\"police\"}"));
  EXPECT_EQ(read.at("trailwatch_commits_total"), 42);
  EXPECT_EQ(read.at("trailwatch_last_commit_timestamp_seconds"), 1'772'675'799);
  EXPECT_EQ(read.at("trailwatch_leaves_signed_total"), 119);
  EXPECT_EQ(read.at("trailwatch_rules_skipped"), 7);
  EXPECT_EQ(read.at("trailwatch_delivery_failing_seconds{channel=\"office\"}"), 10);
  EXPECT_EQ(read.at("trailwatch_last_report_day_timestamp_seconds"), 1'772'582'400);
  EXPECT_EQ(read.at("trailwatch_disk_free_bytes"), 10);
}

TEST(Metrics, AnEmptyHouseHasFiguresToo) {
  const test::Prometheus read(prometheus_text(Snapshot()));
  EXPECT_EQ(read.at("trailwatch_healthy"), 1);
  EXPECT_EQ(read.at("trailwatch_events_total"), 0);
  EXPECT_FALSE(read.has("trailwatch_last_checkpoint_timestamp_seconds"));
  EXPECT_FALSE(read.has("trailwatch_disk_free_bytes"));
}

class Endpoint : public testing::Test {
 protected:
  MetricsEndpoint& listen(const std::string& place) {
    Result<std::unique_ptr<MetricsEndpoint>> opened = MetricsEndpoint::listen(place, log_);
    EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().text());
    endpoint_ = *std::move(opened);
    return *endpoint_;
  }
  std::string get(const std::string& target = "/metrics", const std::string& method = "GET") {
    return test::converse(endpoint_->place(), method + " " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  static std::string status(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }
  static std::string body(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

  test::MemoryLog log_;
  std::unique_ptr<MetricsEndpoint> endpoint_;
};

TEST_F(Endpoint, TellsTheNewestSnapshot) {
  listen("127.0.0.1:0");
  EXPECT_EQ(status(get()), "HTTP/1.1 503 Service Unavailable");
  endpoint_->publish(std::make_shared<Snapshot>(sample()));
  const std::string answer = get();
  EXPECT_EQ(status(answer), "HTTP/1.1 200 OK");
  EXPECT_NE(answer.find("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"), std::string::npos) << answer;
  EXPECT_EQ(body(answer), prometheus_text(sample()));
  Snapshot next = sample();
  next.figures.events = 101;
  endpoint_->publish(std::make_shared<Snapshot>(next));
  EXPECT_EQ(test::Prometheus(body(get("/metrics?x=1"))).at("trailwatch_events_total"), 101);
}

TEST_F(Endpoint, HasNothingElseAndTakesNothing) {
  listen("127.0.0.1:0");
  endpoint_->publish(std::make_shared<Snapshot>(sample()));
  EXPECT_EQ(status(get("/")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status(get("/metrics/..")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status(get("/metrics", "POST")), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_EQ(status(get("/metrics", "HEAD")), "HTTP/1.1 200 OK");
  EXPECT_EQ(body(get("/metrics", "HEAD")), "");
  // What is no request, too long, or brings a body ends the connection.
  const std::string place = endpoint_->place();
  EXPECT_EQ(test::converse(place, "\x16\x03\x01 nonsense\r\n\r\n"), "");
  EXPECT_EQ(test::converse(place, "GET /metrics HTTP/1.1\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n"), "");
  EXPECT_EQ(test::converse(place, "POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"), "");
  EXPECT_EQ(status(get()), "HTTP/1.1 200 OK");
}

TEST_F(Endpoint, ListensAtAPathForItsGroup) {
  const test::TemporaryDirectory place;
  const std::string path = place.path("metrics");
  listen(path);
  endpoint_->publish(std::make_shared<Snapshot>(sample()));
  EXPECT_EQ(endpoint_->place(), path);
  struct ::stat found{};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0660U);
  EXPECT_EQ(status(get()), "HTTP/1.1 200 OK");
  endpoint_.reset();
  EXPECT_NE(::stat(path.c_str(), &found), 0);
}

TEST_F(Endpoint, TakesOverASocketThatListensAlready) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  ::sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const ::sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_FALSE(MetricsEndpoint::inherit(socket, log_).has_value());  // it does not listen yet
  ASSERT_EQ(::listen(socket, 5), 0);
  Result<std::unique_ptr<MetricsEndpoint>> taken = MetricsEndpoint::inherit(socket, log_);
  ASSERT_TRUE(taken.has_value()) << taken.error().text();
  endpoint_ = *std::move(taken);
  endpoint_->publish(std::make_shared<Snapshot>(sample()));
  EXPECT_EQ(endpoint_->place().rfind("127.0.0.1:", 0), 0U);
  EXPECT_EQ(status(get()), "HTTP/1.1 200 OK");
}

TEST_F(Endpoint, APortThatIsTakenIsToldAndNothingElse) {
  const std::string place = listen("127.0.0.1:0").place();
  // The first one has it, whoever asks.
  Result<std::unique_ptr<MetricsEndpoint>> second = MetricsEndpoint::listen(place, log_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().text(), "cannot listen: Address already in use (" + place + ")");
  EXPECT_FALSE(MetricsEndpoint::listen("0.0.0.0:0", log_).has_value());
  EXPECT_FALSE(MetricsEndpoint::listen("127.0.0.1", log_).has_value());
  EXPECT_FALSE(MetricsEndpoint::listen("/nowhere/at/all", log_).has_value());
}

}  // namespace
}  // namespace trailwatch::app
