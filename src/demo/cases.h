#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "demo/organisation.h"
#include "demo/random.h"
#include "trailwatch/base/time.h"

namespace trailwatch::demo {

struct Case {
  std::string number;
  std::size_t officer = 0;
  LocalDay opened;
  std::optional<LocalDay> closed;
  std::string_view kind;
  std::vector<std::string> subjects;  // those on file; may be empty
};

// The register of cases: grows while work is done, and becomes cases.csv in the end.
class CaseBook {
 public:
  CaseBook(const Organisation& organisation, std::uint64_t seed);

  // A new case of the officer's unit, numbered in turn. Returns its place.
  std::size_t open(std::size_t officer, LocalDay day, std::string_view kind, int open_days);
  // One of the two to four cases that a detective has open on `day`; days must not go back.
  std::size_t running(std::size_t officer, LocalDay day);
  Case& at(std::size_t place) { return cases_[place]; }
  const std::vector<Case>& all() const { return cases_; }

 private:
  std::string next_number(const Unit& unit, LocalDay day);

  const Organisation& organisation_;
  std::uint64_t seed_;
  Random random_;
  std::vector<Case> cases_;
  std::map<std::string_view, std::uint64_t> last_number_;    // by case word
  std::map<std::size_t, std::vector<std::size_t>> running_;  // by officer
};

}  // namespace trailwatch::demo
