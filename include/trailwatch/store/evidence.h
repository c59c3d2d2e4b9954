#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "trailwatch/seal/leaf.h"
#include "trailwatch/seal/note.h"
#include "trailwatch/seal/tree.h"
#include "trailwatch/vault/vault.h"

// What the store keeps of the tree, as plain values (docs/evidence.md).
namespace trailwatch::store {

// A signed checkpoint, as it was received from the signer.
struct NoteRow {
  std::int64_t id = 0;
  std::int64_t size = 0;
  Digest root{};
  std::string text;  // the whole note
  Instant signed_at;
};

// One leaf with all that it was made of, read from the row that it is about.
struct StoredLeaf {
  std::int64_t index = 0;
  seal::LeafKind kind = seal::LeafKind::event;
  std::int64_t ref = 0;
  vault::Month month = vault::kOwnRecords;
  Instant received;
  std::string source;
  std::string raw, record;
  std::string salt;   // empty when the month's secret is gone
  std::string bytes;  // the leaf; empty likewise
  std::string place;  // for people: `event 17 (vehicle, a.csv, line 3)`
};

// What `Reader::verify` is to hold the store against.
struct Known {
  // Whose signatures count. With none, notes are read but not believed.
  std::vector<seal::VerifierKey> keys;
  // Notes that were kept elsewhere, with what to call them: `checkpoint-1150302.txt`.
  std::vector<std::pair<std::string, std::string>> notes;
};

// Something that is not what was sealed.
struct Fault {
  std::string where;  // `event 17 (vehicle, a.csv, line 3)`, `note 4`, `tile 2 of level 0`
  std::string what;   // a sentence
};

struct Verified {
  std::int64_t leaves = 0;
  Digest root{};                   // of the leaves as they are stored
  std::int64_t notes = 0;          // stored ones that hold
  std::int64_t signed_leaves = 0;  // of the largest of them
  std::int64_t given = 0;          // given ones that hold
  // Rows that were erased, as leaves of kind purge say: unreadable or gone, they can't be hashed again.
  std::int64_t erased = 0;
  std::vector<Fault> faults;  // in order of the rows; at most kFaultsMax
  std::int64_t faults_in_all = 0;
  // Nothing that contradicts what was sealed, but what somebody should be able to explain: files of rules,
  // configuration and reference data that were changed and later put back, and times of receipt that go back (at most
  // 20).
  std::vector<Fault> put_back, clock_steps;
  bool is_intact() const { return faults_in_all == 0; }
};
constexpr std::size_t kFaultsMax = 100;

// Called now and then with rows done and rows in all.
using VerifyProgress = std::function<void(std::int64_t done, std::int64_t all)>;

}  // namespace trailwatch::store
