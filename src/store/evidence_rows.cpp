#include "store/evidence_rows.h"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>

#include "store/packing.h"
#include "store/shelves.h"

namespace trailwatch::store {

namespace {

const char* const kQuarantineRows =
    "SELECT q.id, q.file, q.line, q.byte_offset, q.code, q.reason, q.received, q.batch, q.slot, f.source, f.name, "
    "b.month FROM quarantine q LEFT JOIN file f ON f.id = q.file LEFT JOIN batch b ON b.id = q.batch "
    "WHERE q.id >= ? AND q.id < ? ORDER BY q.id";
const char* const kOwnRows =
    "SELECT o.id, o.kind, o.source, o.received, o.batch, o.slot, b.month FROM own_record o "
    "LEFT JOIN batch b ON b.id = o.batch WHERE o.id >= ? AND o.id < ? ORDER BY o.id";

std::string event_rows() {
  // Columns 23 on: what `read_event` has no use for.
  return std::string("SELECT ") + kEventColumns +
         ", e.file, e.subject, b.month FROM event e LEFT JOIN file f ON f.id = e.file "
         "LEFT JOIN batch b ON b.id = e.batch WHERE e.id >= ? AND e.id < ? ORDER BY e.id";
}
constexpr int kEventFile = 23, kEventToken = 24, kEventMonth = 25;

std::string in_file(const std::string& what, std::int64_t id, std::string_view source, std::string_view file,
                    std::int64_t line) {
  return what + " " + std::to_string(id) + " (" + std::string(source) + ", " + std::string(file) + ", line " +
         std::to_string(line) + ")";
}

bool is_enum(std::int64_t value, std::int64_t last) {
  return value >= 0 && value <= last;
}

}  // namespace

const char* const kFileColumns =
    "id, source, name, logical, head_bytes, head, taken, position, line, rows, declared, header, stored, duplicates, "
    "quarantined, pending, newest, first_seen, last_read";

FileRow read_file(const Statement& row, int first_column) {
  const auto at = [&](int column) { return first_column + column; };
  FileRow file;
  file.id = row.number(at(0));
  file.source = row.text(at(1));
  file.name = row.text(at(2));
  file.logical = row.number(at(3));
  file.head_bytes = row.number(at(4));
  file.head = row.text(at(5));
  file.taken = row.text(at(6));
  file.position = row.number(at(7));
  file.line = row.number(at(8));
  file.rows = row.number(at(9));
  if (!row.is_null(at(10))) file.declared = row.number(at(10));
  file.header = row.text(at(11));
  file.stored = row.number(at(12));
  file.duplicates = row.number(at(13));
  file.quarantined = row.number(at(14));
  file.pending = row.number(at(15));
  if (!row.is_null(at(16))) file.newest = Instant{row.number(at(16))};
  file.first_seen = Instant{row.number(at(17))};
  file.last_read = Instant{row.number(at(18))};
  return file;
}

std::vector<FileRow> all_files(Database& database) {
  const std::string sql = std::string("SELECT ") + kFileColumns + " FROM file ORDER BY id";
  Statement rows(database, sql.c_str());
  std::vector<FileRow> out;
  while (rows.step()) out.push_back(read_file(rows));
  return out;
}

std::string file_record(const FileRow& file) {
  std::string out;
  if (file.declared) seal::add_member(out, "declared", *file.declared);
  seal::add_member(out, "duplicates", file.duplicates);
  seal::add_member(out, "first_seen", file.first_seen.micros);
  seal::add_member(out, "head", file.head);
  seal::add_member(out, "head_bytes", file.head_bytes);
  // The header may hold any bytes; its hash says as much.
  seal::add_member(out, "header_sha256", to_hex(sha256(file.header)));
  seal::add_member(out, "id", file.id);
  seal::add_member(out, "last_read", file.last_read.micros);
  seal::add_member(out, "line", file.line);
  seal::add_member(out, "logical", file.logical);
  seal::add_member(out, "name", file.name);
  if (file.newest) seal::add_member(out, "newest", file.newest->micros);
  seal::add_member(out, "pending", file.pending);
  seal::add_member(out, "position", file.position);
  seal::add_member(out, "quarantined", file.quarantined);
  seal::add_member(out, "rows", file.rows);
  seal::add_member(out, "source", file.source);
  seal::add_member(out, "stored", file.stored);
  seal::add_member(out, "taken", file.taken);
  out.push_back('}');
  return out;
}

ErasedTable::ErasedTable(Database& database) {
  Statement rows(database, "SELECT month, events FROM erased_rows ORDER BY month");
  while (rows.step()) {
    if (months_.empty() || months_.back() != rows.number(0)) months_.push_back(rows.number(0));
    for (const EventId event : unpack_ids(rows.text(1))) {
      const auto at = static_cast<std::uint64_t>(event);
      if (by_event_.empty()) by_event_.resize(static_cast<std::size_t>(last_event(database)) + 1);
      if (at < by_event_.size()) by_event_[at] = static_cast<std::uint32_t>(months_.size());
    }
  }
}

std::optional<vault::Month> ErasedTable::of(EventId event) const {
  const auto at = static_cast<std::uint64_t>(event);
  if (at >= by_event_.size() || by_event_[at] == 0) return std::nullopt;
  return months_[by_event_[at] - 1];
}

IdentityTable::IdentityTable(Database& database) {
  const std::int64_t last = last_event(database);
  rows_.resize(static_cast<std::size_t>(last) + 1);
  is_there_.resize(rows_.size(), false);
  Statement rows(database, "SELECT event, scope, number, content FROM identity");
  while (rows.step()) {
    const auto event = static_cast<std::uint64_t>(rows.number(0));
    if (event == 0 || event >= rows_.size() || is_there_[event]) {
      ++strays_;
      continue;
    }
    rows_[event] = {rows.number(1), rows.number(2), rows.number(3)};
    is_there_[event] = true;
  }
}

std::optional<IdentityRow> IdentityTable::of(EventId event) const {
  const auto at = static_cast<std::uint64_t>(event);
  if (at >= rows_.size() || !is_there_[at]) return std::nullopt;
  return rows_[at];
}

IntakeTable::IntakeTable(Database& database) {
  Statement rows(database, "SELECT first_event, last_event, received FROM intake ORDER BY first_event");
  while (rows.step()) rows_.push_back({rows.number(0), rows.number(1), Instant{rows.number(2)}});
}

std::optional<Instant> IntakeTable::received(EventId event) const {
  auto after =
      std::upper_bound(rows_.begin(), rows_.end(), event, [](EventId id, const Row& row) { return id < row.first; });
  if (after == rows_.begin() || event > std::prev(after)->last) return std::nullopt;
  return std::prev(after)->received;
}

std::optional<EventId> IntakeTable::first_gap(EventId last) const {
  EventId next = 1;
  for (const Row& row : rows_) {
    if (row.first != next || row.last < row.first) return next;
    next = row.last + 1;
  }
  if (next != last + 1) return next;
  return std::nullopt;
}

LeafRows::LeafRows(Connection& connection, IdentityOf identity_of, ReceivedOf received_of, ErasedOf erased_of)
    : connection_(connection),
      identity_of_(std::move(identity_of)),
      received_of_(std::move(received_of)),
      erased_of_(std::move(erased_of)) {}

void LeafRows::finish(Row& row) {
  if (!row.damage.empty() || !connection_.vault.has_secret(row.leaf.month)) return;
  StoredLeaf& leaf = row.leaf;
  leaf.salt = connection_.vault.salt(leaf.month, leaf.index);
  leaf.bytes = seal::leaf_bytes({leaf.kind, leaf.index, leaf.received, leaf.source, leaf.salt, leaf.raw, leaf.record});
}

LeafRows::Row LeafRows::event(Statement& row) {
  Row out;
  const std::int64_t id = row.number(0);
  out.leaf.place = in_file("event", id, row.text(21), row.text(22), row.number(16));
  if (!is_enum(row.number(10), static_cast<std::int64_t>(model::LookupBy::parcel)) ||
      !is_enum(row.number(11), static_cast<std::int64_t>(model::SubjectKind::parcel)) || !is_enum(row.number(20), 1) ||
      row.number(2) != static_cast<std::int32_t>(row.number(2))) {
    out.damage = "a column holds what is never written there";
    return out;
  }
  const auto identity = identity_of_(id);
  const auto received = received_of_(id);
  if (!identity) out.damage = "its row in `identity` is missing";
  if (!received) out.damage = "no row of `intake` says when it came";
  if (row.is_null(kEventMonth)) out.damage = "its sealed batch is missing";
  if (!out.damage.empty()) return out;
  out.leaf.month = static_cast<vault::Month>(row.number(kEventMonth));
  if (vault::class_of(out.leaf.month) != 0) {
    Statement shelf(connection_.database,
                    "SELECT 1 FROM shelf s JOIN word w ON w.text = s.system WHERE s.number=? AND w.id=?");
    shelf.bind(0, vault::class_of(out.leaf.month)).bind(1, row.number(3));
    if (!shelf.step()) out.damage = "its secret is not that of its system";
    if (!out.damage.empty()) return out;
  }
  out.leaf.received = *received;
  out.leaf.source = row.text(21);
  Statement scope(connection_.database, "SELECT text FROM scope WHERE id=?");
  scope.bind(0, identity->scope);
  if (!scope.step()) {
    out.damage = "its row in `scope` is missing";
    return out;
  }
  const StoredEvent stored = read_event(connection_, row);
  out.leaf.raw = stored.event.raw;
  out.leaf.record =
      seal::event_record(stored.event, {row.number(kEventFile), scope.text(0), identity->number, *received});
  if (!connection_.vault.has_secret(out.leaf.month)) return out;
  // What stands beside the sealed part must agree with it.
  const std::optional<vault::Token> token =
      stored.event.subject.empty()
          ? std::nullopt
          : std::optional(connection_.vault.token(stored.event.subject_kind, stored.event.subject));
  const std::optional<vault::Token> has =
      row.is_null(kEventToken) ? std::nullopt : std::optional<vault::Token>(row.number(kEventToken));
  if (token != has) out.damage = "its subject's token is not that of the sealed subject";
  const std::int64_t content = vault::class_of(out.leaf.month) == 0
                                   ? connection_.vault.fingerprint(stored.event.raw)
                                   : connection_.vault.fingerprint(out.leaf.month, stored.event.raw);
  if (identity->content != content) out.damage = "its fingerprint in `identity` is not that of the sealed bytes";
  return out;
}

LeafRows::Row LeafRows::quarantined(Statement& row) {
  Row out;
  out.leaf.place = in_file("quarantined record", row.number(0), row.text(9), row.text(10), row.number(2));
  if (row.is_null(11)) {
    out.damage = "its sealed batch is missing";
    return out;
  }
  out.leaf.month = static_cast<vault::Month>(row.number(11));
  out.leaf.received = Instant{row.number(6)};
  out.leaf.source = row.text(9);
  const Personal& personal = connection_.sealed.read({row.number(7), row.number(8)});
  model::Rejected rejected;
  rejected.code = row.text(4);
  rejected.reason = row.text(5);
  rejected.origin.line = row.number(2);
  rejected.origin.offset = row.number(3);
  out.leaf.raw = personal.raw;
  out.leaf.record = seal::quarantine_record(rejected, row.number(1), out.leaf.received);
  return out;
}

LeafRows::Row LeafRows::own(Statement& row) {
  Row out;
  const auto kind = seal::find_leaf_kind(row.number(1));
  out.leaf.place = "own record " + std::to_string(row.number(0)) + " (" +
                   std::string(kind ? seal::to_text(*kind) : "unknown") + ", " + std::string(row.text(2)) + ")";
  if (!kind) out.damage = "it is of no known kind";
  if (row.is_null(6)) out.damage = "its sealed batch is missing";
  if (!out.damage.empty()) return out;
  if (row.number(3) % 1000 != 0) out.damage = "its time is not one of whole milliseconds";
  out.leaf.kind = *kind;
  out.leaf.month = static_cast<vault::Month>(row.number(6));
  out.leaf.received = Instant{row.number(3)};
  out.leaf.source = row.text(2);
  const Personal& personal = connection_.sealed.read({row.number(4), row.number(5)});
  out.leaf.raw = personal.raw;
  out.leaf.record = personal.reason;
  return out;
}

LeafRows::Row LeafRows::gone(seal::LeafKind kind, std::int64_t ref) {
  Row row;
  const bool is_event = kind == seal::LeafKind::event;
  row.leaf.place = (is_event                             ? "event "
                    : kind == seal::LeafKind::quarantine ? "quarantined record "
                                                         : "own record ") +
                   std::to_string(ref);
  const std::optional<vault::Month> erased = is_event ? erased_of_(ref) : std::nullopt;
  row.has_row = false;
  row.is_there = erased.has_value();
  if (erased) row.leaf.month = *erased;
  return row;
}

void LeafRows::each(seal::LeafKind kind, std::int64_t ref, std::int64_t count, std::int64_t index,
                    const std::function<void(Row&&)>& take) {
  const bool is_event = kind == seal::LeafKind::event, is_quarantine = kind == seal::LeafKind::quarantine;
  const std::string sql = is_event ? event_rows() : is_quarantine ? kQuarantineRows : kOwnRows;
  Statement rows(connection_.database, sql.c_str());
  rows.bind(0, ref).bind(1, ref + count);
  bool has_row = rows.step();
  for (std::int64_t expected = ref; expected < ref + count; ++expected) {
    Row row;
    if (has_row && rows.number(0) == expected) {
      try {
        row = is_event ? event(rows) : is_quarantine ? quarantined(rows) : own(rows);
      } catch (const SqliteFailure& failure) {
        row.damage = failure.what();
        row.leaf.place = (is_event        ? "event "
                          : is_quarantine ? "quarantined record "
                                          : "own record ") +
                         std::to_string(expected) + " (line " + std::to_string(rows.number(is_event ? 16 : 2)) + ")";
      }
    } else {
      row = gone(kind, expected);
    }
    // An own record hashes with the kind that its row has.
    if (is_event || is_quarantine) row.leaf.kind = kind;
    row.leaf.index = index + (expected - ref);
    row.leaf.ref = expected;
    if (has_row && rows.number(0) == expected) finish(row);
    take(std::move(row));
    if (has_row && rows.number(0) == expected) has_row = rows.step();
  }
  rows.reset();
}

}  // namespace trailwatch::store
