#include "trailwatch/store/reader.h"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

#include "store/connection.h"
#include "store/evidence_rows.h"
#include "store/live_rows.h"
#include "store/shelves.h"
#include "trailwatch/base/plant.h"

namespace trailwatch::store {

namespace {

std::string select_events(const char* rest) {
  return std::string("SELECT ") + kEventColumns + " FROM event e JOIN file f ON f.id = e.file " + rest;
}

std::optional<Instant> optional_time(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return Instant{row.number(column)};
}

std::vector<StoredEvent> collect_events(Connection& connection, Statement& rows) {
  std::vector<StoredEvent> out;
  while (rows.step()) out.push_back(read_event(connection, rows));
  rows.reset();
  return out;
}

// `posting` has what is asked for first: its rows come in order of time and id.
std::string select_found(const char* rest) {
  return std::string("SELECT ") + kEventColumns +
         " FROM posting(?, ?, ?, ?) p CROSS JOIN event e ON e.id = p.event JOIN file f ON f.id = e.file " + rest;
}

Statement& bind_range(Statement& rows, PostingKind kind, std::int64_t key, Instant from, Instant until) {
  return rows.bind(0, static_cast<std::int64_t>(kind)).bind(1, key).bind(2, from.micros).bind(3, until.micros);
}

std::vector<StoredEvent> look_up(Connection& connection, PostingKind kind, std::int64_t key, Instant from,
                                 Instant until) {
  const std::string sql = select_found("ORDER BY p.time, p.event");
  Statement rows(connection.database, sql.c_str());
  bind_range(rows, kind, key, from, until);
  return collect_events(connection, rows);
}

}  // namespace

Reader::Reader(Connection& connection) : connection_(connection) {}
Reader::~Reader() = default;

Result<std::unique_ptr<Reader>> Reader::open(const std::string& path, vault::Vault vault) {
  try {
    const Database::Mode mode = TW_PLANT("second-writer") ? Database::Mode::write : Database::Mode::read;
    auto connection = std::make_unique<Connection>(path, mode, std::move(vault));
    if (TW_PLANT("second-writer")) connection->database.execute("PRAGMA wal_checkpoint");
    if (Status unlocked = unlock(*connection); !unlocked) return std::move(unlocked).error();
    auto reader = std::make_unique<Reader>(*connection);
    reader->owned_ = std::move(connection);
    return reader;
  } catch (const SqliteFailure& failure) {
    return failure.to_error();
  }
}

Result<std::vector<std::pair<EventId, Instant>>> Reader::matches(std::string_view rule, std::string_view officer,
                                                                 LocalDay day) {
  return at_the_door([&] {
    Statement rows(connection_.database,
                   "SELECT event, time FROM match WHERE rule=? AND officer=? AND day=? ORDER BY event");
    rows.bind(0, connection_.words.find(WordKind::rule, rule))
        .bind(1, connection_.words.find(WordKind::officer, officer))
        .bind(2, std::int64_t{day.days});
    std::vector<std::pair<EventId, Instant>> out;
    while (rows.step()) out.emplace_back(rows.number(0), Instant{rows.number(1)});
    return out;
  });
}

Result<std::int64_t> Reader::events_of(LocalDay day, std::string_view officer) {
  return at_the_door([&]() -> std::int64_t {
    const std::int64_t id = connection_.words.find(WordKind::officer, officer);
    if (id == 0) return 0;
    Statement sum(connection_.database,
                  "SELECT COALESCE(SUM(events), 0) FROM tally WHERE rule=0 AND day=? AND officer=?");
    sum.bind(0, std::int64_t{day.days}).bind(1, id);
    return sum.step() ? sum.number(0) : 0;
  });
}

Result<std::vector<TallyRow>> Reader::tallies(std::string_view rule, LocalDay from, LocalDay until) {
  return at_the_door([&] {
    const std::int64_t id = rule.empty() ? 0 : connection_.words.find(WordKind::rule, rule);
    std::vector<TallyRow> out;
    if (!rule.empty() && id == 0) return out;
    Statement rows(connection_.database,
                   "SELECT day, officer, place, events FROM tally WHERE rule=? AND day BETWEEN ? AND ?");
    rows.bind(0, id).bind(1, std::int64_t{from.days}).bind(2, std::int64_t{until.days});
    while (rows.step()) {
      const auto& [agency, unit] = connection_.words.place_text(rows.number(2));
      out.push_back({std::string(rule), connection_.words.text(rows.number(1)), agency, unit,
                     LocalDay{static_cast<std::int32_t>(rows.number(0))}, rows.number(3)});
    }
    // By the words, not by their numbers: those depend on the order of arrival.
    std::sort(out.begin(), out.end(), [](const TallyRow& a, const TallyRow& b) {
      return std::tie(a.day, a.officer, a.agency, a.unit) < std::tie(b.day, b.officer, b.agency, b.unit);
    });
    return out;
  });
}

Result<std::vector<StoredEvent>> Reader::events(const std::vector<EventId>& ids) {
  return at_the_door([&] {
    const std::string sql = select_events("WHERE e.id=?");
    Statement rows(connection_.database, sql.c_str());
    std::vector<StoredEvent> out;
    for (const EventId id : ids) {
      rows.bind(0, id);
      if (rows.step()) out.push_back(read_event(connection_, rows));
      rows.reset();
    }
    return out;
  });
}

Result<std::vector<StoredEvent>> Reader::officer_events(std::string_view officer, Instant from, Instant until) {
  return at_the_door([&] {
    return look_up(connection_, PostingKind::officer, connection_.words.find(WordKind::officer, officer), from, until);
  });
}

Result<std::vector<StoredEvent>> Reader::subject_events(vault::Token subject, Instant from, Instant until) {
  return at_the_door([&] { return look_up(connection_, PostingKind::subject, subject, from, until); });
}

Result<std::vector<StoredEvent>> Reader::unit_events(std::string_view agency, std::string_view unit, Instant from,
                                                     Instant until) {
  return at_the_door([&] {
    return look_up(connection_, PostingKind::place, connection_.words.find_place(agency, unit), from, until);
  });
}

Result<std::vector<StoredEvent>> Reader::events_after(EventId after, std::int64_t limit) {
  return at_the_door([&] {
    const std::string sql = select_events("WHERE e.id>? ORDER BY e.id LIMIT ?");
    Statement rows(connection_.database, sql.c_str());
    rows.bind(0, after).bind(1, limit);
    return collect_events(connection_, rows);
  });
}

Result<std::vector<StoredEvent>> Reader::events_from(Instant from, EventId after, Instant until, std::int64_t limit) {
  return at_the_door([&] {
    const std::string sql = select_found("WHERE (p.time, p.event) > (?, ?) ORDER BY p.time, p.event LIMIT ?");
    Statement rows(connection_.database, sql.c_str());
    bind_range(rows, PostingKind::time, 0, from, until).bind(4, from.micros).bind(5, after).bind(6, limit);
    return collect_events(connection_, rows);
  });
}

Result<std::optional<vault::Token>> Reader::subject_token(EventId event) {
  return at_the_door([&] {
    Statement rows(connection_.database, "SELECT subject FROM event WHERE id=?");
    rows.bind(0, event);
    std::optional<vault::Token> out;
    if (rows.step() && !rows.is_null(0)) out = rows.number(0);
    return out;
  });
}

Result<std::vector<PopulationRow>> Reader::population(Instant from, Instant until) {
  return at_the_door([&] {
    Statement rows(connection_.database,
                   "SELECT e.id, e.system, e.place, e.officer FROM posting(?, ?, ?, ?) p "
                   "CROSS JOIN event e ON e.id = p.event ORDER BY e.id");
    bind_range(rows, PostingKind::time, 0, from, until);
    std::vector<PopulationRow> out;
    while (rows.step()) {
      const auto& [agency, unit] = connection_.words.place_text(rows.number(2));
      out.push_back({rows.number(0), connection_.words.text(rows.number(1)), agency, unit,
                     connection_.words.text(rows.number(3))});
    }
    return out;
  });
}

Result<DayNumbers> Reader::numbers(Instant from, Instant until) {
  return at_the_door([&] {
    Statement rows(connection_.database,
                   "SELECT COUNT(*), COUNT(DISTINCT e.officer), COUNT(DISTINCT e.subject) FROM posting(?, ?, ?, ?) p "
                   "CROSS JOIN event e ON e.id = p.event");
    bind_range(rows, PostingKind::time, 0, from, until);
    rows.step();
    return DayNumbers{rows.number(0), rows.number(1), rows.number(2)};
  });
}

Result<std::vector<std::pair<std::string, std::int64_t>>> Reader::events_by_source(Instant from, Instant until) {
  return at_the_door([&] {
    Statement rows(connection_.database,
                   "SELECT f.source, COUNT(*) FROM posting(?, ?, ?, ?) p CROSS JOIN event e ON e.id = p.event "
                   "JOIN file f ON f.id = e.file GROUP BY f.source ORDER BY f.source");
    bind_range(rows, PostingKind::time, 0, from, until);
    std::vector<std::pair<std::string, std::int64_t>> out;
    while (rows.step()) out.emplace_back(rows.text(0), rows.number(1));
    return out;
  });
}

Result<std::int64_t> Reader::size() {
  return at_the_door([&] { return last_event(connection_.database); });
}

Result<std::optional<std::pair<Instant, Instant>>> Reader::span() {
  return at_the_door([&] {
    Statement rows(connection_.database, "SELECT MIN(first_time), MAX(last_time) FROM posting_run WHERE kind=?");
    rows.bind(0, static_cast<std::int64_t>(PostingKind::time));
    std::optional<std::pair<Instant, Instant>> out;
    const auto take = [&](Instant first, Instant last) {
      out.emplace(out ? std::min(out->first, first) : first, out ? std::max(out->second, last) : last);
    };
    if (rows.step() && !rows.is_null(0)) take(Instant{rows.number(0)}, Instant{rows.number(1)});
    for (const Posting& posting : connection_.postings.pending(PostingKind::time))
      take(Instant{posting.time}, Instant{posting.time});
    return out;
  });
}

Result<std::vector<SourceTotals>> Reader::sources() {
  return at_the_door([&] {
    Statement rows(connection_.database,
                   "SELECT source, COUNT(*), SUM(stored), SUM(duplicates), SUM(quarantined), SUM(pending), MAX(newest) "
                   "FROM file GROUP BY source ORDER BY source");
    std::vector<SourceTotals> out;
    while (rows.step()) {
      out.push_back({std::string(rows.text(0)), rows.number(1), rows.number(2), rows.number(3), rows.number(4),
                     rows.number(5), optional_time(rows, 6)});
    }
    return out;
  });
}

Result<std::vector<FileRow>> Reader::files(std::string_view source) {
  return at_the_door([&] {
    const std::string sql = std::string("SELECT ") + kFileColumns + " FROM file WHERE source=? ORDER BY id";
    Statement rows(connection_.database, sql.c_str());
    rows.bind(0, source);
    std::vector<FileRow> out;
    while (rows.step()) out.push_back(read_file(rows));
    return out;
  });
}

Result<std::vector<QuarantineRow>> Reader::quarantined(std::int64_t limit) {
  return at_the_door([&] {
    Statement rows(
        connection_.database,
        "SELECT q.id, f.source, f.name, q.line, q.code, q.reason FROM quarantine q JOIN file f ON f.id = q.file "
        "ORDER BY q.id DESC LIMIT ?");
    rows.bind(0, limit);
    std::vector<QuarantineRow> out;
    while (rows.step()) {
      out.push_back({rows.number(0), std::string(rows.text(1)), std::string(rows.text(2)), rows.number(3),
                     std::string(rows.text(4)), std::string(rows.text(5))});
    }
    return out;
  });
}

Result<std::string> Reader::quarantined_bytes(std::int64_t id) {
  return at_the_door([&] {
    Statement rows(connection_.database, "SELECT batch, slot FROM quarantine WHERE id=?");
    rows.bind(0, id);
    if (!rows.step()) return std::string();
    return connection_.sealed.read({rows.number(0), rows.number(1)}).raw;
  });
}

Result<std::vector<Hole>> Reader::holes(std::int64_t limit) {
  return at_the_door([&] {
    // Only scopes whose span is larger than what they hold are walked through.
    Statement scopes(connection_.database,
                     "SELECT id, source, text FROM scope WHERE is_numeric=1 AND highest - lowest + 1 > numbers "
                     "ORDER BY source, text");
    Statement numbers(connection_.database, "SELECT number, event FROM identity WHERE scope=? ORDER BY number, event");
    Statement next(connection_.database,
                   "SELECT e.time, f.name FROM event e JOIN file f ON f.id = e.file WHERE e.id=?");
    // Records between the two neighbours in their file that could not be read: theirs are the numbers, and nothing is
    // missing.
    Statement unread(
        connection_.database,
        "SELECT COUNT(*) FROM event a JOIN event b ON b.file = a.file JOIN file f ON f.id = a.file "
        "JOIN quarantine q ON q.file = f.logical AND q.line > a.line AND q.line < b.line WHERE a.id=? AND b.id=?");
    std::vector<Hole> out;
    while (scopes.step() && static_cast<std::int64_t>(out.size()) < limit) {
      std::int64_t before = -1;
      EventId event_before = 0;
      numbers.bind(0, scopes.number(0));
      while (numbers.step() && static_cast<std::int64_t>(out.size()) < limit) {
        const std::int64_t number = numbers.number(0);
        // The largest number can come twice, with other bytes; nothing follows it.
        const std::int64_t first = before == std::numeric_limits<std::int64_t>::max() ? before : before + 1;
        Hole hole{
            std::string(scopes.text(1)), std::string(scopes.text(2)), first, number - 1, numbers.number(1), {}, {}};
        const bool is_hole = event_before != 0 && hole.last >= hole.first;
        before = number;
        const EventId left = event_before;
        if (is_hole) unread.bind(0, left).bind(1, hole.next);
        event_before = hole.next;
        if (!is_hole) continue;
        const bool is_quarantined = unread.step() && unread.number(0) > hole.last - hole.first;
        unread.reset();
        if (is_quarantined) continue;
        // Beside records that were erased nobody can tell any more what was missing.
        next.bind(0, left);
        const bool is_erased = !next.step();
        next.reset();
        next.bind(0, hole.next);
        if (!is_erased && next.step()) {
          hole.time = Instant{next.number(0)};
          hole.file = next.text(1);
          out.push_back(std::move(hole));
        }
        next.reset();
      }
      numbers.reset();
    }
    return out;
  });
}

Result<std::vector<LossRow>> Reader::losses(std::int64_t limit) {
  return at_the_door([&] { return read_losses(connection_.database, limit); });
}

Result<std::optional<PushRow>> Reader::find_push(std::string_view source, std::string_view key) {
  return at_the_door([&] { return store::find_push(connection_.database, source, key); });
}

Result<std::vector<TrailerFault>> Reader::trailer_faults(std::int64_t limit) {
  return at_the_door([&] {
    Statement rows(
        connection_.database,
        "SELECT source, name, declared, rows, newest FROM file WHERE declared IS NOT NULL AND declared<>rows "
        "ORDER BY source, name LIMIT ?");
    rows.bind(0, limit);
    std::vector<TrailerFault> out;
    while (rows.step()) {
      out.push_back({std::string(rows.text(0)), std::string(rows.text(1)), rows.number(2), rows.number(3),
                     optional_time(rows, 4)});
    }
    return out;
  });
}

Result<std::vector<Clash>> Reader::clashes(std::int64_t limit) {
  return at_the_door([&] {
    Statement rows(connection_.database,
                   "SELECT c.event, e.time, f.source, f.name FROM clash c JOIN event e ON e.id = c.event "
                   "JOIN file f ON f.id = e.file ORDER BY c.event LIMIT ?");
    rows.bind(0, limit);
    std::vector<Clash> out;
    while (rows.step()) {
      out.push_back({rows.number(0), Instant{rows.number(1)}, std::string(rows.text(2)), std::string(rows.text(3))});
    }
    return out;
  });
}

Result<std::vector<LocalDay>> Reader::finding_days(model::About about) {
  return at_the_door([&] {
    Statement rows(connection_.database, "SELECT DISTINCT day FROM finding WHERE about=? ORDER BY day");
    rows.bind(0, static_cast<std::int64_t>(about));
    std::vector<LocalDay> out;
    while (rows.step()) out.push_back(LocalDay{static_cast<std::int32_t>(rows.number(0))});
    return out;
  });
}

Result<std::vector<LocalDay>> Reader::open_days() {
  return at_the_door([&] {
    Statement rows(connection_.database, "SELECT day FROM open_day ORDER BY day");
    std::vector<LocalDay> out;
    while (rows.step()) out.push_back(LocalDay{static_cast<std::int32_t>(rows.number(0))});
    return out;
  });
}

Result<std::optional<std::string>> Reader::meta(std::string_view key) {
  return at_the_door([&] {
    Statement rows(connection_.database, "SELECT value FROM meta WHERE key=?");
    rows.bind(0, key);
    std::optional<std::string> out;
    if (rows.step()) out.emplace(rows.text(0));
    return out;
  });
}

Result<std::vector<std::string>> Reader::systems_of(const std::vector<EventId>& ids) {
  return at_the_door([&] {
    std::set<std::string> found;
    Statement row(connection_.database, "SELECT w.text FROM event e JOIN word w ON w.id = e.system WHERE e.id=?");
    for (const EventId id : ids) {
      row.bind(0, id);
      if (row.step()) found.emplace(row.text(0));
      row.reset();
    }
    return std::vector<std::string>(found.begin(), found.end());
  });
}

}  // namespace trailwatch::store
