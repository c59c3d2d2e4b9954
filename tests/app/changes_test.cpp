#include "app/changes.h"

#include <gtest/gtest.h>

#include <set>

#include "store/stored.h"

namespace trailwatch::app {
namespace {

class Changes : public test::Stored {
 protected:
  Changes() {
    workplace_.config.threshold = 35;
    workplace_.registry = registry::Snapshot::build({}, {});
  }
  model::Alert alert(const std::string& id, double score, std::vector<model::EventId> evidence) const {
    model::Alert out;
    out.id = id;
    out.key = {model::About::officer, "", "H" + id};
    out.day = day(3, 2);
    out.score = score;
    out.events = static_cast<std::int64_t>(evidence.size());
    out.evidence = std::move(evidence);
    out.first = out.last = received_;
    return out;
  }
  void put(const std::vector<model::Alert>& alerts) {
    ok(writer().begin(received_));
    for (const model::Alert& one : alerts) ok(writer().put_alert(one));
    ok(writer().commit());
  }
  void remove(const std::string& id) {
    ok(writer().begin(received_));
    ok(writer().remove_alert(id));
    ok(writer().commit());
  }
  // The report of that day goes out, with these in its list.
  void issue(const std::set<std::string>& listed) {
    report::DailyReport report;
    report.day = day(3, 2);
    for (const std::string& id : listed) {
      report::AlertPage page;
      page.alert.id = id;
      report.alerts.push_back(page);
    }
    const store::ToldDay told = get(told_of(writer().reader(), report));
    ok(writer().begin(received_));
    ok(writer().replace_told(told));
    ok(writer().commit());
  }
  // What the next report says, one line a change; what it says is known from then on.
  std::string next() {
    report::DailyReport out;
    std::vector<store::ToldDay> told;
    ok(find_changes(workplace_, writer().reader(), day(3, 3), out, told));
    ok(writer().begin(received_));
    for (const store::ToldDay& one : told) ok(writer().replace_told(one));
    ok(writer().commit());
    std::string lines;
    for (const report::ChangeLine& one : out.changes) {
      lines += (one.withdrawn ? "撤回 " : "補登 ") + one.whom + " " + one.sentence + "\n";
    }
    for (const report::LateDay& one : out.late) lines += "晚到 " + std::to_string(one.events) + "\n";
    return lines;
  }
  Workplace workplace_;
};

TEST_F(Changes, NothingNewIsNoNews) {
  put({alert("1", 50, {1, 2}), alert("2", 10, {3})});
  issue({"1"});
  EXPECT_EQ(next(), "");
}

TEST_F(Changes, WhatCameLateIsToldOnce) {
  put({alert("1", 50, {1, 2})});
  issue({"1"});
  put({alert("2", 71, {4, 5, 6}), alert("3", 34.9, {7})});
  EXPECT_EQ(next(), "補登 H2 新增警示，71 分，3 筆\n");
  EXPECT_EQ(next(), "");
}

TEST_F(Changes, AnAlertThatGrowsOrRisesIsTold) {
  put({alert("1", 50, {1, 2}), alert("2", 20, {3})});
  issue({"1"});
  put({alert("1", 55, {1, 2, 8}), alert("2", 40, {3, 9})});
  EXPECT_EQ(next(),
            "補登 H1 佐證由 2 筆改為 3 筆，風險分由 50 分改為 55 分\n"
            "補登 H2 佐證由 1 筆改為 2 筆，風險分由 20 分改為 40 分\n");
}

TEST_F(Changes, WhatNoLongerHoldsIsWithdrawnIfItWasListed) {
  put({alert("1", 50, {1, 2}), alert("2", 60, {3}), alert("3", 45, {4, 5}), alert("4", 41, {6})});
  issue({"1", "2", "3"});
  remove("1");
  remove("4");  // beyond the budget: nobody was told of it
  put({alert("2", 30, {3}), alert("3", 44, {4})});
  EXPECT_EQ(next(),
            "撤回 H1 警示不再成立（原 50 分，2 筆）\n"
            "撤回 H2 風險分由 60 分改為 30 分，低於門檻\n"
            "撤回 H3 佐證由 2 筆改為 1 筆，風險分由 45 分改為 44 分\n");
  EXPECT_EQ(next(), "");
}

TEST_F(Changes, WhatWasToldAsLateCanBeWithdrawn) {
  issue({});
  put({alert("1", 50, {1})});
  EXPECT_EQ(next(), "補登 H1 新增警示，50 分，1 筆\n");
  remove("1");
  EXPECT_EQ(next(), "撤回 H1 警示不再成立（原 50 分，1 筆）\n");
}

TEST_F(Changes, OtherEvidenceOfTheSameSizeIsTold) {
  put({alert("1", 50, {1, 2})});
  issue({"1"});
  put({alert("1", 50, {1, 3})});
  EXPECT_EQ(next(), "補登 H1 佐證 2 筆有更動\n");
}

TEST_F(Changes, ASubjectIsNotNamed) {
  issue({});
  model::Alert about = alert("1", 50, {1});
  about.key = {model::About::subject, "", "00ff00ff00ff00ff"};
  put({about});
  EXPECT_EQ(next(), "補登 同一查詢對象 新增警示，50 分，1 筆\n");
}

TEST_F(Changes, LateRecordsAreCounted) {
  issue({});
  ok(writer().begin(received_));
  ok(writer().add_tallies({{"", "H1", "甲", "乙", day(3, 2), 412}, {"off-hours", "H1", "甲", "乙", day(3, 2), 3}}));
  ok(writer().commit());
  EXPECT_EQ(next(), "晚到 412\n");
  EXPECT_EQ(next(), "");
}

TEST_F(Changes, DaysWithoutAReportAreNotCompared) {
  put({alert("1", 50, {1})});
  EXPECT_EQ(next(), "");
}

}  // namespace
}  // namespace trailwatch::app
