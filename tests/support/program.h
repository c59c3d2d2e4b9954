#pragma once

#include <string>
#include <vector>

namespace trailwatch::test {

// A directory of its own for one test, removed with everything in it at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  std::string path(const std::string& name = "") const;

 private:
  std::string path_;
};

struct Ran {
  int code = -1;  // exit code; 128 + signal when it was killed
  std::string out;
  std::string err;
};

// Runs the program of this build to its end. Standard input is empty.
Ran run_program(const std::string& program, const std::vector<std::string>& arguments);

// A program of this build that goes on running. What it writes to standard error is read as it comes; killed, if need
// be, when this goes.
class RunningProgram {
 public:
  RunningProgram(const std::string& program, const std::vector<std::string>& arguments);
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  // Reads on until a line holds `text`; false when the program ended before that.
  bool wait_for(const std::string& text);
  void signal(int number) const;
  int child() const { return child_; }  // its process number
  // Exit code, as `Ran::code`.
  int wait();
  int id() const { return child_; }
  // All that was read so far.
  const std::string& err() const { return err_; }

 private:
  int child_ = -1;
  int pipe_ = -1;
  std::string err_;
  std::size_t seen_ = 0;  // of `err_`, by wait_for
};

std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& content);

}  // namespace trailwatch::test
