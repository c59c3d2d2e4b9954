#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "support/program.h"

namespace trailwatch::test {

// A real mail server, Debian's exim4, in a directory of its own: STARTTLS on one port, TLS on another, a certificate
// made for the test, one mailbox domain (example.gov.tw), one user (audit / geheim 密碼). Runs unprivileged; as
// `nobody` where the test runs as root.
class Exim {
 public:
  // Whether this machine has it; tests that need it skip otherwise.
  static bool is_installed();

  Exim();
  ~Exim();
  Exim(const Exim&) = delete;
  Exim& operator=(const Exim&) = delete;

  std::string starttls() const { return "localhost:" + std::to_string(starttls_); }
  std::string tls() const { return "localhost:" + std::to_string(tls_); }
  std::string certificate() const { return place_.path("cert.pem"); }
  static std::string user() { return "audit"; }
  static std::string password() { return "geheim 密碼"; }

  // Waits until so many letters lie in the mailbox, at most 20 seconds; all that are there then, as files hold them.
  std::vector<std::string> letters(std::size_t count) const;
  // What it wrote into its logs, for failures.
  std::string log() const;

 private:
  TemporaryDirectory place_;
  int starttls_ = 0, tls_ = 0;
  pid_t process_ = -1;
};

}  // namespace trailwatch::test
