#include "support/exim.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace trailwatch::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* kProgram = "/usr/sbin/exim4";
constexpr uid_t kNobody = 65534;

// Free at this moment; nobody else takes it in the next one.
int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

bool answers(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool ok = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return ok;
}

template <typename F>
bool wait_until(F&& done) {
  for (int i = 0; i < 400; ++i) {
    if (done()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

std::string settings(const std::string& home, int starttls, int tls) {
  // Only who owns it may run it as a daemon.
  const bool is_root = ::geteuid() == 0;
  const std::string owner = "exim_user = " + std::to_string(is_root ? kNobody : ::geteuid()) +
                            "\nexim_group = " + std::to_string(is_root ? kNobody : ::getegid()) + "\n";
  return owner + "primary_hostname = localhost\nspool_directory = " + home + "/spool\nlog_file_path = " + home +
         "/spool/log_%s\npid_file_path = " + home +
         "/spool/pid\nkeep_environment =\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = " +
         std::to_string(starttls) + " : " + std::to_string(tls) + "\ntls_on_connect_ports = " + std::to_string(tls) +
         "\ntls_advertise_hosts = *\ntls_certificate = " + home + "/cert.pem\ntls_privatekey = " + home +
         "/key.pem\nauth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}\ndomainlist local_domains = "
         "example.gov.tw\nacl_smtp_rcpt = acl_rcpt\nacl_smtp_data = acl_data\ndeliver_drop_privilege = true\n"
         "never_users = root\nhost_lookup =\nrfc1413_query_timeout = 0s\n"
         "begin acl\n"
         "acl_rcpt:\n  deny message = no such mailbox\n       condition = ${if eq{$local_part}{nobody-here}}\n"
         "  require authenticated = *\n  accept domains = +local_domains\n  deny message = relay denied\n"
         "acl_data:\n  accept\n"
         "begin authenticators\n"
         "plain:\n  driver = plaintext\n  public_name = PLAIN\n  server_prompts = :\n"
         "  server_condition = ${if and{{eq{$auth2}{" +
         Exim::user() + "}}{eq{$auth3}{" + Exim::password() +
         "}}}}\n  server_set_id = $auth2\n"
         "begin routers\nall:\n  driver = accept\n  transport = keep\n"
         "begin transports\nkeep:\n  driver = appendfile\n  directory = " +
         home + "/mail\n  maildir_format\n  create_directory\n";
}

}  // namespace

bool Exim::is_installed() {
  return fs::exists(kProgram) && fs::exists("/usr/bin/openssl");
}

Exim::Exim() : starttls_(free_port()), tls_(free_port()) {
  const std::string home = place_.path();
  write_file(place_.path("exim.conf"), settings(home, starttls_, tls_));
  fs::create_directories(place_.path("spool"));
  fs::create_directories(place_.path("mail"));
  const Ran made = run_program("/usr/bin/openssl", {"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                                                    "-keyout", place_.path("key.pem"), "-out", certificate(), "-subj",
                                                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"});
  if (made.code != 0) throw std::runtime_error("openssl: " + made.err);
  if (::geteuid() == 0) {
    for (const char* name : {"", "spool", "mail", "exim.conf", "key.pem", "cert.pem"}) {
      if (::chown(place_.path(name).c_str(), kNobody, kNobody) != 0) throw std::runtime_error("chown");
    }
    // The test itself, as root, reads what lies there.
  }
  process_ = ::fork();
  if (process_ == 0) {
    ::setpgid(0, 0);
    if (::geteuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) ::_exit(126);
    const std::string config = home + "/exim.conf";
    if (::freopen((home + "/spool/err").c_str(), "w", stderr) == nullptr) ::_exit(126);
    ::execl(kProgram, kProgram, "-C", config.c_str(), "-bdf", nullptr);
    ::_exit(127);
  }
  if (!wait_until([&] { return answers(starttls_) && answers(tls_); })) {
    throw std::runtime_error("exim does not start: " + log());
  }
}

Exim::~Exim() {
  ::kill(-process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

std::vector<std::string> Exim::letters(std::size_t count) const {
  std::vector<std::string> paths;
  wait_until([&] {
    paths.clear();
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(place_.path("mail/new"), none)) paths.push_back(entry.path());
    return paths.size() >= count;
  });
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> out;
  for (const std::string& path : paths) out.push_back(read_file(path));
  return out;
}

std::string Exim::log() const {
  std::string out;
  for (const char* name : {"spool/err", "spool/log_main", "spool/log_panic", "spool/log_reject"}) {
    out += read_file(place_.path(name));
  }
  return out;
}

}  // namespace trailwatch::test
