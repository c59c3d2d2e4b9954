#include <gtest/gtest.h>

#include "rules/rule_text.h"
#include "rules/view.h"

namespace trailwatch::rules {
namespace {

using test::taipei;

const std::string kStaff =
    "officer,name,agency,unit,role,systems,accounts,national_id,from,to,privileged\n"
    "H1,甲,戶政所,一課,戶籍員,household,h1,A123456789,2020-01-01,2026-03-08,0\n"
    "H1,甲,戶政所,二課,課長,household;land,h1,A123456789,2026-03-09,2026-03-20,1\n"
    "H2,乙,戶政所,一課,戶籍員,household,h2,B123456780,,,0\n";

class DerivedFields : public ::testing::Test {
 protected:
  DerivedFields() {
    texts.staff = kStaff;
    texts.cases =
        "case_no,agency,unit,officer,opened,closed,kind,subjects\n"
        "115戶字第001234號,戶政所,一課,H2,2026-03-01,2026-03-04,申請,C123456787\n";
    texts.terminals = "terminal,agency,unit\n10.0.0.1,戶政所,一課\n10.0.0.2,地政所,一課\n";
    texts.protected_subjects = "subject_kind,subject,why\nperson,D123456784,議員\n";
    texts.reasons =
        "system,reason_code,meaning,needs_case,needs_approver\nhousehold,01,申請,1,0\nhousehold,04,校正,0,0\n";
    texts.calendar = "西元日期,星期,是否放假,備註\n20260302,一,0,\n20260303,二,0,\n";
    placeholders.add("查詢");
    event.time = taipei("2026-03-02T10:00:00");
    event.system = event.channel = "household";
    event.agency = "戶政所";
    event.unit = "一課";
    event.officer = "H1";
    event.account = "h1";
    event.terminal = "10.0.0.1";
    event.subject_kind = model::SubjectKind::person;
    event.subject = "C123456787";
    event.reason_code = "01";
    event.reason = "申請謄本";
    event.case_no = "115戶字第001234號";
  }

  std::string text(const char* name, const Past* past = nullptr) {
    const registry::Snapshot snapshot = registry::Snapshot::build(texts, {});
    EventView view(event, snapshot, placeholders, past);
    return std::string(view.text(*find_field(name)));
  }
  bool exists(const char* name) {
    const registry::Snapshot snapshot = registry::Snapshot::build(texts, {});
    return EventView(event, snapshot, placeholders).exists(*find_field(name));
  }

  registry::ReferenceTexts texts;
  Placeholders placeholders;
  model::QueryEvent event;
};

TEST_F(DerivedFields, TheOfficersPostIsThatOfTheDay) {
  const auto post = [&](const char* time) {
    event.time = taipei(time);
    return text("officer.status") + " " + text("officer.role") + " " + text("officer.privileged");
  };
  EXPECT_EQ(post("2019-12-31T23:59:59"), "not-yet 課長 true");  // nobody's post: the latest row
  EXPECT_EQ(post("2020-01-01T00:00:00"), "active 戶籍員 false");
  EXPECT_EQ(post("2026-03-08T23:59:59"), "active 戶籍員 false");
  EXPECT_EQ(post("2026-03-09T00:00:00"), "active 課長 true");
  EXPECT_EQ(post("2026-03-20T23:59:59"), "active 課長 true");
  EXPECT_EQ(post("2026-03-21T00:00:00"), "left 課長 true");
  event.officer = "H9";
  EXPECT_EQ(post("2026-03-02T10:00:00"), "unknown  unknown");
}

TEST_F(DerivedFields, SayWhatTheReferenceFilesSay) {
  EXPECT_EQ(text("officer.system_allowed"), "true");
  EXPECT_EQ(text("account.owner"), "own");
  EXPECT_EQ(text("terminal.unit"), "own");
  EXPECT_EQ(text("subject.relation"), "none");
  EXPECT_EQ(text("subject.protected"), "false");
  EXPECT_EQ(text("case.match"), "fits");
  EXPECT_EQ(text("case.days_closed"), "0");
  EXPECT_EQ(text("explanation") + " " + text("explained_by") + " " + text("doubt"), "explained team-case none");

  event.account = "H2";
  event.terminal = "10.0.0.2";
  event.system = event.channel = "police";
  event.subject = "D123456784";
  EXPECT_EQ(text("officer.system_allowed"), "false");
  EXPECT_EQ(text("account.owner"), "other");
  EXPECT_EQ(text("terminal.unit"), "other-agency");
  EXPECT_EQ(text("subject.protected"), "true");
  EXPECT_EQ(text("subject.protected_because"), "議員");
  EXPECT_EQ(text("case.match"), "other-subject");
  EXPECT_EQ(text("explanation") + " " + text("explained_by") + " " + text("doubt"), "suspicious none protected");
}

TEST_F(DerivedFields, WithoutReferenceFilesAllIsUnknownAndNothingSuspicious) {
  texts = {};
  for (const char* name : {"officer.status", "officer.privileged", "officer.system_allowed", "account.owner",
                           "terminal.unit", "subject.relation", "subject.protected"}) {
    EXPECT_EQ(text(name), "unknown") << name;
    EXPECT_FALSE(exists(name)) << name;
  }
  EXPECT_EQ(text("case.match"), "no-register");
  EXPECT_EQ(text("case.days_closed"), "");
  EXPECT_EQ(text("subject.protected_because"), "");
  EXPECT_EQ(text("explanation"), "unexplained");
  event.case_no.clear();
  EXPECT_EQ(text("explanation"), "unexplained");
}

TEST_F(DerivedFields, APlaceholderIsNoCaseNumber) {
  for (const char* number : {"", "　", "---", "查詢。"}) {
    event.case_no = number;
    EXPECT_EQ(text("case.match"), "absent") << number;
    EXPECT_EQ(text("doubt"), "case-missing") << number;
    EXPECT_FALSE(exists("case.match"));
  }
  event.case_no = "不在登記簿上115戶字第009999號";
  EXPECT_EQ(text("case.match"), "unknown");
  EXPECT_TRUE(exists("case.match"));  // the number was given
}

TEST_F(DerivedFields, DaysSinceClosingAreCountedOnLocalDays) {
  event.time = taipei("2026-03-04T23:59:59");
  EXPECT_EQ(text("case.days_closed"), "0");
  event.time = taipei("2026-03-05T00:00:00");
  EXPECT_EQ(text("case.days_closed"), "1");
}

TEST_F(DerivedFields, OnlyPersonsAreRelated) {
  event.subject = "A123456789";
  EXPECT_EQ(text("subject.relation"), "self");
  EXPECT_EQ(text("doubt"), "self");
  event.subject = "B123456780";
  EXPECT_EQ(text("subject.relation"), "colleague");
  event.subject_kind = model::SubjectKind::vehicle;
  EXPECT_EQ(text("subject.relation"), "unknown");
}

TEST_F(DerivedFields, TheApproverIsOnTheStaffOnThatDay) {
  const auto approver = [&](const char* id) {
    event.approver = id;
    return text("approver.match");
  };
  EXPECT_EQ(approver(""), "absent");
  EXPECT_EQ(approver("－"), "absent");
  EXPECT_EQ(approver("H1"), "self");
  EXPECT_EQ(approver("H2"), "known");
  EXPECT_EQ(approver("H9"), "unknown");
  event.officer = "H2";
  event.time = taipei("2026-03-21T10:00:00");
  EXPECT_EQ(approver("H1"), "unknown");
}

TEST_F(DerivedFields, TheReasonIsMeasuredInCharacters) {
  EXPECT_EQ(text("reason.length"), "4");
  event.reason = "　 \n";
  EXPECT_EQ(text("reason.length"), "0");
  event.reason = " ab\xFF字 ";
  EXPECT_EQ(text("reason.length"), "4");
}

TEST_F(DerivedFields, ACodeWithoutACaseIsExplainedByDutyInOfficeHours) {
  event.reason_code = "04";
  event.case_no.clear();
  EXPECT_EQ(text("explained_by"), "duty");
  event.time = taipei("2026-03-02T18:29:59");
  EXPECT_EQ(text("explained_by"), "duty");
  event.time = taipei("2026-03-02T18:30:00");
  EXPECT_EQ(text("doubt"), "off-duty");
  event.time = taipei("2026-04-02T10:00:00");
  event.officer = "H2";
  event.account = "h2";
  EXPECT_EQ(text("doubt"), "duty-unknown");
  event.reason = "查詢";
  EXPECT_EQ(text("doubt"), "reason-poor");
}

struct Before : Past {
  Before(bool subject_given, bool reason_given) : subject(subject_given), reason(reason_given) {}
  bool explained_before(const model::QueryEvent&) const override {
    ++asked;
    return subject;
  }
  bool in_series(const model::QueryEvent&) const override {
    ++asked_series;
    return reason;
  }
  bool subject;
  bool reason;
  mutable int asked = 0;
  mutable int asked_series = 0;
};

TEST_F(DerivedFields, APastMakesAGapARepeat) {
  event.reason_code = "04";
  event.case_no.clear();
  event.time = taipei("2026-03-02T20:00:00");
  const Before yes(true, false), no(false, false);
  EXPECT_EQ(text("explained_by", &yes), "repeat");
  EXPECT_EQ(text("explanation", &yes), "explained");
  EXPECT_EQ(text("doubt", &no), "off-duty");
  event.reason_code = "01";
  const Before idle(true, false);
  EXPECT_EQ(text("doubt", &idle), "case-missing");
  EXPECT_EQ(idle.asked, 0);
}

TEST_F(DerivedFields, TheCaseNumberGivenBeforeForTheSameReasonStandsForAMissingOne) {
  event.case_no.clear();
  const Before before(false, true), nothing(true, false);
  EXPECT_EQ(text("doubt"), "case-missing");
  EXPECT_EQ(text("doubt", &nothing), "case-missing");
  EXPECT_EQ(text("explanation", &before) + " " + text("explained_by", &before) + " " + text("doubt", &before),
            "explained series none");
  event.reason = "查詢";  // a placeholder is nobody's reason
  EXPECT_EQ(text("doubt", &before), "case-missing");
  event.reason = "申請謄本";
  event.case_no = "115戶字第009999號";  // a number that nobody knows is not a missing one
  EXPECT_EQ(text("doubt", &before), "case-unknown");
  event.case_no.clear();
  event.subject = "A123456789";  // oneself
  EXPECT_EQ(text("doubt", &before), "self");
}

TEST_F(DerivedFields, ACaseNumberBetweenOthersIsUnregisteredAndMayBeARepeat) {
  texts.cases->append("115戶字第001236號,戶政所,一課,H2,2026-03-09,,申請,\n");
  event.case_no = "115戶字第001235號";
  const Before repeated(true, false), in_series(false, true);
  EXPECT_EQ(text("case.match") + " " + text("explanation") + " " + text("explained_by") + " " + text("doubt"),
            "unregistered unexplained none case-unregistered");
  EXPECT_TRUE(exists("case.match"));
  EXPECT_FALSE(exists("case.days_closed"));
  EXPECT_EQ(text("explained_by", &repeated), "repeat");
  EXPECT_EQ(text("doubt", &in_series), "case-unregistered");
  event.reason_code = "04";  // needs no case: the number may be any document's
  EXPECT_EQ(text("explained_by"), "duty");
}

TEST_F(DerivedFields, TheKindOfCaseIsThatOfTheRegister) {
  EXPECT_EQ(text("case.kind"), "申請");
  event.subject = "D123456784";  // whether it fits or not
  EXPECT_EQ(text("case.match") + " " + text("case.kind"), "other-subject 申請");
  event.case_no = "115戶字第009999號";
  EXPECT_EQ(text("case.match") + " " + text("case.kind"), "unknown ");
  EXPECT_FALSE(exists("case.kind"));
  event.case_no.clear();
  EXPECT_EQ(text("case.kind"), "");
}

TEST_F(DerivedFields, TheLocalDayBeginsAtMidnightOfTheZone) {
  const auto day = [&](const char* utc) {
    event.time = parse_rfc3339(utc)->instant;
    return text("local.day");
  };
  EXPECT_EQ(day("2026-03-02T15:59:59.999999Z"), "2026-03-02");
  EXPECT_EQ(day("2026-03-02T16:00:00Z"), "2026-03-03");
  EXPECT_EQ(day("2026-02-28T16:00:00Z"), "2026-03-01");
  EXPECT_EQ(day("2026-12-31T16:00:00Z"), "2027-01-01");
  registry::Options utc;
  utc.zone = Zone::fixed(0);
  event.time = parse_rfc3339("2026-03-02T16:00:00Z")->instant;
  const registry::Snapshot snapshot = registry::Snapshot::build(texts, utc);
  EXPECT_EQ(EventView(event, snapshot, placeholders).text(*find_field("local.day")), "2026-03-02");
}

TEST_F(DerivedFields, EveryWordStandsInTheTable) {
  const auto words = [](const char* name) { return "," + std::string(info(*find_field(name)).words) + ","; };
  for (int i = 0; i <= static_cast<int>(Doubt::duty_unknown); ++i) {
    const auto doubt = static_cast<Doubt>(i);
    EXPECT_NE(words("doubt").find("," + std::string(to_text(doubt)) + ","), std::string::npos) << to_text(doubt);
  }
  for (int i = 0; i <= static_cast<int>(registry::CaseMatch::fits); ++i) {
    const auto match = to_text(static_cast<registry::CaseMatch>(i));
    EXPECT_NE(words("case.match").find("," + std::string(match) + ","), std::string::npos) << match;
  }
  for (int i = 0; i <= static_cast<int>(ExplainedBy::series); ++i) {
    const auto by = to_text(static_cast<ExplainedBy>(i));
    EXPECT_NE(words("explained_by").find("," + std::string(by) + ","), std::string::npos) << by;
  }
}

TEST_F(DerivedFields, RulesUseThemAsWords) {
  EXPECT_EQ(test::problems_of(test::rule_text("  a:\n    case.match: closd\n  condition: a\n")).empty(), false);
  EXPECT_TRUE(test::fires("  a:\n    explanation: explained\n    explained_by: [case, team-case]\n  condition: a\n",
                          event, texts));
  event.case_no.clear();
  EXPECT_TRUE(test::fires("  a:\n    doubt: case-missing\n    reason.length|lt: 5\n  condition: a\n", event, texts));
}

}  // namespace
}  // namespace trailwatch::rules
