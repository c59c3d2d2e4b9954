#include "torture/program.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>

#include "support/program.h"

namespace trailwatch::torture {

namespace {

constexpr unsigned kSecondsMax = 60;

std::string beside(const char* what) {
  static std::atomic<unsigned> number{0};
  static const test::TemporaryDirectory place;
  return place.path(std::string(what) + std::to_string(::getpid()) + "." + std::to_string(++number));
}

void set(const char* name, const std::string& value) {
  ::setenv(name, value.c_str(), 1);
}

[[noreturn]] void become(const std::string& program, const std::vector<std::string>& arguments, const std::string& out,
                         const std::string& err) {
  ::dup2(::open("/dev/null", O_RDONLY), 0);
  ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), 1);
  ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), 2);
  std::vector<char*> words = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  ::alarm(kSecondsMax);
  ::execv(program.c_str(), words.data());
  ::_exit(127);
}

void arm(const Tools& tools, const std::string& root, const std::string& trace, const Fault& fault) {
  set("LD_PRELOAD", tools.preload);
  set("TW_TORTURE_ROOT", root);
  if (!trace.empty()) set("TW_TORTURE_TRACE", trace);
  if (!tools.plant.empty()) set("TRAILWATCH_PLANT", tools.plant);
  if (fault.at > 0) set("TW_TORTURE_AT", std::to_string(fault.at));
  if (!fault.what.empty()) set("TW_TORTURE_DO", fault.what);
  if (fault.sticks) set("TW_TORTURE_STICKS", "1");
  if (fault.counts_reads) set("TW_TORTURE_READS", "1");
  if (!fault.random.empty()) set("TW_TORTURE_RANDOM", fault.random);
  if (!fault.point.empty()) set("TW_TORTURE_POINT", fault.point);
  if (!fault.full.empty()) set("TW_TORTURE_FULL", fault.full);
  if (fault.now != 0) set("TW_TORTURE_NOW", std::to_string(fault.now));
  if (fault.space >= 0) set("TW_TORTURE_SPACE", std::to_string(fault.space));
}

Outcome gather(int process, const std::string& out, const std::string& err) {
  Outcome outcome{wait_for(process), test::read_file(out), test::read_file(err)};
  if (outcome.code == 128 + SIGALRM) outcome.err += "\n(it hung)";
  ::unlink(out.c_str());
  ::unlink(err.c_str());
  return outcome;
}

}  // namespace

std::string Fault::text() const {
  if (space >= 0) return "disk full after " + std::to_string(space) + " bytes";
  if (at == 0) return "nothing";
  return what + " at call " + std::to_string(at) + (point.empty() ? "" : " of " + point) +
         (counts_reads ? ", reads counted" : "") + (sticks ? ", for ever" : "");
}

int wait_for(int process) {
  int status = 0;
  ::waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int start_under(const Tools& tools, const std::vector<std::string>& arguments, const std::string& root,
                const std::string& trace, const std::string& out, const std::string& err, const Fault& fault) {
  const pid_t child = ::fork();
  if (child == 0) {
    arm(tools, root, trace, fault);
    become(tools.program, arguments, out, err);
  }
  return child;
}

Outcome run_under(const Tools& tools, const std::vector<std::string>& arguments, const std::string& root,
                  const std::string& trace, const Fault& fault) {
  const std::string out = beside("out"), err = beside("err");
  const pid_t child = ::fork();
  if (child == 0) {
    arm(tools, root, trace, fault);
    become(tools.program, arguments, out, err);
  }
  return gather(child, out, err);
}

Outcome run_healthy(const Tools& tools, const std::vector<std::string>& arguments) {
  const std::string out = beside("out"), err = beside("err");
  const pid_t child = ::fork();
  if (child == 0) become(tools.healthy, arguments, out, err);
  return gather(child, out, err);
}

std::string in_a_child(const std::function<std::string()>& body) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return "cannot make a pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    std::string text = body();
    text.push_back('.');
    for (std::string_view rest = text; !rest.empty();) {
      const ssize_t put = ::write(ends[1], rest.data(), rest.size());
      if (put <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(put));
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string out;
  std::array<char, 65536> buffer{};
  for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    out.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  const int code = wait_for(child);
  if (code != 0 || out.empty()) return "the check itself died with " + std::to_string(code);
  out.pop_back();
  return out;
}

}  // namespace trailwatch::torture
