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
  std::string national_id;  // personal: only to recognise look-ups of oneself and of colleagues
  bool operator==(const Officer&) const = default;
};

// Whether somebody is on the staff on a day.
//   active   one of their rows holds: its first and last day included
//   not_yet  before their first day
//   left     after a last day, and not come back yet
//   unknown  no such officer in staff.csv, or no staff.csv
enum class StaffStatus : std::uint8_t { active, unknown, not_yet, left };
std::string_view to_text(StaffStatus status);

// Whose is the account? `unknown`: nobody's by staff.csv.
enum class Owner : std::uint8_t { own, other, unknown };
std::string_view to_text(Owner owner);

// Who the subject is to the officer. Nothing but staff.csv is asked: surnames or addresses in common prove nothing, and
// matching citizens against the staff must stay narrow (MOJ opinion 105.8.3).
//   self       their own national id
//   colleague  that of somebody else who is on the staff on that day
//   none       neither
//   unknown    staff.csv gives no national ids, or officer or subject is not known
enum class Relation : std::uint8_t { self, colleague, none, unknown };
std::string_view to_text(Relation relation);

// Where a terminal stands, seen from an officer's unit. `unknown`: not in terminals.csv.
enum class TerminalPlace : std::uint8_t { own, other_unit, other_agency, unknown };
std::string_view to_text(TerminalPlace place);

// A row of cases.csv. Number, officer and subjects are as compared: folded, upper case, without blanks.
struct Case {
  std::string number;
  std::string agency;
  std::string unit;
  std::string officer;
  std::optional<LocalDay> opened;
  std::optional<LocalDay> closed;  // last day, inclusive
  std::string kind;
  std::vector<std::string> subjects;
  bool operator==(const Case&) const = default;
};

// What the register says of a case number that was given as the reason of a look-up. Of a number in several rows the
// best holds; the order below is that of this choice.
//   absent         no number was given
//   no_register    it reads like a number, but no cases of this agency are kept: nothing can be said
//   malformed      it is not on the register, and does not read like a number
//   unknown        it is not on the register, though cases of this agency are
//   unregistered   it is not on the register, but stands among its numbers: in the agency's own series, above one that
//                  was opened by then and below another. Most such numbers are real and were never entered
//   other_unit     of another unit, and not the officer's own
//   not_yet_open   before the day it was opened
//   closed         more than `case_grace_days` after the day it was closed
//   other_subject  it names subjects of this kind, and not this one
//   fits           none of these
enum class CaseMatch : std::uint8_t {
  absent,
  no_register,
  malformed,
  unknown,
  unregistered,
  other_unit,
  not_yet_open,
  closed,
  other_subject,
  fits,
};
std::string_view to_text(CaseMatch match);

struct CaseQuestion {
  std::string_view number;
  std::string_view officer;
  std::string_view agency;
  std::string_view unit;
  std::string_view subject;
  LocalDay day;
};

struct CaseAnswer {
  CaseMatch match = CaseMatch::absent;
  const Case* record = nullptr;  // owned by the snapshot; null when the number is not on the register
  bool own = false;              // the officer is its handler
  bool names_subject = false;
  std::int64_t days_closed = 0;  // since the day it was closed; 0 up to that day, and while it is open
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
  bool operator==(const Hours&) const = default;
};

struct ReasonCode {
  std::string meaning;
  bool needs_case = false;
  bool needs_approver = false;
  bool operator==(const ReasonCode&) const = default;
};

// One problem in a reference file: a row that is left out while the rest of the file is used, or, when `whole_file`,
// something that makes nonsense of the file as a whole. Who has an earlier version of such a file keeps that.
struct Problem {
  std::string file;
  std::int64_t line = 0;
  std::string message;
  bool whole_file = false;
  std::string hint = {};  // what to do; may be empty
};

// The texts of the reference files, as read; absent files are empty optionals.
struct ReferenceTexts {
  std::optional<std::string> staff, calendar, shifts, leave, cases, terminals, protected_subjects, watchlist, reasons;
};

struct Options {
  Zone zone = Zone::fixed(480);
  Hours hours;                              // default working hours
  std::map<std::string, Hours> unit_hours;  // by `agency/unit`, then by `agency`
  // How long after its last day a case still explains a look-up: answers come back, files are completed and archived,
  // and the register is often closed before that work is. A month, as the guides count their audits by months.
  int case_grace_days = 30;
};

// Who is this officer, what day is it, which case is that? An immutable snapshot of the reference files; cheap to copy,
// safe to share between threads. Every file is optional: what needs an absent one answers `unknown`, never wrong.
class Snapshot {
 public:
  // Never fails: rows that cannot be used are listed in `problems`.
  static Snapshot build(const ReferenceTexts& texts, Options options);

  // The latest row of staff.csv for this officer.
  const Officer* officer(std::string_view id) const;
  // The row that holds on a day; on the day of a transfer the new post's. Null unless `status` is active.
  const Officer* officer_on(std::string_view id, LocalDay day) const;
  StaffStatus status(std::string_view id, LocalDay day) const;
  // An account may belong to several officers.
  Owner owner_of(std::string_view account, std::string_view officer) const;
  // Is the register (or the portal it is read through) among the officer's duties? Nothing when staff.csv doesn't say.
  std::optional<bool> system_allowed(std::string_view officer, std::string_view system, std::string_view channel,
                                     LocalDay day) const;
  Relation relation(std::string_view officer, std::string_view subject, LocalDay day) const;
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
  // By the unit of the trail, and by that of the staff file on that day.
  TerminalPlace place_of(std::string_view terminal, std::string_view officer, std::string_view agency,
                         std::string_view unit, LocalDay day) const;
  // Why a subject is protected; empty when it is not, nothing without protected.csv. Personal.
  std::optional<std::string_view> protected_because(model::SubjectKind kind, std::string_view subject) const;
  CaseAnswer ask_case(const CaseQuestion& question) const;

  const std::vector<Problem>& problems() const;
  // SHA-256 over the texts, first 16 hexadecimal digits: names this version in reports.
  const std::string& version() const;
  const Zone& zone() const;
  // The reference files that were not given, by file name.
  const std::vector<std::string>& absent() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace trailwatch::registry
