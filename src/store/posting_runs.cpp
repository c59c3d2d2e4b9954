#include "store/posting_runs.h"

#include <sqlite3.h>

#include <algorithm>
#include <string>

namespace trailwatch::store {

namespace {

// Runs of one level differ by less than this factor, and so many neighbours of one level make one of the next.
constexpr std::size_t kFanIn = 8;

int level_of(std::int64_t entries) {
  int level = 0;
  for (; entries >= static_cast<std::int64_t>(kFanIn); entries /= static_cast<std::int64_t>(kFanIn)) ++level;
  return level;
}

// Among neighbours none of which is full.
std::optional<MergeOf> due_within(const std::vector<std::int64_t>& entries, MergeOf part) {
  std::int64_t sum = 0;
  for (std::size_t count = 1; count <= part.count; ++count) {
    sum += entries[part.first + count - 1];
    if (sum >= kFullRun) return MergeOf{part.first, count};
  }
  // From the newest run backwards: a small one before a large one counts as large, so that it is not left over.
  int level = -1;
  std::size_t alike = 0;
  for (std::size_t at = part.first + part.count; at-- > part.first;) {
    const int own = level_of(entries[at]);
    alike = own > level ? 1 : alike + 1;
    level = std::max(level, own);
    if (alike == kFanIn) return MergeOf{at, kFanIn};
  }
  return std::nullopt;
}

void remove_run(Database& database, std::int64_t id) {
  Statement(database, "DELETE FROM posting_block WHERE run=?").bind(0, id).run();
  Statement(database, "DELETE FROM posting_run WHERE id=?").bind(0, id).run();
}

std::vector<Posting> merged(Database& database, const std::vector<PostingRun>& runs, MergeOf part) {
  std::vector<Posting> out;
  std::vector<std::ptrdiff_t> ends = {0};
  for (std::size_t i = 0; i < part.count; ++i) {
    const std::vector<Posting> one = read_run(database, runs[part.first + i].id);
    out.insert(out.end(), one.begin(), one.end());
    ends.push_back(static_cast<std::ptrdiff_t>(out.size()));
  }
  // Neighbours pairwise until one is left.
  std::vector<Posting> other(out.size());
  while (ends.size() > 2) {
    std::vector<std::ptrdiff_t> left = {0};
    for (std::size_t i = 0; i + 1 < ends.size(); i += 2) {
      const std::ptrdiff_t first = ends[i], middle = ends[i + 1], last = i + 2 < ends.size() ? ends[i + 2] : middle;
      std::merge(out.begin() + first, out.begin() + middle, out.begin() + middle, out.begin() + last,
                 other.begin() + first);
      left.push_back(last);
    }
    std::swap(out, other);
    ends = std::move(left);
  }
  return out;
}

}  // namespace

PostingRun describe(const std::vector<Posting>& postings) {
  PostingRun out;
  out.first_event = out.last_event = postings.front().event;
  out.first_time = out.last_time = postings.front().time;
  for (const Posting& posting : postings) {
    out.first_event = std::min(out.first_event, posting.event);
    out.last_event = std::max(out.last_event, posting.event);
    out.first_time = std::min(out.first_time, posting.time);
    out.last_time = std::max(out.last_time, posting.time);
  }
  out.entries = static_cast<std::int64_t>(postings.size());
  return out;
}

std::vector<PostingRun> runs_of(Database& database, PostingKind kind) {
  Statement rows(database,
                 "SELECT id, first_event, last_event, first_time, last_time, entries FROM posting_run WHERE kind=? "
                 "ORDER BY first_event, id");
  rows.bind(0, static_cast<std::int64_t>(kind));
  std::vector<PostingRun> out;
  while (rows.step()) {
    out.push_back(
        {rows.number(0), kind, rows.number(1), rows.number(2), rows.number(3), rows.number(4), rows.number(5)});
  }
  return out;
}

void write_run(Database& database, PostingKind kind, std::vector<Posting> postings) {
  if (postings.empty()) return;
  if (!std::is_sorted(postings.begin(), postings.end())) std::sort(postings.begin(), postings.end());
  const PostingRun run = describe(postings);
  Statement(database,
            "INSERT INTO posting_run(kind, first_event, last_event, first_time, last_time, entries) "
            "VALUES(?, ?, ?, ?, ?, ?)")
      .bind(0, static_cast<std::int64_t>(kind))
      .bind(1, run.first_event)
      .bind(2, run.last_event)
      .bind(3, run.first_time)
      .bind(4, run.last_time)
      .bind(5, run.entries)
      .run();
  const std::int64_t id = sqlite3_last_insert_rowid(database.handle());
  Statement insert(database, "INSERT INTO posting_block(run, key, time, event, block) VALUES(?, ?, ?, ?, ?)");
  for (const PostingBlock& block : pack_postings(postings)) {
    insert.bind(0, id)
        .bind(1, block.last.key)
        .bind(2, block.last.time)
        .bind(3, block.last.event)
        .bind_bytes(4, block.bytes)
        .run();
  }
}

std::vector<Posting> read_run(Database& database, std::int64_t id) {
  Statement blocks(database, "SELECT block FROM posting_block WHERE run=? ORDER BY key, time, event");
  blocks.bind(0, id);
  std::vector<Posting> out;
  while (blocks.step()) {
    if (!unpack_postings(blocks.text(0), out))
      throw SqliteFailure(SQLITE_CORRUPT, "a block of posting run " + std::to_string(id) + " does not read");
  }
  return out;
}

std::optional<MergeOf> due_merge(const std::vector<std::int64_t>& entries) {
  MergeOf part;
  for (std::size_t at = 0; at <= entries.size(); ++at) {
    if (at < entries.size() && entries[at] < kFullRun) {
      ++part.count;
      continue;
    }
    if (const auto due = due_within(entries, part)) return due;
    part = {at + 1, 0};
  }
  return std::nullopt;
}

bool merge_some(Database& database) {
  for (const PostingKind kind : kPostingKinds) {
    const std::vector<PostingRun> runs = runs_of(database, kind);
    std::vector<std::int64_t> entries;
    entries.reserve(runs.size());
    for (const PostingRun& run : runs) entries.push_back(run.entries);
    const auto due = due_merge(entries);
    if (!due) continue;
    Scope scope(database);
    std::vector<Posting> all = merged(database, runs, *due);
    for (std::size_t i = 0; i < due->count; ++i) remove_run(database, runs[due->first + i].id);
    write_run(database, kind, std::move(all));
    scope.commit();
    return true;
  }
  return false;
}

void remove_postings(Database& database, const std::vector<std::int64_t>& events) {
  for (const PostingKind kind : kPostingKinds) {
    for (const PostingRun& run : runs_of(database, kind)) {
      const auto first = std::lower_bound(events.begin(), events.end(), run.first_event);
      if (first == events.end() || *first > run.last_event) continue;
      std::vector<Posting> left = read_run(database, run.id);
      const auto kept = std::remove_if(left.begin(), left.end(), [&](const Posting& posting) {
        return std::binary_search(first, events.end(), posting.event);
      });
      if (kept == left.end()) continue;
      left.erase(kept, left.end());
      remove_run(database, run.id);
      write_run(database, kind, std::move(left));
    }
  }
}

}  // namespace trailwatch::store
