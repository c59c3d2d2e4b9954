#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/blank.h"
#include "trailwatch/model/event.h"
#include "trailwatch/registry/snapshot.h"

namespace trailwatch::rules {

// Why a look-up is legitimate, if the data say so.
//   none         they don't
//   own_case     `case`: its case number is on the register and fits unit, dates and subject
//   team_case    the same, of a case that a colleague of the unit handles
//   application  its reason code needs a number, one that reads like a number was given, and no register can be asked
//   duty         its reason code needs no case, it was made on duty, and the reason says something
//   repeat       nothing of its own, but the same officer's look-up of the same subject was explained before
//   series       its case number is missing, but the same officer gave one for the same reason shortly before
enum class ExplainedBy : std::uint8_t { none, own_case, team_case, application, duty, repeat, series };
std::string_view to_text(ExplainedBy by);

// Why it is not explained.
enum class Doubt : std::uint8_t {
  none,
  self,               // looks up themselves
  protected_subject,  // a protected subject, without a case that fits
  case_missing,       // the reason code needs a number, and none was given
  case_unknown,       // the number is not on the register of that agency
  case_unregistered,  // nor this one, but others around it are
  case_other_unit,
  case_closed,
  case_other_subject,
  case_malformed,
  case_not_open,
  no_approval,         // the reason code needs an approver, and none was given
  not_on_staff,        // not yet or no longer
  other_account,       // through an account that is somebody else's
  system_not_allowed,  // the register is not among the officer's duties
  reason_poor,         // blank or a placeholder, where only the reason could explain it
  reason_unknown,      // the reason code is not in reasons.csv (or not given), so nothing says what it needs
  off_duty,
  duty_unknown,
};
std::string_view to_text(Doubt doubt);

// Unexplained is neutral: nothing is known that explains it, nothing speaks against it.
enum class Verdict : std::uint8_t { explained, unexplained, suspicious };
std::string_view to_text(Verdict verdict);
// The verdict that a doubt leads to; `none` leads to `explained`.
Verdict verdict_of(Doubt doubt);

struct Explanation {
  ExplainedBy by = ExplainedBy::none;
  Doubt doubt = Doubt::none;  // none exactly when `by` is not
  bool operator==(const Explanation&) const = default;
};

// What is known about one look-up.
struct Facts {
  registry::CaseAnswer answer;  // `absent` for a placeholder too
  std::optional<bool> needs_case;
  std::optional<bool> needs_approver;
  bool has_approver = false;
  Quality reason = Quality::blank;
  registry::Duty duty = registry::Duty::unknown;
  registry::StaffStatus status = registry::StaffStatus::unknown;
  registry::Owner account = registry::Owner::unknown;
  registry::Relation relation = registry::Relation::unknown;
  std::optional<bool> system_allowed;
  bool is_protected = false;
};

// A pure function of the facts of this one look-up; never `repeat`. What is not known never speaks against anybody, and
// never explains anything.
Explanation explain(const Facts& facts);

// May an explained look-up before it explain this one too? Only where there was nothing to explain it, not where
// something stands in the way.
bool repeatable(Doubt doubt);

// How long an explained look-up explains the next ones of the same officer and subject.
constexpr std::int32_t kRepeatDays = 30;
// How long the case number that was given with a reason stands for the next look-ups with that reason.
constexpr std::int32_t kSeriesMinutes = 30;

// What came before, for `repeat` and `series`. Nobody has to provide it: without it no look-up is explained by these.
class Past {
 public:
  virtual ~Past() = default;
  // Whether an earlier look-up of the same officer and subject, up to `kRepeatDays` before `event`, was explained by
  // something else than `repeat` or `series` (so that chains end). Must be a function of the events before it by time,
  // whatever the order of arrival; an earlier event that arrives late, or reference data that change, ask for a new
  // evaluation.
  virtual bool explained_before(const model::QueryEvent& event) const = 0;
  // The same of a look-up by the same officer for the same reason text, up to `kSeriesMinutes` before, that a case or
  // an application explained.
  virtual bool in_series(const model::QueryEvent& event) const = 0;
};

}  // namespace trailwatch::rules
