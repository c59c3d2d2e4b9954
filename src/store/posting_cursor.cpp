#include "store/posting_cursor.h"

#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <string>

namespace trailwatch::store {

PostingCursor::PostingCursor(Database& database, const Range& range, const std::vector<Posting>& pending)
    : range_(range),
      block_(database,
             "SELECT key, time, event, block FROM posting_block WHERE run=? AND (key, time, event) >= (?, ?, ?) "
             "ORDER BY key, time, event LIMIT 1") {
  Source waiting;
  for (const Posting& posting : pending) {
    if (posting.key == range_.key && posting.time >= range_.since && posting.time < range_.before)
      waiting.postings.push_back(posting);
  }
  std::sort(waiting.postings.begin(), waiting.postings.end());
  if (!waiting.postings.empty()) take_in(std::move(waiting));
  Statement runs(database, "SELECT id FROM posting_run WHERE kind=? AND last_time>=? AND first_time<?");
  runs.bind(0, static_cast<std::int64_t>(range_.kind)).bind(1, range_.since).bind(2, range_.before);
  while (runs.step()) {
    Source source;
    source.run = runs.number(0);
    source.is_last = false;
    if (fill(source, {range_.key, range_.since, std::numeric_limits<std::int64_t>::min()})) take_in(std::move(source));
  }
}

void PostingCursor::take_in(Source&& source) {
  sources_.push_back(std::move(source));
  heap_.push_back(sources_.size() - 1);
  std::push_heap(heap_.begin(), heap_.end(), [this](std::size_t a, std::size_t b) { return comes_later(a, b); });
}

bool PostingCursor::comes_later(std::size_t a, std::size_t b) const {
  return sources_[b].now() < sources_[a].now();
}

// A block is known by its last posting: the first one that ends at or behind `from` is where it stands, if anywhere.
bool PostingCursor::fill(Source& source, const Posting& from) {
  source.postings.clear();
  source.at = 0;
  block_.bind(0, source.run).bind(1, from.key).bind(2, from.time).bind(3, from.event);
  if (!block_.step()) {
    block_.reset();
    source.is_last = true;
    return false;
  }
  const Posting last = source.last = {block_.number(0), block_.number(1), block_.number(2)};
  const bool is_whole = unpack_postings(block_.text(3), source.postings);
  block_.reset();
  if (!is_whole || source.postings.empty() || !(source.postings.back() == last)) {
    throw SqliteFailure(SQLITE_CORRUPT, "a block of posting run " + std::to_string(source.run) + " does not read");
  }
  source.is_last = last.key != range_.key || last.time >= range_.before;
  const Posting end{range_.key, range_.before, std::numeric_limits<std::int64_t>::min()};
  const auto first = std::lower_bound(source.postings.begin(), source.postings.end(), from);
  const auto beyond = std::lower_bound(first, source.postings.end(), end);
  source.at = static_cast<std::size_t>(first - source.postings.begin());
  source.postings.erase(beyond, source.postings.end());
  return has_now(source);
}

bool PostingCursor::has_now(Source& source) {
  if (source.at < source.postings.size()) return true;
  if (source.is_last) return false;
  // The block has ended within the range.
  Posting from = source.last;
  if (from.event == std::numeric_limits<std::int64_t>::max()) return false;
  ++from.event;
  return fill(source, from);
}

void PostingCursor::next() {
  const auto later = [this](std::size_t a, std::size_t b) { return comes_later(a, b); };
  std::pop_heap(heap_.begin(), heap_.end(), later);
  Source& source = sources_[heap_.back()];
  ++source.at;
  if (has_now(source)) {
    std::push_heap(heap_.begin(), heap_.end(), later);
  } else {
    heap_.pop_back();
  }
}

}  // namespace trailwatch::store
