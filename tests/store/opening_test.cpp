#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "store/schema.h"
#include "store/stored.h"

namespace trailwatch::store {
namespace {

using test::fates;
using test::open_vault;
using test::Stored;
using test::whole;

class Opening : public Stored {
 protected:
  void sql(const char* statement) {
    Database database(path_, Database::Mode::write);
    database.execute(statement);
  }
};

TEST_F(Opening, ANewStoreKnowsItsKeyAndZone) {
  EXPECT_EQ(get(writer().reader().meta("key_id")), open_vault(1).key_id());
  EXPECT_EQ(get(writer().reader().meta("zone")), Zone::fixed(480).name());
  EXPECT_EQ(get(writer().reader().meta("nothing")), std::nullopt);
  EXPECT_EQ(get(writer().reader().size()), 0);
  EXPECT_EQ(get(writer().reader().span()), std::nullopt);
}

TEST_F(Opening, OpeningAgainChangesNothing) {
  FileRow row = file();
  add(row, {event(1)});
  reopen();
  EXPECT_EQ(all().size(), 1U);
  reopen();
  Database database(path_, Database::Mode::write);
  EXPECT_EQ(database.number("PRAGMA user_version"), kSchemaVersion);
}

TEST_F(Opening, AnotherKeyIsRefusedWithAndWithoutEvents) {
  writer();
  reopen();
  for (int round = 0; round < 2; ++round) {
    const auto other = try_open(2);
    ASSERT_EQ(code_of(other), Errc::conflict) << other.error().text();
    EXPECT_NE(other.error().message.find(open_vault(1).key_id()), std::string::npos);
    const auto other_reader = Reader::open(path_, open_vault(2));
    EXPECT_EQ(code_of(other_reader), Errc::conflict);
    FileRow row = file();
    add(row, {event(1)});
    reopen();
  }
  EXPECT_EQ(all().size(), 2U);
}

TEST_F(Opening, AnotherZoneIsRefused) {
  writer();
  reopen();
  EXPECT_EQ(code_of(try_open(1, Zone::fixed(0))), Errc::conflict);
  EXPECT_TRUE(try_open(1).has_value());
}

TEST_F(Opening, ANewerStoreIsRefusedAndLeftAlone) {
  writer();
  reopen();
  sql(("PRAGMA user_version=" + std::to_string(kSchemaVersion + 1)).c_str());
  EXPECT_EQ(code_of(try_open()), Errc::unsupported);
  EXPECT_EQ(code_of(Reader::open(path_, open_vault(1))), Errc::unsupported);
  Database database(path_, Database::Mode::read);
  EXPECT_EQ(database.number("PRAGMA user_version"), kSchemaVersion + 1);
}

TEST_F(Opening, AnOlderStoreLosesWhatNobodyAsksAndNothingElse) {
  FileRow row = file();
  add(row, {event(1)});
  const std::string key = get(writer().reader().meta("key_id")).value_or("");
  reopen();
  sql("CREATE TABLE alert_change(number INTEGER PRIMARY KEY) STRICT; INSERT INTO alert_change VALUES(1); "
      "DROP TABLE push; DROP TABLE loss; INSERT INTO meta(key, value) VALUES('settled_through', '2026-03-02'); PRAGMA "
      "user_version=9;");
  EXPECT_EQ(all().size(), 1U);
  EXPECT_EQ(get(writer().reader().meta("settled_through")), std::nullopt);
  EXPECT_EQ(get(writer().reader().meta("key_id")), key);
  reopen();
  Database database(path_, Database::Mode::write);
  EXPECT_EQ(database.number("SELECT COUNT(*) FROM sqlite_schema WHERE name='alert_change'"), 0);
}

TEST_F(Opening, AnEmptyFileIsAnOldStore) {
  std::ofstream(path_).close();
  EXPECT_EQ(code_of(Reader::open(path_, open_vault(1))), Errc::unsupported);
  EXPECT_TRUE(try_open().has_value());
}

TEST_F(Opening, WhatIsNoStoreIsCorruptAndWhatIsNotThereIsUnavailable) {
  EXPECT_EQ(code_of(Reader::open(path_, open_vault(1))), Errc::unavailable);
  EXPECT_FALSE(std::filesystem::exists(path_));
  std::ofstream(path_) << std::string(8192, 'x');
  EXPECT_EQ(code_of(try_open()), Errc::corrupt);
  EXPECT_EQ(code_of(Reader::open(path_, open_vault(1))), Errc::corrupt);
  path_ = directory_ + "/missing/trail.db";
  const auto missing = try_open();
  ASSERT_EQ(code_of(missing), Errc::unavailable);
  EXPECT_NE(missing.error().hint, "");
}

TEST_F(Opening, AnInterruptedFirstOpeningIsTakenUpAgain) {
  {
    Database database(path_, Database::Mode::write);
    migrate(database);  // killed before the key was noted
  }
  FileRow row = file();
  EXPECT_EQ(fates(add(row, {event(1)})), "s");
}

TEST_F(Opening, WriterIsDurableAndCareful) {
  writer();
  reopen();
  Database database(path_, Database::Mode::write);
  EXPECT_EQ(database.number("PRAGMA synchronous"), 2);
  EXPECT_EQ(database.number("PRAGMA foreign_keys"), 1);
  EXPECT_EQ(database.number("PRAGMA trusted_schema"), 0);
  EXPECT_EQ(database.number("PRAGMA cell_size_check"), 1);
  EXPECT_EQ(database.number("PRAGMA mmap_size"), 0);
  EXPECT_EQ(database.number("PRAGMA secure_delete"), 1);
  Statement mode(database, "PRAGMA journal_mode");
  ASSERT_TRUE(mode.step());
  EXPECT_EQ(mode.text(0), "wal");
}

TEST_F(Opening, AReaderNeverWrites) {
  writer();
  Database database(path_, Database::Mode::read);
  for (const char* statement : {"INSERT INTO open_day(day) VALUES(1)", "DELETE FROM meta", "CREATE TABLE x(y)",
                                "PRAGMA user_version=8", "UPDATE meta SET value='x'"}) {
    EXPECT_THROW(database.execute(statement), SqliteFailure) << statement;
  }
  EXPECT_THROW(database.execute("PRAGMA query_only=OFF; INSERT INTO open_day(day) VALUES(1)"), SqliteFailure);
  EXPECT_TRUE(get(writer().reader().open_days()).empty());
}

TEST_F(Opening, AReaderThatGoesLastLeavesTheLogAlone) {
  FileRow row = file();
  add(row, {event(1), event(2)});
  auto late = reader();
  EXPECT_EQ(get(late->size()), 2);
  reopen();  // not the last connection, so nothing is moved
  const std::string wal = bytes("-wal"), main = bytes("");
  ASSERT_GT(wal.size(), 0U);
  late.reset();
  EXPECT_TRUE(bytes("-wal") == wal);
  EXPECT_TRUE(bytes("") == main);
  EXPECT_EQ(all().size(), 2U);
}

TEST_F(Opening, AReaderSeesOnlyWhatIsCommitted) {
  FileRow row = file();
  add(row, {event(1)});
  const auto other = reader();
  ok(writer().begin(received_));
  ASSERT_TRUE(writer().add(row, {event(2)}).has_value());
  ok(writer().mark_open(day(3, 2)));
  EXPECT_EQ(get(writer().reader().size()), 2);
  EXPECT_EQ(get(writer().reader().events_after(0, 9)).size(), 2U);
  EXPECT_EQ(get(other->size()), 1);
  EXPECT_TRUE(get(other->open_days()).empty());
  ok(writer().commit());
  EXPECT_EQ(get(other->size()), 2);
  const auto events = get(other->events_after(1, 9));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(whole(events[0].event), whole(event(2).event));
}

// A month that is new to the reader: its secret came after the reader was opened.
TEST_F(Opening, AReaderLearnsSecretsOfLaterMonths) {
  FileRow row = file();
  add(row, {event(1)});
  const auto other = reader();
  NewEvent april = event(2);
  april.event.time = at("2026-04-05T10:00:00");
  add(row, {april});
  const auto events = get(other->events({2}));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(whole(events[0].event), whole(april.event));
}

// Full disk, as far as a process can have it without privileges: no file may grow beyond a limit.
TEST_F(Opening, AFullDiskIsAnErrorAndLosesNothingThatWasCommitted) {
  FileRow row = file();
  for (int n = 0; n < 5; ++n) add(row, {event(n)});
  const FileRow before = row;
  reopen();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    auto opened = try_open();
    const rlimit limit{300'000, 300'000};
    if (!opened || ::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(10);
    Writer& full = **opened;
    std::int64_t n = 5;
    for (int transaction = 0; transaction < 200; ++transaction) {
      if (!full.begin(Instant{1})) ::_exit(11);
      std::vector<NewEvent> events;
      for (int i = 0; i < 200; ++i) {
        NewEvent fresh = event(n++);
        fresh.event.raw += random_.bytes(100);
        events.push_back(std::move(fresh));
      }
      FileRow attempt = before;
      const auto added = full.add(attempt, events);
      const Status saved = added ? full.save(attempt) : Status(Done{});
      const Status committed = added && saved ? full.commit() : Status(Done{});
      if (added && saved && committed) continue;
      const Error error = !added ? added.error() : !saved ? saved.error() : committed.error();
      full.rollback();
      const auto left = full.reader().size();
      ::_exit(error.hint.empty() ? 12 : !left ? 13 : *left % 200 != 5 ? 14 : 0);
    }
    ::_exit(15);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);

  const auto events = all();
  ASSERT_GE(events.size(), 5U);
  EXPECT_EQ(events.size() % 200, 5U);  // whole transactions only
  for (std::size_t n = 0; n < 5; ++n)
    EXPECT_EQ(whole(events[n].event), whole(event(static_cast<std::int64_t>(n)).event));
  Database database(path_, Database::Mode::write);
  Statement check(database, "PRAGMA integrity_check");
  ASSERT_TRUE(check.step());
  EXPECT_EQ(check.text(0), "ok");
}

TEST_F(Opening, TwoWritersDoNotMix) {
  FileRow row = file();
  add(row, {event(1)});
  Database second(path_, Database::Mode::write);
  ok(writer().begin(received_));
  second.execute("PRAGMA busy_timeout=1");
  try {
    second.execute("BEGIN IMMEDIATE");
    ADD_FAILURE() << "two transactions at once";
  } catch (const SqliteFailure& failure) {
    EXPECT_EQ(failure.to_error().code, Errc::conflict);
  }
  writer().rollback();
}

}  // namespace
}  // namespace trailwatch::store
