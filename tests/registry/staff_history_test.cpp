#include <gtest/gtest.h>

#include "trailwatch/registry/snapshot.h"

namespace trailwatch::registry {
namespace {

const std::string kHeader = "officer,name,agency,unit,role,systems,accounts,national_id,from,to,privileged\n";

Snapshot with_staff(const std::string& rows) {
  ReferenceTexts texts;
  texts.staff = kHeader + rows;
  return Snapshot::build(texts, {});
}

LocalDay day(const char* text) {
  return *parse_day(text);
}

// `unit status`
std::string at(const Snapshot& snapshot, const char* text, const char* officer = "A1") {
  const Officer* row = snapshot.officer_on(officer, day(text));
  return (row == nullptr ? "-" : row->unit) + " " + std::string(to_text(snapshot.status(officer, day(text))));
}

TEST(StaffHistory, FirstAndLastDayAreIncluded) {
  const Snapshot snapshot = with_staff("A1,甲,JH01,一課,,,,,2026-03-02,2026-03-05,\n");
  EXPECT_EQ(at(snapshot, "2026-03-01"), "- not-yet");
  EXPECT_EQ(at(snapshot, "2026-03-02"), "一課 active");
  EXPECT_EQ(at(snapshot, "2026-03-05"), "一課 active");
  EXPECT_EQ(at(snapshot, "2026-03-06"), "- left");
  EXPECT_EQ(at(snapshot, "2026-03-06", "A9"), "- unknown");
}

TEST(StaffHistory, WithoutDaysARowAlwaysHolds) {
  const Snapshot snapshot = with_staff("A1,甲,JH01,一課,,,,,,,\n");
  EXPECT_EQ(at(snapshot, "1970-01-01"), "一課 active");
  EXPECT_EQ(at(snapshot, "2099-12-31"), "一課 active");
}

TEST(StaffHistory, WithoutAStaffFileNothingIsKnown) {
  const Snapshot snapshot = Snapshot::build({}, {});
  EXPECT_EQ(at(snapshot, "2026-03-02"), "- unknown");
  EXPECT_EQ(to_text(snapshot.owner_of("a1", "A1")), "unknown");
  EXPECT_EQ(to_text(snapshot.relation("A1", "A123456789", day("2026-03-02"))), "unknown");
  EXPECT_EQ(snapshot.system_allowed("A1", "land", "land", day("2026-03-02")), std::nullopt);
}

TEST(StaffHistory, ATransferChangesThePostOnItsDay) {
  const Snapshot snapshot = with_staff(
      "A1,甲,JH02,派出所,,,,,2026-03-09,,\n"  // the order of rows does not matter
      "A1,甲,JH01,偵查隊,,,,,2011-11-04,2026-03-08,\n");
  EXPECT_EQ(at(snapshot, "2026-03-08"), "偵查隊 active");
  EXPECT_EQ(at(snapshot, "2026-03-09"), "派出所 active");
  EXPECT_EQ(snapshot.officer("A1")->unit, "派出所");
  EXPECT_EQ(snapshot.officers().size(), 1u);
}

TEST(StaffHistory, OnADayThatBothPostsNameTheNewOneCounts) {
  const Snapshot snapshot =
      with_staff("A1,甲,JH01,偵查隊,,,,,2011-11-04,2026-03-09,\nA1,甲,JH02,派出所,,,,,2026-03-09,,\n");
  EXPECT_EQ(at(snapshot, "2026-03-09"), "派出所 active");
}

TEST(StaffHistory, APostWithoutALastDayEndsWithTheNext) {
  const Snapshot snapshot = with_staff("A1,甲,JH01,偵查隊,,,,,,,\nA1,甲,JH02,派出所,,,,,2026-03-09,2026-03-20,\n");
  EXPECT_EQ(at(snapshot, "2026-03-08"), "偵查隊 active");
  EXPECT_EQ(at(snapshot, "2026-03-20"), "派出所 active");
  EXPECT_EQ(at(snapshot, "2026-03-21"), "- left");
}

TEST(StaffHistory, BetweenTwoPostsAnOfficerHasLeft) {
  const Snapshot snapshot =
      with_staff("A1,甲,JH01,偵查隊,,,,,2020-01-01,2026-02-28,\nA1,甲,JH02,派出所,,,,,2026-03-09,,\n");
  EXPECT_EQ(at(snapshot, "2026-03-01"), "- left");
  EXPECT_EQ(at(snapshot, "2026-03-09"), "派出所 active");
}

TEST(StaffHistory, RowsThatCannotBeUsedAreLeftOutAndNamed) {
  const Snapshot snapshot = with_staff(
      "A1,甲,JH01,一課,,,,,2026-03-02,2026-03-01,\n"
      "A1,甲,JH01,二課,,,,,115/03/02,,\n"
      "A1,甲,JH01,三課,,,,,2026-03-02,,是\n"
      "A1,甲,JH01,四課,,,,,2026-03-02,,0\n"
      "A1,甲,JH01,五課,,,,,2026-03-02,,0\n"
      ",乙,JH01,六課,,,,,,,\n");
  std::vector<std::string> said;
  for (const Problem& problem : snapshot.problems()) {
    said.push_back(std::to_string(problem.line) + " " + problem.message);
  }
  EXPECT_EQ(said, (std::vector<std::string>{"2 to 早於 from", "3 欄位「from」應為 2026-03-02 形式",
                                            "4 欄位「privileged」應為 0 或 1", "6 officer「A1」同日重複，採用先出現者",
                                            "7 未填 officer"}));
  EXPECT_EQ(at(snapshot, "2026-03-02"), "四課 active");
}

TEST(StaffHistory, AnAccountMayBelongToSeveralOfficers) {
  const Snapshot snapshot = with_staff("A1,甲,JH01,一課,,,a1；share,,,,\nA2,乙,JH01,一課,,,a2;SHARE,,,,\n");
  EXPECT_EQ(to_text(snapshot.owner_of("A1", "a1")), "own");
  EXPECT_EQ(to_text(snapshot.owner_of("a1", "A2")), "other");
  EXPECT_EQ(to_text(snapshot.owner_of("share", "A1")), "own");
  EXPECT_EQ(to_text(snapshot.owner_of("share", "A2")), "own");
  EXPECT_EQ(to_text(snapshot.owner_of("share", "A3")), "other");
  EXPECT_EQ(to_text(snapshot.owner_of("w03", "A1")), "unknown");
  EXPECT_EQ(to_text(snapshot.owner_of("", "A1")), "unknown");
  EXPECT_EQ(to_text(snapshot.owner_of("a1", "")), "unknown");
}

TEST(StaffHistory, ThePostOfTheDayDecidesWhichRegistersAreAllowed) {
  const Snapshot snapshot = with_staff(
      "A1,甲,JH01,一課,,police;Vehicle,,,,2026-03-08,\nA1,甲,JH01,二課,,land,,,2026-03-09,,\nA2,乙,JH01,一課,,,,,,,\n");
  const auto allowed = [&](const char* officer, const char* system, const char* channel, const char* on) {
    return snapshot.system_allowed(officer, system, channel, day(on));
  };
  EXPECT_EQ(allowed("A1", "household", "police", "2026-03-08"), true);  // by the portal
  EXPECT_EQ(allowed("A1", "vehicle", "police", "2026-03-08"), true);
  EXPECT_EQ(allowed("A1", "land", "land", "2026-03-08"), false);
  EXPECT_EQ(allowed("A1", "land", "land", "2026-03-09"), true);
  EXPECT_EQ(allowed("A1", "household", "police", "2026-03-09"), false);
  EXPECT_EQ(allowed("A2", "land", "land", "2026-03-09"), std::nullopt);
}

TEST(StaffHistory, RelationsAreThoseOfNationalIds) {
  const Snapshot snapshot = with_staff(
      "A1,甲,JH01,一課,,,,a123456789,,,\nA2,乙,JH01,一課,,,,B123456780,2026-03-02,2026-03-08,\n"
      "A3,甲,JH01,一課,,,,Ａ123456789,,,\n");
  const auto relation = [&](const char* officer, const char* subject, const char* on = "2026-03-02") {
    return to_text(snapshot.relation(officer, subject, day(on)));
  };
  EXPECT_EQ(relation("A1", "A123456789"), "self");
  EXPECT_EQ(relation("A3", "A123456789"), "self");  // the same person under a new staff id
  EXPECT_EQ(relation("A2", "A123456789"), "colleague");
  EXPECT_EQ(relation("A9", "A123456789"), "colleague");
  EXPECT_EQ(relation("A1", "B123456780"), "colleague");
  EXPECT_EQ(relation("A1", "B123456780", "2026-03-01"), "none");
  EXPECT_EQ(relation("A1", "B123456780", "2026-03-09"), "none");
  EXPECT_EQ(relation("A1", "C123456787"), "none");
  EXPECT_EQ(relation("A1", ""), "unknown");
  EXPECT_EQ(relation("", "A123456789"), "unknown");
}

TEST(StaffHistory, ARelationToOneselfOutlastsThePost) {
  const Snapshot snapshot = with_staff("A1,甲,JH01,一課,,,,A123456789,2026-03-02,2026-03-02,\n");
  EXPECT_EQ(to_text(snapshot.relation("A1", "A123456789", day("2026-04-01"))), "self");
}

}  // namespace
}  // namespace trailwatch::registry
