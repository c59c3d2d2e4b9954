#include "rules/explanation.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

namespace trailwatch::rules {
namespace {

using registry::CaseMatch;
using registry::Duty;
using registry::Owner;
using registry::Relation;
using registry::StaffStatus;

const registry::Case kCase{"竹北偵字第1150012345號", "JH01", "偵查隊", "A1", {}, {}, "", {}};

// `verdict explained_by doubt`
std::string told(const Facts& facts) {
  const Explanation e = explain(facts);
  return std::string(to_text(verdict_of(e.doubt))) + " " + std::string(to_text(e.by)) + " " +
         std::string(to_text(e.doubt));
}

// A counter clerk on duty who gives a reason; `match` is what the register says of the number.
Facts clerk(CaseMatch match, std::optional<bool> needs_case) {
  Facts facts;
  facts.answer.match = match;
  const bool found = match != CaseMatch::absent && match != CaseMatch::no_register && match != CaseMatch::malformed &&
                     match != CaseMatch::unknown && match != CaseMatch::unregistered;
  if (found) facts.answer.record = &kCase;
  facts.answer.own = found;
  facts.needs_case = needs_case;
  facts.reason = Quality::text;
  facts.duty = Duty::on;
  facts.status = StaffStatus::active;
  facts.account = Owner::own;
  facts.relation = Relation::none;
  facts.system_allowed = true;
  return facts;
}

TEST(Explanation, WhatTheRegisterSaysWhereTheCodeNeedsACase) {
  const auto needed = [](CaseMatch match) { return told(clerk(match, true)); };
  EXPECT_EQ(needed(CaseMatch::fits), "explained case none");
  EXPECT_EQ(needed(CaseMatch::no_register), "explained application none");
  EXPECT_EQ(needed(CaseMatch::absent), "suspicious none case-missing");
  EXPECT_EQ(needed(CaseMatch::unknown), "unexplained none case-unknown");
  EXPECT_EQ(needed(CaseMatch::unregistered), "unexplained none case-unregistered");
  EXPECT_EQ(needed(CaseMatch::other_unit), "suspicious none case-other-unit");
  EXPECT_EQ(needed(CaseMatch::closed), "suspicious none case-closed");
  EXPECT_EQ(needed(CaseMatch::other_subject), "unexplained none case-other-subject");
  EXPECT_EQ(needed(CaseMatch::malformed), "unexplained none case-malformed");
  EXPECT_EQ(needed(CaseMatch::not_yet_open), "unexplained none case-not-open");
}

TEST(Explanation, WhereNoCaseIsNeededANumberMayBeThatOfAnyDocument) {
  const auto not_needed = [](CaseMatch match) { return told(clerk(match, false)); };
  EXPECT_EQ(not_needed(CaseMatch::fits), "explained case none");
  EXPECT_EQ(not_needed(CaseMatch::no_register), "explained duty none");
  EXPECT_EQ(not_needed(CaseMatch::absent), "explained duty none");
  EXPECT_EQ(not_needed(CaseMatch::unknown), "explained duty none");
  EXPECT_EQ(not_needed(CaseMatch::unregistered), "explained duty none");
  EXPECT_EQ(not_needed(CaseMatch::malformed), "explained duty none");
  EXPECT_EQ(not_needed(CaseMatch::not_yet_open), "explained duty none");
  EXPECT_EQ(not_needed(CaseMatch::other_unit), "suspicious none case-other-unit");
  EXPECT_EQ(not_needed(CaseMatch::closed), "suspicious none case-closed");
  EXPECT_EQ(not_needed(CaseMatch::other_subject), "unexplained none case-other-subject");
}

TEST(Explanation, WithoutReasonCodesNothingIsMissing) {
  const auto no_codes = [](CaseMatch match) { return told(clerk(match, std::nullopt)); };
  EXPECT_EQ(no_codes(CaseMatch::fits), "explained case none");
  EXPECT_EQ(no_codes(CaseMatch::absent), "unexplained none reason-unknown");
  EXPECT_EQ(no_codes(CaseMatch::no_register), "unexplained none reason-unknown");
  EXPECT_EQ(no_codes(CaseMatch::malformed), "unexplained none case-malformed");
  EXPECT_EQ(no_codes(CaseMatch::unknown), "unexplained none case-unknown");
  EXPECT_EQ(no_codes(CaseMatch::unregistered), "unexplained none case-unregistered");
}

TEST(Explanation, ACaseOfAColleagueIsATeamCase) {
  Facts facts = clerk(CaseMatch::fits, true);
  facts.answer.own = false;
  EXPECT_EQ(told(facts), "explained team-case none");
  registry::Case without_handler = kCase;
  without_handler.officer.clear();
  facts.answer.record = &without_handler;
  EXPECT_EQ(told(facts), "explained case none");
}

TEST(Explanation, ACaseThatDoesNotNameTheSubjectNeedsAReasonBesides) {
  for (const Quality poor : {Quality::blank, Quality::punctuation, Quality::placeholder}) {
    Facts facts = clerk(CaseMatch::fits, true);
    facts.reason = poor;
    EXPECT_EQ(told(facts), "unexplained none reason-poor");
    facts.answer.names_subject = true;
    EXPECT_EQ(told(facts), "explained case none");
  }
}

TEST(Explanation, AnApplicationAndADutyNeedAReason) {
  Facts application = clerk(CaseMatch::no_register, true), duty = clerk(CaseMatch::absent, false);
  application.reason = duty.reason = Quality::placeholder;
  EXPECT_EQ(told(application), "unexplained none reason-poor");
  EXPECT_EQ(told(duty), "unexplained none reason-poor");
}

TEST(Explanation, OnlyKnownDutyExplains) {
  Facts facts = clerk(CaseMatch::absent, false);
  for (const Duty off : {Duty::off, Duty::holiday, Duty::leave}) {
    facts.duty = off;
    EXPECT_EQ(told(facts), "unexplained none off-duty");
  }
  facts.duty = Duty::unknown;
  EXPECT_EQ(told(facts), "unexplained none duty-unknown");
  Facts with_case = clerk(CaseMatch::fits, true);
  with_case.duty = Duty::off;  // whoever is called out works on a case too
  EXPECT_EQ(told(with_case), "explained case none");
}

TEST(Explanation, NothingExplainsALookUpOfOneself) {
  Facts facts = clerk(CaseMatch::fits, true);
  facts.answer.names_subject = true;
  facts.relation = Relation::self;
  EXPECT_EQ(told(facts), "suspicious none self");
  facts.relation = Relation::colleague;  // colleagues are citizens
  EXPECT_EQ(told(facts), "explained case none");
}

TEST(Explanation, AProtectedSubjectNeedsACaseThatFits) {
  const auto guarded = [](CaseMatch match, bool needs_case) {
    Facts facts = clerk(match, needs_case);
    facts.is_protected = true;
    return told(facts);
  };
  EXPECT_EQ(guarded(CaseMatch::fits, true), "explained case none");
  EXPECT_EQ(guarded(CaseMatch::no_register, true), "explained application none");
  for (const CaseMatch match : {CaseMatch::absent, CaseMatch::malformed, CaseMatch::unknown, CaseMatch::unregistered,
                                CaseMatch::other_subject}) {
    EXPECT_EQ(guarded(match, false), "suspicious none protected");
    EXPECT_EQ(guarded(match, true), "suspicious none protected");
  }
}

TEST(Explanation, ObstaclesKeepAnyReasonFromExplaining) {
  const auto with = [](const std::function<void(Facts&)>& change) {
    Facts facts = clerk(CaseMatch::fits, true);
    change(facts);
    return told(facts);
  };
  EXPECT_EQ(with([](Facts& f) { f.status = StaffStatus::left; }), "unexplained none not-on-staff");
  EXPECT_EQ(with([](Facts& f) { f.status = StaffStatus::not_yet; }), "unexplained none not-on-staff");
  EXPECT_EQ(with([](Facts& f) { f.status = StaffStatus::unknown; }), "explained case none");
  EXPECT_EQ(with([](Facts& f) { f.account = Owner::other; }), "unexplained none other-account");
  EXPECT_EQ(with([](Facts& f) { f.account = Owner::unknown; }), "explained case none");
  EXPECT_EQ(with([](Facts& f) { f.system_allowed = false; }), "unexplained none system-not-allowed");
  EXPECT_EQ(with([](Facts& f) { f.system_allowed = std::nullopt; }), "explained case none");
  EXPECT_EQ(with([](Facts& f) { f.needs_approver = true; }), "unexplained none no-approval");
  EXPECT_EQ(with([](Facts& f) { f.needs_approver = f.has_approver = true; }), "explained case none");
}

TEST(Explanation, WithoutAnyReferenceFileNobodyIsSuspicious) {
  EXPECT_EQ(told({}), "unexplained none reason-unknown");
  Facts facts;
  facts.reason = Quality::text;
  facts.answer.match = CaseMatch::no_register;
  EXPECT_EQ(told(facts), "unexplained none reason-unknown");
}

TEST(Explanation, ARepeatFillsAGapButDoesNotOvercomeAnObstacle) {
  for (const Doubt gap : {Doubt::reason_poor, Doubt::reason_unknown, Doubt::off_duty, Doubt::duty_unknown,
                          Doubt::case_malformed, Doubt::case_not_open, Doubt::case_unregistered}) {
    EXPECT_TRUE(repeatable(gap)) << to_text(gap);
  }
  for (const Doubt wall : {Doubt::none, Doubt::self, Doubt::protected_subject, Doubt::case_missing, Doubt::case_unknown,
                           Doubt::case_other_unit, Doubt::no_approval, Doubt::not_on_staff, Doubt::other_account}) {
    EXPECT_FALSE(repeatable(wall)) << to_text(wall);
  }
}

RC_GTEST_PROP(Explanation, EitherExplainsOrDoubtsAndWhatIsUnknownNeverAccuses, ()) {
  const auto maybe = [] { return *rc::gen::element<std::optional<bool>>(std::nullopt, true, false); };
  Facts facts = clerk(static_cast<CaseMatch>(*rc::gen::inRange(0, static_cast<int>(CaseMatch::fits) + 1)), maybe());
  facts.needs_approver = maybe();
  facts.has_approver = *rc::gen::arbitrary<bool>();
  facts.reason = static_cast<Quality>(*rc::gen::inRange(0, 4));
  facts.duty = static_cast<Duty>(*rc::gen::inRange(0, 5));
  facts.status = static_cast<StaffStatus>(*rc::gen::inRange(0, 4));
  facts.account = static_cast<Owner>(*rc::gen::inRange(0, 3));
  facts.relation = static_cast<Relation>(*rc::gen::inRange(0, 4));
  facts.system_allowed = maybe();
  facts.is_protected = *rc::gen::arbitrary<bool>();
  const Explanation e = explain(facts);
  RC_ASSERT((e.by == ExplainedBy::none) != (e.doubt == Doubt::none));
  RC_ASSERT((verdict_of(e.doubt) == Verdict::explained) == (e.by != ExplainedBy::none));
  RC_ASSERT(e.by != ExplainedBy::repeat && e.by != ExplainedBy::series);
  RC_ASSERT(!repeatable(e.doubt) || verdict_of(e.doubt) == Verdict::unexplained);

  // Taking knowledge away never makes a look-up suspicious.
  Facts less = facts;
  less.answer = {};
  less.answer.match = facts.answer.match == CaseMatch::absent ? CaseMatch::absent : CaseMatch::no_register;
  less.needs_case = std::nullopt;
  less.relation = Relation::unknown;
  less.is_protected = false;
  RC_ASSERT(verdict_of(explain(less).doubt) != Verdict::suspicious);
}

}  // namespace
}  // namespace trailwatch::rules
