#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/case_register.h"
#include "registry/duty_times.h"
#include "registry/keys.h"
#include "registry/staff.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/registry/snapshot.h"

// What a snapshot holds: one part a reference file.
namespace trailwatch::registry {

struct Watch {
  LocalDay since;
  std::optional<LocalDay> until;  // inclusive
};

struct Place {
  std::string agency;
  std::string unit;  // empty: anywhere in the agency
};

struct Protected {
  model::SubjectKind kind;
  std::string why;  // never empty
};

struct Snapshot::Impl {
  explicit Impl(Options given) : options(std::move(given)), duty(options) {}

  Options options;
  Staff staff;
  CaseRegister cases;
  ByKey<std::vector<Place>> terminals;
  std::optional<ByKey<std::vector<Protected>>> protected_subjects;
  DutyTimes duty;
  std::map<std::string, ByKey<ReasonCode>, std::less<>> reasons;  // by system, then code
  std::map<std::string, std::vector<Watch>, std::less<>> watches;
  std::vector<Problem> problems;
  std::vector<std::string> absent;
  std::map<std::string, Digest> digests;  // of the texts, by file name
  std::string version;

  void read_staff(std::string_view text);
  void read_calendar(std::string_view text);
  void read_stretches(const char* file, std::string_view text, bool is_leave);
  void read_reasons(std::string_view text);
  void read_watchlist(std::string_view text);
  void read_cases(std::string_view text);
  void read_terminals(std::string_view text);
  void read_protected(std::string_view text);
};

}  // namespace trailwatch::registry
