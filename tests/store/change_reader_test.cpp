#include <gtest/gtest.h>

#include <map>

#include "store/sqlite.h"
#include "store/stored.h"

// What alerts have become since a cut, the files in force, and events without what is sealed.
namespace trailwatch::store {
namespace {

using test::Stored;

class Changes : public Stored {
 protected:
  static model::Alert alert(const std::string& id, double score, LocalDay day) {
    model::Alert out;
    out.id = id;
    out.key = {model::About::officer, "", "H1"};
    out.day = day;
    out.score = score;
    out.contributions = {{"off-hours", "非勤務時間", score, "夜間 3 筆", 3}};
    out.why = "夜間 " + std::to_string(static_cast<int>(score)) + " 筆";
    out.events = 2;
    out.evidence = {7, 9};
    return out;
  }
  // One transaction.
  template <typename Work>
  void commit(Work&& work) {
    ok(writer().begin(received_));
    work();
    ok(writer().commit());
  }
  void put(const std::string& id, double score, LocalDay day) {
    commit([&] { ok(writer().put_alert(alert(id, score, day))); });
  }
  void remove(const std::string& id) {
    commit([&] { ok(writer().remove_alert(id)); });
  }
  void settle(LocalDay day) {
    commit([&] { ok(writer().mark_settled(day)); });
  }
  std::int64_t cut() { return get(writer().reader().alert_cut()); }
  // `aaaa 50→70`, `-` for not there.
  std::string since(std::int64_t after, LocalDay last_day) {
    std::string out;
    for (const AlertChange& change : get(writer().reader().alert_changes(after, last_day))) {
      const auto text = [](const std::optional<model::Alert>& a) {
        return a ? std::to_string(static_cast<int>(a->score)) : std::string("-");
      };
      const model::Alert& any = change.before ? *change.before : *change.now;
      out += (out.empty() ? "" : " ") + any.id + " " + text(change.before) + "→" + text(change.now);
    }
    return out;
  }
};

TEST_F(Changes, OnlyDaysThatAreOverAreRemembered) {
  put("aaaa", 50, day(3, 2));
  put("aaaa", 60, day(3, 2));
  EXPECT_EQ(cut(), 0);
  settle(day(3, 2));
  put("bbbb", 50, day(3, 3));
  EXPECT_EQ(cut(), 0);
  put("aaaa", 70, day(3, 2));
  EXPECT_EQ(since(0, day(3, 9)), "aaaa 60→70");
  // Never back.
  settle(day(3, 1));
  put("aaaa", 71, day(3, 2));
  EXPECT_EQ(since(0, day(3, 9)), "aaaa 60→71");
}

TEST_F(Changes, AreToldAsFromTheCutToNow) {
  put("aaaa", 50, day(3, 2));
  put("bbbb", 40, day(3, 3));
  settle(day(3, 4));
  put("cccc", 30, day(3, 4));  // appears
  remove("aaaa");              // goes
  put("bbbb", 45, day(3, 3));
  EXPECT_EQ(since(0, day(3, 9)), "aaaa 50→- bbbb 40→45 cccc -→30");
  EXPECT_EQ(since(0, day(3, 3)), "aaaa 50→- bbbb 40→45");
  const std::int64_t report = cut();
  EXPECT_EQ(since(report, day(3, 9)), "");
  put("aaaa", 50, day(3, 2));
  remove("cccc");
  EXPECT_EQ(since(report, day(3, 9)), "aaaa -→50 cccc 30→-");
  // As if nothing had been, seen from the first cut.
  EXPECT_EQ(since(0, day(3, 9)), "bbbb 40→45");
  reopen();
  EXPECT_EQ(since(report, day(3, 9)), "aaaa -→50 cccc 30→-");
}

TEST_F(Changes, WhatIsTheSameAsBeforeIsNone) {
  put("aaaa", 50, day(3, 2));
  settle(day(3, 2));
  put("aaaa", 50, day(3, 2));
  remove("zzzz");
  EXPECT_EQ(cut(), 0);
  model::Alert reworded = alert("aaaa", 50, day(3, 2));
  reworded.contributions[0].sentence = "夜間 4 筆";
  commit([&] { ok(writer().put_alert(reworded)); });
  const auto changes = get(writer().reader().alert_changes(0, day(3, 2)));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].before->contributions[0].sentence, "夜間 3 筆");
  EXPECT_EQ(changes[0].now->contributions[0].sentence, "夜間 4 筆");
  EXPECT_EQ(changes[0].before->evidence, (std::vector<EventId>{7, 9}));
  EXPECT_EQ(changes[0].before->why, "夜間 50 筆");
  EXPECT_EQ(changes[0].at, received_);
}

TEST_F(Changes, WhatIsRolledBackNeverWas) {
  put("aaaa", 50, day(3, 2));
  settle(day(3, 2));
  ok(writer().begin(received_));
  ok(writer().remove_alert("aaaa"));
  writer().rollback();
  EXPECT_EQ(cut(), 0);
}

TEST_F(Changes, FilesInForceComeBackAndLieSealed) {
  const std::string secret = "officer,agency,unit,national_id\nH1,甲,乙,A123456789\n";
  std::vector<InForce> files = {{InForce::Kind::reference, "leave.csv", ""},
                                {InForce::Kind::reference, "staff.csv", secret},
                                {InForce::Kind::rule, "staff.csv", "title: a\n"}};
  commit([&] { ok(writer().set_in_force(files)); });
  reopen();
  EXPECT_EQ(get(writer().reader().in_force()), files);
  files = {files[1], {InForce::Kind::rule, "b.yml", "title: b\n"}};
  commit([&] { ok(writer().set_in_force(files)); });
  EXPECT_EQ(get(writer().reader().in_force()), files);
  reopen();
  for (const char* end : {"", "-wal"}) {
    std::ifstream in(path_ + end, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(bytes.find("A123456789"), std::string::npos) << end;
  }
}

TEST_F(Changes, AFileInForceOfAnErasedMonthIsGone) {
  commit([&] { ok(writer().set_in_force({{InForce::Kind::reference, "staff.csv", "a"}})); });
  reopen();
  {
    Database database(path_, Database::Mode::write);
    database.execute("DELETE FROM month_secret");
  }
  EXPECT_TRUE(get(writer().reader().in_force()).empty());
}

TEST_F(Changes, OutlinesSayWhatIsNotSealed) {
  FileRow row = file();
  add(row, {event(1), event(2)});
  std::vector<std::string> seen;
  ok(writer().reader().each_outline([&](const EventOutline& o) {
    seen.push_back(std::string(o.officer) + "|" + std::string(o.account) + "|" + std::string(o.terminal) + "|" +
                   std::string(o.agency) + "|" + std::string(o.unit) + "|" + std::string(o.system) + "|" +
                   std::string(o.channel) + "|" + std::string(o.reason_code) + "|" + std::string(o.case_no) + "|" +
                   std::string(o.approver));
    EXPECT_EQ(o.subject_kind, model::SubjectKind::vehicle);
    EXPECT_EQ(o.lookup_by, model::LookupBy::plate);
    const std::string plate = "ABC-" + std::to_string(1'000 + static_cast<int>(seen.size()));
    EXPECT_EQ(o.subject, writer().reader().token(model::SubjectKind::vehicle, plate));
  }));
  EXPECT_EQ(seen, (std::vector<std::string>{"H10001|acc1|10.0.0.1|範例縣警察局|交通隊|vehicle|web|R1|1151|H99999",
                                            "H10002|acc2|10.0.0.2|範例縣警察局|交通隊|vehicle|web|R1|1152|H99999"}));
}

}  // namespace
}  // namespace trailwatch::store
