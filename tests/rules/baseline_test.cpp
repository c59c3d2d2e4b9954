#include "rules/baseline.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <random>

#include "rules/rule_text.h"

namespace trailwatch::rules {
namespace {

const LocalDay kFirst = to_day({2026, 3, 1});

class FixedHistory : public History {
 public:
  std::vector<DayCount> rows;
  std::vector<DayCount> counts(std::string_view, LocalDay from, LocalDay until) const override {
    std::vector<DayCount> out;
    for (const DayCount& row : rows) {
      if (from <= row.day && row.day <= until) out.push_back(row);
    }
    return out;
  }
  std::vector<Match> matches(RuleIndex, const model::Key& key, LocalDay day) const override {
    std::vector<Match> out;
    for (const DayCount& row : rows) {
      if (row.officer == key.name && row.day == day)
        out.push_back({row.day.days * 100 + row.count, test::taipei("2026-03-05T09:00:00")});
    }
    return out;
  }
};

std::string rules_text(const std::string& more) {
  return "title: 基礎\nid: 11111111-6c3e-4c39-9d44-3d2c7b6a9f10\nname: base\n"
         "logsource: {product: trailwatch}\ndetection: {a: {officer|exists: true}, condition: a}\n---\n"
         "title: 每月\nid: 22222222-6c3e-4c39-9d44-3d2c7b6a9f10\nname: month\n"
         "x-explain: {zh: '{own} 筆，{peer_group} {median} 筆，{peers} 人'}\n"
         "correlation:\n  type: x-baseline\n  rules: [base]\n  group-by: [officer]\n"
         "  peer-by: [agency, unit, role]\n  period: month-to-date\n  false-alarm-rate: 0.01\n" +
         more;
}

struct County {
  std::string staff = "officer,name,agency,unit,role\n";
  FixedHistory history;

  void staff_row(const std::string& officer, const std::string& agency, const std::string& unit,
                 const std::string& role) {
    staff += officer + ",," + agency + "," + unit + "," + role + "\n";
  }
  // The same count on each of the first `days` days of the month.
  void active(const std::string& officer, std::int64_t count, int days = 5, const std::string& agency = "E",
              const std::string& unit = "U") {
    for (int i = 0; i < days; ++i) history.rows.push_back({officer, agency, unit, kFirst.plus(i), count});
  }
  std::vector<model::Finding> close(int day = 5, const std::string& more = "  min-peers: 5\n  min-history: 5\n") const {
    auto outcome = RuleSet::parse({{"r.yml", rules_text(more)}});
    EXPECT_TRUE(outcome.ok()) << outcome.problems.front().text();
    registry::ReferenceTexts reference;
    reference.staff = staff;
    const Engine engine(std::move(outcome.rules), registry::Snapshot::build(reference, {}));
    return engine.close_day(kFirst.plus(day - 1), history);
  }
};

std::string names(const std::vector<model::Finding>& findings) {
  std::string out;
  for (const auto& finding : findings)
    out += finding.key.agency + "/" + finding.key.name + " " + finding.sentence + "\n";
  return out;
}

TEST(Baseline, AnOutlierAmongFiveEqualPeers) {
  County county;
  for (int i = 1; i <= 6; ++i) county.staff_row("A" + std::to_string(i), "甲", "一課", "警員");
  for (int i = 1; i <= 5; ++i) county.active("A" + std::to_string(i), 10);
  county.active("A6", 60);
  const auto findings = county.close();
  EXPECT_EQ(names(findings), "/A6 300 筆，同單位同職務 50 筆，5 人\n");
  EXPECT_EQ(findings[0].day, kFirst.plus(4));
  EXPECT_EQ(findings[0].count, 60);
  EXPECT_EQ(findings[0].events, std::vector<model::EventId>{kFirst.plus(4).days * 100 + 60});
  EXPECT_DOUBLE_EQ(findings[0].numbers.at("own"), 300);
  EXPECT_DOUBLE_EQ(findings[0].numbers.at("factor"), 6);
  EXPECT_LT(findings[0].numbers.at("p"), 1e-6);
}

TEST(Baseline, FewPeersAreLookedForFurtherAway) {
  County county;
  for (int i = 1; i <= 3; ++i) county.staff_row("A" + std::to_string(i), "甲", "一課", "警員");
  for (int i = 4; i <= 6; ++i) county.staff_row("A" + std::to_string(i), "甲", "二課", "警員");
  for (int i = 2; i <= 6; ++i) county.active("A" + std::to_string(i), 10);
  county.active("A1", 60);
  EXPECT_EQ(names(county.close()), "/A1 300 筆，同機關同職務 50 筆，5 人\n");

  County wide;
  for (int i = 1; i <= 6; ++i) wide.staff_row("A" + std::to_string(i), "機關" + std::to_string(i), "一課", "警員");
  for (int i = 2; i <= 6; ++i) wide.active("A" + std::to_string(i), 10);
  wide.active("A1", 60);
  EXPECT_EQ(names(wide.close()), "/A1 300 筆，各機關同職務 50 筆，5 人\n");
}

TEST(Baseline, SilentWithOnePeerLess) {
  County county;
  for (int i = 1; i <= 5; ++i) county.staff_row("A" + std::to_string(i), "甲", "一課", "警員");
  for (int i = 1; i <= 4; ++i) county.active("A" + std::to_string(i), 10);
  county.active("A5", 60);
  EXPECT_EQ(names(county.close()), "");
  EXPECT_EQ(county.close(5, "  min-peers: 4\n").size(), 1U);
}

TEST(Baseline, OtherRolesAreNoPeers) {
  County county;
  for (int i = 1; i <= 6; ++i) county.staff_row("A" + std::to_string(i), "甲", "一課", i == 6 ? "紀錄承辦" : "警員");
  for (int i = 1; i <= 5; ++i) county.active("A" + std::to_string(i), 10);
  county.active("A6", 60);
  EXPECT_EQ(names(county.close()), "");
}

TEST(Baseline, StrangersAreComparedByTheEventsOwnUnit) {
  County county;
  for (int i = 1; i <= 3; ++i) county.staff_row("A" + std::to_string(i), "甲", "一課", "警員");
  for (int i = 1; i <= 5; ++i) county.active("A" + std::to_string(i), 10);
  county.active("X", 60);
  EXPECT_EQ(names(county.close()), "/X 300 筆，同單位 50 筆，5 人\n");
}

TEST(Baseline, FloorAndHistoryAreInclusive) {
  County county;
  for (int i = 1; i <= 5; ++i) county.active("A" + std::to_string(i), 10);
  county.active("A6", 60);
  EXPECT_EQ(county.close(5, "  at-least: 300\n").size(), 1U);
  EXPECT_EQ(county.close(5, "  at-least: 301\n").size(), 0U);
  EXPECT_EQ(county.close(5, "  min-factor: 6\n").size(), 1U);
  EXPECT_EQ(county.close(5, "  min-factor: 6.01\n").size(), 0U);
  EXPECT_EQ(county.close(4, "  min-history: 4\n").size(), 1U);
  EXPECT_EQ(county.close(4, "  min-history: 5\n").size(), 0U);
}

TEST(Baseline, OnlyDaysOfTheMonthUpToTheDayCount) {
  County county;
  for (int i = 1; i <= 6; ++i) county.active("A" + std::to_string(i), 10);
  county.history.rows.push_back({"A6", "E", "U", kFirst.plus(-1), 5000});
  county.history.rows.push_back({"A6", "E", "U", kFirst.plus(5), 5000});
  EXPECT_EQ(names(county.close(5)), "");
  EXPECT_EQ(county.close(6).size(), 1U);
}

TEST(Baseline, NothingOnADayWithoutLookUps) {
  County county;
  for (int i = 1; i <= 5; ++i) county.active("A" + std::to_string(i), 10, 6);
  county.active("A6", 60, 5);
  EXPECT_EQ(county.close(5).size(), 1U);
  EXPECT_EQ(county.close(6).size(), 0U);
}

TEST(Baseline, SumsAnOfficersRowsOfADay) {
  County county;
  for (int i = 1; i <= 5; ++i) county.active("A" + std::to_string(i), 10);
  county.active("A6", 30, 5, "E", "U");
  county.active("A6", 30, 5, "E2", "V");
  const auto findings = county.close();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_DOUBLE_EQ(findings[0].numbers.at("own"), 300);
}

TEST(Baseline, LookUpsWithoutAnOfficerCountForNobody) {
  County county;
  for (int i = 1; i <= 6; ++i) county.active("A" + std::to_string(i), 10);
  county.active("", 1000);
  EXPECT_EQ(names(county.close()), "");
}

// A county in which nobody does anything strange: counts are gamma-Poisson. The share of days with a false alarm among
// many draws must stay near the rate that was asked for.
TEST(Baseline, KeepsTheFalseAlarmRate) {
  std::mt19937 random(20260302);
  int days_with_alarm = 0;
  constexpr int kDraws = 150;
  for (int draw = 0; draw < kDraws; ++draw) {
    County county;
    for (int i = 0; i < 60; ++i) {
      const std::string officer = "A" + std::to_string(100 + i);
      county.staff_row(officer, "甲", "課" + std::to_string(i / 12), "警員");
      std::gamma_distribution<double> rate(4.0, 25.0);  // mean 100, dispersion 0.25
      std::poisson_distribution<int> count(rate(random));
      county.history.rows.push_back({officer, "E", "U", kFirst.plus(4), count(random) + 1});
    }
    days_with_alarm += county.close(5, "  min-history: 1\n  min-peers: 5\n").empty() ? 0 : 1;
  }
  EXPECT_LE(days_with_alarm, kDraws * 5 / 100) << "of " << kDraws;
}

RC_GTEST_PROP(Baseline, TheOrderOfRowsIsNothing, ()) {
  County county;
  for (int i = 1; i <= 9; ++i) {
    county.staff_row("A" + std::to_string(i), "甲", i < 5 ? "一課" : "二課", "警員");
    county.active("A" + std::to_string(i), *rc::gen::inRange(1, 80));
  }
  County shuffled = county;
  std::shuffle(shuffled.history.rows.begin(), shuffled.history.rows.end(),
               std::mt19937(*rc::gen::arbitrary<unsigned>()));
  const auto a = county.close(), b = shuffled.close();
  RC_ASSERT(names(a) == names(b));
  for (std::size_t i = 0; i < a.size(); ++i) RC_ASSERT(a[i].numbers == b[i].numbers && a[i].points == b[i].points);
}

}  // namespace
}  // namespace trailwatch::rules
