#pragma once

#include <cstdint>
#include <vector>

#include "store/posting_block.h"
#include "store/sqlite.h"

namespace trailwatch::store {

// The postings of one key with `since` <= time < `before`, in order of (time, event): all runs side by side, each read
// block by block as far as it is asked for. Throws SqliteFailure.
class PostingCursor {
 public:
  struct Range {
    PostingKind kind = PostingKind::time;
    std::int64_t key = 0, since = 0, before = 0;
  };
  // `pending`: what this connection's transaction has not written yet, in any order; looked at here only.
  PostingCursor(Database& database, const Range& range, const std::vector<Posting>& pending);

  bool at_end() const { return heap_.empty(); }
  const Posting& now() const { return sources_[heap_.front()].now(); }
  void next();

 private:
  struct Source {
    std::int64_t run = 0;  // 0: the pending ones
    std::vector<Posting> postings;
    std::size_t at = 0;
    Posting last;         // of the block
    bool is_last = true;  // nothing follows what is in `postings`
    const Posting& now() const { return postings[at]; }
  };
  // True when the source has a posting.
  bool fill(Source& source, const Posting& from);
  bool has_now(Source& source);
  bool comes_later(std::size_t a, std::size_t b) const;
  void take_in(Source&& source);

  const Range range_;
  Statement block_;
  std::vector<Source> sources_;
  std::vector<std::size_t> heap_;  // places in `sources_`, the next posting's first
};

}  // namespace trailwatch::store
