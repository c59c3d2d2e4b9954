#include "support/smtp_server.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace trailwatch::test {

namespace {

// Reads whole lines; stops when the other side or the test ends.
class Line {
 public:
  Line(int socket, const std::atomic<bool>& stopping) : socket_(socket), stopping_(stopping) {}
  // With its CRLF; false at the end.
  bool read(std::string& line) {
    for (;;) {
      const std::size_t end = buffer_.find("\r\n");
      if (end != std::string::npos) {
        line = buffer_.substr(0, end + 2);
        buffer_.erase(0, end + 2);
        return true;
      }
      if (!more()) return false;
    }
  }
  bool more() {
    for (;;) {
      if (stopping_) return false;
      pollfd one{socket_, POLLIN, 0};
      if (::poll(&one, 1, 20) <= 0) continue;
      std::array<char, 16384> bytes{};
      const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
      if (got <= 0) return false;
      buffer_.append(bytes.data(), static_cast<std::size_t>(got));
      return true;
    }
  }
  bool say(const std::string& text) {
    return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

 private:
  int socket_;
  const std::atomic<bool>& stopping_;
  std::string buffer_;
};

std::string between_brackets(const std::string& line) {
  const std::size_t open = line.find('<'), close = line.find('>', open);
  return open == std::string::npos || close == std::string::npos ? "" : line.substr(open + 1, close - open - 1);
}

}  // namespace

SmtpServer::SmtpServer() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

SmtpServer::~SmtpServer() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
}

void SmtpServer::set(Manners manners) {
  const std::lock_guard lock(mutex_);
  manners_ = std::move(manners);
}

void SmtpServer::set_watcher(std::function<void(const std::string&)> watcher) {
  const std::lock_guard lock(mutex_);
  watcher_ = std::move(watcher);
}

std::vector<SmtpServer::Letter> SmtpServer::letters() const {
  const std::lock_guard lock(mutex_);
  return letters_;
}

void SmtpServer::tell(const char* stage) {
  std::function<void(const std::string&)> watcher;
  {
    const std::lock_guard lock(mutex_);
    watcher = watcher_;
  }
  if (watcher) watcher(stage);
}

void SmtpServer::run() {
  while (!stopping_) {
    pollfd one{listener_, POLLIN, 0};
    if (::poll(&one, 1, 20) <= 0) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    ++connections_;
    serve(socket);
    ::close(socket);
  }
}

void SmtpServer::serve(int socket) {
  Manners manners;
  {
    const std::lock_guard lock(mutex_);
    manners = manners_;
  }
  Line peer(socket, stopping_);
  tell("connect");
  if (manners.silent) {
    while (peer.more()) {
    }
    return;
  }
  peer.say("220 test ESMTP\r\n");
  Letter letter;
  for (std::string line; peer.read(line);) {
    const std::string verb = line.substr(0, 4);
    if (verb == "EHLO" || verb == "HELO") {
      peer.say("250 test\r\n");
    } else if (verb == "MAIL") {
      letter = {};
      letter.from = between_brackets(line);
      peer.say("250 ok\r\n");
    } else if (verb == "RCPT") {
      letter.to = between_brackets(line);
      tell("rcpt");
      const bool meant = manners.refuses_only.empty() || manners.refuses_only == letter.to;
      const int code = meant ? manners.rcpt : 250;
      peer.say(std::to_string(code) + (code < 300 ? " ok\r\n" : " 5.1.1 not here\r\n"));
    } else if (verb == "DATA") {
      tell("data");
      peer.say("354 go on\r\n");
      bool whole = false;
      bool told = false;
      for (std::string text; peer.read(text);) {
        if (text == ".\r\n") {
          whole = true;
          break;
        }
        letter.content += text[0] == '.' ? text.substr(1) : text;
        if (!told && letter.content.size() > 2000) {
          told = true;
          tell("body");
        }
        if (manners.drop_after >= 0 && static_cast<long>(letter.content.size()) > manners.drop_after) return;
      }
      if (!whole) return;
      tell("dot");
      letter.accepted = manners.data == 250 && !manners.drop_before_answer;
      {
        const std::lock_guard lock(mutex_);
        letters_.push_back(letter);
      }
      if (manners.drop_before_answer) return;
      peer.say(std::to_string(manners.data) + (manners.data < 300 ? " taken\r\n" : " no\r\n"));
      tell("answered");
    } else if (verb == "QUIT") {
      peer.say("221 bye\r\n");
      return;
    } else {
      peer.say("502 what\r\n");
    }
  }
}

}  // namespace trailwatch::test
