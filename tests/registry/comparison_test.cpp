#include "trailwatch/registry/comparison.h"

#include <gtest/gtest.h>

namespace trailwatch::registry {
namespace {

const std::string kStaff = "officer,agency,unit,role,systems,accounts,national_id,from,to\n";

LocalDay day(const char* text) {
  return parse_day(text).value();
}

ReferenceTexts with(std::optional<std::string> ReferenceTexts::* file, const std::string& text) {
  ReferenceTexts out;
  out.*file = text;
  return out;
}

Comparison compare(std::optional<std::string> ReferenceTexts::* file, const std::string& before,
                   const std::string& after) {
  return {Snapshot::build(with(file, before), {}), Snapshot::build(with(file, after), {})};
}

Glance look_up(const char* on, const char* at = "10:00") {
  Glance out;
  out.day = day(on);
  out.time = parse_rfc3339(std::string(on) + "T" + at + ":00+08:00")->instant;
  out.officer = "A1";
  out.account = "acc1";
  out.approver = "B1";
  out.terminal = "PC1";
  out.agency = "JH01";
  out.unit = "一課";
  out.system = "land";
  out.reason_code = "01";
  out.case_no = "115字第00120號";
  return out;
}

TEST(Comparing, TheSameFilesDifferNowhere) {
  const Comparison same = compare(&ReferenceTexts::staff, kStaff + "A1,JH01,一課\n", kStaff + "A1,JH01,一課\n");
  EXPECT_TRUE(same.files().empty());
  EXPECT_FALSE(same.everything());
  EXPECT_FALSE(same.touches(look_up("2026-03-02")));
}

TEST(Comparing, AFileThatComesChangesEverything) {
  const Comparison comes{Snapshot::build({}, {}), Snapshot::build(with(&ReferenceTexts::staff, kStaff), {})};
  EXPECT_TRUE(comes.everything());
  EXPECT_TRUE(comes.touches(look_up("2026-03-02")));
}

TEST(Comparing, ATransferTouchesTheDaysFromItAndThePeersOfAll) {
  const Comparison c = compare(&ReferenceTexts::staff, kStaff + "A1,JH01,一課,,,,,2020-01-01,\n",
                               kStaff + "A1,JH01,一課,,,,,2020-01-01,\nA1,JH01,二課,,,,,2026-03-02,\n");
  EXPECT_FALSE(c.touches(look_up("2026-03-01")));
  EXPECT_TRUE(c.touches(look_up("2026-03-02")));
  EXPECT_EQ(c.officers(), std::vector<std::string>{"A1"});
  // Where somebody is compared goes by the latest row.
  EXPECT_TRUE(c.touches_day("A1", day("2026-03-01")));
}

TEST(Comparing, ApproverAndAccountAreAskedForToo) {
  const Comparison approver =
      compare(&ReferenceTexts::staff, kStaff + "B1,JH01,一課,,,,,,\n", kStaff + "B1,JH01,一課,,,,,,2026-03-02\n");
  EXPECT_FALSE(approver.touches(look_up("2026-03-02")));
  EXPECT_TRUE(approver.touches(look_up("2026-03-03")));
  const Comparison account =
      compare(&ReferenceTexts::staff, kStaff + "C1,JH01,一課,,,acc2,,,\n", kStaff + "C1,JH01,一課,,,acc1,,,\n");
  EXPECT_TRUE(account.touches(look_up("2026-03-02")));
}

TEST(Comparing, ALeaveTouchesItsDaysOnly) {
  const Comparison c = compare(&ReferenceTexts::leave, "officer,start,end\n",
                               "officer,start,end\nA1,2026-03-02T00:00,2026-03-03T23:59\n");
  EXPECT_FALSE(c.touches(look_up("2026-03-01", "23:59")));
  EXPECT_TRUE(c.touches(look_up("2026-03-02", "00:00")));
  EXPECT_TRUE(c.touches(look_up("2026-03-03", "23:59")));
  EXPECT_FALSE(c.touches(look_up("2026-03-04", "00:00")));
  EXPECT_TRUE(c.touches_day("A1", day("2026-03-03")));
  EXPECT_FALSE(c.touches_day("A1", day("2026-03-04")));
  Glance other = look_up("2026-03-02");
  other.officer = "A2";
  EXPECT_FALSE(c.touches(other));
}

// The roster of one says of others how far it goes, and who works by it.
TEST(Comparing, AShiftTouchesOthersThroughTheRoster) {
  const std::string head = "officer,start,end\n";
  const std::string shifts = head + "A1,2026-03-02T08:00,2026-03-02T16:00\nA2,2026-03-02T08:00,2026-03-02T16:00\n";
  const Comparison c = compare(&ReferenceTexts::shifts, shifts, shifts + "A2,2026-03-05T08:00,2026-03-05T16:00\n");
  EXPECT_TRUE(c.touches(look_up("2026-03-04")));
  EXPECT_FALSE(c.touches(look_up("2026-03-02")));
}

TEST(Comparing, ACaseTouchesWhoCitesItAndTheSeriesAroundIt) {
  const std::string head = "case_no,agency,opened,closed\n";
  std::string cases = head;
  for (const int n : {100, 101, 102, 103, 104}) {
    cases += "115字第00" + std::to_string(n) + "號,JH01,2026-01-01,\n";
  }
  const Comparison c = compare(&ReferenceTexts::cases, cases, cases + "115字第00121號,JH01,2026-03-01,\n");
  Glance itself = look_up("2026-03-02");
  itself.case_no = "115字第00121號";
  EXPECT_TRUE(c.touches(itself));
  EXPECT_TRUE(c.touches(look_up("2026-03-02"))) << "120 has come to stand inside the series";
  Glance other = look_up("2026-03-02");
  other.case_no = "115字第00102號";
  EXPECT_FALSE(c.touches(other));
  other.case_no = "115字第00900號";
  EXPECT_FALSE(c.touches(other));
}

TEST(Comparing, TerminalsReasonsAndWatchesAreAskedFor) {
  const Comparison terminals = compare(&ReferenceTexts::terminals, "terminal,agency,unit\nPC1,JH01,一課\n",
                                       "terminal,agency,unit\nPC1,JH01,二課\n");
  EXPECT_TRUE(terminals.touches(look_up("2026-03-02")));
  const std::string reasons = "system,reason_code,meaning,needs_case\n";
  const Comparison codes =
      compare(&ReferenceTexts::reasons, reasons + "land,01,申請,0\n", reasons + "land,01,申請,1\n");
  EXPECT_TRUE(codes.touches(look_up("2026-03-02")));
  const std::string watched = "officer,since,until\n";
  const Comparison watch = compare(&ReferenceTexts::watchlist, watched, watched + "A1,2026-03-02,2026-03-03\n");
  EXPECT_FALSE(watch.touches(look_up("2026-03-01")));
  EXPECT_TRUE(watch.touches(look_up("2026-03-03")));
  EXPECT_FALSE(watch.touches(look_up("2026-03-04")));
}

TEST(Comparing, SubjectsAreNamedThatMayBeSeenDifferently) {
  const std::string head = "subject_kind,subject,why\n";
  const Comparison c =
      compare(&ReferenceTexts::protected_subjects, head + "person,A100000001,法官\nvehicle,abc-1234,\n",
              head + "person,A100000001,檢察官\nvehicle,ABC-1234,\n");
  const ListedSubject judge{model::SubjectKind::person, "A100000001"};
  EXPECT_EQ(c.subjects(), std::vector<ListedSubject>{judge});
  Glance glance = look_up("2026-03-02");
  EXPECT_FALSE(c.touches(glance));
  glance.subject = &judge;
  EXPECT_TRUE(c.touches(glance));
}

// A colleague's look-up depends on when that colleague serves.
TEST(Comparing, AColleaguesDaysTouchLookUpsOfThem) {
  const std::string row = "C1,JH01,一課,,,,A100000001,2020-01-01,";
  const Comparison c = compare(&ReferenceTexts::staff, kStaff + row + "\n", kStaff + row + "2026-03-02\n");
  ASSERT_EQ(c.subjects().size(), 1U);
  Glance glance = look_up("2026-03-02");
  glance.subject = &c.subjects().front();
  EXPECT_FALSE(c.touches(glance));
  glance = look_up("2026-03-03");
  glance.subject = &c.subjects().front();
  EXPECT_TRUE(c.touches(glance));
}

TEST(Comparing, OtherHoursChangeEverything) {
  Options other;
  other.hours.from_minute = 9 * 60;
  EXPECT_TRUE(Comparison(Snapshot::build({}, {}), Snapshot::build({}, other)).everything());
}

}  // namespace
}  // namespace trailwatch::registry
