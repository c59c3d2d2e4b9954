#include "store/schema.h"

#include <sqlite3.h>

#include <array>
#include <string>

#include "store/posting_build.h"

namespace trailwatch::store {

namespace {

// Times are microseconds UTC, days are days since 1970-01-01 in the deployment's zone. Nothing personal stands here in
// the plain: a subject is its token, everything else about persons lies in sealed batches.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Random secrets by month of the events, wrapped by the master key. Deleting a row makes that month's persons unreadable.
CREATE TABLE month_secret(month INTEGER PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;

-- The dictionary: systems, agencies, officers, terminals … by kind (see src/store/dictionary.h).
CREATE TABLE word(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE(kind, text)) STRICT;
CREATE TABLE place(id INTEGER PRIMARY KEY, agency TEXT NOT NULL, unit TEXT NOT NULL, UNIQUE(agency, unit)) STRICT;

-- One row a delivered file. `logical` is the first delivery of the same content; `taken` the hash of the first `position` bytes.
CREATE TABLE file(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, name TEXT NOT NULL, logical INTEGER NOT NULL,
  head_bytes INTEGER NOT NULL, head TEXT NOT NULL, taken TEXT NOT NULL,
  position INTEGER NOT NULL, line INTEGER NOT NULL, rows INTEGER NOT NULL, declared INTEGER, header BLOB NOT NULL,
  stored INTEGER NOT NULL, duplicates INTEGER NOT NULL, quarantined INTEGER NOT NULL, pending INTEGER NOT NULL,
  newest INTEGER, first_seen INTEGER NOT NULL, last_read INTEGER NOT NULL) STRICT;
CREATE INDEX file_source ON file(source, name);

-- One row a commit: when those events were received.
CREATE TABLE intake(id INTEGER PRIMARY KEY, received INTEGER NOT NULL, first_event INTEGER NOT NULL,
                    last_event INTEGER NOT NULL) STRICT;

CREATE TABLE batch(id INTEGER PRIMARY KEY, month INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;

CREATE TABLE event(
  id INTEGER PRIMARY KEY, time INTEGER NOT NULL, offset_minutes INTEGER NOT NULL,
  system INTEGER NOT NULL, channel INTEGER NOT NULL, place INTEGER NOT NULL, officer INTEGER NOT NULL,
  account INTEGER NOT NULL, terminal INTEGER NOT NULL, action INTEGER NOT NULL,
  lookup_by INTEGER NOT NULL, subject_kind INTEGER NOT NULL, subject INTEGER,
  reason_code INTEGER NOT NULL, case_no TEXT NOT NULL, approver INTEGER NOT NULL, rows INTEGER,
  file INTEGER NOT NULL, line INTEGER NOT NULL, byte_offset INTEGER NOT NULL,
  batch INTEGER NOT NULL, slot INTEGER NOT NULL, undecodable INTEGER NOT NULL) STRICT;
CREATE INDEX event_officer ON event(officer, time);
CREATE INDEX event_subject ON event(subject, time) WHERE subject IS NOT NULL;
CREATE INDEX event_place ON event(place, time);
CREATE INDEX event_time ON event(time);

-- Which record is which: scope and number as the profile declares them, with a keyed fingerprint of the bytes.
CREATE TABLE scope(id INTEGER PRIMARY KEY, source TEXT NOT NULL, text TEXT NOT NULL, is_numeric INTEGER NOT NULL,
                   lowest INTEGER NOT NULL, highest INTEGER NOT NULL, numbers INTEGER NOT NULL, UNIQUE(source, text)) STRICT;
CREATE TABLE identity(scope INTEGER NOT NULL, number INTEGER NOT NULL, content INTEGER NOT NULL, event INTEGER NOT NULL,
                      PRIMARY KEY(scope, number, content)) STRICT, WITHOUT ROWID;

-- Events whose key an earlier record with other bytes bears too.
CREATE TABLE clash(event INTEGER PRIMARY KEY) STRICT;

-- Records that could not be read as events, by logical file. The bytes lie in the sealed batch.
CREATE TABLE quarantine(id INTEGER PRIMARY KEY, file INTEGER NOT NULL, line INTEGER NOT NULL, byte_offset INTEGER NOT NULL,
                        code TEXT NOT NULL, reason TEXT NOT NULL, received INTEGER NOT NULL,
                        batch INTEGER NOT NULL, slot INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX quarantine_place ON quarantine(file, byte_offset);

-- What the rules saw. `tally` counts events by rule (word kind 12; rule 0: any event), day, officer and place.
CREATE TABLE tally(rule INTEGER NOT NULL, day INTEGER NOT NULL, officer INTEGER NOT NULL, place INTEGER NOT NULL,
                   events INTEGER NOT NULL, PRIMARY KEY(rule, day, officer, place)) STRICT, WITHOUT ROWID;
CREATE TABLE match(rule INTEGER NOT NULL, officer INTEGER NOT NULL, day INTEGER NOT NULL, event INTEGER NOT NULL,
                   time INTEGER NOT NULL, PRIMARY KEY(rule, officer, day, event)) STRICT, WITHOUT ROWID;
-- Days whose baselines must be computed (again).
CREATE TABLE open_day(day INTEGER PRIMARY KEY) STRICT;

CREATE TABLE finding(day INTEGER NOT NULL, about INTEGER NOT NULL, agency TEXT NOT NULL, name TEXT NOT NULL, rule TEXT NOT NULL,
                     grp TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL, points REAL NOT NULL,
                     sentence TEXT NOT NULL, numbers TEXT NOT NULL, events BLOB NOT NULL,
                     PRIMARY KEY(day, about, agency, name, rule, grp)) STRICT, WITHOUT ROWID;
CREATE TABLE alert(id TEXT PRIMARY KEY, day INTEGER NOT NULL, about INTEGER NOT NULL, agency TEXT NOT NULL, name TEXT NOT NULL,
                   score REAL NOT NULL, severity INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
                   events INTEGER NOT NULL, why TEXT NOT NULL, contributions TEXT NOT NULL, evidence BLOB NOT NULL,
                   status TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX alert_day ON alert(day, score DESC, id);

-- For people who open this file with other tools: words instead of codes, tokens instead of persons.
CREATE VIEW events AS
  SELECT e.id, strftime('%Y-%m-%dT%H:%M:%SZ', e.time / 1000000, 'unixepoch') AS time_utc,
         s.text AS system, c.text AS channel, p.agency, p.unit, o.text AS officer, a.text AS account, t.text AS terminal,
         f.text AS action, e.subject_kind, e.subject AS subject_token, r.text AS reason_code, e.case_no,
         v.text AS approver, e.rows, d.source, d.name AS file, e.line
  FROM event e JOIN word s ON s.id = e.system JOIN word c ON c.id = e.channel JOIN place p ON p.id = e.place
  JOIN word o ON o.id = e.officer JOIN word a ON a.id = e.account JOIN word t ON t.id = e.terminal
  JOIN word f ON f.id = e.action JOIN word r ON r.id = e.reason_code JOIN word v ON v.id = e.approver
  JOIN file d ON d.id = e.file;
)sql";

// What people decided. `ledger` says who, when and why (sealed as a note of the month of `at`); the other three what.
// One numbering over all of them, so that one number is a cut. Nothing here is ever changed or taken out.
constexpr const char* kVersion2 = R"sql(
CREATE TABLE ledger(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, officer TEXT NOT NULL, month INTEGER NOT NULL,
                    note BLOB NOT NULL, request TEXT UNIQUE) STRICT;
CREATE TABLE decision(entry INTEGER PRIMARY KEY REFERENCES ledger(id), alert TEXT NOT NULL, day INTEGER NOT NULL,
                      about INTEGER NOT NULL, agency TEXT NOT NULL, name TEXT NOT NULL, verdict TEXT NOT NULL,
                      rules TEXT NOT NULL, evidence BLOB NOT NULL) STRICT;
CREATE TABLE suppression(entry INTEGER PRIMARY KEY REFERENCES ledger(id), about INTEGER NOT NULL, agency TEXT NOT NULL,
                         name TEXT NOT NULL, rule TEXT NOT NULL, grp TEXT NOT NULL, first_day INTEGER NOT NULL,
                         last_day INTEGER NOT NULL, decision INTEGER REFERENCES decision(entry)) STRICT;
CREATE TABLE suppression_end(entry INTEGER PRIMARY KEY REFERENCES ledger(id),
                             suppression INTEGER NOT NULL UNIQUE REFERENCES suppression(entry),
                             day INTEGER NOT NULL) STRICT;

CREATE TRIGGER ledger_stays BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER ledger_keeps BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER decision_stays BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER decision_keeps BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER suppression_stays BEFORE UPDATE ON suppression BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER suppression_keeps BEFORE DELETE ON suppression BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER suppression_end_stays BEFORE UPDATE ON suppression_end
  BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER suppression_end_keeps BEFORE DELETE ON suppression_end
  BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;

-- Alerts of one officer in order of days: cases.
CREATE INDEX alert_key ON alert(about, agency, name, day);
)sql";

// Evidence: the tree over everything that was stored, and the notes that were signed about it (docs/evidence.md).
constexpr const char* kVersion3 = R"sql(
-- Which leaf is about which row: leaves first … first + count - 1 are about rows ref … of that kind, one each. Kinds: seal/leaf.h.
CREATE TABLE leaf(first INTEGER PRIMARY KEY, kind INTEGER NOT NULL, ref INTEGER NOT NULL, count INTEGER NOT NULL) STRICT;
CREATE INDEX leaf_ref ON leaf(kind, ref);
-- Up to 256 hashes of 32 bytes of a level (0: leaves); id = level << 48 | index of the tile in its level.
CREATE TABLE tile(id INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
-- The house's own records, of all kinds but events and quarantine. What they say lies in the sealed batch.
CREATE TABLE own_record(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, source TEXT NOT NULL, received INTEGER NOT NULL,
                        refers INTEGER NOT NULL, batch INTEGER NOT NULL, slot INTEGER NOT NULL) STRICT;
CREATE INDEX own_record_source ON own_record(kind, source, id);
-- Signed checkpoints, in the order in which they were signed.
CREATE TABLE note(id INTEGER PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, text TEXT NOT NULL,
                  signed INTEGER NOT NULL) STRICT;
)sql";

// Kept free: numbers once given are never given again.
constexpr const char* kNothing = "SELECT 1;";

// What is on its way to people and machines, and what they were told. A message lies in the outbox from the same
// transaction as its cause; its payload is sealed as a note of the month of `created` and goes once it is delivered.
constexpr const char* kVersion5 = R"sql(
CREATE TABLE outbox(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, channel TEXT NOT NULL,
                    recipient TEXT NOT NULL, key TEXT NOT NULL, month INTEGER NOT NULL, payload BLOB NOT NULL,
                    created INTEGER NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL, failing_since INTEGER,
                    error TEXT NOT NULL, delivered INTEGER, refused INTEGER) STRICT;
CREATE INDEX outbox_due ON outbox(due) WHERE delivered IS NULL AND refused IS NULL;
CREATE INDEX outbox_key ON outbox(kind, channel, key);

-- An issued report as it was sent: `files` names each with its SHA-256, `content` has their bytes, sealed.
CREATE TABLE report(day INTEGER PRIMARY KEY, issued INTEGER NOT NULL, log_size INTEGER NOT NULL,
                    decisions_cut INTEGER NOT NULL, rules TEXT NOT NULL, reference TEXT NOT NULL, files TEXT NOT NULL,
                    month INTEGER NOT NULL, content BLOB NOT NULL) STRICT;
CREATE TRIGGER report_stays BEFORE UPDATE ON report BEGIN SELECT RAISE(ABORT, 'an issued report stays'); END;
CREATE TRIGGER report_keeps BEFORE DELETE ON report BEGIN SELECT RAISE(ABORT, 'an issued report stays'); END;

-- The alerts and the number of events of each reported day, as the newest report knows them: what differs is news.
CREATE TABLE told(alert TEXT PRIMARY KEY, day INTEGER NOT NULL, about INTEGER NOT NULL, agency TEXT NOT NULL,
                  name TEXT NOT NULL, score REAL NOT NULL, events INTEGER NOT NULL, evidence TEXT NOT NULL,
                  listed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX told_of_day ON told(day);
CREATE TABLE told_day(day INTEGER PRIMARY KEY, events INTEGER NOT NULL) STRICT;
)sql";

// The sampling audit: what units answered, by the entry in the ledger that holds their words; and what was exported,
// when and by whom. Nothing here is ever changed or taken out.
constexpr const char* kVersion6 = R"sql(
CREATE TABLE sampling_answer(entry INTEGER PRIMARY KEY REFERENCES ledger(id), period TEXT NOT NULL,
                             event INTEGER NOT NULL, answer TEXT NOT NULL) STRICT;
CREATE INDEX sampling_answer_event ON sampling_answer(period, event);
CREATE TABLE exported(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, officer TEXT NOT NULL, kind TEXT NOT NULL,
                      period TEXT NOT NULL, scope TEXT NOT NULL, files TEXT NOT NULL, events BLOB NOT NULL,
                      request TEXT UNIQUE) STRICT;

CREATE TRIGGER sampling_answer_stays BEFORE UPDATE ON sampling_answer
  BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER sampling_answer_keeps BEFORE DELETE ON sampling_answer
  BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER exported_stays BEFORE UPDATE ON exported BEGIN SELECT RAISE(ABORT, 'exports stay on record'); END;
CREATE TRIGGER exported_keeps BEFORE DELETE ON exported BEGIN SELECT RAISE(ABORT, 'exports stay on record'); END;
)sql";

// `in_force`: the reference and rule files by which the store was evaluated last, sealed as notes of the month they
// came in.
constexpr const char* kVersion7 = R"sql(
CREATE TABLE in_force(number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL, month INTEGER NOT NULL,
                      sealed BLOB NOT NULL, UNIQUE(kind, name)) STRICT;
)sql";

// The life of personal data (docs/adr/0014). `shelf` numbers the systems; the number of a secret is number * 1,000,000
// + month, and 0 * … for what belongs to no system. `erased`: shelves whose secret was destroyed and must never come
// again, with the events of theirs that are gone; `emptied` 1: all of them are.
constexpr const char* kVersion8 = R"sql(
CREATE TABLE shelf(number INTEGER PRIMARY KEY, system TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE erased(month INTEGER PRIMARY KEY, emptied INTEGER NOT NULL) STRICT;
CREATE TABLE erased_rows(id INTEGER PRIMARY KEY, month INTEGER NOT NULL REFERENCES erased(month),
                         events BLOB NOT NULL) STRICT;

-- `months` is what is held, as JSON: [["police", 202603, 202604]]; "" is every system.
CREATE TABLE hold(entry INTEGER PRIMARY KEY REFERENCES ledger(id), months TEXT NOT NULL, about TEXT NOT NULL) STRICT;
CREATE TABLE hold_end(entry INTEGER PRIMARY KEY REFERENCES ledger(id),
                      hold INTEGER NOT NULL UNIQUE REFERENCES hold(entry)) STRICT;
CREATE TABLE unmasking(entry INTEGER PRIMARY KEY REFERENCES ledger(id), step INTEGER NOT NULL, alert TEXT NOT NULL,
                       case_no TEXT NOT NULL, request INTEGER REFERENCES unmasking(entry), second TEXT NOT NULL) STRICT;
-- A request is approved once and shown once.
CREATE UNIQUE INDEX unmasking_once ON unmasking(request, step) WHERE request IS NOT NULL;

CREATE TRIGGER erased_keeps BEFORE DELETE ON erased BEGIN SELECT RAISE(ABORT, 'what was erased stays erased'); END;
CREATE TRIGGER erased_rows_stays BEFORE UPDATE ON erased_rows
  BEGIN SELECT RAISE(ABORT, 'what was erased stays erased'); END;
CREATE TRIGGER erased_rows_keeps BEFORE DELETE ON erased_rows
  BEGIN SELECT RAISE(ABORT, 'what was erased stays erased'); END;
CREATE TRIGGER hold_stays BEFORE UPDATE ON hold BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER hold_keeps BEFORE DELETE ON hold BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER hold_end_stays BEFORE UPDATE ON hold_end BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER hold_end_keeps BEFORE DELETE ON hold_end BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER unmasking_stays BEFORE UPDATE ON unmasking BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER unmasking_keeps BEFORE DELETE ON unmasking BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
)sql";

// Stores of schema 7 to 9 have a table that nobody asked: what reports tell as new or gone stands in `told`.
constexpr const char* kVersion10 = R"sql(
DROP TABLE IF EXISTS alert_change;
DELETE FROM meta WHERE key='settled_through';
)sql";

// Live sources: `push` holds what was answered to a delivery that its sender has given a key, so that the same one
// again is answered the same way and stored once; `loss` what is known not to have come, each with a leaf of kind gap.
constexpr const char* kVersion11 = R"sql(
CREATE TABLE push(source TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, answer TEXT NOT NULL,
                  received INTEGER NOT NULL, PRIMARY KEY(source, key)) STRICT, WITHOUT ROWID;
CREATE INDEX push_received ON push(received);
CREATE TABLE loss(id INTEGER PRIMARY KEY, source TEXT NOT NULL, stream TEXT NOT NULL, at INTEGER NOT NULL,
                  kind INTEGER NOT NULL, records INTEGER NOT NULL) STRICT;
CREATE INDEX loss_stream ON loss(source, stream, kind);
)sql";

constexpr std::array<const char*, kSchemaVersion> kSteps = {kVersion1, kVersion2,  kVersion3,  kNothing,
                                                            kVersion5, kVersion6,  kVersion7,  kVersion8,
                                                            kNothing,  kVersion10, kVersion11, kNothing};
// Look-ups as sorted runs in the place of the four indexes on `event`: made before the number goes up.
constexpr int kWithPostings = 12;

int version_of(Database& database) {
  return static_cast<int>(database.number("PRAGMA user_version"));
}

}  // namespace

void migrate(Database& database, const MigrationProgress& progress, int target) {
  const int found = version_of(database);
  if (found > kSchemaVersion) {
    throw SqliteFailure(SQLITE_SCHEMA,
                        "the store was made by a newer trailwatch (schema " + std::to_string(found) + ")");
  }
  for (int version = found; version < target; ++version) {
    if (version + 1 == kWithPostings) replace_indexes(database, progress);
    Scope scope(database);
    database.execute(kSteps[static_cast<std::size_t>(version)]);
    database.execute(("PRAGMA user_version=" + std::to_string(version + 1)).c_str());
    scope.commit();
  }
  // Steps of several lines of work were numbered before they met: a store may have a later number and lack this one.
  if (target < 8 || database.number("SELECT COUNT(*) FROM sqlite_schema WHERE name='shelf'") > 0) return;
  Scope scope(database);
  database.execute(kVersion8);
  scope.commit();
}

void require_schema(Database& database) {
  const int found = version_of(database);
  if (found != kSchemaVersion) {
    throw SqliteFailure(SQLITE_SCHEMA, "the store has schema " + std::to_string(found) + ", this program reads " +
                                           std::to_string(kSchemaVersion) +
                                           ": start `trailwatch serve` or `ingest` once");
  }
}

}  // namespace trailwatch::store
