#include <sqlite3.h>

#include <algorithm>

#include "store/connection.h"
#include "store/evidence_rows.h"
#include "store/evidence_writer.h"
#include "trailwatch/store/reader.h"

namespace trailwatch::store {

namespace {

NoteRow read_note(const Statement& row) {
  NoteRow out{row.number(0), row.number(1), {}, std::string(row.text(3)), Instant{row.number(4)}};
  const std::string_view root = row.text(2);
  if (root.size() == out.root.size()) std::copy(root.begin(), root.end(), reinterpret_cast<char*>(out.root.data()));
  return out;
}

}  // namespace

Result<std::int64_t> Reader::leaf_count() {
  return at_the_door([&] { return store::leaf_count(connection_.database); });
}

Result<Digest> Reader::root(std::int64_t size) {
  StoredTiles tiles(connection_.database);
  return seal::root(tiles, size);
}

Result<std::vector<Digest>> Reader::inclusion_proof(std::int64_t index, std::int64_t size) {
  StoredTiles tiles(connection_.database);
  return seal::inclusion_proof(tiles, index, size);
}

Result<std::vector<Digest>> Reader::consistency_proof(std::int64_t from, std::int64_t size) {
  StoredTiles tiles(connection_.database);
  return seal::consistency_proof(tiles, from, size);
}

Result<StoredLeaf> Reader::leaf(std::int64_t index) {
  const auto found = at_the_door([&] {
    Statement run(connection_.database,
                  "SELECT first, kind, ref, count FROM leaf WHERE first<=? ORDER BY first DESC LIMIT 1");
    run.bind(0, index);
    const bool is_there = run.step() && index < run.number(0) + run.number(3);
    const auto kind = is_there ? seal::find_leaf_kind(run.number(1)) : std::nullopt;
    if (!kind) throw SqliteFailure(SQLITE_CORRUPT, "there is no leaf " + std::to_string(index));
    const auto identity_of = [&](EventId event) {
      Statement row(connection_.database, "SELECT scope, number, content FROM identity WHERE event=?");
      row.bind(0, event);
      std::optional<IdentityRow> out;
      if (row.step()) out = IdentityRow{row.number(0), row.number(1), row.number(2)};
      return out;
    };
    const auto received_of = [&](EventId event) {
      Statement row(connection_.database, "SELECT received FROM intake WHERE first_event<=? AND last_event>=?");
      row.bind(0, event).bind(1, event);
      std::optional<Instant> out;
      if (row.step()) out = Instant{row.number(0)};
      return out;
    };
    LeafRows::Row out;
    const auto erased_of = [&](EventId event) { return ErasedTable(connection_.database).of(event); };
    LeafRows rows(connection_, identity_of, received_of, erased_of);
    rows.each(*kind, run.number(2) + index - run.number(0), 1, index,
              [&](LeafRows::Row&& row) { out = std::move(row); });
    return out;
  });
  if (!found) return found.error();
  if (!found->is_there || !found->damage.empty()) {
    return Error{Errc::corrupt,
                 found->leaf.place + ": " + (found->is_there ? found->damage : "is missing"),
                 "run `trailwatch verify`",
                 {}};
  }
  return found->leaf;
}

Status Reader::each_leaf(std::int64_t until, const std::function<Status(const StoredLeaf&)>& take) {
  Status out = Done{};
  const auto walked = at_the_door([&] {
    const IdentityTable identities(connection_.database);
    const IntakeTable intake(connection_.database);
    const ErasedTable erased(connection_.database);
    LeafRows rows(
        connection_, [&](EventId id) { return identities.of(id); }, [&](EventId id) { return intake.received(id); },
        [&](EventId id) { return erased.of(id); });
    Statement runs(connection_.database, "SELECT first, kind, ref, count FROM leaf WHERE first<? ORDER BY first");
    runs.bind(0, until);
    while (out && runs.step()) {
      const auto kind = seal::find_leaf_kind(runs.number(1));
      if (!kind) throw SqliteFailure(SQLITE_CORRUPT, "leaf " + std::to_string(runs.number(0)) + " is of no known kind");
      const std::int64_t first = runs.number(0), count = std::min(runs.number(3), until - first);
      rows.each(*kind, runs.number(2), count, first, [&](LeafRows::Row&& row) {
        if (!out) return;
        if (row.is_there && row.damage.empty()) {
          out = take(row.leaf);
        } else {
          out = Error{Errc::corrupt, row.leaf.place + " is not what it was", "run `trailwatch verify`", {}};
        }
      });
    }
    return Done{};
  });
  if (!walked) return walked.error();
  return out;
}

Result<std::string> Reader::tile(seal::TileId id) {
  return StoredTiles(connection_.database).read(id);
}

Result<std::optional<std::int64_t>> Reader::leaf_of(seal::LeafKind kind, std::int64_t ref) {
  return at_the_door([&] {
    Statement run(connection_.database,
                  "SELECT first, ref, count FROM leaf WHERE kind=? AND ref<=? ORDER BY ref DESC LIMIT 1");
    run.bind(0, static_cast<std::int64_t>(kind)).bind(1, ref);
    std::optional<std::int64_t> out;
    if (run.step() && ref < run.number(1) + run.number(2)) out = run.number(0) + ref - run.number(1);
    return out;
  });
}

Result<std::optional<std::int64_t>> Reader::leaf_of_export(const model::Exported& exported) {
  const auto record = at_the_door([&] {
    Statement run(connection_.database, "SELECT id FROM own_record WHERE kind=? AND source=? AND refers=?");
    run.bind(0, static_cast<std::int64_t>(seal::LeafKind::exported))
        .bind(1, std::string_view(exported.kind))
        .bind(2, exported.number);
    return run.step() ? std::optional(run.number(0)) : std::nullopt;
  });
  if (!record) return record.error();
  if (!*record) return std::optional<std::int64_t>();
  return leaf_of(seal::LeafKind::exported, **record);
}

Result<EventId> Reader::last_event_below(std::int64_t leaves) {
  return at_the_door([&] {
    Statement run(connection_.database,
                  "SELECT first, ref, count FROM leaf WHERE kind=? AND first<? ORDER BY first DESC LIMIT 1");
    run.bind(0, static_cast<std::int64_t>(seal::LeafKind::event)).bind(1, leaves);
    if (!run.step()) return EventId{0};
    return run.number(1) + std::min(run.number(2), leaves - run.number(0)) - 1;
  });
}

Result<std::optional<std::string>> Reader::newest_record(seal::LeafKind kind, std::string_view source) {
  return at_the_door([&] {
    Statement row(connection_.database,
                  "SELECT batch, slot FROM own_record WHERE kind=? AND source=? ORDER BY id DESC LIMIT 1");
    row.bind(0, static_cast<std::int64_t>(kind)).bind(1, source);
    std::optional<std::string> out;
    if (row.step()) out = connection_.sealed.read({row.number(0), row.number(1)}).reason;
    return out;
  });
}

Result<std::vector<std::string>> Reader::record_sources(seal::LeafKind kind) {
  return at_the_door([&] {
    Statement rows(connection_.database, "SELECT DISTINCT source FROM own_record WHERE kind=? ORDER BY source");
    rows.bind(0, static_cast<std::int64_t>(kind));
    std::vector<std::string> out;
    while (rows.step()) out.emplace_back(rows.text(0));
    return out;
  });
}

Result<std::vector<NoteRow>> Reader::notes() {
  return at_the_door([&] {
    Statement rows(connection_.database, "SELECT id, size, root, text, signed FROM note ORDER BY id");
    std::vector<NoteRow> out;
    while (rows.step()) out.push_back(read_note(rows));
    return out;
  });
}

Result<std::optional<NoteRow>> Reader::newest_note() {
  return at_the_door([&] {
    Statement rows(connection_.database, "SELECT id, size, root, text, signed FROM note ORDER BY id DESC LIMIT 1");
    std::optional<NoteRow> out;
    if (rows.step()) out = read_note(rows);
    return out;
  });
}

}  // namespace trailwatch::store
