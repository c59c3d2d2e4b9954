#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/base/result.h"
#include "trailwatch/base/time.h"
#include "trailwatch/model/event.h"

namespace trailwatch::registry {

struct Officer {
  std::string id;
  std::string name;
  std::string agency;
  std::string unit;
  std::string role;
  std::vector<std::string> systems;
  std::vector<std::string> accounts;
  std::optional<LocalDay> from;
  std::optional<LocalDay> until;  // last day, inclusive
  bool privileged = false;
};

// Whether an officer is expected to work at a moment.
//   on       inside a shift, or inside the unit's hours on a working day
//   off      a working day, but outside the hours or the shift
//   holiday  a day off by the calendar (for those without a roster)
//   leave    on leave
//   unknown  nothing is known: neither roster nor calendar was given
enum class Duty : std::uint8_t { on, off, holiday, leave, unknown };
std::string_view to_text(Duty duty);

struct DutyState {
  Duty duty = Duty::unknown;
  std::int64_t minutes_outside =
      0;  // from the nearest edge of duty on that or a neighbouring day; 0 when on or unknown
};

// The working hours of those who have no roster, local time, minutes since midnight, half-open.
struct Hours {
  int from_minute = 7 * 60 + 30;
  int until_minute = 18 * 60 + 30;
};

struct ReasonCode {
  std::string meaning;
  bool needs_case = false;
  bool needs_approver = false;
};

// One problem in a reference file. The row is left out, the rest of the file is used.
struct Problem {
  std::string file;
  std::int64_t line = 0;
  std::string message;
};

// The texts of the reference files, as read; absent files are empty optionals.
struct ReferenceTexts {
  std::optional<std::string> staff, calendar, shifts, leave, cases, terminals, protected_subjects, watchlist, reasons;
};

struct Options {
  Zone zone = Zone::fixed(480);
  Hours hours;                              // default working hours
  std::map<std::string, Hours> unit_hours;  // by `agency/unit`, then by `agency`
};

// Who is this officer, what day is it, which case is that? An immutable snapshot of the reference files; cheap to copy,
// safe to share between threads. Every file is optional: what needs an absent one answers `unknown`, never wrong.
class Snapshot {
 public:
  // Never fails: rows that cannot be used are listed in `problems`.
  static Snapshot build(const ReferenceTexts& texts, Options options);

  // The latest row of staff.csv for this officer.
  const Officer* officer(std::string_view id) const;
  // All officers with this role in this unit, sorted by id.
  std::vector<const Officer*> peers(std::string_view agency, std::string_view unit, std::string_view role) const;
  const std::map<std::string, Officer, std::less<>>& officers() const;
  DutyState duty(std::string_view officer, std::string_view agency, std::string_view unit, Instant at) const;
  // What the roster says of an officer's day, for people: `08:00–16:00`, `22:00–翌日 06:00`, `休假`, `未排班`; empty
  // without a roster for that officer.
  std::string duty_text(std::string_view officer, LocalDay day) const;
  // True on a working day; nothing without a calendar for that year.
  std::optional<bool> works(LocalDay day) const;
  // By the channel first, since a portal has codes of its own, then by the register that was read.
  const ReasonCode* reason(std::string_view system, std::string_view channel, std::string_view code) const;
  bool has_reasons() const;
  bool has_staff() const;
  bool watched(std::string_view officer, LocalDay day) const;

  const std::vector<Problem>& problems() const;
  // SHA-256 over the texts, first 16 hexadecimal digits: names this version in reports.
  const std::string& version() const;
  const Zone& zone() const;
  // The reference files that were not given, by file name.
  const std::vector<std::string>& absent() const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace trailwatch::registry
