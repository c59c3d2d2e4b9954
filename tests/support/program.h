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

std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& content);

}  // namespace trailwatch::test
