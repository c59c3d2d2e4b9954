#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>

namespace trailwatch::test {

// Reads Prometheus' text format 0.0.4 by its grammar: each family with HELP and TYPE before its samples, all of them
// together, no sample twice, labels quoted and escaped, counters named so. Values by `name{label="value"}`; anything
// that is not as the format wants it fails the test.
class Prometheus {
 public:
  explicit Prometheus(const std::string& text) {
    EXPECT_TRUE(text.empty() || text.back() == '\n') << "the last line has no end";
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) read(line);
  }
  const std::map<std::string, double>& values() const { return values_; }
  double at(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) ADD_FAILURE() << "no " << name;
    return found == values_.end() ? -1 : found->second;
  }
  bool has(const std::string& name) const { return values_.count(name) != 0; }

 private:
  static bool is_name(const std::string& text) {
    return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos &&
           (text[0] < '0' || text[0] > '9');
  }
  void read(const std::string& line) {
    if (line.rfind("# HELP ", 0) == 0) {
      family_ = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(is_name(family_)) << line;
      EXPECT_TRUE(families_.insert(family_).second) << "twice: " << family_;
      EXPECT_GT(line.size(), 8 + family_.size()) << "no help: " << line;
      typed_ = false;
      return;
    }
    if (line.rfind("# TYPE ", 0) == 0) {
      std::istringstream words(line.substr(7));
      std::string name, type, more;
      words >> name >> type;
      EXPECT_EQ(name, family_) << line;
      EXPECT_TRUE(type == "counter" || type == "gauge") << line;
      EXPECT_FALSE(words >> more) << line;
      EXPECT_EQ(type == "counter", name.size() > 6 && name.substr(name.size() - 6) == "_total") << line;
      typed_ = true;
      return;
    }
    EXPECT_TRUE(typed_) << "no type before: " << line;
    const std::size_t space = line.rfind(' ');
    ASSERT_NE(space, std::string::npos) << line;
    const std::string sample = line.substr(0, space);
    const std::size_t brace = sample.find('{');
    EXPECT_EQ(sample.substr(0, brace), family_) << line;
    if (brace != std::string::npos) read_labels(sample.substr(brace));
    std::size_t used = 0;
    const double value = std::stod(line.substr(space + 1), &used);
    EXPECT_EQ(used, line.size() - space - 1) << line;
    EXPECT_TRUE(values_.emplace(sample, value).second) << "twice: " << line;
  }
  static void read_labels(const std::string& text) {
    const std::size_t equals = text.find("=\"");
    ASSERT_NE(equals, std::string::npos) << text;
    EXPECT_TRUE(is_name(text.substr(1, equals - 1))) << text;
    std::size_t at = equals + 2;
    for (; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] == '\\') {
        ++at;
        EXPECT_TRUE(at < text.size() && (text[at] == '\\' || text[at] == '"' || text[at] == 'n')) << text;
      }
    }
    EXPECT_EQ(text.substr(at), "\"}") << text;
  }

  std::string family_;
  bool typed_ = false;
  std::set<std::string> families_;
  std::map<std::string, double> values_;
};

}  // namespace trailwatch::test
