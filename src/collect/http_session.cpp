#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <sstream>

#include "collect/push.h"
#include "collect/session.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/base/text.h"

namespace trailwatch::collect {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::chrono::seconds kAnswerTime(10);
constexpr std::chrono::milliseconds kLingerTime(2'000);
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr int kRetrySeconds = 1;

using Parser = http::request_parser<http::string_body>;

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

Head head_of(const Parser& parser) {
  const Parser::value_type& request = parser.get();
  Head out;
  out.method = view(request.method_string());
  out.target = view(request.target());
  out.authorization = view(request[http::field::authorization]);
  out.key = view(request["Idempotency-Key"]);
  out.content_encoding = view(request[http::field::content_encoding]);
  out.expect = view(request[http::field::expect]);
  if (const auto length = parser.content_length()) out.length = *length;
  return out;
}

// What a broken request is answered with.
Refusal refusal_of(const boost::system::error_code& error, const Limits& limits) {
  if (error == http::error::header_limit) {
    return {431, "headers", "標頭過大 / the headers have more than " + std::to_string(limits.header_bytes) + " bytes",
            0};
  }
  if (error == http::error::body_limit) {
    return {
        413, "too-large",
        "內容過大，請分批傳送 / a body has at most " + with_thousands(limits.body_bytes) + " bytes: send less at once",
        0};
  }
  return {400, "bad-request", "無法判讀的 HTTP 要求 / not a request: " + for_log(error.message()), 0};
}

class HttpSession : public Session {
 public:
  HttpSession(House& house, std::shared_ptr<const DoorState> door, const asio::any_io_executor& executor,
              std::unique_ptr<Stream> stream, std::string peer, config::Address address)
      : Session(house, std::move(door), executor, std::move(stream), std::move(peer), address), answered_(executor) {}

  void ended() override { release_body(); }
  // Whoever has sent a whole request gets his answer.
  void stop() override {
    if (is_idle_) stream_->cancel();
  }

 protected:
  asio::awaitable<void> serve() override;

 private:
  asio::awaitable<bool> read_more();
  asio::awaitable<bool> read_head(Parser& parser);
  asio::awaitable<bool> read_body(Parser& parser);
  asio::awaitable<bool> take_request();
  asio::awaitable<void> store(const Guest& guest, std::string key, std::string body, PushAnswer& answer);
  asio::awaitable<void> refuse(Refusal refusal);
  asio::awaitable<void> answer(PushAnswer answer, bool keep_alive);
  asio::awaitable<void> linger();
  // Gives the parser what has come. False when it wants more.
  bool put(Parser& parser, boost::system::error_code& error);
  bool reserve_body(std::size_t bytes);
  void release_body();

  std::string pending_;  // came, but not parsed yet
  std::vector<char> buffer_ = std::vector<char>(kReadBytes);
  bool is_idle_ = false;         // between two requests
  std::int64_t body_bytes_ = 0;  // of this body, in the books of the house
  asio::steady_timer answered_;
};

bool HttpSession::reserve_body(std::size_t bytes) {
  const auto more = static_cast<std::int64_t>(bytes);
  if (house_.bodies_bytes + more > house_.limits.bodies_bytes) return false;
  house_.bodies_bytes += more;
  body_bytes_ += more;
  return true;
}

void HttpSession::release_body() {
  house_.bodies_bytes -= std::exchange(body_bytes_, 0);
}

asio::awaitable<bool> HttpSession::read_more() {
  boost::system::error_code error;
  const asio::mutable_buffer space = asio::buffer(buffer_);
  const std::size_t count = co_await stream_->read(space, error);
  pending_.append(buffer_.data(), count);
  co_return count > 0;
}

bool HttpSession::put(Parser& parser, boost::system::error_code& error) {
  const std::size_t taken = parser.put(asio::buffer(pending_), error);
  pending_.erase(0, taken);
  if (error == http::error::need_more) error = {};
  return !error;
}

// False when the connection is over, with or without an answer.
asio::awaitable<bool> HttpSession::read_head(Parser& parser) {
  is_idle_ = pending_.empty();
  if (is_idle_ && house_.stopping) co_return false;
  if (is_idle_) {
    give(std::chrono::milliseconds(house_.limits.idle_ms));
    const bool has_come = co_await read_more();
    is_idle_ = false;
    if (!has_come) co_return false;
  }
  give(std::chrono::milliseconds(house_.limits.header_ms));
  while (!parser.is_header_done()) {
    boost::system::error_code error;
    if (!put(parser, error)) {
      Refusal refusal = refusal_of(error, house_.limits);
      co_await refuse(std::move(refusal));
      co_return false;
    }
    if (parser.is_header_done()) break;
    const bool has_come = co_await read_more();
    if (has_come) continue;
    if (is_late()) house_.gate.refuse("slow", door_->way, peer_, "the headers took too long");
    co_return false;
  }
  co_return true;
}

asio::awaitable<bool> HttpSession::read_body(Parser& parser) {
  std::int64_t got = 0;
  const std::chrono::milliseconds per_kib(1'024 * 1'000 / std::max<std::int64_t>(house_.limits.body_bytes_per_s, 1));
  const std::chrono::milliseconds grace(house_.limits.body_grace_ms);
  give(grace);
  while (!parser.is_done()) {
    const std::size_t waiting = pending_.size();
    boost::system::error_code error;
    if (!reserve_body(waiting)) {
      Refusal refusal{503, "busy", "目前過於忙碌，請稍後重送 / too much is on its way now: send it again later",
                      kRetrySeconds};
      co_await refuse(std::move(refusal));
      co_return false;
    }
    if (!put(parser, error)) {
      Refusal refusal = refusal_of(error, house_.limits);
      co_await refuse(std::move(refusal));
      co_return false;
    }
    if (parser.is_done()) break;
    got += static_cast<std::int64_t>(waiting);
    give_until(grace + per_kib * (got / 1'024));
    const bool has_come = co_await read_more();
    if (has_come) continue;
    if (is_late()) house_.gate.refuse("slow", door_->way, peer_, "the body took too long");
    co_return false;
  }
  co_return true;
}

asio::awaitable<void> HttpSession::store(const Guest& guest, std::string key, std::string body, PushAnswer& answer) {
  Delivery delivery;
  delivery.source = guest.source;
  delivery.way = door_->way;
  delivery.peer = peer_;
  delivery.push = Delivery::Push{std::move(key), to_hex(sha256(body))};
  delivery.frames = split_body(body);
  if (delivery.frames.empty()) {
    answer = {400, refusal_json({400, "empty", "內容沒有紀錄 / the body holds no record", 0}), false, 0};
    co_return;
  }
  const auto receipt = std::make_shared<std::optional<Receipt>>();
  // What waits in a queue may outlive the loop, which this session must not.
  delivery.answer = [weak = weak_from_this(), executor = answered_.get_executor(), this,
                     receipt](const Receipt& given) {
    asio::post(executor, [weak, this, receipt, given] {
      const std::shared_ptr<Session> self = weak.lock();
      if (!self) return;
      *receipt = given;
      answered_.cancel();
    });
  };
  const std::size_t frames = delivery.frames.size();
  give_all_time();
  if (!house_.inlet.offer(delivery)) {
    answer = answer_of(Receipt{Receipt::Fate::failed, 0, 0, 0, {}});
    co_return;
  }
  house_.gate.took(frames);
  while (!receipt->has_value()) {
    answered_.expires_at(asio::steady_timer::time_point::max());
    boost::system::error_code ignored;
    co_await answered_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  answer = answer_of(**receipt);
}

asio::awaitable<void> HttpSession::answer(PushAnswer answer, bool keep_alive) {
  http::response<http::string_body> response;
  response.version(11);
  response.result(static_cast<unsigned>(answer.status));
  response.set(http::field::content_type, "application/json; charset=utf-8");
  response.set(http::field::cache_control, "no-store");
  if (answer.is_repeated) response.set("Idempotency-Replayed", "true");
  if (answer.retry_after_s > 0) response.set(http::field::retry_after, std::to_string(answer.retry_after_s));
  if (answer.status == 401) response.set(http::field::www_authenticate, "Bearer");
  if (answer.status == 405) response.set(http::field::allow, "POST");
  response.body() = answer.body + "\n";
  response.keep_alive(keep_alive);
  response.prepare_payload();
  std::ostringstream text;
  text << response;
  const std::string bytes = text.str();
  give(kAnswerTime);
  boost::system::error_code ignored;
  const asio::const_buffer from = asio::buffer(bytes);
  co_await stream_->write(from, ignored);
}

// The answer to a request whose rest is not read: the connection ends with it.
asio::awaitable<void> HttpSession::refuse(Refusal refusal) {
  house_.gate.refuse("http-" + refusal.code, door_->way, peer_, std::to_string(refusal.status) + " " + refusal.code);
  PushAnswer said{refusal.status, refusal_json(refusal), false, refusal.retry_after_s};
  co_await answer(std::move(said), false);
  co_await linger();
}

// Whoever is still sending must hear the answer before the connection is reset under him.
asio::awaitable<void> HttpSession::linger() {
  give(kLingerTime);
  stream_->end_output();
  for (bool has_come = true; has_come;) {
    boost::system::error_code error;
    const asio::mutable_buffer space = asio::buffer(buffer_);
    const std::size_t count = co_await stream_->read(space, error);
    has_come = count > 0;
  }
}

// False when it was the last one.
asio::awaitable<bool> HttpSession::take_request() {
  Parser parser;
  parser.eager(true);
  parser.header_limit(static_cast<std::uint32_t>(house_.limits.header_bytes));
  parser.body_limit(static_cast<std::uint64_t>(house_.limits.body_bytes));
  const bool has_head = co_await read_head(parser);
  if (!has_head) co_return false;
  Admitted admitted = admit(*door_, head_of(parser), address_, names_, house_.limits);
  if (admitted.refusal) {
    co_await refuse(*std::move(admitted.refusal));
    co_return false;
  }
  if (!head_of(parser).expect.empty() && !parser.is_done()) {
    boost::system::error_code ignored;
    const asio::const_buffer from = asio::buffer(kContinue);
    co_await stream_->write(from, ignored);
  }
  const bool has_body = co_await read_body(parser);
  if (!has_body) co_return false;
  const bool keep_alive = parser.keep_alive() && !house_.stopping;
  std::string key(head_of(parser).key), body = std::move(parser.get().body());
  PushAnswer said;
  co_await store(*admitted.guest, std::move(key), std::move(body), said);
  release_body();
  co_await answer(std::move(said), keep_alive);
  co_return keep_alive;
}

asio::awaitable<void> HttpSession::serve() {
  for (bool goes_on = true; goes_on;) {
    const bool is_more = co_await take_request();
    release_body();
    goes_on = is_more;
  }
  give(kAnswerTime);
  co_await stream_->finish();
}

}  // namespace

std::shared_ptr<Session> http_session(House& house, std::shared_ptr<const DoorState> door,
                                      const asio::any_io_executor& executor, std::unique_ptr<Stream> stream,
                                      std::string peer, config::Address address) {
  return std::make_shared<HttpSession>(house, std::move(door), executor, std::move(stream), std::move(peer), address);
}

}  // namespace trailwatch::collect
