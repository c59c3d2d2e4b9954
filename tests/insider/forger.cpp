#include "insider/forger.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "store/posting_build.h"
#include "store/sqlite.h"
#include "support/program.h"
#include "trailwatch/seal/note.h"
#include "trailwatch/seal/tree.h"
#include "trailwatch/store/reader.h"
#include "trailwatch/store/writer.h"

namespace trailwatch::test {

namespace {

using store::Database;
using store::Statement;

std::string database_of(const std::string& state) {
  return state + "/trailwatch.db";
}

vault::Vault stolen_vault(const std::string& state) {
  Result<vault::Vault> vault = vault::Vault::open(read_file(state + "/keys/master.key"));
  EXPECT_TRUE(vault.has_value()) << (vault ? "" : vault.error().text());
  return *std::move(vault);
}

class MadeTiles : public seal::Tiles {
 public:
  std::map<seal::TileId, std::string> tiles;
  Result<std::string> read(seal::TileId id) override { return tiles[id]; }
};

class Counting : public Random {
 public:
  std::string bytes(std::size_t count) override { return std::string(count, static_cast<char>(++next_)); }

 private:
  int next_ = 0;
};

}  // namespace

void tamper(const std::string& state, const std::string& sql) {
  Database database(database_of(state), Database::Mode::write);
  std::vector<std::pair<std::string, std::string>> triggers;
  {
    Statement rows(database, "SELECT name, sql FROM sqlite_schema WHERE type='trigger'");
    while (rows.step()) triggers.emplace_back(rows.text(0), rows.text(1));
  }
  for (const auto& [name, text] : triggers) database.execute(("DROP TRIGGER " + name).c_str());
  database.execute("PRAGMA foreign_keys=OFF");
  database.execute(sql.c_str());
  for (const auto& [name, text] : triggers) database.execute(text.c_str());
}

std::int64_t ask(const std::string& state, const std::string& sql) {
  Database database(database_of(state), Database::Mode::read);
  return database.number(sql.c_str());
}

void forge_tree(const std::string& state) {
  MadeTiles made;
  std::int64_t size = 0;
  {
    Result<std::unique_ptr<store::Reader>> reader = store::Reader::open(database_of(state), stolen_vault(state));
    ASSERT_TRUE(reader.has_value()) << reader.error().text();
    Result<std::int64_t> leaves = (*reader)->leaf_count();
    ASSERT_TRUE(leaves.has_value());
    size = *leaves;
    MadeTiles nothing;
    Result<seal::Edge> edge = seal::Edge::open(nothing, 0);
    const Status walked = (*reader)->each_leaf(size, [&](const store::StoredLeaf& leaf) -> Status {
      edge->append(seal::leaf_hash(leaf.bytes));
      return Done{};
    });
    ASSERT_TRUE(walked.has_value()) << walked.error().text();
    for (auto& [id, hashes] : edge->take_changed()) made.tiles[id] = std::move(hashes);
  }
  const Result<seal::SigningKey> key = seal::SigningKey::parse(read_file(state + "/signer/signer.key"));
  ASSERT_TRUE(key.has_value()) << key.error().text();
  const seal::SigningKey witness = key->as(seal::KeyType::witness);
  Database database(database_of(state), Database::Mode::write);
  database.execute("DELETE FROM posting_run; DELETE FROM posting_block");
  store::replace_indexes(database, nullptr);
  database.execute("DELETE FROM tile");
  for (const auto& [id, hashes] : made.tiles) {
    Statement(database, "INSERT INTO tile(id, hashes) VALUES(?, ?)")
        .bind(0, (std::int64_t{id.level} << 48) | id.index)
        .bind_bytes(1, hashes)
        .run();
  }
  std::vector<std::pair<std::int64_t, std::pair<seal::Checkpoint, Instant>>> notes;
  {
    Statement rows(database, "SELECT id, size, text, signed FROM note ORDER BY id");
    while (rows.step()) {
      const Result<seal::Note> note = seal::parse_note(rows.text(2));
      ASSERT_TRUE(note.has_value());
      Result<seal::Checkpoint> checkpoint = seal::parse_checkpoint(note->text);
      ASSERT_TRUE(checkpoint.has_value());
      checkpoint->size = std::min(checkpoint->size, size);
      notes.push_back({rows.number(0), {*checkpoint, Instant{rows.number(3)}}});
    }
  }
  std::string last;
  for (auto& [id, one] : notes) {
    auto& [checkpoint, at] = one;
    checkpoint.root = *seal::root(made, checkpoint.size);
    const std::string text = to_text(checkpoint);
    last = to_text(seal::Note{text, {seal::sign(*key, text), seal::cosign(witness, text, at)}});
    Statement(database, "UPDATE note SET size=?, root=?, text=? WHERE id=?")
        .bind(0, checkpoint.size)
        .bind_bytes(1, as_bytes(checkpoint.root))
        .bind(2, std::string_view(last))
        .bind(3, id)
        .run();
  }
  write_file(state + "/signer/last-note", last);
}

void work_with_clock_back(const std::string& state, std::int64_t micros) {
  const std::int64_t newest = ask(state, "SELECT MAX(received) FROM own_record");
  Counting random;
  Result<std::unique_ptr<store::Writer>> writer =
      store::Writer::open(database_of(state), stolen_vault(state), *Zone::find("Asia/Taipei"), random);
  ASSERT_TRUE(writer.has_value()) << writer.error().text();
  ASSERT_TRUE((*writer)->begin(Instant{newest - micros}).has_value());
  ASSERT_TRUE(
      (*writer)->append_leaf(seal::LeafKind::start, "trailwatch", "", R"({"program":"trailwatch"})").has_value());
  ASSERT_TRUE((*writer)->commit().has_value());
}

}  // namespace trailwatch::test
