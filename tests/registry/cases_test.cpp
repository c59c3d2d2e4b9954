#include <gtest/gtest.h>

#include "registry/case_register.h"

namespace trailwatch::registry {
namespace {

const std::string kHeader = "case_no,agency,unit,officer,opened,closed,kind,subjects\n";
const std::string kNumber = "竹北偵字第1150012345號";

struct Asked {
  std::string number = kNumber;
  std::string officer = "A2";
  std::string agency = "JH01";
  std::string unit = "偵查隊";
  std::string subject = "A123456789";
  std::string day = "2026-03-10";
};

Snapshot with_cases(const std::string& rows, std::optional<std::string> staff = {}) {
  ReferenceTexts texts;
  texts.cases = kHeader + rows;
  texts.staff = std::move(staff);
  return Snapshot::build(texts, {});
}

CaseAnswer ask(const Snapshot& snapshot, const Asked& asked) {
  return snapshot.ask_case(
      {asked.number, asked.officer, asked.agency, asked.unit, asked.subject, *parse_day(asked.day)});
}

std::string match(const Snapshot& snapshot, const Asked& asked) {
  return std::string(to_text(ask(snapshot, asked).match));
}

std::string row(const std::string& opened, const std::string& closed, const std::string& subjects = "") {
  return kNumber + ",JH01,偵查隊,A1," + opened + "," + closed + ",竊盜," + subjects + "\n";
}

TEST(Cases, AnOpenCaseOfTheUnitFitsAnySubjectWhenItNamesNone) {
  const Snapshot snapshot = with_cases(row("2026-03-01", ""));
  const CaseAnswer answer = ask(snapshot, {});
  EXPECT_EQ(to_text(answer.match), "fits");
  EXPECT_EQ(answer.record->kind, "竊盜");
  EXPECT_FALSE(answer.own);
  EXPECT_FALSE(answer.names_subject);
  Asked handler;
  handler.officer = "A1";
  EXPECT_TRUE(ask(snapshot, handler).own);
}

TEST(Cases, TheNumberIsComparedWithoutWidthCaseAndBlanks) {
  const Snapshot snapshot = with_cases("ab字第 1150012345 號,JH01,偵查隊,A1,,,,\n");
  for (const char* number : {"AB字第1150012345號", "ａb字第１１５００１２３４５號", " AB 字第1150012345號 "}) {
    Asked asked;
    asked.number = number;
    EXPECT_EQ(match(snapshot, asked), "fits") << number;
  }
}

TEST(Cases, TheDayOfOpeningIsPartOfIt) {
  const Snapshot snapshot = with_cases(row("2026-03-10", ""));
  Asked asked;
  asked.day = "2026-03-09";
  EXPECT_EQ(match(snapshot, asked), "not-yet-open");
  asked.day = "2026-03-10";
  EXPECT_EQ(match(snapshot, asked), "fits");
}

TEST(Cases, AClosedCaseStillFitsForThirtyDays) {
  const Snapshot snapshot = with_cases(row("2026-01-01", "2026-02-08"));
  const auto on = [&](const char* day) {
    Asked asked;
    asked.day = day;
    const CaseAnswer answer = ask(snapshot, asked);
    return std::string(to_text(answer.match)) + " " + std::to_string(answer.days_closed);
  };
  EXPECT_EQ(on("2026-02-08"), "fits 0");
  EXPECT_EQ(on("2026-02-09"), "fits 1");
  EXPECT_EQ(on("2026-03-10"), "fits 30");
  EXPECT_EQ(on("2026-03-11"), "closed 31");
}

TEST(Cases, TheGraceAfterClosingCanBeSet) {
  ReferenceTexts texts;
  texts.cases = kHeader + row("2026-01-01", "2026-03-09");
  Options options;
  options.case_grace_days = 0;
  EXPECT_EQ(match(Snapshot::build(texts, options), {}), "closed");
}

TEST(Cases, AnotherUnitOfTheSameNameIsAnotherUnit) {
  const Snapshot snapshot = with_cases(row("", ""));
  Asked asked;
  asked.agency = "JH02";
  EXPECT_EQ(match(snapshot, asked), "other-unit");
  asked.agency = "JH01";
  asked.unit = "交通組";
  EXPECT_EQ(match(snapshot, asked), "other-unit");
}

TEST(Cases, TheHandlerKeepsACaseAfterATransfer) {
  const Snapshot snapshot = with_cases(row("", ""));
  Asked asked;
  asked.agency = "JH02";
  asked.officer = "a1";
  EXPECT_EQ(match(snapshot, asked), "fits");
}

TEST(Cases, TheUnitOfTheStaffFileCountsToo) {
  const Snapshot snapshot = with_cases(row("", ""),
                                       "officer,agency,unit,from,to\nA2,JH01,偵查隊,2026-03-01,2026-03-10\n"
                                       "A2,JH02,交通組,2026-03-10,\n");
  Asked asked;
  asked.agency = "警察局";
  asked.day = "2026-03-09";
  EXPECT_EQ(match(snapshot, asked), "fits");
  asked.day = "2026-03-10";  // the new post counts on the day of the transfer
  EXPECT_EQ(match(snapshot, asked), "other-unit");
}

TEST(Cases, ACaseWithoutAUnitBelongsToItsAgency) {
  const Snapshot snapshot = with_cases(kNumber + ",JH01,,,,,,\n");
  EXPECT_EQ(match(snapshot, {}), "fits");
  Asked asked;
  asked.agency = "JH02";
  EXPECT_EQ(match(snapshot, asked), "other-unit");
}

TEST(Cases, NamedSubjectsAreComparedWithTheirOwnKindOnly) {
  const Snapshot snapshot = with_cases(row("", "", "a123456789；ＡＢＣ-1234"));
  const auto subject = [&](const char* text) {
    Asked asked;
    asked.subject = text;
    const CaseAnswer answer = ask(snapshot, asked);
    return std::string(to_text(answer.match)) + (answer.names_subject ? " named" : "");
  };
  EXPECT_EQ(subject("A123456789"), "fits named");
  EXPECT_EQ(subject("ABC-1234"), "fits named");
  EXPECT_EQ(subject("B123456780"), "other-subject");
  EXPECT_EQ(subject("AC01234567"), "other-subject");  // an id of the old form for foreigners
  EXPECT_EQ(subject("XYZ-9999"), "other-subject");
  EXPECT_EQ(subject("甲○○"), "fits");  // a name proves nothing against a list of ids
  EXPECT_EQ(subject(""), "fits");
}

TEST(Cases, AListOfPersonsSaysNothingAboutCars) {
  const Snapshot snapshot = with_cases(row("", "", "A123456789"));
  Asked asked;
  asked.subject = "ABC-1234";
  EXPECT_EQ(match(snapshot, asked), "fits");
}

TEST(Cases, OfANumberInSeveralRowsTheBestHolds) {
  const Snapshot snapshot = with_cases(kNumber + ",JH02,偵查隊,A9,,,,\n" + row("2026-04-01", "") + kNumber +
                                       ",JH01,偵查隊,A2,2026-03-01,,,\n" + row("2026-03-01", ""));
  const CaseAnswer answer = ask(snapshot, {});
  EXPECT_EQ(to_text(answer.match), "fits");
  EXPECT_TRUE(answer.own);
}

TEST(Cases, WithoutARegisterOfTheAgencyNothingCanBeSaid) {
  EXPECT_EQ(match(Snapshot::build({}, {}), {}), "no-register");
  EXPECT_EQ(match(with_cases(""), {}), "no-register");
  const Snapshot snapshot = with_cases("竹北偵字第1150099999號,JH02,偵查隊,,,,,\n");
  EXPECT_EQ(match(snapshot, {}), "no-register");
  Asked asked;
  asked.agency = "JH02";
  EXPECT_EQ(match(snapshot, asked), "unknown");
}

TEST(Cases, ANumberThatReadsLikeNoneIsMalformed) {
  const Snapshot snapshot = with_cases(row("", ""));
  for (const char* number : {"無案號", "123456789", "0000000000", "９９９９９９", "A1234", "-", "偵字第1234號"}) {
    Asked asked;
    asked.number = number;
    EXPECT_EQ(match(snapshot, asked), "malformed") << number;
  }
  for (const char* number : {"115竹北戶字第001234號", "1150012345", "113偵字第12號", "府政查字第1130012345號"}) {
    Asked asked;
    asked.number = number;
    EXPECT_EQ(match(snapshot, asked), "unknown") << number;
  }
}

// 12346 and 12344, as the rows come, opened on two days; 12345 is asked for.
std::string around(const std::string& agency = "JH01") {
  return "竹北偵字第1150012346號," + agency + ",偵查隊,A1,2026-03-20,,,\n竹北偵字第1150012344號," + agency +
         ",偵查隊,A1,2026-03-01,,,\n";
}

TEST(Cases, ANumberBetweenOthersOfTheAgencyIsUnregistered) {
  const Snapshot snapshot = with_cases(around());
  const CaseAnswer answer = ask(snapshot, {});
  EXPECT_EQ(to_text(answer.match), "unregistered");
  EXPECT_EQ(answer.record, nullptr);
  EXPECT_FALSE(answer.own);
  Asked asked;
  asked.number = "竹北偵字第１１５００１２３４５ 號";
  EXPECT_EQ(match(snapshot, asked), "unregistered");
  for (const char* beyond : {"竹北偵字第1150012343號", "竹北偵字第1150012347號", "竹東偵字第1150012345號"}) {
    asked.number = beyond;
    EXPECT_EQ(match(snapshot, asked), "unknown") << beyond;
  }
}

TEST(Cases, ANumberIsUnregisteredFromTheDayTheOneBelowWasOpened) {
  const Snapshot snapshot = with_cases(around());
  Asked asked;
  asked.day = "2026-02-28";
  EXPECT_EQ(match(snapshot, asked), "unknown");
  asked.day = "2026-03-01";
  EXPECT_EQ(match(snapshot, asked), "unregistered");
}

TEST(Cases, CasesWithoutADateHaveAlwaysBeenInTheSeries) {
  const Snapshot snapshot = with_cases("115偵字第0001號,JH01,,,,,,\n115偵字第0003號,JH01,,,,,,\n");
  Asked asked;
  asked.number = "115偵字第0002號";
  asked.day = "1970-01-01";
  EXPECT_EQ(match(snapshot, asked), "unregistered");
}

TEST(Cases, WhatDoesNotReadLikeANumberIsMalformedInASeriesToo) {
  const Snapshot snapshot = with_cases("偵字第0001號,JH01,,,,,,\n偵字第0003號,JH01,,,,,,\n");
  Asked asked;
  asked.number = "偵字第0002號";  // too few digits
  EXPECT_EQ(match(snapshot, asked), "malformed");
}

TEST(Cases, TheSeriesOfAnotherAgencySaysNothing) {
  const Snapshot snapshot = with_cases(around("JH02"));
  EXPECT_EQ(match(snapshot, {}), "no-register");
  EXPECT_EQ(match(with_cases(around("JH02") + "偵字第11500001號,JH01,,,,,,\n"), {}), "unknown");
  Asked asked;
  asked.agency = "JH02";
  EXPECT_EQ(match(snapshot, asked), "unregistered");
}

TEST(Cases, TheSeriesOfTheOfficersAgencyCountsToo) {
  const Snapshot snapshot = with_cases(around(),
                                       "officer,agency,unit,from,to\nA2,JH01,偵查隊,2026-03-01,2026-03-10\n"
                                       "A2,JH02,交通組,2026-03-10,\n");
  Asked asked;
  asked.agency = "警察局";
  asked.day = "2026-03-09";
  EXPECT_EQ(match(snapshot, asked), "unregistered");
  asked.day = "2026-03-10";  // the new post, whose agency keeps no cases
  EXPECT_EQ(match(snapshot, asked), "no-register");
  asked.officer = "A3";  // not in the staff file
  asked.day = "2026-03-09";
  EXPECT_EQ(match(snapshot, asked), "no-register");
}

TEST(Cases, WhatIsOnTheRegisterIsNeverMalformed) {
  const Snapshot snapshot = with_cases("甲案,JH01,偵查隊,,,,,\n");
  Asked asked;
  asked.number = "甲案";
  EXPECT_EQ(match(snapshot, asked), "fits");
}

TEST(Cases, NoNumberIsAbsent) {
  const Snapshot snapshot = with_cases(row("", ""));
  for (const char* number : {"", "  ", "　"}) {
    Asked asked;
    asked.number = number;
    const CaseAnswer answer = ask(snapshot, asked);
    EXPECT_EQ(to_text(answer.match), "absent");
    EXPECT_EQ(answer.record, nullptr);
  }
}

TEST(Cases, FortyCharactersAreStillANumber) {
  const std::string forty = "11512" + std::string(35, 'X');
  EXPECT_TRUE(reads_like_a_number(forty));
  EXPECT_FALSE(reads_like_a_number(forty + "X"));
  EXPECT_FALSE(reads_like_a_number(""));
}

TEST(Cases, RowsThatCannotBeUsedAreLeftOutAndNamed) {
  const Snapshot snapshot =
      with_cases(kNumber + ",JH01,偵查隊,A1,115/03/01,,,\n,JH01,偵查隊,,,,,\n" +
                 "偵字第11500001號,JH01,偵查隊,A1,2026-03-02,2026-03-01,,\n偵字第11500002號,JH01\n");
  std::vector<std::string> said;
  for (const Problem& problem : snapshot.problems()) {
    said.push_back(problem.file + ":" + std::to_string(problem.line) + " " + problem.message);
  }
  EXPECT_EQ(said, (std::vector<std::string>{"cases.csv:2 欄位「opened」應為 2026-03-02 形式",
                                            "cases.csv:3 未填 case_no", "cases.csv:4 closed 早於 opened"}));
  EXPECT_EQ(match(snapshot, {}), "unknown");
  Asked asked;
  asked.number = "偵字第11500002號";  // a short row: the rest is not given
  EXPECT_EQ(match(snapshot, asked), "fits");
}

TEST(Cases, HostileTextIsOnlyText) {
  const Snapshot snapshot = with_cases("\"x\"\"\n,;\xFF\",JH01,偵查隊,A1,,,,\"\xF0\x9F;\xEF\xBC\"\n" + row("", ""));
  for (const std::string& number :
       {std::string("\xFF\xFE\x00\x01", 4), std::string(1 << 20, '9'), std::string("'; --")}) {
    Asked asked;
    asked.number = number;
    asked.subject = number;
    asked.officer = number;
    EXPECT_EQ(match(snapshot, asked), "malformed");
  }
}

}  // namespace
}  // namespace trailwatch::registry
