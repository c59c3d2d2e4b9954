#include <gtest/gtest.h>

#include "trailwatch/registry/snapshot.h"

namespace trailwatch::registry {
namespace {

using model::SubjectKind;

const LocalDay kDay = *parse_day("2026-03-10");

std::vector<std::string> said(const Snapshot& snapshot) {
  std::vector<std::string> out;
  for (const Problem& problem : snapshot.problems()) {
    out.push_back(problem.file + ":" + std::to_string(problem.line) + " " + problem.message);
  }
  return out;
}

class Terminals : public ::testing::Test {
 protected:
  std::string place(const std::string& terminal, const char* agency = "JH01", const char* unit = "一課",
                    const char* officer = "A9") {
    ReferenceTexts texts;
    texts.terminals = "terminal,agency,unit\n" + rows;
    texts.staff = staff;
    return std::string(to_text(Snapshot::build(texts, {}).place_of(terminal, officer, agency, unit, kDay)));
  }
  std::string rows = "10.0.0.1,JH01,一課\n10.0.0.2,JH01,二課\n10.0.0.3,JH02,一課\n10.0.0.4,JH01,\nPC-Ａ,JH01,一課\n";
  std::optional<std::string> staff;
};

TEST_F(Terminals, AreKnownByAgencyAndUnit) {
  EXPECT_EQ(place("10.0.0.1"), "own");
  EXPECT_EQ(place("10.0.0.2"), "other-unit");
  EXPECT_EQ(place("10.0.0.3"), "other-agency");
  EXPECT_EQ(place("10.0.0.4"), "own");  // the whole agency's
  EXPECT_EQ(place("pc-a"), "own");
  EXPECT_EQ(place("10.0.0.9"), "unknown");
  EXPECT_EQ(place(""), "unknown");
}

TEST_F(Terminals, OneThatSeveralUnitsShareIsEverybodysOwn) {
  rows = "10.0.0.1,JH02,三課\n10.0.0.1,JH01,一課\n10.0.0.1,JH01,二課\n";
  EXPECT_EQ(place("10.0.0.1"), "own");
  EXPECT_EQ(place("10.0.0.1", "JH02", "三課"), "own");
  EXPECT_EQ(place("10.0.0.1", "JH02", "一課"), "other-unit");
}

TEST_F(Terminals, ThePostOfTheStaffFileCountsToo) {
  staff = "officer,agency,unit,to\nA1,JH01,二課,2026-03-10\nA2,JH01,二課,2026-03-09\n";
  EXPECT_EQ(place("10.0.0.2", "警察局", "x", "A1"), "own");
  EXPECT_EQ(place("10.0.0.2", "警察局", "x", "A2"), "other-agency");
}

TEST(TerminalRows, ThatCannotBeUsedAreNamed) {
  ReferenceTexts texts;
  texts.terminals = "terminal,agency,unit\n,JH01,一課\n10.0.0.1\n";
  EXPECT_EQ(said(Snapshot::build(texts, {})), (std::vector<std::string>{"terminals.csv:2 未填 terminal 或 agency",
                                                                        "terminals.csv:3 未填 terminal 或 agency"}));
}

std::string because(const Snapshot& snapshot, SubjectKind kind, const char* subject) {
  const auto why = snapshot.protected_because(kind, subject);
  return why ? std::string(*why) : "?";
}

TEST(Protected, SubjectsAreKnownByKindAndText) {
  ReferenceTexts texts;
  texts.protected_subjects =
      "subject_kind,subject,why\nperson,a123456789,議員\nvehicle,ＡＢＣ-1234,\nparcel,光明段 0123-0004,證人\n"
      "person,Ａ123456789,證人\nvehicle,A123456789,車\n";
  const Snapshot snapshot = Snapshot::build(texts, {});
  EXPECT_EQ(said(snapshot), std::vector<std::string>{});
  EXPECT_EQ(because(snapshot, SubjectKind::person, "A123456789"), "議員、證人");
  EXPECT_EQ(because(snapshot, SubjectKind::vehicle, "A123456789"), "車");
  EXPECT_EQ(because(snapshot, SubjectKind::vehicle, "ABC-1234"), "保護對象");
  EXPECT_EQ(because(snapshot, SubjectKind::parcel, "光明段0123-0004"), "證人");
  EXPECT_EQ(because(snapshot, SubjectKind::person, "ABC-1234"), "");
  EXPECT_EQ(because(snapshot, SubjectKind::person, ""), "");
  EXPECT_EQ(because(snapshot, SubjectKind::none, "A123456789"), "");
}

TEST(Protected, WithoutAUsableFileNothingIsKnown) {
  EXPECT_EQ(because(Snapshot::build({}, {}), SubjectKind::person, "A123456789"), "?");
  ReferenceTexts texts;
  texts.protected_subjects = "kind,subject\nperson,A123456789\n";
  EXPECT_EQ(because(Snapshot::build(texts, {}), SubjectKind::person, "A123456789"), "?");
  texts.protected_subjects = "subject_kind,subject\n";
  EXPECT_EQ(because(Snapshot::build(texts, {}), SubjectKind::person, "A123456789"), "");
}

TEST(Protected, RowsThatCannotBeUsedAreNamed) {
  ReferenceTexts texts;
  texts.protected_subjects = "subject_kind,subject,why\n人,A123456789,x\nnone,A123456789,x\nperson,,x\n";
  const std::string what = " subject_kind 應為 person、vehicle 或 parcel，且須填 subject";
  EXPECT_EQ(said(Snapshot::build(texts, {})),
            (std::vector<std::string>{"protected.csv:2" + what, "protected.csv:3" + what, "protected.csv:4" + what}));
}

}  // namespace
}  // namespace trailwatch::registry
