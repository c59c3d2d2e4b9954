#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <set>

#include "store/connection.h"
#include "store/evidence_rows.h"
#include "store/evidence_writer.h"
#include "store/verify_erased.h"
#include "store/verify_own.h"
#include "store/verify_postings.h"
#include "store/verify_tables.h"
#include "trailwatch/seal/base64.h"
#include "trailwatch/store/reader.h"

namespace trailwatch::store {

namespace {

constexpr std::int64_t kProgressRows = 2'000;
constexpr std::size_t kHashBytes = 32;

// Tiles that lie nowhere: the tree is built anew and only compared.
class NoTiles : public seal::Tiles {
 public:
  Result<std::string> read(seal::TileId) override { return std::string(); }
};

// One walk over the whole store. Every step that meets damage notes it and goes on.
class Verifier {
 public:
  Verifier(Connection& connection, const Known& known, const VerifyProgress& progress)
      : connection_(connection), known_(known), progress_(progress), tiles_(connection.database) {}

  Verified run();

 private:
  struct Run {
    std::int64_t first, ref, count;
    seal::LeafKind kind;
  };

  void fault(std::string where, std::string what);
  // A step of the walk: what SQLite can't read is a fault of that part.
  template <typename F>
  void step(const char* part, F&& body) {
    try {
      body();
    } catch (const SqliteFailure& failure) {
      fault(part, std::string("can't be read: ") + failure.what());
    }
  }

  void add(std::vector<Fault> faults);
  void runs();
  void leaves();
  std::optional<std::int64_t> refers(const StoredLeaf& leaf);
  void note_own(const StoredLeaf& leaf);
  void note_erased(const StoredLeaf& leaf);
  void take(LeafRows::Row&& row);
  void compare_tile(std::int64_t index);
  void upper_tiles();
  void tables();
  void files();
  void secrets();
  bool is_whole(const std::string& where, const seal::Note& note, const seal::Checkpoint& checkpoint);
  void notes();
  void given();
  bool holds(const std::string& where, const std::string& text, seal::Checkpoint& checkpoint);
  std::int64_t count(const char* sql) { return connection_.database.number(sql); }

  Connection& connection_;
  const Known& known_;
  const VerifyProgress& progress_;
  StoredTiles tiles_;
  NoTiles nothing_;
  std::vector<Run> runs_;
  std::map<seal::LeafKind, std::int64_t> next_ref_;
  std::map<std::int64_t, std::string> newest_file_;  // by file: its record
  ErasedCheck erased_;
  OwnCheck own_;
  ClockCheck clock_;
  std::optional<seal::Edge> tree_;  // over the stored hashes of leaves
  struct Mismatch {
    std::int64_t slot;
    Fault fault;
    std::optional<std::int64_t> event;
  };
  std::map<seal::TileId, std::string> upper_;  // made, not compared yet
  std::string stored_tile_, made_tile_;
  std::vector<Mismatch> mismatches_;  // in this tile
  std::set<std::int64_t> told_;       // events whose rows are not what they were
  std::int64_t done_ = 0, all_ = 0;
  Verified out_;
};

void Verifier::fault(std::string where, std::string what) {
  ++out_.faults_in_all;
  if (out_.faults.size() < kFaultsMax) out_.faults.push_back({std::move(where), std::move(what)});
}

void Verifier::add(std::vector<Fault> faults) {
  for (Fault& one : faults) fault(std::move(one.where), std::move(one.what));
}

// The leaves must be counted off without a hole, and the rows of each kind in order of their ids.
void Verifier::runs() {
  Statement rows(connection_.database, "SELECT first, kind, ref, count FROM leaf ORDER BY first");
  std::int64_t next = 0;
  while (rows.step()) {
    const auto kind = seal::find_leaf_kind(rows.number(1));
    const Run run{rows.number(0), rows.number(2), rows.number(3), kind.value_or(seal::LeafKind::gap)};
    const bool is_own = run.kind != seal::LeafKind::event && run.kind != seal::LeafKind::quarantine;
    // All own records are rows of one table.
    std::int64_t& ref = next_ref_[is_own ? seal::LeafKind::file : run.kind];
    const std::string where = "leaves from " + std::to_string(run.first) + " on";
    if (run.first != next || !kind || run.count < 1) {
      fault(where, "leaves before them are missing, or the row that names them was changed");
      return;
    }
    if (run.ref != ref + 1) {
      fault(where, "they are not about the rows that follow the ones before");
      return;
    }
    if (runs_.empty()) own_.begins_with(run.kind);
    ref = run.ref + run.count - 1;
    next = run.first + run.count;
    runs_.push_back(run);
  }
  out_.leaves = next;
}

void Verifier::compare_tile(std::int64_t index) {
  if (mismatches_.empty()) return;
  // When the leaves as they were hashed now make the node above, the tile is what was changed, not the rows.
  bool is_tile = false;
  if (made_tile_.size() == kHashBytes * seal::kTileWidth) {
    seal::Edge edge = *seal::Edge::open(nothing_, 0);
    for (std::size_t at = 0; at < made_tile_.size(); at += kHashBytes) {
      Digest hash{};
      std::copy_n(made_tile_.begin() + static_cast<std::ptrdiff_t>(at), kHashBytes,
                  reinterpret_cast<char*>(hash.data()));
      edge.append(hash);
    }
    const Result<Digest> made = seal::root(edge, seal::kTileWidth);
    const Result<std::string> above = tiles_.read({1, index / seal::kTileWidth});
    const auto at = static_cast<std::size_t>(index % seal::kTileWidth) * kHashBytes;
    is_tile = made && above && above->size() >= at + kHashBytes && above->substr(at, kHashBytes) == as_bytes(*made);
  }
  for (Mismatch& mismatch : mismatches_) {
    if (is_tile) {
      fault("tile " + std::to_string(index) + " of level 0",
            "hash " + std::to_string(mismatch.slot) + " was changed; " + mismatch.fault.where + " is intact");
    } else {
      if (mismatch.event) told_.insert(*mismatch.event);
      fault(std::move(mismatch.fault.where), std::move(mismatch.fault.what));
    }
  }
  mismatches_.clear();
}

void Verifier::take(LeafRows::Row&& row) {
  const std::int64_t index = row.leaf.index, slot = index % seal::kTileWidth;
  if (slot == 0) {
    made_tile_.clear();
    const Result<std::string> tile = tiles_.read({0, index / seal::kTileWidth});
    stored_tile_ = tile ? *tile : std::string();
  }
  Digest stored{};
  const auto at = static_cast<std::size_t>(slot) * kHashBytes;
  const bool has_hash = stored_tile_.size() >= at + kHashBytes;
  if (has_hash)
    std::copy_n(stored_tile_.begin() + static_cast<std::ptrdiff_t>(at), kHashBytes,
                reinterpret_cast<char*>(stored.data()));
  Digest made = stored;
  const bool is_event = row.leaf.kind == seal::LeafKind::event;
  if (is_event && (!row.is_there || !row.damage.empty())) told_.insert(row.leaf.ref);
  if (!row.is_there) {
    fault(row.leaf.place, "is missing");
  } else if (!row.damage.empty()) {
    fault(row.leaf.place, row.damage);
  } else if (row.is_erased()) {
    erased_.erased(row.leaf.month);
  } else {
    made = seal::leaf_hash(row.leaf.bytes);
    if (row.leaf.kind == seal::LeafKind::purge) erased_.purged(row.leaf.record);
  }
  if (!has_hash) {
    fault("leaf " + std::to_string(index), "its hash is missing from the tree; it is about " + row.leaf.place);
  } else if (made != stored) {
    mismatches_.push_back({slot,
                           {row.leaf.place, "is not what was sealed (leaf " + std::to_string(index) + ")"},
                           is_event ? std::optional(row.leaf.ref) : std::nullopt});
  }
  made_tile_.append(as_bytes(made));
  // The tree above is built of what is stored, so that one changed row is told once.
  tree_->append(stored);
  if (slot + 1 == seal::kTileWidth || index + 1 == out_.leaves) {
    compare_tile(index / seal::kTileWidth);
    upper_tiles();
  }
  if (++done_ % kProgressRows == 0 && progress_) progress_(done_, all_);
}

void Verifier::upper_tiles() {
  for (auto& [id, hashes] : tree_->take_changed()) {
    if (id.level > 0) upper_[id] = std::move(hashes);
  }
  // Full ones change no more; the others are what they are only at the end.
  const bool is_last = done_ + 1 >= out_.leaves;
  for (auto next = upper_.begin(); next != upper_.end();) {
    const auto& [id, hashes] = *next;
    if (!is_last && hashes.size() < kHashBytes * seal::kTileWidth) {
      ++next;
      continue;
    }
    const Result<std::string> stored = tiles_.read(id);
    if (!stored || *stored != hashes) {
      fault("tile " + std::to_string(id.index) + " of level " + std::to_string(id.level),
            "is not what the level below makes");
    }
    next = upper_.erase(next);
  }
}

// Of an own record: the number of the row that it is about.
std::optional<std::int64_t> Verifier::refers(const StoredLeaf& leaf) {
  if (leaf.kind == seal::LeafKind::event || leaf.kind == seal::LeafKind::quarantine) return {};
  Statement row(connection_.database, "SELECT refers FROM own_record WHERE id=?");
  row.bind(0, leaf.ref);
  return row.step() ? std::optional(row.number(0)) : std::nullopt;
}

// What other rows will be held against.
void Verifier::note_own(const StoredLeaf& leaf) {
  clock_.take(leaf);
  const std::optional<std::int64_t> number = refers(leaf);
  if (!number) return;
  if (leaf.kind == seal::LeafKind::file) {
    newest_file_[*number] = leaf.record;
  } else {
    own_.take(leaf, *number);
  }
}

// Its words went with their month; that there was a row with this number still stands.
void Verifier::note_erased(const StoredLeaf& leaf) {
  if (const std::optional<std::int64_t> number = refers(leaf)) own_.erased(leaf, *number);
}

void Verifier::leaves() {
  const IdentityTable identities(connection_.database);
  const IntakeTable intake(connection_.database);
  const ErasedTable erased(connection_.database);
  all_ = out_.leaves;
  tree_.emplace(*seal::Edge::open(nothing_, 0));
  LeafRows rows(
      connection_, [&](EventId id) { return identities.of(id); }, [&](EventId id) { return intake.received(id); },
      [&](EventId id) { return erased.of(id); });
  for (const Run& run : runs_) {
    rows.each(run.kind, run.ref, run.count, run.first, [&](LeafRows::Row&& row) {
      if (row.leaf.kind != run.kind) row.damage = "its kind is not that of its leaf";
      if (row.has_row) erased_.kept(row.leaf.month);
      const bool is_gone = run.kind == seal::LeafKind::event && erased.of(row.leaf.ref).has_value();
      if (is_gone && row.has_row) row.damage = "it was erased, but it is there";
      if (row.is_erased()) {
        note_erased(row.leaf);
      } else if (row.is_there && row.damage.empty()) {
        note_own(row.leaf);
      }
      take(std::move(row));
    });
  }
  if (const auto gap = intake.first_gap(next_ref_[seal::LeafKind::event]))
    fault("intake", "the row that says when event " + std::to_string(*gap) + " came is missing or was changed");
  if (identities.strays() > 0) fault("identity", std::to_string(identities.strays()) + " rows belong to no event");
}

// Rows that no leaf speaks of.
void Verifier::tables() {
  const std::pair<const char*, seal::LeafKind> rows[] = {{"event", seal::LeafKind::event},
                                                         {"quarantine", seal::LeafKind::quarantine},
                                                         {"own_record", seal::LeafKind::file}};
  for (const auto& [table, kind] : rows) {
    const std::string sql = std::string("SELECT id FROM ") + table + " WHERE id>? OR id<1 ORDER BY id";
    Statement beyond(connection_.database, sql.c_str());
    beyond.bind(0, next_ref_[kind]);
    while (beyond.step()) {
      if (kind == seal::LeafKind::event) told_.insert(beyond.number(0));
      fault(std::string(table) + " " + std::to_string(beyond.number(0)), "no leaf speaks of it");
    }
  }
  const std::int64_t tiles = count("SELECT COUNT(*) FROM tile");
  const auto expected = static_cast<std::int64_t>(seal::tiles_of(out_.leaves).size());
  if (tiles != expected)
    fault("tile", "there are " + std::to_string(tiles) + ", but the leaves make " + std::to_string(expected));
  Statement last(connection_.database, "SELECT hashes FROM tile WHERE id=?");
  last.bind(0, StoredTiles::row_of({0, out_.leaves / seal::kTileWidth}));
  const auto width = static_cast<std::size_t>(out_.leaves % seal::kTileWidth);
  if (width > 0 && last.step() && last.text(0).size() != width * kHashBytes)
    fault("tile " + std::to_string(out_.leaves / seal::kTileWidth) + " of level 0",
          "it has more hashes than there are leaves");
}

void Verifier::files() {
  const std::string sql = std::string("SELECT ") + kFileColumns + " FROM file ORDER BY id";
  Statement rows(connection_.database, sql.c_str());
  std::int64_t seen = 0;
  while (rows.step()) {
    const FileRow file = read_file(rows);
    const auto sealed = newest_file_.find(file.id);
    const std::string where = "file " + std::to_string(file.id) + " (" + file.source + ", " + file.name + ")";
    if (sealed == newest_file_.end()) {
      fault(where, "no leaf speaks of it");
      continue;
    }
    ++seen;
    if (sealed->second != file_record(file)) fault(where, "its row is not what was sealed last");
  }
  if (seen != static_cast<std::int64_t>(newest_file_.size())) fault("file", "rows of files that were read are missing");
}

void Verifier::secrets() {
  add(erased_.finish(connection_.database, out_.erased));
  Statement batches(connection_.database, "SELECT id, month FROM batch ORDER BY id");
  std::int64_t next = 1;
  while (batches.step()) {
    if (batches.number(0) != next) {
      fault("batch " + std::to_string(next), "is missing");
      break;
    }
    ++next;
  }
}

// Signature, form, and the root at its size.
bool Verifier::holds(const std::string& where, const std::string& text, seal::Checkpoint& checkpoint) {
  const Result<seal::Note> note = seal::parse_note(text);
  if (!note) return fault(where, note.error().message), false;
  const Result<seal::Checkpoint> read = seal::parse_checkpoint(note->text);
  if (!read) return fault(where, read.error().message), false;
  checkpoint = *read;
  if (known_.keys.empty()) return fault(where, "no public key is known to check its signature with"), false;
  const Result<std::vector<seal::VerifierKey>> signers = seal::check(*note, known_.keys);
  if (!signers) return fault(where, signers.error().message), false;
  if (checkpoint.size > out_.leaves) {
    fault(where, "it was signed for " + std::to_string(checkpoint.size) + " leaves, but the store has only " +
                     std::to_string(out_.leaves) + ": what came last is gone");
    return false;
  }
  const Result<Digest> root = seal::root(tiles_, checkpoint.size);
  if (!root) return fault(where, root.error().message), false;
  if (*root != checkpoint.root) {
    fault(where, "the store's first " + std::to_string(checkpoint.size) + " leaves are not those that were signed");
    return false;
  }
  return true;
}

// A note is believed with one good signature of a known key; a stored one must bear all lines that our signer writes
// under it: nobody else's, and of a known key both kinds.
bool Verifier::is_whole(const std::string& where, const seal::Note& note, const seal::Checkpoint& checkpoint) {
  for (const seal::Signature& line : note.signatures) {
    if (line.name != checkpoint.origin) return fault(where, "a line under it is not the log's"), false;
  }
  const Result<std::vector<seal::VerifierKey>> signers = seal::check(note, known_.keys);
  if (!signers) return fault(where, signers.error().message), false;
  const auto has_signed = [&](const seal::VerifierKey& key) {
    return std::any_of(signers->begin(), signers->end(), [&](const seal::VerifierKey& other) {
      return other.id() == key.id() && other.type() == key.type() && other.public_key() == key.public_key();
    });
  };
  for (const seal::VerifierKey& key : known_.keys) {
    for (const seal::VerifierKey& other : *signers) {
      if (other.public_key() != key.public_key() || other.name() != key.name() || has_signed(key)) continue;
      return fault(where, "one of its two signatures is gone or was changed"), false;
    }
  }
  return true;
}

void Verifier::notes() {
  Statement rows(connection_.database, "SELECT id, size, root, text, signed FROM note ORDER BY id");
  std::int64_t next = 1, size = 0;
  while (rows.step()) {
    const std::string where = "note " + std::to_string(rows.number(0));
    if (rows.number(0) != next) fault("note " + std::to_string(next), "is missing");
    next = rows.number(0) + 1;
    seal::Checkpoint checkpoint;
    if (!holds(where, std::string(rows.text(3)), checkpoint)) continue;
    const Result<seal::Note> note = seal::parse_note(rows.text(3));
    if (!is_whole(where, *note, checkpoint)) continue;
    std::optional<Instant> signed_at;
    for (const seal::Signature& line : note->signatures) signed_at = signed_at ? signed_at : seal::cosigned_at(line);
    if (rows.number(1) != checkpoint.size || rows.text(2) != as_bytes(checkpoint.root) ||
        (signed_at && signed_at->micros != rows.number(4)) || checkpoint.size < size) {
      fault(where, "its row does not say what the note says");
      continue;
    }
    size = checkpoint.size;
    ++out_.notes;
    out_.signed_leaves = size;
  }
}

void Verifier::given() {
  for (const auto& [name, text] : known_.notes) {
    seal::Checkpoint checkpoint;
    if (holds(name, text, checkpoint)) ++out_.given;
  }
}

Verified Verifier::run() {
  connection_.database.execute("BEGIN");
  step("schema", [&] { add(check_schema(connection_.database)); });
  step("database file", [&] { add(check_pages(connection_.database)); });
  step("leaf", [&] { runs(); });
  step("leaves", [&] { leaves(); });
  step("rows", [&] { tables(); });
  step("scope", [&] { add(check_numbers(connection_.database)); });
  step("file", [&] { files(); });
  step("own records", [&] { add(own_.finish(connection_)); });
  out_.put_back = own_.put_back();
  out_.clock_steps = clock_.steps();
  step("month_secret", [&] { secrets(); });
  const Result<Digest> root = seal::root(tiles_, out_.leaves);
  if (root) out_.root = *root;
  step("note", [&] { notes(); });
  step("checkpoints", [&] { given(); });
  // Last: they are made of the rows, and many faults here must not push out what contradicts a signature.
  step("posting", [&] {
    check_postings(connection_.database, told_,
                   [this](std::string where, std::string what) { fault(std::move(where), std::move(what)); });
  });
  connection_.database.execute("ROLLBACK");
  if (progress_) progress_(all_, all_);
  return std::move(out_);
}

}  // namespace

Result<Verified> Reader::verify(const Known& known, const VerifyProgress& progress) {
  return at_the_door([&] { return Verifier(connection_, known, progress).run(); });
}

}  // namespace trailwatch::store
