#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trailwatch/rules/rule_set.h"

namespace trailwatch::rules {

// 1-based; columns count characters, not bytes.
struct Place {
  int line = 1;
  int column = 1;
};

// Gathers what there is to say about one file.
class Problems {
 public:
  Problems(std::string file, std::vector<Problem>& all) : file_(std::move(file)), all_(all) {}

  void error(Place place, std::string message, std::string hint = "") {
    ++errors_;
    all_.push_back(Problem{true, file_, place.line, place.column, std::move(message), std::move(hint)});
  }
  void warning(Place place, std::string message, std::string hint = "") {
    all_.push_back(Problem{false, file_, place.line, place.column, std::move(message), std::move(hint)});
  }
  // `unknown <what> "<word>"`, with the nearest valid word as hint.
  void unknown(Place place, std::string_view what, std::string_view word, const std::vector<std::string>& words);

  // Errors so far: whoever reads a rule compares before and after.
  std::size_t errors() const { return errors_; }
  const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::vector<Problem>& all_;
  std::size_t errors_ = 0;
};

// `did you mean "contains"?`, or nothing when no word is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& words);
// `"word"`
std::string quoted(std::string_view word);

}  // namespace trailwatch::rules
