#include <string>
#include <vector>

#include "store/older.h"
#include "store/schema.h"
#include "store/stored.h"

namespace trailwatch::store {
namespace {

using model::Verdict;
using test::open_vault;
using test::Stored;

const model::Key kOfficer{model::About::officer, "", "H10001"};

class LedgerRows : public Stored {
 protected:
  // Inside a transaction of its own.
  template <typename F>
  auto keep(F&& body) {
    ok(writer().begin(received_));
    auto out = body();
    ok(writer().commit());
    return out;
  }
  model::Entry entry(const std::string& reason, const std::string& by = "E00001") const {
    return {0, at("2026-03-05T10:00:00"), by, reason};
  }
  model::Decision decision(Verdict verdict, const std::string& reason, const std::string& alert = "aaaa") const {
    return {entry(reason), alert, kOfficer, day(3, 2), verdict, {"burst", "off-hours"}, {3, 5, 305}};
  }
  model::Suppression suppression(const std::string& rule, const std::string& group = "") const {
    return {entry("職務如此"), kOfficer, rule, group, day(3, 3), day(6, 30), std::nullopt, std::nullopt};
  }
  std::int64_t decide(Verdict verdict, const std::string& reason, const std::string& request = "") {
    return keep([&] { return get(writer().add_decision(decision(verdict, reason), request)); });
  }
  static std::string text(const model::Entry& e) {
    return std::to_string(e.number) + " " + std::to_string(e.at.micros) + " " + e.by + " " + e.reason;
  }
  static std::string text(const model::Decision& d) {
    std::string out = text(d.entry) + "|" + d.alert + "|" + std::string(to_text(d.key.about)) + " " + d.key.agency +
                      " " + d.key.name + "|" + format_day(d.day) + "|" + std::string(to_text(d.verdict)) + "|";
    for (const std::string& rule : d.rules) out += rule + ",";
    out += "|";
    for (const EventId id : d.evidence) out += std::to_string(id) + ",";
    return out;
  }
  static std::string text(const model::Suppression& s) {
    std::string out = text(s.entry) + "|" + s.key.name + "|" + s.rule + "|" + s.group + "|" + format_day(s.from) + "|" +
                      format_day(s.until) + "|" + (s.decision ? std::to_string(*s.decision) : "-");
    return s.ended ? out + "|" + text(s.ended->entry) + " " + format_day(s.ended->day) : out;
  }
  std::vector<std::string> decisions(std::optional<std::int64_t> last = std::nullopt) {
    std::vector<std::string> out;
    for (const model::Decision& d : get(reader()->ledger(last)).decisions) out.push_back(text(d));
    return out;
  }
};

TEST_F(LedgerRows, AnEmptyLedgerHasNothing) {
  writer();
  const model::Ledger ledger = get(reader()->ledger());
  EXPECT_EQ(ledger.last, 0);
  EXPECT_TRUE(ledger.decisions.empty());
  EXPECT_TRUE(ledger.suppressions.empty());
}

TEST_F(LedgerRows, DecisionsComeBackWholeAndInOrder) {
  EXPECT_EQ(decide(Verdict::confirmed, "無公務依據"), 1);
  EXPECT_EQ(decide(Verdict::open, "重新開啟"), 2);
  model::Decision first = decision(Verdict::confirmed, "無公務依據"), second = decision(Verdict::open, "重新開啟");
  first.entry.number = 1;
  second.entry.number = 2;
  EXPECT_EQ(decisions(), (std::vector<std::string>{text(first), text(second)}));
}

TEST_F(LedgerRows, OneNumberCountsDecisionsSuppressionsAndTheirEnds) {
  EXPECT_EQ(decide(Verdict::cleared, "甲"), 1);
  model::Suppression made = suppression("burst", "0123456789abcdef0123456789abcdef");
  made.decision = 1;
  EXPECT_EQ(keep([&] { return get(writer().add_suppression(made)); }), 2);
  EXPECT_EQ(keep([&] { return get(writer().end_suppression(2, {entry("調職"), day(4, 1)})); }), 3);
  EXPECT_EQ(decide(Verdict::cleared, "乙"), 4);
  const model::Ledger all = get(reader()->ledger());
  EXPECT_EQ(all.last, 4);
  ASSERT_EQ(all.suppressions.size(), 1U);
  made.entry.number = 2;
  made.ended = model::SuppressionEnd{entry("調職"), day(4, 1)};
  made.ended->entry.number = 3;
  EXPECT_EQ(text(all.suppressions[0]), text(made));
}

TEST_F(LedgerRows, ACutShowsWhatWasKnownThen) {
  decide(Verdict::cleared, "甲");
  keep([&] { return get(writer().add_suppression(suppression("burst"))); });
  keep([&] { return get(writer().end_suppression(2, {entry("調職"), day(4, 1)})); });
  decide(Verdict::open, "乙");
  const model::Ledger early = get(reader()->ledger(1)), before_end = get(reader()->ledger(2));
  EXPECT_EQ(early.last, 1);
  EXPECT_EQ(early.decisions.size(), 1U);
  EXPECT_TRUE(early.suppressions.empty());
  ASSERT_EQ(before_end.suppressions.size(), 1U);
  EXPECT_FALSE(before_end.suppressions[0].ended.has_value());
  EXPECT_EQ(get(reader()->ledger(0)).last, 0);
  EXPECT_EQ(get(reader()->ledger(99)).last, 4);
}

// The rows can be changed by who owns the file; what was entered then still stands in the tree.
TEST_F(LedgerRows, EachEntryIsALeafOnce) {
  const auto leaves = [&] { return get(reader()->leaf_count()); };
  writer();
  const std::int64_t before = leaves();
  decide(Verdict::cleared, "甲", "r1");
  decide(Verdict::cleared, "甲", "r1");
  EXPECT_EQ(leaves(), before + 1);
  const auto record = get(reader()->newest_record(seal::LeafKind::decision, "ledger"));
  ASSERT_TRUE(record.has_value());
  for (const char* part : {"\"number\":1", "\"reason\":\"甲\"", "\"verdict\":\"cleared\"", "\"what\":\"decision\""}) {
    EXPECT_NE(record->find(part), std::string::npos) << part << " in " << *record;
  }
  keep([&] { return get(writer().add_suppression(suppression("burst"))); });
  keep([&] { return get(writer().end_suppression(2, {entry("調職"), day(4, 1)})); });
  EXPECT_EQ(leaves(), before + 3);
  const auto end = get(reader()->newest_record(seal::LeafKind::decision, "ledger"));
  EXPECT_NE(end.value_or("").find("\"suppression\":2"), std::string::npos) << end.value_or("");
}

TEST_F(LedgerRows, TheSameRequestCountsOnce) {
  EXPECT_EQ(decide(Verdict::cleared, "甲", "r1"), 1);
  EXPECT_EQ(decide(Verdict::confirmed, "乙", "r1"), 1);
  EXPECT_EQ(decide(Verdict::cleared, "丙"), 2);
  EXPECT_EQ(decide(Verdict::cleared, "丙"), 3);
  EXPECT_EQ(decisions().size(), 3U);
}

TEST_F(LedgerRows, NothingInTheLedgerIsChangedOrTakenOut) {
  decide(Verdict::cleared, "甲");
  keep([&] { return get(writer().add_suppression(suppression("burst"))); });
  keep([&] { return get(writer().end_suppression(2, {entry("調職"), day(4, 1)})); });
  reopen();
  Database database(path_, Database::Mode::write);
  for (const std::string table : {"ledger", "decision", "suppression", "suppression_end"}) {
    EXPECT_THROW(database.execute(("DELETE FROM " + table).c_str()), SqliteFailure) << table;
    const std::string column = table == "ledger" ? "officer" : "entry";
    EXPECT_THROW(database.execute(("UPDATE " + table + " SET " + column + "=" + column).c_str()), SqliteFailure)
        << table;
  }
}

TEST_F(LedgerRows, ASuppressionEndsOnce) {
  keep([&] { return get(writer().add_suppression(suppression("burst"))); });
  ok(writer().begin(received_));
  EXPECT_EQ(code_of(writer().end_suppression(7, {entry("調職"), day(4, 1)})), Errc::not_found);
  EXPECT_EQ(get(writer().end_suppression(1, {entry("調職"), day(4, 1)}, "r")), 2);
  EXPECT_EQ(code_of(writer().end_suppression(1, {entry("再一次"), day(4, 2)})), Errc::conflict);
  EXPECT_EQ(get(writer().end_suppression(1, {entry("同一請求"), day(4, 2)}, "r")), 2);
  ok(writer().commit());
}

TEST_F(LedgerRows, ReasonsAreNotReadableInTheFile) {
  decide(Verdict::cleared, "ABCDEFGH-reason-in-the-plain");
  reopen();
  EXPECT_EQ((bytes("") + bytes("-wal")).find("ABCDEFGH-reason"), std::string::npos);
}

TEST_F(LedgerRows, AnErasedMonthTakesTheReasonAndNothingElse) {
  decide(Verdict::cleared, "甲");
  reopen();
  {
    Database database(path_, Database::Mode::write);
    database.execute("DELETE FROM month_secret");
  }
  model::Decision erased = decision(Verdict::cleared, "");
  erased.entry.number = 1;
  EXPECT_EQ(decisions(), std::vector<std::string>{text(erased)});
}

TEST_F(LedgerRows, ARolledBackDecisionNeverWas) {
  ok(writer().begin(received_));
  EXPECT_EQ(get(writer().add_decision(decision(Verdict::cleared, "甲"))), 1);
  writer().rollback();
  EXPECT_TRUE(decisions().empty());
  EXPECT_EQ(decide(Verdict::confirmed, "乙"), 1);
  EXPECT_EQ(decisions().size(), 1U);
}

TEST_F(LedgerRows, EvaluatingAnewKeepsDecisions) {
  decide(Verdict::cleared, "甲");
  ok(writer().begin(received_));
  ok(writer().forget_counts(day(3, 2)));
  ok(writer().remove_alert("aaaa"));
  ok(writer().commit());
  EXPECT_EQ(decisions().size(), 1U);
}

// A store as version 1 left it, with everything in it that a day leaves: after opening, nothing is lost and decisions
// can be written.
TEST_F(LedgerRows, AStoreOfVersionOneIsBroughtAlongWithItsData) {
  FileRow row = file();
  add(row, {event(1), event(2)});
  model::Alert alert;
  alert.id = "aaaa";
  alert.key = kOfficer;
  alert.day = day(3, 2);
  alert.score = 42;
  alert.evidence = {1, 2};
  keep([&] {
    ok(writer().put_alert(alert));
    return 0;
  });
  reopen();
  test::seal_as_before_shelves(path_);
  const std::string old = directory_ + "/old.db";
  {
    Database database(old, Database::Mode::write);
    migrate(database, nullptr, 1);
    EXPECT_EQ(database.number("SELECT COUNT(*) FROM sqlite_schema WHERE name='ledger'"), 0);
    database.execute(("ATTACH '" + path_ + "' AS made").c_str());
    std::vector<std::string> tables;
    Statement names(database, "SELECT name FROM main.sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%'");
    while (names.step()) tables.emplace_back(names.text(0));
    names.reset();
    EXPECT_GT(tables.size(), 15U);
    for (const std::string& table : tables) {
      database.execute(("INSERT INTO main." + table + " SELECT * FROM made." + table).c_str());
    }
    database.execute("DETACH made");
    EXPECT_EQ(database.number("PRAGMA user_version"), 1);
  }
  path_ = old;
  EXPECT_EQ(code_of(Reader::open(path_, open_vault(1))), Errc::unsupported);
  EXPECT_EQ(all().size(), 2U);
  EXPECT_EQ(test::whole(all()[1].event), test::whole(event(2).event));
  const auto back = get(writer().reader().alert("aaaa"));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->score, 42);
  EXPECT_EQ(decide(Verdict::cleared, "甲"), 1);
  EXPECT_EQ(decisions().size(), 1U);
  add(row = file("b.csv"), {event(3)});
  EXPECT_EQ(all().size(), 3U);
  reopen();
  Database database(path_, Database::Mode::write);
  EXPECT_EQ(database.number("PRAGMA user_version"), kSchemaVersion);
  EXPECT_EQ(database.number("SELECT COUNT(*) FROM alert"), 1);
}

TEST_F(LedgerRows, AlertsOfOneKeyComeInOrderOfDays) {
  ok(writer().begin(received_));
  const model::Key other{model::About::officer, "", "H10002"};
  for (const auto& [id, key, on] : {std::tuple("d", kOfficer, day(3, 4)), std::tuple("b", kOfficer, day(3, 2)),
                                    std::tuple("c", other, day(3, 3))}) {
    model::Alert alert;
    alert.id = id;
    alert.key = key;
    alert.day = on;
    alert.score = 10;
    ok(writer().put_alert(alert));
  }
  ok(writer().commit());
  const auto ids = [&](const std::optional<model::Key>& key) {
    std::string out;
    for (const model::AlertHead& head : get(reader()->alert_heads(key)))
      out += head.id + format_day(head.day).substr(8);
    return out;
  };
  EXPECT_EQ(ids(std::nullopt), "b02d04c03");
  EXPECT_EQ(ids(kOfficer), "b02d04");
  EXPECT_FALSE(get(reader()->alert("none")).has_value());
}

}  // namespace
}  // namespace trailwatch::store
