#include <algorithm>

#include "store/sqlite.h"
#include "store/stored.h"

namespace trailwatch::store {
namespace {

using test::fates;
using test::Stored;
using test::whole;

class Adding : public Stored {
 protected:
  // Number of rows in every table that a transaction can touch.
  std::string census() {
    Database database(path_, Database::Mode::read);
    std::string out;
    for (const char* table : {"word", "place", "file", "intake", "batch", "event", "scope", "identity", "clash",
                              "quarantine", "month_secret", "match", "tally", "open_day", "finding", "alert", "meta"}) {
      out += std::string(table) + " " +
             std::to_string(database.number((std::string("SELECT COUNT(*) FROM ") + table).c_str())) + "\n";
    }
    return out;
  }
};

TEST_F(Adding, AnEventComesBackAsItWas) {
  FileRow row = file();
  NewEvent odd = event(3);
  odd.event.rows.reset();
  odd.event.undecodable = true;
  odd.event.raw = std::string("bytes \0 \xFF\xFE\r", 11);
  odd.event.reason = "造字 \uE000 與 \uFFFD";
  odd.event.offset_minutes = -210;
  NewEvent bare;
  bare.event.time = Instant{-5};
  bare.event.origin = {"vehicle", "a.csv", 9, 900};
  const std::vector<NewEvent> given = {event(1), event(2), odd, bare};
  EXPECT_EQ(fates(add(row, given)), "ssss");
  for (const bool again : {false, true}) {
    if (again) reopen();
    const auto back = all();
    ASSERT_EQ(back.size(), given.size());
    for (std::size_t i = 0; i < given.size(); ++i) {
      EXPECT_EQ(back[i].id, static_cast<EventId>(i + 1));
      EXPECT_EQ(whole(back[i].event), whole(given[i].event));
    }
  }
}

TEST_F(Adding, ManyEventsKeepTheirOwnPersons) {
  FileRow row = file();
  std::vector<NewEvent> given;
  for (std::int64_t n = 0; n < 2'500; ++n) {
    given.push_back(event(n));
    if (n % 3 == 0)
      given.back().event.time.micros += 40 * kMicrosPerDay;  // several months at once, several batches each
    if (n % 7 == 0) given.back().event.time.micros -= 40 * kMicrosPerDay;
  }
  add(row, given);
  reopen();
  const auto back = all();
  ASSERT_EQ(back.size(), given.size());
  for (std::size_t i = 0; i < given.size(); ++i) ASSERT_EQ(whole(back[i].event), whole(given[i].event)) << i;
  // Any order of asking: neighbours are not mixed up.
  std::vector<EventId> ids;
  for (std::int64_t n = 0; n < 2'500; ++n) ids.push_back(1 + (n * 997) % 2'500);
  const auto shuffled = get(writer().reader().events(ids));
  ASSERT_EQ(shuffled.size(), ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    ASSERT_EQ(shuffled[i].id, ids[i]);
    ASSERT_EQ(whole(shuffled[i].event), whole(given[static_cast<std::size_t>(ids[i] - 1)].event));
  }
}

TEST_F(Adding, MoreBatchesThanAreKeptAtHandStillReadRight) {
  FileRow row = file();
  std::vector<NewEvent> given;
  for (std::int64_t n = 0; n < 150; ++n) given.push_back(event(n));
  for (const NewEvent& one : given) add(row, {one});  // a batch each
  for (int round = 0; round < 2; ++round) {
    const auto back = all();
    ASSERT_EQ(back.size(), 150U);
    for (std::size_t i = 0; i < 150; ++i) ASSERT_EQ(whole(back[i].event), whole(given[i].event));
  }
}

TEST_F(Adding, ARecordIsKnownAgainWhereverItComesFrom) {
  FileRow one = file("a.csv"), two = file("b.csv");
  EXPECT_EQ(fates(add(one, {event(1, "1"), event(2, "2"), event(1, "1")})), "ssd");
  const auto again = add(two, {event(2, "2"), event(3, "3")});
  EXPECT_EQ(fates(again), "ds");
  EXPECT_EQ(again[0].id, 2);
  reopen();
  EXPECT_EQ(fates(add(two, {event(1, "1"), event(2, "2"), event(3, "3"), event(4, "4")})), "ddds");
  EXPECT_EQ(all().size(), 4U);
}

TEST_F(Adding, TheSameNumberWithOtherBytesIsAConflictAndStored) {
  FileRow row = file();
  EXPECT_EQ(fates(add(row, {event(1, "1"), event(2, "1")})), "sc");
  reopen();
  const auto added = add(row, {event(3, "1"), event(2, "1"), event(1, "1")});
  EXPECT_EQ(fates(added), "cdd");
  EXPECT_EQ(added[1].id, 2);
  EXPECT_EQ(added[2].id, 1);
  const auto clashes = get(writer().reader().clashes(10));
  ASSERT_EQ(clashes.size(), 2U);
  EXPECT_EQ(clashes[0].event, 2);
  EXPECT_EQ(clashes[0].time, event(2).event.time);
  EXPECT_EQ(clashes[0].source, "vehicle");
  EXPECT_EQ(clashes[0].file, "a.csv");
  EXPECT_EQ(clashes[1].event, 3);
  EXPECT_EQ(get(writer().reader().clashes(1)).size(), 1U);
}

TEST_F(Adding, ScopesAndSourcesAreApart) {
  FileRow vehicle = file("a.csv", "vehicle"), land = file("a.csv", "land");
  EXPECT_EQ(fates(add(vehicle, {event(1, "1", "x"), event(2, "1", "y")})), "ss");
  EXPECT_EQ(fates(add(land, {event(3, "1", "x")})), "s");
}

TEST_F(Adding, NumbersGoByValueAndTextsByText) {
  FileRow row = file();
  EXPECT_EQ(fates(add(row, {event(1, "7"), event(1, "007"), event(2, "0007")})), "sdc");
  EXPECT_EQ(fates(add(row, {event(3, "A-7", "t"), event(4, "a-7", "t"), event(5, "A-07", "t"), event(3, "A-7", "t")})),
            "sssd");
  EXPECT_EQ(fates(add(row, {event(6, "9223372036854775807", "h"), event(7, "9223372036854775808", "h"),
                            event(8, "99999999999999999999999999", "h"), event(9, "99999999999999999999999998", "h"),
                            event(6, "9223372036854775807", "h"), event(8, "99999999999999999999999999", "h")})),
            "ssssdd");
  EXPECT_EQ(fates(add(row, {event(10, "-1", "n"), event(11, "1", "n"), event(12, "+1", "n"), event(13, "1.0", "n")})),
            "ssss");
}

TEST_F(Adding, WithoutAKeyARecordIsItsPlaceInTheLogicalFile) {
  FileRow one = file("a.csv");
  // The same bytes at two places are two look-ups.
  NewEvent twin = event(1);
  twin.event.origin.offset = 777;
  EXPECT_EQ(fates(add(one, {event(1), twin, event(1)})), "ssd");
  FileRow copy = file("copy.csv");
  copy.logical = one.id;
  EXPECT_EQ(fates(add(copy, {event(1), twin, event(2)})), "dds");
  EXPECT_EQ(copy.logical, one.id);
  EXPECT_NE(copy.id, one.id);
  FileRow other = file("other.csv");
  EXPECT_EQ(fates(add(other, {event(1), twin})), "ss");
  EXPECT_EQ(other.logical, other.id);
}

TEST_F(Adding, CountersAndTheNewestTimeMoveOn) {
  FileRow row = file();
  add(row, {event(5, "1"), event(3, "2"), event(3, "2"), event(4, "2")});
  ok(writer().begin(received_));
  ok(writer().quarantine(row, {rejected(8), rejected(9), rejected(8)}));
  row.position = 4'711;
  row.line = 12;
  row.rows = 7;
  row.declared = 8;
  row.pending = 1;
  row.header = std::string("id,\0name", 8);
  row.head = "ab12";
  row.head_bytes = 1024;
  row.taken = "cd34";
  ok(writer().save(row));
  ok(writer().commit());
  EXPECT_EQ(row.stored, 3);
  EXPECT_EQ(row.duplicates, 2);
  EXPECT_EQ(row.quarantined, 2);
  EXPECT_EQ(row.records_in(), 8);
  EXPECT_EQ(row.newest, event(5).event.time);
  reopen();
  const auto files = get(writer().reader().files("vehicle"));
  ASSERT_EQ(files.size(), 1U);
  const FileRow& back = files[0];
  EXPECT_EQ(
      std::tie(back.id, back.source, back.name, back.logical, back.head_bytes, back.head, back.taken, back.position,
               back.line),
      std::tie(row.id, row.source, row.name, row.logical, row.head_bytes, row.head, row.taken, row.position, row.line));
  EXPECT_EQ(
      std::tie(back.rows, back.declared, back.header, back.stored, back.duplicates, back.quarantined, back.pending),
      std::tie(row.rows, row.declared, row.header, row.stored, row.duplicates, row.quarantined, row.pending));
  EXPECT_EQ(std::tie(back.newest, back.first_seen, back.last_read),
            std::tie(row.newest, row.first_seen, row.last_read));
  EXPECT_EQ(back.first_seen, received_);

  FileRow second = file("b.csv");
  add(second, {event(50, "50")});
  const auto sources = get(writer().reader().sources());
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0].source, "vehicle");
  EXPECT_EQ(sources[0].files, 2);
  EXPECT_EQ(sources[0].stored, 4);
  EXPECT_EQ(sources[0].duplicates, 2);
  EXPECT_EQ(sources[0].quarantined, 2);
  EXPECT_EQ(sources[0].pending, 1);
  EXPECT_EQ(sources[0].newest, event(50).event.time);
  EXPECT_TRUE(get(writer().reader().files("land")).empty());
}

TEST_F(Adding, ABadRecordIsKeptOnceWithItsBytes) {
  FileRow row = file(), copy = file("copy.csv");
  ok(writer().begin(received_));
  ok(writer().quarantine(row, {rejected(1, "first\xFF"), rejected(2, "second")}));
  const auto early = get(writer().reader().quarantined(10));
  ASSERT_EQ(early.size(), 2U);
  EXPECT_EQ(get(writer().reader().quarantined_bytes(early[1].id)), "first\xFF");  // before the commit
  copy.logical = row.id;
  ok(writer().quarantine(copy, {rejected(1, "first\xFF"), rejected(3, "third")}));
  ok(writer().save(row));
  ok(writer().save(copy));
  ok(writer().commit());
  EXPECT_EQ(copy.duplicates, 1);
  EXPECT_EQ(copy.quarantined, 1);
  reopen();
  const auto rows = get(writer().reader().quarantined(10));
  ASSERT_EQ(rows.size(), 3U);
  const std::vector<std::string> bytes = {"third", "second", "first\xFF"};
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(get(writer().reader().quarantined_bytes(rows[i].id)), bytes[i]);
  EXPECT_EQ(rows[2].code, "bad-time");
  EXPECT_EQ(rows[2].reason, "查詢時間無法判讀");
  EXPECT_EQ(rows[2].line, 2);
  EXPECT_EQ(rows[2].file, "a.csv");
  EXPECT_EQ(get(writer().reader().quarantined(1)).size(), 1U);
  EXPECT_EQ(get(writer().reader().quarantined_bytes(99)), "");
}

TEST_F(Adding, ARollbackLeavesNothingAndARetrySucceeds) {
  writer();
  const std::string before = census();
  const FileRow fresh = file();
  FileRow row = fresh;
  ok(writer().begin(received_));
  ASSERT_TRUE(writer().add(row, {event(1, "1"), event(2, "2"), event(1, "2")}).has_value());
  ok(writer().quarantine(row, {rejected(5)}));
  row.position = 500;
  ok(writer().save(row));
  ok(writer().mark_open(day(3, 2)));
  ok(writer().add_tallies({{"off-hours", "H1", "甲", "乙", day(3, 2), 4}}));
  ok(writer().add_matches({{"off-hours", "H1", day(3, 2), 1, Instant{5}}}));
  ok(writer().set_meta("x", "y"));
  EXPECT_EQ(get(writer().reader().events_after(0, 9)).size(), 3U);
  writer().rollback();
  EXPECT_EQ(census(), before);
  EXPECT_TRUE(get(writer().reader().files("vehicle")).empty());

  row = fresh;
  EXPECT_EQ(fates(add(row, {event(7, "2"), event(8, "1")})), "ss");
  reopen();
  const auto back = all();
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(whole(back[0].event), whole(event(7).event));
  EXPECT_EQ(whole(back[1].event), whole(event(8).event));
  // What the retry noted down is really there, scope and dictionary included.
  EXPECT_EQ(fates(add(row, {event(20, "1", "another"), event(7, "2"), event(21, "4")})), "sds");
  EXPECT_EQ(get(writer().reader().holes(9)).size(), 1U);
  EXPECT_EQ(get(reader()->events_after(0, 9)).size(), 4U);
}

// What was read inside the transaction that failed must not stand for what took its place.
TEST_F(Adding, WhatWasReadBeforeARollbackIsForgotten) {
  const FileRow fresh = file();
  FileRow row = fresh;
  ok(writer().begin(received_));
  ASSERT_TRUE(writer().add(row, {event(1)}).has_value());
  EXPECT_EQ(all()[0].event.subject, event(1).event.subject);
  writer().rollback();
  row = fresh;
  add(row, {event(2), event(3)});
  const auto back = all();
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(whole(back[0].event), whole(event(2).event));
  EXPECT_EQ(whole(back[1].event), whole(event(3).event));
}

TEST_F(Adding, ANumberThatIsNoneHidesNoHole) {
  FileRow row = file();
  EXPECT_EQ(fates(add(row, {event(1, "17-1"), event(2, "10"), event(3, "11"), event(4, "17-1", "vehicle")})), "sssc");
  EXPECT_TRUE(get(writer().reader().holes(9)).empty());
  EXPECT_EQ(fates(add(row, {event(5, "14"), event(1, "17-1"), event(3, "11")})), "sdd");
  const auto holes = get(writer().reader().holes(9));
  ASSERT_EQ(holes.size(), 1U);
  EXPECT_EQ(holes[0].first, 12);
  EXPECT_EQ(holes[0].last, 13);
  reopen();
  EXPECT_EQ(fates(add(row, {event(6, "A"), event(1, "17-1")})), "sd");
  EXPECT_EQ(get(writer().reader().holes(9)).size(), 1U);
  EXPECT_TRUE(get(reader()->verify({}, nullptr)).is_intact());
}

// A full disk: the transaction that made a month's secret is taken back, another one is committed, and then comes the
// month again. Its secret must be in the store by then, or nobody can ever read what is sealed by it.
TEST_F(Adding, ASecretThatWasRolledBackIsKeptByTheTransactionThatNeedsIt) {
  const FileRow fresh = file();
  FileRow row = fresh;
  ok(writer().begin(received_));
  ASSERT_TRUE(writer().add(row, {event(1)}).has_value());
  writer().rollback();
  ok(writer().begin(received_));
  ok(writer().set_meta("x", "y"));
  ok(writer().commit());
  row = fresh;
  add(row, {event(2)});
  reopen();
  const auto back = all();
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(whole(back[0].event), whole(event(2).event));
  EXPECT_TRUE(get(reader()->verify({}, nullptr)).is_intact());
}

TEST_F(Adding, AFileRowOfARolledBackTransactionIsNotSavedInSilence) {
  FileRow row = file();
  ok(writer().begin(received_));
  ok(writer().save(row));
  writer().rollback();
  ok(writer().begin(received_));
  EXPECT_DEATH(static_cast<void>(writer().save(row)), "changes");
  writer().rollback();
}

TEST_F(Adding, ACrashLeavesTheLastCommit) {
  FileRow row = file();
  add(row, {event(1, "1")});
  const std::string before = census();
  const FileRow committed = row;
  ok(writer().begin(received_));
  ASSERT_TRUE(writer().add(row, {event(2, "2")}).has_value());
  row.position = 900;
  ok(writer().save(row));
  reopen();
  EXPECT_EQ(all().size(), 1U);
  EXPECT_EQ(census(), before);
  const auto files = get(writer().reader().files("vehicle"));
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].position, 0);
  EXPECT_EQ(files[0].stored, 1);
  row = committed;
  EXPECT_EQ(fates(add(row, {event(1, "1"), event(2, "2")})), "ds");
}

TEST_F(Adding, MonthsAreThoseOfTheLocalDay) {
  FileRow row = file();
  NewEvent march = event(1), april = event(2);
  march.event.time = Instant{at("2026-04-01T00:00:00").micros - 1};
  april.event.time = at("2026-04-01T00:00:00");  // still March in UTC
  add(row, {march, april});
  Database database(path_, Database::Mode::read);
  EXPECT_EQ(database.number("SELECT month FROM batch WHERE id=(SELECT batch FROM event WHERE id=1)"), 1202603);
  EXPECT_EQ(database.number("SELECT month FROM batch WHERE id=(SELECT batch FROM event WHERE id=2)"), 1202604);
  EXPECT_EQ(database.number("SELECT COUNT(*) FROM month_secret WHERE month > 0"), 2);
}

TEST_F(Adding, WithoutItsSecretAMonthHasNoPersons) {
  FileRow row = file();
  NewEvent april = event(2);
  april.event.time = at("2026-04-05T10:00:00");
  add(row, {event(1), april});
  reopen();
  {
    Database database(path_, Database::Mode::write);
    database.execute("DELETE FROM month_secret WHERE month=1202603");
  }
  const auto back = get(reader()->events({1, 2}));
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(back[0].event.subject + back[0].event.subject_name + back[0].event.officer_name + back[0].event.reason +
                back[0].event.raw,
            "");
  EXPECT_EQ(back[0].event.officer, event(1).event.officer);
  EXPECT_EQ(whole(back[1].event), whole(april.event));
}

TEST_F(Adding, ADamagedOrMissingBatchIsAnErrorEveryTime) {
  FileRow row = file();
  add(row, {event(1)});
  add(row, {event(2)});
  add(row, {event(3)});
  reopen();
  {
    Database database(path_, Database::Mode::write);
    database.execute(
        "UPDATE batch SET sealed = CAST(sealed || x'00' AS BLOB) WHERE id=(SELECT batch FROM event WHERE id=1);"
        "DELETE FROM batch WHERE id=(SELECT batch FROM event WHERE id=2);");
  }
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(code_of(writer().reader().events({1})), Errc::corrupt);
    EXPECT_EQ(code_of(writer().reader().events({2})), Errc::corrupt);
    EXPECT_EQ(get(writer().reader().events({3})).size(), 1U);
  }
  FileRow other = file("b.csv");
  EXPECT_EQ(fates(add(other, {event(4)})), "s");
}

TEST_F(Adding, BatchesThatChangedPlacesDoNotOpen) {
  FileRow row = file();
  add(row, {event(1)});
  add(row, {event(2)});
  reopen();
  {
    Database database(path_, Database::Mode::write);
    database.execute(
        "UPDATE batch SET id=9 WHERE id=1; UPDATE batch SET id=1 WHERE id=2; UPDATE batch SET id=2 WHERE id=9;");
  }
  EXPECT_EQ(code_of(writer().reader().events({1})), Errc::corrupt);
}

TEST_F(Adding, EveryIntakeSaysWhenItsEventsCame) {
  FileRow row = file();
  add(row, {event(1), event(2)});
  received_.micros += 5;
  add(row, {event(2)});  // nothing new
  add(row, {event(3)});
  Database database(path_, Database::Mode::read);
  EXPECT_EQ(database.number("SELECT COUNT(*) FROM intake"), 2);
  EXPECT_EQ(database.number("SELECT received FROM intake WHERE first_event=3 AND last_event=3"), received_.micros);
}

}  // namespace
}  // namespace trailwatch::store
