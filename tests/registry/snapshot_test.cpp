#include "trailwatch/registry/snapshot.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace trailwatch::registry {
namespace {

using Lines = std::vector<std::string>;

Snapshot build(const ReferenceTexts& texts) {
  return Snapshot::build(texts, Options{});
}
// `staff.csv:3: …`
Lines problems(const Snapshot& known) {
  Lines out;
  for (const Problem& problem : known.problems()) {
    out.push_back(problem.file + ":" + std::to_string(problem.line) + ": " + problem.message);
  }
  return out;
}
LocalDay day(std::string_view text) {
  return *parse_day(text);
}

TEST(Staff, IsReadByColumnName) {
  ReferenceTexts texts;
  texts.staff =
      "\xEF\xBB\xBFunit,officer,name,agency,role,systems,accounts,national_id,from,to,privileged\r\n"
      "\"一課, 二股\", ｈ０１ ,\"某 \"\"甲\"\"\",戶所,戶籍員,household; land ;,h01;h01b,,2013-01-23,2026-03-31,1\r\n";
  const Snapshot known = build(texts);
  EXPECT_EQ(problems(known), Lines{});
  const Officer* const officer = known.officer("H01");
  ASSERT_NE(officer, nullptr);
  EXPECT_EQ(officer->id, "H01");
  EXPECT_EQ(officer->name, "某 \"甲\"");
  EXPECT_EQ(officer->agency, "戶所");
  EXPECT_EQ(officer->unit, "一課, 二股");
  EXPECT_EQ(officer->role, "戶籍員");
  EXPECT_EQ(officer->systems, (Lines{"household", "land"}));
  EXPECT_EQ(officer->accounts, (Lines{"h01", "h01b"}));
  EXPECT_EQ(officer->from, day("2013-01-23"));
  EXPECT_EQ(officer->until, day("2026-03-31"));
  EXPECT_TRUE(officer->privileged);
  EXPECT_EQ(known.officer("H02"), nullptr);
  EXPECT_TRUE(known.has_staff());
}

TEST(Staff, TheLaterRowOfATransferredOfficerHolds) {
  const std::string header = "officer,agency,unit,from\n";
  const std::string early = "H1,戶所,一課,2013-01-23\n", late = "H1,戶所,二課,2026-02-01\n", open = "H1,戶所,三課,\n";
  for (const std::string& rows : {early + late, late + early, open + late + early, early + open + late}) {
    ReferenceTexts texts;
    texts.staff = header + rows;
    const Snapshot known = build(texts);
    EXPECT_EQ(known.officer("H1")->unit, "二課") << rows;
    EXPECT_EQ(known.officers().size(), 1U);
    EXPECT_EQ(problems(known), Lines{});
  }
}

TEST(Staff, TheSameDayTwiceIsAProblem) {
  ReferenceTexts texts;
  texts.staff = "officer,agency,unit,from\nH1,戶所,一課,2013-01-23\nh1,戶所,二課,2013-01-23\n";
  const Snapshot known = build(texts);
  EXPECT_EQ(problems(known), (Lines{"staff.csv:3: officer「H1」同日重複，採用先出現者"}));
  EXPECT_EQ(known.officer("H1")->unit, "一課");
}

TEST(Staff, BadRowsAreLeftOutAndNamed) {
  ReferenceTexts texts;
  texts.staff =
      "officer,agency,unit,from,to,privileged\n,戶所,一課,,,\nH1,戶所,一課,2013/01/23,,\n\nH2,戶所,一課,,1150331,\n"
      "H3,戶所,一課,,,Y\nH4,戶所,一課\n";
  const Snapshot known = build(texts);
  EXPECT_EQ(problems(known),
            (Lines{"staff.csv:2: 未填 officer", "staff.csv:3: 欄位「from」應為 2026-03-02 形式",
                   "staff.csv:5: 欄位「to」應為 2026-03-02 形式", "staff.csv:6: 欄位「privileged」應為 0 或 1"}));
  ASSERT_EQ(known.officers().size(), 1U);
  EXPECT_EQ(known.officers().begin()->first, "H4");
  EXPECT_EQ(known.officer("H4")->from, std::nullopt);
}

TEST(Staff, PeersShareAgencyUnitAndRole) {
  ReferenceTexts texts;
  texts.staff =
      "officer,agency,unit,role\nH3,戶所,一課,戶籍員\nH1,戶所,一課,戶籍員\nH2,戶所,一課,課長\nH4,地所,一課,戶籍員\n"
      "H5,戶所,二課,戶籍員\n";
  const Snapshot known = build(texts);
  Lines ids;
  for (const Officer* peer : known.peers("戶所", "一課", "戶籍員")) ids.push_back(peer->id);
  EXPECT_EQ(ids, (Lines{"H1", "H3"}));
  EXPECT_TRUE(known.peers("戶所", "三課", "戶籍員").empty());
}

TEST(ReferenceFile, WithoutItsColumnsIsNotUsed) {
  ReferenceTexts texts;
  texts.staff = "officer;agency;unit\nH1;戶所;一課\n";
  texts.calendar = "<!DOCTYPE html>\n<html><body>404</body></html>\n";
  const Snapshot known = build(texts);
  EXPECT_EQ(problems(known),
            (Lines{"calendar.csv:1: 缺少欄位「西元日期」，本檔未採用",
                   "calendar.csv:1: 缺少欄位「是否放假」，本檔未採用", "staff.csv:1: 缺少欄位「officer」，本檔未採用",
                   "staff.csv:1: 缺少欄位「agency」，本檔未採用", "staff.csv:1: 缺少欄位「unit」，本檔未採用"}));
  EXPECT_FALSE(known.has_staff());
  EXPECT_EQ(known.works(day("2026-03-02")), std::nullopt);
}

TEST(ReferenceFile, InAnotherEncodingSaysSo) {
  ReferenceTexts texts;
  texts.watchlist = "officer,since,why\nA1,2026-01-01,\xB3\x5C\n";
  EXPECT_EQ(problems(build(texts)), (Lines{"watchlist.csv:1: 不是 UTF-8 編碼，請另存為 UTF-8"}));
}

// Everything behind it would be one cell.
TEST(ReferenceFile, WithAnOpenQuoteSaysWhere) {
  ReferenceTexts texts;
  texts.watchlist = "officer,since,why\nA1,2026-01-01,a\nA2,2026-01-01,\"b\nA3,2026-01-01,c\n";
  const Snapshot known = build(texts);
  EXPECT_EQ(problems(known), (Lines{"watchlist.csv:3: 引號未結束，其後各列無法讀取"}));
  EXPECT_TRUE(known.watched("A1", day("2026-01-01")));
  EXPECT_FALSE(known.watched("A3", day("2026-01-01")));
}

TEST(Calendar, SaysWhichDaysAreWorked) {
  ReferenceTexts texts;
  texts.calendar =
      "\xEF\xBB\xBF西元日期,星期,是否放假,備註\r\n20250208,六,0,補行上班\r\n20250209,日,2,\r\n20240229,四,0,\r\n";
  const Snapshot known = build(texts);
  EXPECT_EQ(problems(known), Lines{});
  EXPECT_EQ(known.works(day("2025-02-08")), true);
  EXPECT_EQ(known.works(day("2025-02-09")), false);
  EXPECT_EQ(known.works(day("2024-02-29")), true);
  EXPECT_EQ(known.works(day("2025-02-10")), std::nullopt);
}

TEST(Calendar, BadRowsAreLeftOutAndNamed) {
  ReferenceTexts texts;
  texts.calendar =
      "西元日期,是否放假\n20260302,0\n2026-03-03,0\n20260304,1\n20260229,0\n20260302,2\n20260305,\n1150306,0\n";
  const Snapshot known = build(texts);
  const std::string form = "西元日期應為 20260302，是否放假應為 0 或 2";
  EXPECT_EQ(problems(known),
            (Lines{"calendar.csv:3: " + form, "calendar.csv:4: " + form, "calendar.csv:5: " + form,
                   "calendar.csv:6: 日期重複，採用先出現者", "calendar.csv:7: " + form, "calendar.csv:8: " + form}));
  EXPECT_EQ(known.works(day("2026-03-02")), true);
  EXPECT_EQ(known.works(day("2026-03-04")), std::nullopt);
}

TEST(Shifts, BadRowsAreLeftOutAndNamed) {
  const std::string rows =
      "officer,start,end\n"
      "H1,2026-03-02T08:00,2026-03-02 16:00\n"
      "H1,2026-03-03 08:00:00,2026-03-03T16:00:59\n"
      "H1,2026-03-02T16:00,2026-03-02T08:00\n"
      "H1,2026-03-04T08:00,2026-03-04T08:00\n"
      ",2026-03-05T08:00,2026-03-05T16:00\n"
      "H1,2026-03-06T08:00Z,2026-03-06T16:00+08:00\n"
      "H1,2026/03/07 08:00,\n"
      "H1,2026-03-08T24:00,2026-03-08T24:01\n"
      "H1,2026-03-09T8:00,2026-03-09T16:00:60\n"
      "H1\n";
  const std::string start = "欄位「start」應為 2026-03-02T20:00 形式", end = "欄位「end」應為 2026-03-02T20:00 形式";
  ReferenceTexts texts;
  texts.shifts = rows;
  EXPECT_EQ(problems(build(texts)),
            (Lines{"shifts.csv:4: end 不在 start 之後", "shifts.csv:5: end 不在 start 之後",
                   "shifts.csv:6: 未填 officer", "shifts.csv:7: " + start, "shifts.csv:7: " + end,
                   "shifts.csv:8: " + start, "shifts.csv:8: " + end, "shifts.csv:9: " + end, "shifts.csv:10: " + start,
                   "shifts.csv:10: " + end, "shifts.csv:11: " + start, "shifts.csv:11: " + end}));
}

// An event without an officer must not find the row without one.
TEST(Shifts, ARowWithoutAnOfficerIsNobodys) {
  ReferenceTexts texts;
  texts.shifts = "officer,start,end\n,2026-03-02T08:00,2026-03-02T16:00\n";
  texts.leave = texts.shifts;
  const Snapshot known = build(texts);
  EXPECT_EQ(known.duty("", "", "", parse_rfc3339("2026-03-02T10:00:00+08:00")->instant).duty, Duty::unknown);
}

TEST(Reasons, AreFoundByChannelFirst) {
  ReferenceTexts texts;
  texts.reasons =
      "system,reason_code,meaning,needs_case,needs_approver\nhousehold,03,機關公文,1,1\npolice,03,協尋,0,0\n"
      "household,x1,試,1,\npolice,C01,偵辦,1,0\n";
  const Snapshot known = build(texts);
  EXPECT_TRUE(known.has_reasons());
  EXPECT_EQ(known.reason("household", "household", "03")->meaning, "機關公文");
  EXPECT_TRUE(known.reason("household", "household", "03")->needs_case);
  EXPECT_TRUE(known.reason("household", "household", "03")->needs_approver);
  EXPECT_EQ(known.reason("household", "police", "03")->meaning, "協尋");
  EXPECT_FALSE(known.reason("household", "police", "03")->needs_case);
  // What the portal does not know may be the register's own.
  EXPECT_EQ(known.reason("household", "police", "X1")->meaning, "試");
  EXPECT_EQ(known.reason("household", "household", "c01"), nullptr);
  EXPECT_EQ(known.reason("land", "police", "c01")->meaning, "偵辦");
  EXPECT_EQ(known.reason("household", "household", ""), nullptr);
}

TEST(Reasons, BadRowsAreLeftOutAndNamed) {
  ReferenceTexts texts;
  texts.reasons =
      "system,reason_code,meaning,needs_case,needs_approver\nland,A,甲,1,0\nland,a,乙,0,0\nland,,丙,0,0\n,B,丁,0,0\n"
      "land,C,戊,是,0\n";
  const Snapshot known = build(texts);
  EXPECT_EQ(problems(known),
            (Lines{"reasons.csv:3: 代碼重複，採用先出現者", "reasons.csv:4: 未填 system 或 reason_code",
                   "reasons.csv:5: 未填 system 或 reason_code", "reasons.csv:6: 欄位「needs_case」應為 0 或 1"}));
  EXPECT_EQ(known.reason("land", "land", "A")->meaning, "甲");
  EXPECT_EQ(known.reason("land", "land", "C"), nullptr);
}

TEST(Watchlist, HoldsFromItsFirstToItsLastDay) {
  ReferenceTexts texts;
  texts.watchlist =
      "officer,since,until,why\na1,2026-03-02,2026-03-04,x\nA1,2026-03-10,,x\nA2,2026-03-02,2026-03-02,x\n";
  const Snapshot known = build(texts);
  EXPECT_EQ(problems(known), Lines{});
  EXPECT_FALSE(known.watched("A1", day("2026-03-01")));
  EXPECT_TRUE(known.watched("A1", day("2026-03-02")));
  EXPECT_TRUE(known.watched("A1", day("2026-03-04")));
  EXPECT_FALSE(known.watched("A1", day("2026-03-05")));
  EXPECT_TRUE(known.watched("A1", day("2036-03-10")));
  EXPECT_TRUE(known.watched("A2", day("2026-03-02")));
  EXPECT_FALSE(known.watched("A2", day("2026-03-03")));
  EXPECT_FALSE(known.watched("A3", day("2026-03-02")));
}

TEST(Watchlist, BadRowsAreLeftOutAndNamed) {
  ReferenceTexts texts;
  texts.watchlist =
      "officer,since,until\nA1,,\n,2026-03-02,\nA1,115/03/02,\nA1,2026-03-02,soon\nA1,2026-03-02,2026-03-01\n";
  const Snapshot known = build(texts);
  EXPECT_EQ(problems(known),
            (Lines{"watchlist.csv:2: 未填 officer 或 since", "watchlist.csv:3: 未填 officer 或 since",
                   "watchlist.csv:4: 欄位「since」應為 2026-03-02 形式",
                   "watchlist.csv:5: 欄位「until」應為 2026-03-02 形式", "watchlist.csv:6: until 早於 since"}));
  EXPECT_FALSE(known.watched("A1", day("2026-03-02")));
}

std::vector<std::optional<std::string> ReferenceTexts::*> all_texts() {
  using T = ReferenceTexts;
  return {&T::staff,     &T::calendar,           &T::shifts,    &T::leave,  &T::cases,
          &T::terminals, &T::protected_subjects, &T::watchlist, &T::reasons};
}

TEST(Snapshot, NamesTheFilesThatWereNotGiven) {
  EXPECT_EQ(build({}).absent(), (Lines{"calendar.csv", "cases.csv", "leave.csv", "protected.csv", "reasons.csv",
                                       "shifts.csv", "staff.csv", "terminals.csv", "watchlist.csv"}));
  ReferenceTexts texts;
  for (const auto text : all_texts()) texts.*text = "";
  EXPECT_EQ(build(texts).absent(), Lines{});
  EXPECT_EQ(problems(build({})), Lines{});
  EXPECT_FALSE(build({}).has_staff());
  EXPECT_FALSE(build({}).has_reasons());
  EXPECT_FALSE(build({}).watched("A1", LocalDay{}));
  EXPECT_EQ(build({}).duty_text("A1", LocalDay{}), "");
}

TEST(Snapshot, ItsVersionChangesWithEveryText) {
  std::set<std::string> versions = {build({}).version()};
  EXPECT_EQ(versions.begin()->size(), 16U);
  for (const auto text : all_texts()) {
    for (const char* content : {"", "a\n", "b\n"}) {
      ReferenceTexts texts;
      texts.*text = content;
      EXPECT_TRUE(versions.insert(build(texts).version()).second);
      EXPECT_EQ(build(texts).version(), build(texts).version());
    }
  }
}

TEST(Snapshot, ItsVersionKeepsTheFilesApart) {
  ReferenceTexts a, b;
  a.calendar = "x";
  a.cases = "ycases.csv=z";
  b.calendar = "xcases.csv=y";
  b.cases = "z";
  EXPECT_NE(build(a).version(), build(b).version());
}

TEST(Snapshot, ItsVersionIsThatOfTheTextsAlone) {
  ReferenceTexts texts;
  texts.staff = "officer,agency,unit\nH1,戶所,一課\n";
  Options options;
  options.zone = Zone::fixed(0);
  options.unit_hours["戶所"] = {0, 60};
  EXPECT_EQ(Snapshot::build(texts, options).version(), build(texts).version());
  EXPECT_EQ(Snapshot::build(texts, options).zone().name(), "+00:00");
}

RC_GTEST_PROP(Snapshot, TakesAnything, (const std::string& bytes)) {
  ReferenceTexts texts;
  for (const auto text : all_texts()) texts.*text = "officer,since,start,end,西元日期,是否放假\n" + bytes;
  const Snapshot known = build(texts);
  known.duty("A1", "", "", Instant{});
  known.duty_text("A1", LocalDay{});
}

}  // namespace
}  // namespace trailwatch::registry
