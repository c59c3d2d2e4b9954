#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "store/posting_block.h"
#include "store/sqlite.h"

// Postings lie in runs (docs/adr/0021): each run is sorted and holds the events of one span of ids; the runs of a kind
// follow each other without overlap. Every commit adds one small run a kind, and merges make few large ones of many
// neighbours. All throw SqliteFailure.
namespace trailwatch::store {

// What `posting_run` says of a run. All bounds are exact.
struct PostingRun {
  std::int64_t id = 0;
  PostingKind kind = PostingKind::time;
  std::int64_t first_event = 0, last_event = 0;
  std::int64_t first_time = 0, last_time = 0;
  std::int64_t entries = 0;
};
// `id` and `kind` are those of the caller. At least one posting.
PostingRun describe(const std::vector<Posting>& postings);

// In order of their events.
std::vector<PostingRun> runs_of(Database& database, PostingKind kind);
// Within a transaction. Sorts the postings; nothing is written for none.
void write_run(Database& database, PostingKind kind, std::vector<Posting> postings);
// SQLITE_CORRUPT when a block is damaged.
std::vector<Posting> read_run(Database& database, std::int64_t id);

// A run that has so many postings is merged no more. A merge has less than this and its last run's together, which
// bounds how long it takes.
constexpr std::int64_t kFullRun = 131'072;
struct MergeOf {
  std::size_t first = 0, count = 0;
};
// Which neighbours to merge next, by how many postings the runs of a kind have; nothing when none are due.
std::optional<MergeOf> due_merge(const std::vector<std::int64_t>& entries);
// One merge, in a transaction of its own. False when none is due.
bool merge_some(Database& database);

// Takes the postings of these events (ascending ids) out of all runs. Within a transaction.
void remove_postings(Database& database, const std::vector<std::int64_t>& events);

}  // namespace trailwatch::store
