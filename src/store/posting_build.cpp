#include "store/posting_build.h"

#include <algorithm>
#include <vector>

#include "store/posting_runs.h"

namespace trailwatch::store {

namespace {

// Each run of a kind (src/store/posting_block.h) holds the events of one span of ids, in blocks that are known by their
// last posting. docs/formats/store.md has the form of a block.
constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS posting_run(
  id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, first_event INTEGER NOT NULL, last_event INTEGER NOT NULL,
  first_time INTEGER NOT NULL, last_time INTEGER NOT NULL, entries INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS posting_block(
  run INTEGER NOT NULL, key INTEGER NOT NULL, time INTEGER NOT NULL, event INTEGER NOT NULL, block BLOB NOT NULL,
  PRIMARY KEY(run, key, time, event)) STRICT, WITHOUT ROWID;
)sql";

// One transaction each: what is dropped is overwritten, and the log of writes holds all of that until then.
constexpr const char* kDrops[] = {"DROP INDEX IF EXISTS event_officer", "DROP INDEX IF EXISTS event_subject",
                                  "DROP INDEX IF EXISTS event_place", "DROP INDEX IF EXISTS event_time"};

// The postings of events `first` … `last`, a run a kind.
void build(Database& database, std::int64_t first, std::int64_t last) {
  std::vector<Posting> officers, subjects, places, times;
  Statement rows(database, "SELECT id, time, officer, place, subject FROM event WHERE id>=? AND id<=? ORDER BY id");
  rows.bind(0, first).bind(1, last);
  while (rows.step()) {
    const std::int64_t event = rows.number(0), time = rows.number(1);
    officers.push_back({rows.number(2), time, event});
    places.push_back({rows.number(3), time, event});
    times.push_back({0, time, event});
    if (!rows.is_null(4)) subjects.push_back({rows.number(4), time, event});
  }
  rows.reset();
  write_run(database, PostingKind::officer, std::move(officers));
  write_run(database, PostingKind::subject, std::move(subjects));
  write_run(database, PostingKind::place, std::move(places));
  write_run(database, PostingKind::time, std::move(times));
}

}  // namespace

void replace_indexes(Database& database, const MigrationProgress& progress) {
  database.execute(kTables);
  const std::int64_t last = database.number("SELECT COALESCE(MAX(id), 0) FROM event");
  std::int64_t next = database.number("SELECT COALESCE(MAX(last_event), 0) + 1 FROM posting_run");
  while (next <= last) {
    const std::int64_t until = std::min(last, next + kFullRun - 1);
    Scope scope(database);
    build(database, next, until);
    scope.commit();
    next = until + 1;
    if (progress) progress(until, last);
  }
  for (const char* const drop : kDrops) database.execute(drop);
}

}  // namespace trailwatch::store
