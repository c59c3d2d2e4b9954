#include "store/purge_rows.h"

#include <sqlite3.h>

#include <algorithm>
#include <set>
#include <vector>

#include "store/alert_rows.h"
#include "store/packing.h"
#include "store/posting_runs.h"
#include "store/shelves.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/seal/leaf.h"

namespace trailwatch::store {

namespace {

constexpr std::int64_t kRowsPerBatch = 1'000;

// First day of the month and of the next one.
std::pair<LocalDay, LocalDay> days_of(vault::Month secret) {
  const vault::Month month = vault::calendar_month(secret);
  const auto year = static_cast<int>(month / 100), number = static_cast<int>(month % 100);
  return {to_day({year, number, 1}), number == 12 ? to_day({year + 1, 1, 1}) : to_day({year, number + 1, 1})};
}

std::string month_text(vault::Month secret) {
  const std::string month = std::to_string(vault::calendar_month(secret));
  return month.size() < 3 ? month : month.substr(0, month.size() - 2) + "-" + month.substr(month.size() - 2);
}

}  // namespace

void PurgeRows::seal_again(vault::Month secret, vault::Month now) {
  struct File {
    std::int64_t number;
    std::string text;
  };
  std::vector<File> files;
  Statement rows(connection_.database, "SELECT number, sealed FROM in_force WHERE month=? ORDER BY number");
  rows.bind(0, secret);
  while (rows.step()) {
    Result<std::string> text = connection_.vault.unseal_note(-rows.number(0), secret, rows.text(1));
    if (!text) throw SqliteFailure(SQLITE_CORRUPT, text.error().text());
    files.push_back({rows.number(0), *std::move(text)});
  }
  rows.reset();
  for (const File& file : files) {
    const std::string sealed = events_.seal_note(-file.number, now, file.text);
    Statement(connection_.database, "UPDATE in_force SET month=?, sealed=? WHERE number=?")
        .bind(0, now)
        .bind_bytes(1, sealed)
        .bind(2, file.number)
        .run();
  }
}

Status PurgeRows::destroy_secret(const Shelf& shelf, std::string_view why, Instant now) {
  Database& database = connection_.database;
  Statement known(database, "SELECT 1 FROM month_secret WHERE month=?");
  if (!known.bind(0, shelf.secret).step()) {
    return Error{Errc::not_found, "there is no secret " + std::to_string(shelf.secret), "", {}};
  }
  known.reset();
  const vault::Month month = vault::month_of(zone_.local(now).day);
  if (shelf.secret <= 0 || shelf.month() >= month) {
    return Error{Errc::conflict, "month " + month_text(shelf.secret) + " is not over", "", {}};
  }
  if (vault::class_of(shelf.secret) == 0) seal_again(shelf.secret, month);
  const std::string system = system_of(database, shelf.secret);
  std::string record;
  seal::add_member(record, "month", month_text(shelf.secret));
  seal::add_member(record, "secret", shelf.secret);
  seal::add_member(record, "system", system);
  seal::add_member(record, "what", "secret");
  seal::add_member(record, "why", why);
  record.push_back('}');
  add_leaf_(shelf_source(shelf.secret, system), record);
  Statement(database, "INSERT INTO erased(month, emptied) VALUES(?, 0)").bind(0, shelf.secret).run();
  Statement(database, "DELETE FROM month_secret WHERE month=?").bind(0, shelf.secret).run();
  destroyed_.push_back(shelf.secret);
  events_.forget_shelves();
  return Done{};
}

void PurgeRows::committed() {
  if (destroyed_.empty()) return;
  for (const vault::Month secret : destroyed_) connection_.vault.forget_secret(secret);
  connection_.sealed.forget();
  destroyed_.clear();
}

void PurgeRows::forget() {
  seen_.clear();
  destroyed_.clear();
}

std::int64_t PurgeRows::take_events(vault::Month secret, std::int64_t rows_max) {
  Database& database = connection_.database;
  const auto [first, next] = days_of(secret);
  auto [time, id] = seen_.try_emplace(secret, zone_.start_of(first.plus(-1)).micros, 0).first->second;
  std::vector<EventId> events;
  Statement rows(database,
                 "SELECT p.event, p.time FROM posting(?, 0, ?, ?) p CROSS JOIN event e ON e.id = p.event "
                 "JOIN batch b ON b.id = e.batch WHERE (p.time, p.event) > (?, ?) AND b.month = ? "
                 "ORDER BY p.time, p.event LIMIT ?");
  rows.bind(0, static_cast<std::int64_t>(PostingKind::time))
      .bind(1, time)
      .bind(2, zone_.start_of(next.plus(1)).micros)
      .bind(3, time)
      .bind(4, id)
      .bind(5, secret)
      .bind(6, rows_max);
  while (rows.step()) {
    events.push_back(rows.number(0));
    time = rows.number(1);
    id = rows.number(0);
  }
  rows.reset();
  seen_[secret] = {time, id};
  if (events.empty()) return 0;
  std::sort(events.begin(), events.end());
  Statement remove(database, "DELETE FROM event WHERE id=?");
  for (const EventId event : events) remove.bind(0, event).run();
  remove_postings(database, events);
  const std::int64_t lot = database.number("SELECT COALESCE(MAX(id), 0) + 1 FROM erased_rows");
  const std::string packed = pack_ids(events);
  Statement(database, "INSERT INTO erased_rows(id, month, events) VALUES(?, ?, ?)")
      .bind(0, lot)
      .bind(1, secret)
      .bind_bytes(2, packed)
      .run();
  const std::string system = system_of(database, secret);
  std::string record;
  seal::add_member(record, "lot", lot);
  seal::add_member(record, "month", month_text(secret));
  seal::add_member(record, "rows", static_cast<std::int64_t>(events.size()));
  seal::add_member(record, "secret", secret);
  seal::add_member(record, "sha256", to_hex(sha256(std::to_string(secret) + "\n" + packed)));
  seal::add_member(record, "system", system);
  seal::add_member(record, "what", "rows");
  record.push_back('}');
  add_leaf_(shelf_source(secret, system), record);
  return static_cast<std::int64_t>(events.size());
}

// The numbers of batches stay without a hole; what was in them goes.
std::int64_t PurgeRows::take_batches(vault::Month secret, std::int64_t rows_max) {
  Statement(connection_.database,
            "UPDATE batch SET sealed=x'' WHERE id IN "
            "(SELECT id FROM batch WHERE month=? AND length(sealed) > 0 ORDER BY id LIMIT ?)")
      .bind(0, secret)
      .bind(1, std::max<std::int64_t>(1, rows_max / kRowsPerBatch))
      .run();
  return connection_.database.changes();
}

// Stores from before there were shelves tell records apart by fingerprints whose key stays: with it, and with what is
// known of a record from elsewhere, its missing part could be tried out. Negative numbers are no fingerprints.
void PurgeRows::take_fingerprints(vault::Month secret) {
  std::set<EventId> events;
  Statement lots(connection_.database, "SELECT events FROM erased_rows WHERE month=?");
  lots.bind(0, secret);
  while (lots.step()) {
    for (const EventId event : unpack_ids(lots.text(0))) events.insert(event);
  }
  lots.reset();
  if (events.empty()) return;
  struct Row {
    std::int64_t scope, number, content;
    EventId event;
  };
  std::vector<Row> found;
  Statement rows(connection_.database, "SELECT scope, number, content, event FROM identity WHERE content >= 0");
  while (rows.step()) {
    if (events.count(rows.number(3)) == 0) continue;
    found.push_back({rows.number(0), rows.number(1), rows.number(2), rows.number(3)});
  }
  rows.reset();
  Statement change(connection_.database, "UPDATE identity SET content=? WHERE scope=? AND number=? AND content=?");
  for (const Row& row : found) {
    change.bind(0, -row.event).bind(1, row.scope).bind(2, row.number).bind(3, row.content).run();
  }
}

// Findings none of whose events is left, and alerts without findings. Of a month that has no event left at all:
// everything that was counted and concluded.
void PurgeRows::take_judgements(vault::Month secret) {
  Database& database = connection_.database;
  const auto [first, next] = days_of(secret);
  Statement any(database, "SELECT 1 FROM posting(?, 0, ?, ?) LIMIT 1");
  any.bind(0, static_cast<std::int64_t>(PostingKind::time))
      .bind(1, zone_.start_of(first).micros)
      .bind(2, zone_.start_of(next).micros);
  const bool is_empty = !any.step();
  any.reset();
  Statement there(database, "SELECT 1 FROM event WHERE id=?");
  const auto is_there = [&](EventId event) {
    const bool yes = there.bind(0, event).step();
    there.reset();
    return yes;
  };
  for (LocalDay day = first; day < next; day = day.plus(1)) {
    const std::int64_t number = day.days;
    if (is_empty) {
      forget_day(database, day);
      for (const char* sql :
           {"DELETE FROM finding WHERE day=?", "DELETE FROM alert WHERE day=?", "DELETE FROM told WHERE day=?",
            "DELETE FROM told_day WHERE day=?", "DELETE FROM open_day WHERE day=?"}) {
        Statement(database, sql).bind(0, number).run();
      }
      continue;
    }
    struct Key {
      std::int64_t about;
      std::string agency, name, rule, group;
    };
    std::vector<Key> gone;
    Statement findings(database, "SELECT about, agency, name, rule, grp, events FROM finding WHERE day=?");
    findings.bind(0, number);
    while (findings.step()) {
      const std::vector<EventId> events = unpack_ids(findings.text(5));
      if (events.empty() || std::any_of(events.begin(), events.end(), is_there)) continue;
      gone.push_back({findings.number(0), std::string(findings.text(1)), std::string(findings.text(2)),
                      std::string(findings.text(3)), std::string(findings.text(4))});
    }
    findings.reset();
    Statement remove(database,
                     "DELETE FROM finding WHERE day=? AND about=? AND agency=? AND name=? AND rule=? AND grp=?");
    for (const Key& key : gone) {
      remove.bind(0, number)
          .bind(1, key.about)
          .bind(2, std::string_view(key.agency))
          .bind(3, std::string_view(key.name))
          .bind(4, std::string_view(key.rule))
          .bind(5, std::string_view(key.group))
          .run();
    }
    if (gone.empty()) continue;
    for (const char* table : {"alert", "told"}) {
      const std::string sql = std::string("DELETE FROM ") + table +
                              " WHERE day=? AND NOT EXISTS (SELECT 1 FROM finding f " + "WHERE f.day = " + table +
                              ".day AND f.about = " + table + ".about AND f.agency = " + table +
                              ".agency AND f.name = " + table + ".name)";
      Statement(database, sql.c_str()).bind(0, number).run();
    }
  }
}

Purged PurgeRows::step(vault::Month secret, std::int64_t rows_max) {
  Purged out;
  out.rows = take_events(secret, rows_max);
  if (out.rows == rows_max) return out;
  if (take_batches(secret, rows_max) > 0) return out;
  if (vault::class_of(secret) == 0) {
    take_fingerprints(secret);
    Statement(connection_.database, "UPDATE outbox SET payload=x'' WHERE month=?").bind(0, secret).run();
  }
  take_judgements(secret);
  Statement(connection_.database, "UPDATE erased SET emptied=1 WHERE month=?").bind(0, secret).run();
  const std::string system = system_of(connection_.database, secret);
  std::string record;
  seal::add_member(record, "month", month_text(secret));
  seal::add_member(record, "secret", secret);
  seal::add_member(record, "system", system);
  seal::add_member(record, "what", "end");
  record.push_back('}');
  add_leaf_(shelf_source(secret, system), record);
  seen_.erase(secret);
  out.is_done = true;
  return out;
}

}  // namespace trailwatch::store
