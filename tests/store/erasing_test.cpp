#include <algorithm>
#include <set>

#include "store/older.h"
#include "store/sqlite.h"
#include "trailwatch/seal/note.h"

namespace trailwatch::store {
namespace {

using test::fates;
using test::open_vault;
using test::whole;

// A store with two systems over two months, from which shelves go.
class Erasing : public test::Stored {
 protected:
  static constexpr vault::Month kVehicleMarch = 1202603, kLandMarch = 2202603, kPapersMarch = 202603;

  static NewEvent of(std::int64_t n, const std::string& system, std::string_view when) {
    NewEvent out = event(n, std::to_string(n));
    out.event.system = system;
    out.event.time = at(when);
    return out;
  }
  // 1, 2, 5: vehicle in March; 3: land in March; 4, 6: vehicle in April.
  void fill() {
    add(row_, {of(1, "vehicle", "2026-03-01T00:00:00"), of(2, "vehicle", "2026-03-02T09:00:00"),
               of(3, "land", "2026-03-02T09:01:00"), of(4, "vehicle", "2026-04-01T00:00:00"),
               of(5, "vehicle", "2026-03-31T23:59:59"), of(6, "vehicle", "2026-04-02T10:00:00")});
  }
  void destroy(vault::Month secret) {
    ok(writer().begin(late_));
    ok(writer().destroy_secret({secret, "", false, false}, "retention: 60 months"));
    ok(writer().commit());
  }
  Purged step(vault::Month secret, std::int64_t rows_max = 100) {
    ok(writer().begin(late_));
    const Purged out = get(writer().purge_rows(secret, rows_max));
    ok(writer().commit());
    return out;
  }
  void erase(vault::Month secret) {
    destroy(secret);
    for (int i = 0; i < 100; ++i) {
      if (step(secret).is_done) return;
    }
    ADD_FAILURE() << "never done";
  }
  Verified verified() { return get(reader()->verify({}, nullptr)); }
  static std::string told(const Verified& outcome) {
    std::string out;
    for (const Fault& fault : outcome.faults) out += fault.where + ": " + fault.what + "\n";
    return out;
  }
  std::vector<EventId> left() {
    std::vector<EventId> out;
    for (const StoredEvent& stored : all()) out.push_back(stored.id);
    return out;
  }
  std::int64_t number(const char* sql) {
    Database database(path_, Database::Mode::read);
    return database.number(sql);
  }
  std::string wrapped(vault::Month secret) {
    Database database(path_, Database::Mode::read);
    Statement row(database, "SELECT wrapped FROM month_secret WHERE month=?");
    row.bind(0, secret);
    EXPECT_TRUE(row.step());
    return std::string(row.text(0));
  }

  FileRow row_ = file();
  Instant late_ = at("2031-05-04T07:00:00");
};

using Ids = std::vector<EventId>;

TEST_F(Erasing, TakesOneSystemOfOneMonthAndNothingElse) {
  fill();
  const std::string third = whole(all()[2].event), fourth = whole(all()[3].event);
  EXPECT_EQ(get(writer().reader().shelves()), (std::vector<Shelf>{{kVehicleMarch, "vehicle", false, false},
                                                                  {kLandMarch, "land", false, false},
                                                                  {1202604, "vehicle", false, false}}));
  destroy(kVehicleMarch);
  EXPECT_EQ(told(verified()), "");
  EXPECT_EQ(verified().erased, 3);
  EXPECT_EQ(all()[0].event.subject + all()[0].event.raw, "");  // still there, but unreadable
  EXPECT_EQ(step(kVehicleMarch, 2).rows, 2);
  EXPECT_EQ(told(verified()), "");
  EXPECT_EQ(verified().erased, 3);
  EXPECT_EQ(left(), (Ids{3, 4, 5, 6}));
  reopen();  // killed here, it goes on
  while (!step(kVehicleMarch, 2).is_done) {
  }
  EXPECT_EQ(left(), (Ids{3, 4, 6}));
  EXPECT_EQ(whole(all()[0].event), third);
  EXPECT_EQ(whole(all()[1].event), fourth);
  EXPECT_EQ(told(verified()), "");
  EXPECT_EQ(verified().erased, 3);
  EXPECT_EQ(get(writer().reader().shelves())[0], (Shelf{kVehicleMarch, "vehicle", true, true}));
  EXPECT_EQ(get(writer().reader().erased_through()), day(3, 31));
  EXPECT_TRUE(get(writer().reader().holes(10)).empty());
  EXPECT_TRUE(get(writer().reader().clashes(10)).empty());
  EXPECT_EQ(get(writer().reader().events({1, 2, 3})).size(), 1U);
}

TEST_F(Erasing, NumbersOfWhatIsGoneAreNotGivenAgain) {
  add(row_, {of(1, "vehicle", "2026-03-01T00:00:00"), of(2, "vehicle", "2026-03-02T09:00:00")});
  erase(kVehicleMarch);
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(get(writer().reader().size()), 2);
  EXPECT_EQ(get(writer().reader().span()), std::nullopt);
  reopen();
  const auto added = add(row_, {of(7, "vehicle", "2026-04-02T10:00:00")});
  EXPECT_EQ(added[0].id, 3);
  EXPECT_EQ(told(verified()), "");
}

TEST_F(Erasing, ALateRecordMakesNoSecretAndIsNotLostWithoutAWord) {
  fill();
  erase(kVehicleMarch);
  received_ = late_;
  FileRow again = file("again.csv");
  // Known before; new; new of another system, whose month is there; the new one again.
  const auto added = add(again, {of(1, "vehicle", "2026-03-01T00:00:00"), of(9, "vehicle", "2026-03-05T08:00:00"),
                                 of(10, "land", "2026-03-05T08:00:00"), of(9, "vehicle", "2026-03-05T08:00:00")});
  EXPECT_EQ(fates(added), "dxsx");
  EXPECT_EQ(again.stored, 1);
  EXPECT_EQ(again.quarantined, 1);
  EXPECT_EQ(again.duplicates, 2);
  const auto kept = get(writer().reader().quarantined(10));
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].code, "past-retention");
  EXPECT_EQ(kept[0].line, 10);
  EXPECT_EQ(get(writer().reader().quarantined_bytes(kept[0].id)), "");
  EXPECT_EQ(number("SELECT COUNT(*) FROM month_secret WHERE month=1202603"), 0);
  EXPECT_EQ(told(verified()), "");
}

TEST_F(Erasing, NothingOfTheSecretOrTheTokensStaysInTheFiles) {
  fill();
  const std::string secret = wrapped(kVehicleMarch);
  const vault::Token token = get(writer().reader().subject_token(1)).value_or(0);
  std::string stored;
  for (int shift = 56; shift >= 0; shift -= 8) stored.push_back(static_cast<char>(token >> shift & 255));
  reopen();
  ASSERT_NE(bytes("").find(secret), std::string::npos);
  ASSERT_NE(bytes("").find(stored), std::string::npos);
  erase(kVehicleMarch);
  EXPECT_TRUE(get(writer().cut_log()));
  EXPECT_EQ(bytes("-wal"), "");
  EXPECT_EQ(bytes("").find(secret), std::string::npos);
  EXPECT_EQ(bytes("").find(stored), std::string::npos);
  // A reader in the middle of its work is in the way of the log, and is told so.
  add(row_, {of(11, "vehicle", "2026-04-02T11:00:00")});
  Database busy(path_, Database::Mode::read);
  busy.execute("BEGIN");
  busy.number("SELECT COUNT(*) FROM event");
  add(row_, {of(12, "vehicle", "2026-04-02T12:00:00")});
  Database probe(path_, Database::Mode::write);
  probe.execute("PRAGMA busy_timeout=1");
  EXPECT_NE(probe.number("PRAGMA wal_checkpoint(TRUNCATE)"), 0);
}

TEST_F(Erasing, WhatRestedOnTheErasedAloneGoesWithIt) {
  fill();
  const auto found = [&](const std::string& officer, const std::string& rule, std::vector<EventId> events) {
    model::Finding finding;
    finding.rule = rule;
    finding.key = {model::About::officer, "", officer};
    finding.day = day(3, 2);
    finding.events = std::move(events);
    ok(writer().put_finding(finding));
    model::Alert alert;
    alert.id = officer;
    alert.key = finding.key;
    alert.day = finding.day;
    ok(writer().put_alert(alert));
  };
  ok(writer().begin(received_));
  found("A", "one", {1, 2});
  found("B", "one", {2, 3});
  found("C", "one", {1});
  found("C", "two", {3});
  ok(writer().add_tallies({{"", "A", "x", "y", day(3, 2), 2}}));
  ok(writer().mark_open(day(3, 2)));
  ok(writer().commit());
  erase(kVehicleMarch);
  const auto ids = [&] {
    std::string out;
    for (const model::Alert& alert : get(writer().reader().alerts(day(3, 1), day(3, 31)))) out += alert.id;
    for (const model::Finding& finding : get(writer().reader().findings(day(3, 2))))
      out += " " + finding.key.name + finding.rule;
    return out;
  };
  EXPECT_EQ(ids(), "BC Bone Ctwo");
  EXPECT_EQ(get(writer().reader().tallies("", day(3, 2), day(3, 2))).size(), 1U);
  erase(kLandMarch);
  EXPECT_EQ(ids(), "");
  EXPECT_TRUE(get(writer().reader().tallies("", day(3, 2), day(3, 2))).empty());
  EXPECT_TRUE(get(writer().reader().open_days()).empty());
}

TEST_F(Erasing, PapersOfAMonthGoButTheFilesInForceStay) {
  fill();
  const model::Entry entry{0, at("2026-03-03T10:00:00"), "E1", "理由內文"};
  model::Decision decision;
  decision.entry = entry;
  decision.alert = "a";
  ok(writer().begin(received_));
  ok(writer().quarantine(row_, {rejected(20, "broken bytes")}));
  ok(writer().save(row_));
  ok(writer().set_in_force({{InForce::Kind::reference, "staff.csv", "officer\n"}}));
  EXPECT_TRUE(writer().add_decision(decision).has_value());
  ok(writer().commit());
  erase(kPapersMarch);
  EXPECT_EQ(told(verified()), "");
  // The quarantined record, the leaf about the decision; rows that say nothing about a person stay.
  EXPECT_EQ(verified().erased, 2);
  EXPECT_EQ(get(writer().reader().quarantined_bytes(1)), "");
  EXPECT_EQ(get(writer().reader().quarantined(10)).size(), 1U);
  EXPECT_EQ(get(writer().reader().ledger()).decisions.at(0).entry.reason, "");
  EXPECT_EQ(get(writer().reader().in_force()),
            (std::vector<InForce>{{InForce::Kind::reference, "staff.csv", "officer\n"}}));
  EXPECT_EQ(left(), (Ids{1, 2, 3, 4, 5, 6}));
}

TEST_F(Erasing, WhatWasSealedBeforeThereWereShelvesGoesByTheMonth) {
  fill();
  reopen();
  test::seal_as_before_shelves(path_);
  {
    // Without leaves: they were made of other salts.
    Database database(path_, Database::Mode::write);
    database.execute("DELETE FROM leaf; DELETE FROM tile; DELETE FROM own_record; DELETE FROM note");
  }
  EXPECT_EQ(fates(add(row_, {of(1, "vehicle", "2026-03-01T00:00:00")})), "d");  // told apart by the older fingerprint
  add(row_, {of(8, "vehicle", "2026-03-09T09:00:00")});
  EXPECT_EQ(number("SELECT COUNT(*) FROM identity WHERE content < 0"), 0);
  erase(kPapersMarch);
  EXPECT_EQ(left(), (Ids{4, 6, 7}));
  EXPECT_EQ(number("SELECT COUNT(*) FROM identity WHERE content < 0"), 4);
  EXPECT_EQ(number("SELECT COUNT(*) FROM identity WHERE content = -event"), 4);
  EXPECT_EQ(get(writer().reader().shelves_of({4, 7})),
            (std::vector<Shelf>{{202604, "vehicle", false, false}, {1202603, "vehicle", false, false}}));
}

TEST_F(Erasing, IsRefusedWhereThereIsNothingToErase) {
  fill();
  const auto refused = [&](vault::Month secret, Instant now) {
    ok(writer().begin(now));
    const Status done = writer().destroy_secret({secret, "", false, false}, "x");
    writer().rollback();
    EXPECT_FALSE(done.has_value());
    return done ? Errc::invalid : done.error().code;
  };
  EXPECT_EQ(refused(vault::kOwnRecords, late_), Errc::conflict);
  EXPECT_EQ(refused(9202603, late_), Errc::not_found);
  EXPECT_EQ(refused(1202604, at("2026-04-30T23:59:59")), Errc::conflict);
  destroy(kVehicleMarch);
  EXPECT_EQ(refused(kVehicleMarch, late_), Errc::not_found);
  EXPECT_EQ(told(verified()), "");
}

TEST_F(Erasing, ARolledBackErasingNeverWas) {
  fill();
  ok(writer().begin(late_));
  ok(writer().destroy_secret({kVehicleMarch, "", false, false}, "x"));
  writer().rollback();
  EXPECT_EQ(told(verified()), "");
  EXPECT_EQ(fates(add(row_, {of(30, "vehicle", "2026-03-20T10:00:00")})), "s");
  EXPECT_EQ(whole(all()[0].event), whole(of(1, "vehicle", "2026-03-01T00:00:00").event));
}

// What an insider could try, so that erasing hides something, or undoes itself.
TEST_F(Erasing, OnlyWhatALeafNamesIsAccepted) {
  fill();
  const std::string secret = wrapped(kVehicleMarch);
  erase(kVehicleMarch);
  EXPECT_TRUE(get(writer().cut_log()));
  reopen();
  const std::string kept = bytes("");
  const std::vector<std::string> changes = {
      "DELETE FROM event WHERE id=4",
      "DROP TRIGGER erased_rows_stays; UPDATE erased_rows SET events = x'010102'",
      "DROP TRIGGER erased_rows_keeps; DELETE FROM erased_rows",
      "INSERT INTO erased_rows VALUES(9, 1202603, x'04'); DELETE FROM event WHERE id=4",
      "INSERT INTO erased VALUES(2202603, 0); DELETE FROM month_secret WHERE month=2202603",
      "UPDATE erased SET emptied=0",
      "DROP TRIGGER erased_keeps; PRAGMA foreign_keys=OFF; DELETE FROM erased",
      "UPDATE shelf SET system='police' WHERE number=1",
      "UPDATE shelf SET system='x' WHERE number=1; UPDATE shelf SET system='vehicle' WHERE number=2",
      "DELETE FROM own_record WHERE kind=12",
      "UPDATE batch SET sealed=x'' WHERE month=2202603",
  };
  const auto put_back = [&] {
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
    std::ofstream(path_, std::ios::binary) << kept;
  };
  for (const std::string& change : changes) {
    put_back();
    {
      Database database(path_, Database::Mode::write);
      try {
        database.execute(change.c_str());
      } catch (const SqliteFailure& failure) {
        ADD_FAILURE() << change << ": " << failure.what();
      }
    }
    EXPECT_GT(verified().faults_in_all, 0) << change;
  }
  put_back();
  {
    Database database(path_, Database::Mode::write);
    Statement(database, "INSERT INTO month_secret VALUES(1202603, ?)").bind_bytes(0, secret).run();
  }
  EXPECT_NE(told(verified()).find("month 202603 of vehicle: was erased, but its secret is there again"),
            std::string::npos);
  put_back();
  EXPECT_EQ(told(verified()), "");
}

TEST_F(Erasing, ProofsOfWhatIsLeftHoldAndTheErasedLeafIsEmpty) {
  fill();
  const std::int64_t size = get(writer().reader().leaf_count());
  const Digest root = get(writer().reader().root(size));
  erase(kVehicleMarch);
  EXPECT_EQ(get(writer().reader().root(size)), root);
  const StoredLeaf gone = get(writer().reader().leaf(0)), there = get(writer().reader().leaf(2));
  EXPECT_EQ(gone.bytes, "");
  EXPECT_EQ(gone.place, "event 1");
  EXPECT_TRUE(seal::proves_inclusion(get(writer().reader().inclusion_proof(2, size)), seal::leaf_hash(there.bytes), 2,
                                     size, root));
  std::int64_t seen = 0, empty = 0;
  ok(writer().reader().each_leaf(get(writer().reader().leaf_count()), [&](const StoredLeaf& leaf) -> Status {
    ++seen;
    empty += leaf.bytes.empty() ? 1 : 0;
    return Done{};
  }));
  EXPECT_EQ(seen, get(writer().reader().leaf_count()));
  EXPECT_EQ(empty, 3);
}

TEST_F(Erasing, HoldsAreEntriesOfTheLedger) {
  ok(writer().begin(received_));
  model::Hold hold;
  hold.entry = {0, received_, "E1", "地檢署來函"};
  hold.months = {{"police", 202601, 202603}, {"", 202602, 202602}};
  hold.about = "alert 12";
  EXPECT_EQ(get(writer().add_hold(hold, "r/0")), 1);
  EXPECT_EQ(get(writer().add_hold(hold, "r/0")), 1);
  ok(writer().commit());
  auto holds = get(writer().reader().holds());
  ASSERT_EQ(holds.size(), 1U);
  EXPECT_EQ(holds[0].months, hold.months);
  EXPECT_EQ(holds[0].entry.reason, "地檢署來函");
  EXPECT_EQ(holds[0].about, "alert 12");
  EXPECT_FALSE(holds[0].lifted.has_value());
  ok(writer().begin(received_));
  EXPECT_EQ(get(writer().lift_hold(1, {0, received_, "E2", "結案"}, "r/1")), 2);
  EXPECT_EQ(code_of(writer().lift_hold(1, {0, received_, "E2", "再一次"})), Errc::conflict);
  EXPECT_EQ(code_of(writer().lift_hold(7, {0, received_, "E2", "無此"})), Errc::not_found);
  ok(writer().commit());
  holds = get(writer().reader().holds());
  ASSERT_TRUE(holds[0].lifted.has_value());
  EXPECT_EQ(holds[0].lifted->by + holds[0].lifted->reason, "E2結案");
  EXPECT_EQ(told(verified()), "");
  EXPECT_EQ(get(writer().reader().ledger()).last, 2);
}

}  // namespace
}  // namespace trailwatch::store
