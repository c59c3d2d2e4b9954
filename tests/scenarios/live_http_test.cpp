#include "scenarios/live.h"

// Records that are pushed over HTTP, with the real program and real sockets.
namespace trailwatch::test {
namespace {

using nlohmann::json;
using Counts = std::vector<long>;

// An answer, taken apart.
struct Said {
  int status = 0;
  json body;
  std::string head;
};
Said said(const std::string& answer) {
  Said out;
  if (answer.size() > 12) out.status = std::stoi(answer.substr(9, 3));
  const std::size_t body = answer.find("\r\n\r\n");
  out.head = answer.substr(0, body);
  if (body != std::string::npos) out.body = json::parse(answer.substr(body + 4), nullptr, false);
  return out;
}

std::string post(const std::string& source, const std::string& body, const std::string& headers = "") {
  return "POST /ingest/" + source + " HTTP/1.1\r\nHost: audit\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
std::string key(const std::string& name) {
  return "Idempotency-Key: " + name + "\r\n";
}
json receipt(long stored, long duplicates, long quarantined, json rejected = json::array()) {
  return {
      {"stored", stored}, {"duplicates", duplicates}, {"quarantined", quarantined}, {"rejected", std::move(rejected)}};
}

class LiveHttp : public Live {
 protected:
  void listen() {
    add_source("vehicle", "vehicle", tls("https"));
    start();
  }
  Said push(const std::string& request, const std::string& source = "vehicle") {
    Client client(port(source), client_tls());
    EXPECT_TRUE(client.is_open()) << daemon_->err();
    client.send(request);
    return said(client.receive_answer());
  }
  static std::string lines(long from, long until) {
    std::string out;
    for (long i = from; i <= until; ++i) out += vehicle(i) + "\n";
    return out;
  }
};

TEST_F(LiveHttp, AnswersWhatWasStored) {
  listen();
  const Said first = push(post("vehicle", lines(1, 20)));
  EXPECT_EQ(first.status, 200) << first.head;
  EXPECT_EQ(first.body, receipt(20, 0, 0));
  // Known by their own numbers, without any key.
  EXPECT_EQ(push(post("vehicle", lines(11, 30))).body, receipt(10, 10, 0));
  const Said bad = push(post("vehicle", vehicle(31) + "\r\n\n  \nnonsense\n" + vehicle(32)));
  EXPECT_EQ(bad.body["stored"], 2);
  EXPECT_EQ(bad.body["quarantined"], 1);
  EXPECT_EQ(bad.body["rejected"][0]["line"], 4);
  EXPECT_EQ(bad.body["rejected"][0]["code"], "bad-json");
  stop();
  EXPECT_EQ(counts("vehicle"), (Counts{32, 10, 1}));
}

TEST_F(LiveHttp, AKeyIsStoredOnceAndAnsweredTheSameWay) {
  listen();
  const std::string body = lines(1, 3) + "nonsense\n";
  const Said first = push(post("vehicle", body, key("delivery-1")));
  EXPECT_EQ(first.body["stored"], 3);
  const Said again = push(post("vehicle", body, key("delivery-1")));
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_NE(again.head.find("Idempotency-Replayed: true"), std::string::npos) << again.head;
  const Said other = push(post("vehicle", lines(4, 5), key("delivery-1")));
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(other.body["error"], "key-reused");
  // The key outlives the process.
  kill();
  start();
  EXPECT_EQ(push(post("vehicle", body, key("delivery-1"))).body, first.body);
  stop();
  EXPECT_EQ(counts("vehicle"), (Counts{3, 0, 1}));
}

// Two at once: one of them is stored, both get its answer.
TEST_F(LiveHttp, TheSameKeyTwiceAtOnceIsStoredOnce) {
  listen();
  Client one(port("vehicle"), client_tls()), two(port("vehicle"), client_tls());
  const std::string request = post("vehicle", lines(1, 200), key("k"));
  ASSERT_TRUE(one.send(request) && two.send(request));
  const Said first = said(one.receive_answer()), second = said(two.receive_answer());
  EXPECT_EQ(first.body, receipt(200, 0, 0));
  EXPECT_EQ(second.body, receipt(200, 0, 0));
  stop();
  EXPECT_EQ(counts("vehicle"), (Counts{200, 0, 0}));
}

TEST_F(LiveHttp, WhatWasAnsweredOutlivesAKill) {
  listen();
  for (long round = 0; round < 5; ++round) {
    EXPECT_EQ(push(post("vehicle", lines(round * 10 + 1, round * 10 + 10))).body, receipt(10, 0, 0));
    kill();
    start();
  }
  stop();
  EXPECT_EQ(counts("vehicle"), (Counts{50, 0, 0}));
}

TEST_F(LiveHttp, RequestsOfOneConnectionAreAnsweredInOrder) {
  listen();
  Client client(port("vehicle"), client_tls());
  ASSERT_TRUE(client.send(post("vehicle", lines(1, 1)) + post("vehicle", lines(2, 3)) + post("vehicle", lines(3, 6))));
  EXPECT_EQ(said(client.receive_answer()).body, receipt(1, 0, 0));
  EXPECT_EQ(said(client.receive_answer()).body, receipt(2, 0, 0));
  EXPECT_EQ(said(client.receive_answer()).body, receipt(3, 1, 0));
}

TEST_F(LiveHttp, TakesChunksAndExpectations) {
  listen();
  const std::string head = "POST /ingest/vehicle HTTP/1.1\r\nHost: audit\r\n";
  const std::string record = vehicle(1) + "\n";
  char size[16];
  std::snprintf(size, sizeof size, "%zx", record.size());
  EXPECT_EQ(push(head + "Transfer-Encoding: chunked\r\n\r\n" + size + "\r\n" + record + "\r\n0\r\n\r\n").body,
            receipt(1, 0, 0));
  Client client(port("vehicle"), client_tls());
  client.send(head + "Expect: 100-continue\r\nContent-Length: " + std::to_string(record.size()) + "\r\n\r\n");
  EXPECT_EQ(client.receive(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send(record);
  EXPECT_EQ(said(client.receive_answer()).body, receipt(0, 1, 0));
}

TEST_F(LiveHttp, RefusesWhatIsNoPush) {
  add_source("plain", "plain", tls("https"));
  const std::string profile =
      R"({"title":"無號","format":"jsonl","time":{"column":"ts","form":"rfc3339"},)"
      R"("fields":{"system":{"const":"plain"},"officer":{"column":"uid"}},"required":["officer"]})";
  write_file(place_.path("profiles/plain.json"), profile);
  write_file(place_.path("profiles/vehicle.json"),
             read_file(std::string(TW_SOURCE_DIR) + "/config/profiles/vehicle.json"));
  configure({{"profiles_dir", place_.path("profiles")}});
  listen();
  const std::string head = "POST /ingest/vehicle HTTP/1.1\r\nHost: audit\r\n";
  const std::string length = "Content-Length: 5\r\n";
  struct Case {
    std::string request;
    int status;
    std::string error;
  };
  const std::vector<Case> cases = {
      {post("nobody", "x"), 404, "unknown-source"},
      {"POST / HTTP/1.1\r\nHost: a\r\n" + length + "\r\nhello", 404, "not-found"},
      {"GET /ingest/vehicle HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method"},
      {post("vehicle", ""), 400, "empty"},
      {post("vehicle", "\n \n"), 400, "empty"},
      {post("vehicle", "x", "Content-Encoding: gzip\r\n"), 415, "content-encoding"},
      {post("vehicle", "x", "Expect: a miracle\r\n"), 417, "expect"},
      {post("vehicle", "x", "Idempotency-Key: a b\r\n"), 400, "bad-key"},
      {post("vehicle", "x", key(std::string(256, 'k'))), 400, "bad-key"},
      {head + "Content-Length: 8388609\r\n\r\n", 413, "too-large"},
      {head + "Content-Length: 99999999999999999999\r\n\r\n", 400, "bad-request"},
      // Smuggling: nobody may see two requests where another sees one.
      {head + length + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "bad-request"},
      {head + "Transfer-Encoding: chunked\r\n" + length + "\r\n0\r\n\r\n", 400, "bad-request"},
      {head + length + "Content-Length: 6\r\n\r\nhello", 400, "bad-request"},
      {head + "Content-Length: +5\r\n\r\nhello", 400, "bad-request"},
      {head + "Content-Length : 5\r\n\r\nhello", 400, "bad-request"},
      {head + "X: a\r\n b\rContent-Length: 5\r\n\r\nhello", 400, "bad-request"},
      {head + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n", 400, "bad-request"},
      {head + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400, "bad-request"},
      {head + "X-Large: " + std::string(20'000, 'x') + "\r\n\r\n", 431, "headers"},
      {"\x16\x03\x01 nonsense\r\n\r\n", 400, "bad-request"},
      {post("plain", R"({"ts":"2026-03-02T14:30:05+08:00","uid":"A1"})"), 400, "no-key"},
  };
  for (const Case& one : cases) {
    const Said answer = push(one.request, one.error == "no-key" ? "plain" : "vehicle");
    EXPECT_EQ(answer.status, one.status) << one.request.substr(0, 200) << "\n" << answer.head;
    EXPECT_EQ(answer.body.value("error", ""), one.error) << one.request.substr(0, 200);
  }
  // A hundred thousand short headers are refused before they are all read.
  Client many(port("vehicle"), client_tls());
  std::string headers;
  for (int i = 0; i < 100'000; ++i) headers += "a: b\r\n";
  many.send(head + headers + "\r\n");
  EXPECT_EQ(said(many.receive_answer()).status, 431);
  // Without a number and with a key: stored, and as often as it is a new delivery.
  const std::string record = R"({"ts":"2026-03-02T14:30:05+08:00","uid":"A1"})";
  EXPECT_EQ(push(post("plain", record, key("1")), "plain").body, receipt(1, 0, 0));
  EXPECT_EQ(push(post("plain", record, key("1")), "plain").body, receipt(1, 0, 0));
  EXPECT_EQ(push(post("plain", record, key("2")), "plain").body, receipt(1, 0, 0));
  stop();
  EXPECT_EQ(counts("plain"), (Counts{2, 0, 0}));
  EXPECT_EQ(counts("vehicle"), (Counts{0, 0, 0}));
}

TEST_F(LiveHttp, ABodyMayHaveEightMebibytesAndNoMore) {
  listen();
  std::string body = vehicle(1) + "\n";
  body += std::string((8U << 20U) - body.size() - 1, ' ') + "\n";
  EXPECT_EQ(push(post("vehicle", body)).body, receipt(1, 0, 0));
  const std::string head = "POST /ingest/vehicle HTTP/1.1\r\nHost: audit\r\nTransfer-Encoding: chunked\r\n\r\n";
  Client client(port("vehicle"), client_tls());
  client.send(head);
  const std::string chunk = "100000\r\n" + std::string(1U << 20U, ' ') + "\r\n";
  for (int i = 0; i < 9; ++i) client.send(chunk);
  EXPECT_EQ(said(client.receive_answer()).status, 413);
}

TEST_F(LiveHttp, ATokenOpensWhereNoCertificateIsAskedFor) {
  add_source("vehicle", "vehicle", {{"protocol", "http"}, {"token_file", "token"}});
  start();
  const auto answer = [&](const std::string& headers) {
    Client client(port("vehicle"));
    client.send(post("vehicle", lines(1, 1), headers));
    return said(client.receive_answer());
  };
  EXPECT_EQ(answer("").status, 401);
  EXPECT_EQ(answer("Authorization: Bearer a-secret-toke\r\n").body["error"], "token");
  EXPECT_EQ(answer("Authorization: Basic a-secret-token\r\n").status, 401);
  EXPECT_EQ(answer("authorization: bearer a-secret-token\r\n").body, receipt(1, 0, 0));
  stop();
  const std::string status = output({"status"});
  EXPECT_NE(status.find("http-token 3"), std::string::npos) << status;
}

TEST_F(LiveHttp, OnlyNamedCertificatesMaySendForASource) {
  nlohmann::json listen = tls("https");
  listen["clients"] = {"somebody-else.example"};
  add_source("vehicle", "vehicle", listen);
  start();
  const Said refused = push(post("vehicle", lines(1, 1)));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body["error"], "certificate");
}

}  // namespace
}  // namespace trailwatch::test
