#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "store/older.h"
#include "store/schema.h"
#include "store/stored.h"
#include "trailwatch/seal/note.h"

namespace trailwatch::store {
namespace {

// A store whose every commit can be signed, and what `verify` says of it in few words.
class Evidence : public test::Stored {
 protected:
  Evidence() : key_(seal::SigningKey::from_seed("trailwatch.example/test", seal::KeyType::log, std::string(32, 'k'))) {}

  void fill(std::int64_t from, std::int64_t until) {
    std::vector<NewEvent> events;
    for (std::int64_t n = from; n < until; ++n) events.push_back(event(n, std::to_string(n)));
    add(file_, events);
  }
  void quarantine(std::int64_t n) {
    ok(writer().begin(received_));
    ok(writer().quarantine(file_, {rejected(n)}));
    ok(writer().save(file_));
    ok(writer().commit());
  }
  std::string sign() {
    const std::int64_t size = get(writer().reader().leaf_count());
    const std::string text =
        seal::to_text(seal::Checkpoint{"trailwatch.example/test", size, get(writer().reader().root(size)), {}});
    const std::string note = seal::to_text(seal::Note{text, {seal::sign(key_, text)}});
    ok(writer().begin(received_));
    ok(writer().put_note({0, size, get(writer().reader().root(size)), note, received_}));
    ok(writer().commit());
    return note;
  }
  Verified verified(std::vector<std::pair<std::string, std::string>> notes = {}) {
    return get(reader()->verify({{key_.verifier()}, std::move(notes)}, nullptr));
  }
  static std::string told(const Verified& outcome) {
    std::string out;
    for (const Fault& fault : outcome.faults) out += fault.where + ": " + fault.what + "\n";
    return out;
  }
  void sql(const std::string& statement) {
    reopen();
    Database database(path_, Database::Mode::write);
    database.execute(statement.c_str());
  }
  std::string after(const std::string& statement) {
    sql(statement);
    return told(verified());
  }

  seal::SigningKey key_;
  FileRow file_ = file();
};

TEST_F(Evidence, EveryRowHasItsLeafAndTheStoreIsIntact) {
  fill(0, 300);
  quarantine(300);
  sign();
  fill(301, 600);
  const Verified outcome = verified();
  EXPECT_EQ(told(outcome), "");
  // 599 events, a quarantined record, and one leaf for the file at each of the three commits.
  EXPECT_EQ(outcome.leaves, 603);
  EXPECT_EQ(outcome.notes, 1);
  EXPECT_EQ(outcome.signed_leaves, 303);
  Reader& reader = writer().reader();
  EXPECT_EQ(get(reader.leaf_of(seal::LeafKind::event, 301)), std::optional<std::int64_t>(303));
  EXPECT_EQ(get(reader.leaf_of(seal::LeafKind::event, 600)), std::nullopt);
  const StoredLeaf leaf = get(reader.leaf(303));
  EXPECT_EQ(leaf.raw, event(301).event.raw);
  EXPECT_TRUE(seal::proves_inclusion(get(reader.inclusion_proof(303, 603)), seal::leaf_hash(leaf.bytes), 303, 603,
                                     get(reader.root(603))));
}

TEST_F(Evidence, DuplicatesAddNoLeaves) {
  fill(0, 10);
  fill(0, 10);
  EXPECT_EQ(verified().leaves, 12);
  EXPECT_EQ(told(verified()), "");
}

TEST_F(Evidence, WhatIsRolledBackLeavesNoTrace) {
  fill(0, 10);
  const Digest before = get(writer().reader().root(11));
  ok(writer().begin(received_));
  FileRow row = file_;
  ASSERT_TRUE(writer().add(row, {event(50), event(51)}).has_value());
  writer().rollback();
  EXPECT_EQ(get(writer().reader().leaf_count()), 11);
  fill(10, 20);
  EXPECT_EQ(get(writer().reader().root(11)), before);
  EXPECT_EQ(told(verified()), "");
}

// The process dies between an event and its commit: neither the row nor the leaf is there.
TEST_F(Evidence, ACrashLeavesNeitherARowWithoutLeafNorALeafWithoutRow) {
  fill(0, 10);
  ok(writer().begin(received_));
  FileRow row = file_;
  ASSERT_TRUE(writer().add(row, {event(50), event(51)}).has_value());
  ok(writer().save(row));
  reopen();
  EXPECT_EQ(told(verified()), "");
  EXPECT_EQ(verified().leaves, 11);
  fill(10, 20);
  EXPECT_EQ(told(verified()), "");
}

TEST_F(Evidence, EarlierNotesHoldAfterMoreIsStored) {
  std::vector<std::pair<std::string, std::string>> notes;
  for (std::int64_t n = 0; n < 40; ++n) {
    fill(n * 13, n * 13 + 13);
    notes.emplace_back("note-" + std::to_string(n), sign());
    if (n % 7 == 0) reopen();
  }
  const Verified outcome = verified(notes);
  EXPECT_EQ(told(outcome), "");
  EXPECT_EQ(outcome.given, 40);
  EXPECT_EQ(outcome.notes, 40);
}

TEST_F(Evidence, OwnRecordsAreLeavesAndCanBeReadBack) {
  ok(writer().begin(received_));
  EXPECT_EQ(get(writer().append_leaf(seal::LeafKind::start, "serve", "", "{\"version\":\"1\"}")), 0);
  EXPECT_EQ(get(writer().append_leaf(seal::LeafKind::config, "a.json", "", "{\"sha256\":\"x\"}")), 1);
  EXPECT_EQ(get(writer().append_leaf(seal::LeafKind::config, "a.json", "", "{\"sha256\":\"y\"}")), 2);
  ok(writer().commit());
  Reader& reader = writer().reader();
  EXPECT_EQ(get(reader.newest_record(seal::LeafKind::config, "a.json")),
            std::optional<std::string>("{\"sha256\":\"y\"}"));
  EXPECT_EQ(get(reader.newest_record(seal::LeafKind::config, "b.json")), std::nullopt);
  EXPECT_EQ(get(reader.record_sources(seal::LeafKind::config)), (std::vector<std::string>{"a.json"}));
  EXPECT_EQ(told(verified()), "");
}

TEST_F(Evidence, AChangedRowIsNamed) {
  fill(0, 5);
  sign();
  EXPECT_EQ(after("UPDATE event SET terminal=(SELECT id FROM word WHERE kind=5 AND text='10.0.0.4') WHERE id=3"),
            "event 3 (vehicle, a.csv, line 3): is not what was sealed (leaf 2)\n");
}

TEST_F(Evidence, ARemovedEventIsNamed) {
  fill(0, 5);
  sign();
  const std::string told = after("DELETE FROM event WHERE id=3");
  EXPECT_EQ(told.substr(0, told.find('\n')), "event 3: is missing");
}

TEST_F(Evidence, ARemovedLastEventIsMissedToo) {
  fill(0, 5);
  EXPECT_NE(after("DELETE FROM event WHERE id=5; DELETE FROM identity WHERE event=5"), "");
}

TEST_F(Evidence, AnAddedEventHasNoLeaf) {
  fill(0, 5);
  const std::string told = after(
      "INSERT INTO event SELECT 6, time, offset_minutes, system, channel, place, officer, account, terminal, action, "
      "lookup_by, "
      "subject_kind, subject, reason_code, case_no, approver, rows, file, line, byte_offset, batch, slot, undecodable "
      "FROM event "
      "WHERE id=5");
  EXPECT_NE(told.find("event 6: no leaf speaks of it\n"), std::string::npos) << told;
}

TEST_F(Evidence, ADroppedTailContradictsTheCheckpointThatWasKept) {
  fill(0, 5);
  const std::filesystem::path copy = directory_ + "/copy.db";
  reopen();
  std::filesystem::copy_file(path_, copy);
  fill(5, 9);
  const std::string kept = sign();
  reopen();
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
  std::filesystem::copy_file(copy, path_, std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(told(verified()), "");
  EXPECT_EQ(told(verified({{"mail of yesterday", kept}})),
            "mail of yesterday: it was signed for 11 leaves, but the store has only 6: what came last is gone\n");
}

TEST_F(Evidence, AChangedLeafHashInAFullTileIsToldFromAChangedRow) {
  fill(0, 300);
  sign();
  EXPECT_EQ(after("UPDATE tile SET hashes = CAST(x'00' || substr(hashes, 2) AS BLOB) WHERE id=0").substr(0, 75),
            "tile 0 of level 0: hash 0 was changed; event 1 (vehicle, a.csv, line 1) is ");
}

TEST_F(Evidence, NotesMustBeSignedByAKnownKey) {
  fill(0, 5);
  sign();
  reopen();
  const auto stranger =
      seal::SigningKey::from_seed("trailwatch.example/test", seal::KeyType::log, std::string(32, 'x'));
  EXPECT_EQ(told(get(reader()->verify({{stranger.verifier()}, {}}, nullptr))),
            "note 1: no known key signed this note\n");
  EXPECT_EQ(told(get(reader()->verify({}, nullptr))), "note 1: no public key is known to check its signature with\n");
}

// One good signature is enough to believe a note, but a stored one has all the lines that our signer wrote.
TEST_F(Evidence, AChangedLineUnderANoteIsFoundThoughAnotherHolds) {
  fill(0, 5);
  const std::int64_t size = get(writer().reader().leaf_count());
  const seal::Checkpoint checkpoint{"trailwatch.example/test", size, get(writer().reader().root(size)), {}};
  const std::string text = seal::to_text(checkpoint);
  const seal::SigningKey witness = key_.as(seal::KeyType::witness);
  const std::string note =
      seal::to_text(seal::Note{text, {seal::sign(key_, text), seal::cosign(witness, text, Instant{})}});
  ok(writer().begin(received_));
  ok(writer().put_note({0, size, checkpoint.root, note, Instant{}}));
  ok(writer().commit());
  reopen();
  const Known known{{key_.verifier(), witness.verifier()}, {}};
  const auto told_after = [&](const std::string& changed) {
    reopen();
    {
      Database database(path_, Database::Mode::write);
      Statement(database, "UPDATE note SET text = ?").bind(0, std::string_view(changed)).run();
    }
    return told(get(reader()->verify(known, nullptr)));
  };
  EXPECT_EQ(told_after(note), "");
  std::string renamed = note, unnumbered = note;
  renamed.replace(renamed.rfind("example/test"), 1, "a");
  unnumbered[unnumbered.rfind("example/test ") + 13] ^= 1;  // the first letter of key id and signature
  EXPECT_EQ(told_after(renamed), "note 1: a line under it is not the log's\n");
  EXPECT_EQ(told_after(unnumbered), "note 1: one of its two signatures is gone or was changed\n");
  EXPECT_EQ(told_after(note.substr(0, note.rfind("\xE2\x80\x94"))),
            "note 1: one of its two signatures is gone or was changed\n");
}

TEST_F(Evidence, AnErasedMonthIsAFaultUnlessALeafSaysSo) {
  fill(0, 5);
  reopen();
  const std::string kept = bytes("");
  sql("DELETE FROM month_secret WHERE month=1202603");
  EXPECT_EQ(
      told(verified()),
      "month 202603 of vehicle: its secret is gone and no leaf says that it was erased: 5 rows can't be checked\n");
  // A leaf of that kind that does not name the secret accounts for nothing.
  ok(writer().begin(received_));
  ASSERT_TRUE(writer().append_leaf(seal::LeafKind::purge, "month/202603/vehicle", "", "{}").has_value());
  ok(writer().commit());
  EXPECT_EQ(verified().faults_in_all, 1);
  reopen();
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
  std::ofstream(path_, std::ios::binary) << kept;
  ok(writer().begin(at("2031-04-01T07:00:00")));
  ok(writer().destroy_secret({1202603, "vehicle", false, false}, "retention: 60 months"));
  ok(writer().commit());
  EXPECT_EQ(told(verified()), "");
  EXPECT_EQ(verified().erased, 5);
}

// What one value more or less in any table of evidence comes to.
TEST_F(Evidence, AnyTableThatIsChangedIsFound) {
  fill(0, 5);
  quarantine(5);
  sign();
  reopen();
  const std::string kept = bytes("");
  const std::vector<std::string> changes = {
      "UPDATE event SET time = time + 1 WHERE id=2",
      "UPDATE event SET subject = subject + 1 WHERE id=2",
      "UPDATE event SET subject = NULL WHERE id=2",
      "UPDATE event SET slot = 3 WHERE id=2",
      "UPDATE event SET lookup_by = 77 WHERE id=2",
      "UPDATE event SET place = 99 WHERE id=2",
      "UPDATE event SET file = 99 WHERE id=2",
      "UPDATE word SET text = text || 'x' WHERE kind=3",
      "UPDATE place SET unit = 'x'",
      "UPDATE file SET name='b.csv'",
      "UPDATE file SET stored = stored + 1",
      "UPDATE file SET header=x'00'",
      "UPDATE intake SET received = received + 1",
      "UPDATE intake SET last_event = last_event + 1",
      "DELETE FROM intake",
      "UPDATE batch SET sealed = CAST(sealed || x'00' AS BLOB) WHERE id=1",
      "DELETE FROM batch WHERE id=1",
      "UPDATE month_secret SET wrapped = CAST(x'00' || substr(wrapped, 2) AS BLOB) WHERE month=1202603",
      "DELETE FROM month_secret WHERE month=1202603",
      "UPDATE shelf SET system = system || 'x'",
      "UPDATE shelf SET number = 2",
      "DELETE FROM shelf",
      "INSERT INTO shelf VALUES(2, 'police')",
      "INSERT INTO erased VALUES(1202603, 0)",
      "INSERT INTO erased VALUES(1202603, 1); INSERT INTO erased_rows VALUES(1, 1202603, x'01'); DELETE FROM event "
      "WHERE id=1",
      "DELETE FROM month_secret",
      "UPDATE identity SET content = content + 1 WHERE event=2",
      "UPDATE identity SET number = number + 100 WHERE event=2",
      "DELETE FROM identity WHERE event=2",
      "UPDATE scope SET highest = highest + 1",
      "UPDATE scope SET text = text || 'x'",
      "INSERT INTO clash VALUES(3)",
      "UPDATE quarantine SET reason = 'x'",
      "UPDATE quarantine SET received = received + 1",
      "DELETE FROM quarantine",
      "UPDATE leaf SET count = count - 1 WHERE first=0",
      "UPDATE leaf SET kind = 2 WHERE first=0",
      "DELETE FROM leaf WHERE first=0",
      "DELETE FROM leaf",
      "UPDATE tile SET hashes = CAST(hashes || hashes AS BLOB)",
      "DELETE FROM tile",
      "INSERT INTO tile VALUES(99, x'00')",
      "UPDATE own_record SET source = 'x'",
      "UPDATE own_record SET received = received + 1",
      "UPDATE own_record SET refers = 9",
      "UPDATE own_record SET kind = 9",
      "DELETE FROM own_record",
      "UPDATE note SET size = size + 1",
      "UPDATE note SET root = x'00'",
      "UPDATE note SET text = replace(text, 'example', 'exemple')",
      "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event WHERE id=1; END",
      "DROP INDEX file_source",
      "DELETE FROM posting_run WHERE kind=2",
      "UPDATE posting_run SET kind = 5 WHERE kind=2",
      "UPDATE posting_run SET last_time = last_time - 1 WHERE kind=1",
      "UPDATE posting_run SET first_time = first_time + 1 WHERE kind=4",
      "UPDATE posting_run SET last_event = last_event + 1",
      "UPDATE posting_run SET entries = entries - 1 WHERE kind=3",
      "DELETE FROM posting_block WHERE run=1",
      "UPDATE posting_block SET key = key + 1 WHERE run=1",
      "UPDATE posting_block SET block = CAST(block || x'00' AS BLOB) WHERE run=4",
      "INSERT INTO posting_block VALUES(99, 1, 1, 1, x'00010101')",
  };
  for (const std::string& change : changes) {
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
    std::ofstream(path_, std::ios::binary) << kept;
    sql(change);
    const auto opened = Reader::open(path_, test::open_vault(1));
    if (!opened) continue;  // refused at the door: found too
    EXPECT_GT(get((*opened)->verify({{key_.verifier()}, {}}, nullptr)).faults_in_all, 0) << change;
  }
}

// As a damaged disk or a hex editor would do it: one bit of the file. Whatever changes what the store says is found.
// TRAILWATCH_FLIPS=2000 for the long run; the seed is printed.
TEST_F(Evidence, AFlippedBitIsFound) {
  fill(0, 600);
  quarantine(600);
  sign();
  fill(601, 1'400);
  sign();
  reopen();
  const char* const wanted = std::getenv("TRAILWATCH_FLIPS");
  const int flips = wanted == nullptr ? 200 : std::atoi(wanted);
  const std::string kept = bytes("");
  // What the store says: every row of every table, in order.
  const auto said = [&]() -> std::string {
    std::string out;
    try {
      Database database(path_, Database::Mode::read);
      std::vector<std::string> tables;
      {
        Statement names(database, "SELECT name FROM sqlite_schema WHERE type='table' ORDER BY name");
        while (names.step()) tables.emplace_back(names.text(0));
      }
      for (const std::string& table : tables) {
        Statement rows(database, ("SELECT * FROM \"" + table + "\"").c_str());
        out += table + "\n";
        while (rows.step()) {
          for (int column = 0; column < rows.columns(); ++column)
            out += std::string(rows.is_null(column) ? "-" : "+") + std::string(rows.text(column)) + "\x1f";
          out += "\n";
        }
      }
    } catch (const SqliteFailure& failure) {
      out = failure.what();
    }
    return out;
  };
  const std::string before = said();
  const std::uint64_t seed = 20'261'124;
  std::uint64_t state = seed;
  int changed = 0, found = 0, harmless = 0;
  for (int i = 0; i < flips; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    const std::size_t at = (state >> 20U) % kept.size();
    std::string damaged = kept;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (state >> 17U & 7U)));
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
    std::ofstream(path_, std::ios::binary) << damaged;
    const bool is_changed = said() != before;
    bool is_found = true;
    const auto opened = Reader::open(path_, test::open_vault(1));
    if (opened) {
      const auto outcome = (*opened)->verify({{key_.verifier()}, {}}, nullptr);
      is_found = !outcome || !outcome->is_intact();
    }
    changed += is_changed ? 1 : 0;
    found += is_changed && is_found ? 1 : 0;
    harmless += !is_changed && !is_found ? 1 : 0;
    EXPECT_TRUE(!is_changed || is_found) << "byte " << at << ", flip " << i;
  }
  std::printf("seed %llu: %d flips, %d changed a value, %d of those found; %d changed nothing and were passed\n",
              static_cast<unsigned long long>(seed), flips, changed, found, harmless);
  EXPECT_EQ(found, changed);
  EXPECT_GT(changed, flips / 4);
}

// A store of schema 2: its rows get their leaves when it is opened for writing.
TEST_F(Evidence, AnOlderStoreIsSealedWhenItIsOpened) {
  fill(0, 300);
  quarantine(300);
  reopen();
  test::seal_as_before_shelves(path_);
  sql("DROP TABLE leaf; DROP TABLE tile; DROP TABLE own_record; DROP TABLE note; DELETE FROM month_secret WHERE "
      "month=0; "
      "DELETE FROM batch WHERE month=0; DROP TABLE outbox; DROP TABLE report; DROP TABLE told; DROP TABLE told_day; "
      "DROP TABLE sampling_answer; DROP TABLE exported; DROP TABLE in_force; DROP TABLE push; DROP TABLE loss; "
      "DROP TABLE shelf; DROP TABLE erased_rows; DROP TABLE erased; DROP TABLE hold_end; DROP TABLE hold; "
      "DROP TABLE unmasking; PRAGMA user_version=2;");
  EXPECT_EQ(code_of(Reader::open(path_, test::open_vault(1))), Errc::unsupported);
  EXPECT_EQ(get(writer().reader().leaf_count()), 302);
  fill(301, 310);
  const Verified outcome = verified();
  EXPECT_EQ(outcome.leaves, 302 + 10);
  // The batch numbers of what was taken away for this test are missing; nothing else is.
  for (const Fault& fault : outcome.faults) EXPECT_EQ(fault.where.substr(0, 5), "batch") << fault.what;
}

}  // namespace
}  // namespace trailwatch::store
