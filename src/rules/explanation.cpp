#include "rules/explanation.h"

#include <array>

#include "trailwatch/base/check.h"

namespace trailwatch::rules {

namespace {

using registry::CaseMatch;
using registry::Duty;
using registry::StaffStatus;

struct DoubtInfo {
  std::string_view word;
  Verdict verdict;
  bool repeatable;
};

// In the order of the enumeration. What contradicts the reason that was given is suspicious, what is only missing or
// cannot be checked is not.
constexpr std::array<DoubtInfo, 19> kDoubts = {{
    {"none", Verdict::explained, false},
    {"self", Verdict::suspicious, false},
    {"protected", Verdict::suspicious, false},
    {"case-missing", Verdict::suspicious, false},
    // Registers lag behind the work and clerks mistype, so that a number nobody knows is common and says little by
    // itself.
    {"case-unknown", Verdict::unexplained, false},
    // A gap in a series that the register keeps otherwise: nearly always an entry that was not made.
    {"case-unregistered", Verdict::unexplained, true},
    {"case-other-unit", Verdict::suspicious, false},
    {"case-closed", Verdict::suspicious, false},
    // A case grows: its register entry names the first persons only.
    {"case-other-subject", Verdict::unexplained, false},
    {"case-malformed", Verdict::unexplained, true},
    {"case-not-open", Verdict::unexplained, true},
    {"no-approval", Verdict::unexplained, false},
    {"not-on-staff", Verdict::unexplained, false},
    {"other-account", Verdict::unexplained, false},
    {"system-not-allowed", Verdict::unexplained, false},
    {"reason-poor", Verdict::unexplained, true},
    {"reason-unknown", Verdict::unexplained, true},
    {"off-duty", Verdict::unexplained, true},
    {"duty-unknown", Verdict::unexplained, true},
}};

const DoubtInfo& info(Doubt doubt) {
  const auto at = static_cast<std::size_t>(doubt);
  TW_CHECK(at < kDoubts.size());
  return kDoubts[at];
}

// What speaks against the look-up.
Doubt contradiction(const Facts& facts) {
  const CaseMatch match = facts.answer.match;
  if (facts.relation == registry::Relation::self) return Doubt::self;
  // A number that nobody can check is the benefit of the doubt.
  if (facts.is_protected && match != CaseMatch::fits && match != CaseMatch::no_register)
    return Doubt::protected_subject;
  if (match == CaseMatch::other_unit) return Doubt::case_other_unit;
  if (match == CaseMatch::closed) return Doubt::case_closed;
  if (match == CaseMatch::other_subject) return Doubt::case_other_subject;
  // Where no case is needed, a number may be that of any document.
  if (match == CaseMatch::unknown && facts.needs_case != false) return Doubt::case_unknown;
  if (match == CaseMatch::unregistered && facts.needs_case != false) return Doubt::case_unregistered;
  if (match == CaseMatch::absent && facts.needs_case == true) return Doubt::case_missing;
  return Doubt::none;
}

// What keeps any reason from being a good one.
Doubt obstacle(const Facts& facts) {
  if (facts.status == StaffStatus::left || facts.status == StaffStatus::not_yet) return Doubt::not_on_staff;
  if (facts.account == registry::Owner::other) return Doubt::other_account;
  if (facts.system_allowed == false) return Doubt::system_not_allowed;
  if (facts.needs_approver == true && !facts.has_approver) return Doubt::no_approval;
  return Doubt::none;
}

Explanation by_case(const Facts& facts) {
  // That a case is open and one's own says little unless it names the subject, or the officer says why.
  if (!facts.answer.names_subject && facts.reason != Quality::text) return {ExplainedBy::none, Doubt::reason_poor};
  const bool of_colleague = !facts.answer.own && !facts.answer.record->officer.empty();
  return {of_colleague ? ExplainedBy::team_case : ExplainedBy::own_case, Doubt::none};
}

Explanation by_application(const Facts& facts) {
  if (facts.reason != Quality::text) return {ExplainedBy::none, Doubt::reason_poor};
  return {ExplainedBy::application, Doubt::none};
}

Explanation by_duty(const Facts& facts) {
  if (facts.reason != Quality::text) return {ExplainedBy::none, Doubt::reason_poor};
  if (facts.duty == Duty::on) return {ExplainedBy::duty, Doubt::none};
  return {ExplainedBy::none, facts.duty == Duty::unknown ? Doubt::duty_unknown : Doubt::off_duty};
}

}  // namespace

std::string_view to_text(ExplainedBy by) {
  static constexpr std::array<std::string_view, 7> kWords = {"none", "case",   "team-case", "application",
                                                             "duty", "repeat", "series"};
  return kWords[static_cast<std::size_t>(by)];
}

std::string_view to_text(Doubt doubt) {
  return info(doubt).word;
}

std::string_view to_text(Verdict verdict) {
  static constexpr std::array<std::string_view, 3> kWords = {"explained", "unexplained", "suspicious"};
  return kWords[static_cast<std::size_t>(verdict)];
}

Verdict verdict_of(Doubt doubt) {
  return info(doubt).verdict;
}

bool repeatable(Doubt doubt) {
  return info(doubt).repeatable;
}

Explanation explain(const Facts& facts) {
  if (const Doubt doubt = contradiction(facts); doubt != Doubt::none) return {ExplainedBy::none, doubt};
  if (const Doubt doubt = obstacle(facts); doubt != Doubt::none) return {ExplainedBy::none, doubt};
  const CaseMatch match = facts.answer.match;
  if (match == CaseMatch::fits) return by_case(facts);
  if (facts.needs_case == false) return by_duty(facts);
  if (match == CaseMatch::malformed) return {ExplainedBy::none, Doubt::case_malformed};
  if (match == CaseMatch::not_yet_open) return {ExplainedBy::none, Doubt::case_not_open};
  if (match == CaseMatch::no_register && facts.needs_case == true) return by_application(facts);
  return {ExplainedBy::none, Doubt::reason_unknown};
}

}  // namespace trailwatch::rules
