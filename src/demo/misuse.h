#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "demo/calendar.h"
#include "demo/cases.h"
#include "demo/event.h"
#include "demo/organisation.h"
#include "demo/truth.h"
#include "demo/work.h"

namespace trailwatch::demo {

enum class Kind : std::uint8_t {
  off_hours_snoop,
  empty_reason,
  loan_shark_list,
  stalking,
  borrowed_account,
  reason_recycling,
  volume,
};

// One act of a scenario: who, and what only that scenario needs.
struct Act {
  Kind kind;
  bool is_blatant = false;
  std::size_t officer = 0;
  std::size_t scenario = 0;   // place in Truth
  std::string person, plate;  // stalking
  std::string terminal;       // borrowed_account: where the account is used
  std::string case_no;        // reason_recycling
};

// The misuse hidden in the county: each kind once blatantly and once quietly. Days are counted back from the last one,
// so that the newest days hold some whatever the period: on the last day four to six scenarios have events.
class Misuse {
 public:
  Misuse(const Organisation& organisation, Duty& duty, CaseBook& cases, Work& work, Truth& truth, std::uint64_t seed,
         LocalDay until);

  // Officers who act in a scenario; they take no other leave than the scenario's own.
  const std::set<std::size_t>& cast() const { return cast_; }
  // Adds the day's misuse to the honest work, or changes that of the acting officers.
  void day(LocalDay day, std::vector<Event>& events);
  // Persons that the county protects; some of them are snooped upon.
  const std::vector<std::string>& protected_persons() const { return protected_; }

 private:
  void prepare(Act& act, std::string& who);
  void play(const Act& act, LocalDay day, std::vector<Event>& events);
  void snoop(const Act& act, LocalDay day, Random& random, std::vector<Event>& events);
  void empty_reasons(const Act& act, LocalDay day, Random& random, std::vector<Event>& events);
  void work_off_list(const Act& act, LocalDay day, Random& random, std::vector<Event>& events);
  void stalk(const Act& act, LocalDay day, Random& random, std::vector<Event>& events);
  void borrow(const Act& act, LocalDay day, Random& random, std::vector<Event>& events);
  void recycle(const Act& act, LocalDay day, Random& random, std::vector<Event>& events);
  void swell(const Act& act, LocalDay day, Random& random, std::vector<Event>& events);

  int days_back(LocalDay day) const { return until_.days - day.days; }
  // The how-manieth duty day of the officer, counted back from the last day: 0 is the newest.
  int duty_days_back(std::size_t officer, LocalDay day) const;

  const Organisation& organisation_;
  Duty& duty_;
  CaseBook& cases_;
  Work& work_;
  Truth& truth_;
  std::uint64_t seed_;
  LocalDay until_;
  Random casting_;
  std::vector<Act> acts_;
  std::set<std::size_t> cast_;
  std::vector<std::string> protected_;
};

}  // namespace trailwatch::demo
