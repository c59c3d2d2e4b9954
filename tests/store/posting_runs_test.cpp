#include "store/posting_runs.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

#include "store/schema.h"

namespace trailwatch::store {
namespace {

// Merges until nothing is due; the largest merge.
std::int64_t settle(std::vector<std::int64_t>& entries) {
  std::int64_t largest = 0;
  while (const auto due = due_merge(entries)) {
    EXPECT_GE(due->count, 2U);
    EXPECT_LE(due->first + due->count, entries.size());
    const auto first = entries.begin() + static_cast<std::ptrdiff_t>(due->first);
    const auto last = first + static_cast<std::ptrdiff_t>(due->count);
    *first = std::accumulate(first, last, std::int64_t{0});
    largest = std::max(largest, *first);
    entries.erase(first + 1, last);
  }
  return largest;
}

TEST(DueMerge, EightOfOneLevelMakeOne) {
  EXPECT_FALSE(due_merge({}));
  EXPECT_FALSE(due_merge(std::vector<std::int64_t>(7, 100)));
  const auto due = due_merge(std::vector<std::int64_t>(8, 100));
  ASSERT_TRUE(due);
  EXPECT_EQ(due->first, 0U);
  EXPECT_EQ(due->count, 8U);
}

TEST(DueMerge, FullRunsStayAsTheyAre) {
  EXPECT_FALSE(due_merge(std::vector<std::int64_t>(100, kFullRun)));
  std::vector<std::int64_t> entries(9, 10'000);
  entries.insert(entries.begin(), 3, kFullRun);
  const auto due = due_merge(entries);
  ASSERT_TRUE(due);
  EXPECT_GE(due->first, 3U);
}

TEST(DueMerge, ASmallRunBetweenLargeOnesIsNotLeftOver) {
  std::vector<std::int64_t> entries;
  for (int i = 0; i < 400; ++i) {
    entries.push_back(i % 2 == 0 ? 10'000 : 3);
    settle(entries);
  }
  // 200 x 10,003 in 16 full ones and what is left.
  EXPECT_LE(entries.size(), 16U + 20U);
}

TEST(DueMerge, NoMergeIsLargerThanTwoFullRuns) {
  for (const std::int64_t commit : {1, 16, 1'000, 10'000, 131'071}) {
    std::vector<std::int64_t> entries;
    for (int i = 0; i < 3'000; ++i) {
      entries.push_back(commit);
      EXPECT_LT(settle(entries), 2 * kFullRun);
    }
    const std::int64_t full = 3'000 * commit / kFullRun;
    EXPECT_LE(static_cast<std::int64_t>(entries.size()), full + 7 * 6) << commit;
  }
}

RC_GTEST_PROP(DueMerge, WhateverTheCommitsFewRunsAreLeft, ()) {
  const auto commits = *rc::gen::container<std::vector<std::int64_t>>(
      rc::gen::oneOf(rc::gen::inRange<std::int64_t>(1, 20), rc::gen::inRange<std::int64_t>(1, 5'000),
                     rc::gen::inRange<std::int64_t>(1, 40'000)));
  std::vector<std::int64_t> entries;
  std::int64_t all = 0;
  for (const std::int64_t commit : commits) {
    entries.push_back(commit);
    all += commit;
    settle(entries);
  }
  RC_ASSERT(std::accumulate(entries.begin(), entries.end(), std::int64_t{0}) == all);
  RC_ASSERT(static_cast<std::int64_t>(entries.size()) <= all / kFullRun + 7 * 6);
}

class PostingRuns : public testing::Test {
 protected:
  PostingRuns() { migrate(database_); }
  // Event `n`: one of seven keys.
  static Posting posting(std::int64_t n) { return {n % 7, 1'000'000 * n, n}; }
  static std::vector<Posting> postings(std::int64_t first, std::int64_t last) {
    std::vector<Posting> out;
    for (std::int64_t n = first; n <= last; ++n) out.push_back(posting(n));
    return out;
  }
  std::vector<Posting> stored(PostingKind kind) {
    std::vector<Posting> out;
    for (const PostingRun& run : runs_of(database_, kind)) {
      const std::vector<Posting> one = read_run(database_, run.id);
      EXPECT_TRUE(std::is_sorted(one.begin(), one.end()));
      const PostingRun made = describe(one);
      EXPECT_EQ(std::tie(made.first_event, made.last_event, made.first_time, made.last_time, made.entries),
                std::tie(run.first_event, run.last_event, run.first_time, run.last_time, run.entries));
      out.insert(out.end(), one.begin(), one.end());
    }
    std::sort(out.begin(), out.end(), [](const Posting& a, const Posting& b) { return a.event < b.event; });
    return out;
  }
  Database database_{":memory:", Database::Mode::write};
};

TEST_F(PostingRuns, MergingKeepsEveryPosting) {
  for (std::int64_t n = 1; n <= 300; ++n) {
    write_run(database_, PostingKind::officer, {posting(n)});
    if (n % 3 == 0) write_run(database_, PostingKind::place, {posting(n)});
    merge_some(database_);
  }
  while (merge_some(database_)) {
  }
  EXPECT_EQ(stored(PostingKind::officer), postings(1, 300));
  EXPECT_EQ(stored(PostingKind::place).size(), 100U);
  EXPECT_LT(runs_of(database_, PostingKind::officer).size(), 20U);
  EXPECT_EQ(database_.number("SELECT COUNT(DISTINCT run) FROM posting_block"),
            database_.number("SELECT COUNT(*) FROM posting_run"));
}

TEST_F(PostingRuns, ARunOfNothingIsNotWritten) {
  write_run(database_, PostingKind::officer, {});
  EXPECT_EQ(database_.number("SELECT COUNT(*) FROM posting_run"), 0);
  EXPECT_FALSE(merge_some(database_));
}

TEST_F(PostingRuns, WhatIsRemovedIsGoneFromEveryKindAndNothingElseIs) {
  write_run(database_, PostingKind::officer, postings(1, 5'000));
  write_run(database_, PostingKind::officer, postings(5'001, 5'010));
  write_run(database_, PostingKind::subject, {posting(4), posting(5'002)});
  remove_postings(database_, {1, 4, 3'000, 5'010});
  auto left = postings(1, 5'010);
  left.erase(std::remove_if(left.begin(), left.end(),
                            [](const Posting& one) {
                              return one.event == 1 || one.event == 4 || one.event == 3'000 || one.event == 5'010;
                            }),
             left.end());
  EXPECT_EQ(stored(PostingKind::officer), left);
  EXPECT_EQ(stored(PostingKind::subject), (std::vector<Posting>{posting(5'002)}));
  remove_postings(database_, {5'002});
  EXPECT_TRUE(runs_of(database_, PostingKind::subject).empty());
}

TEST_F(PostingRuns, ADamagedBlockStopsAMerge) {
  for (std::int64_t n = 1; n <= 8; ++n) write_run(database_, PostingKind::officer, {posting(n)});
  database_.execute("UPDATE posting_block SET block=x'00FF' WHERE run=3");
  EXPECT_THROW(merge_some(database_), SqliteFailure);
  EXPECT_EQ(runs_of(database_, PostingKind::officer).size(), 8U);
}

}  // namespace
}  // namespace trailwatch::store
