#include "app/ledger_batch.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "app/ledger_door.h"
#include "store/stored.h"
#include "support/fakes.h"

namespace trailwatch::app {
namespace {

using model::Verdict;

const model::Key kOfficer{model::About::officer, "", "H10001"};

class LedgerBatches : public test::Stored {
 protected:
  model::Entry entry(const std::string& reason) const { return {0, at("2026-03-05T10:00:00"), "E00001", reason}; }
  LedgerBatch batch() const {
    LedgerBatch out;
    out.id = "00ff";
    out.changes.resize(3);
    out.changes[0].decision =
        model::Decision{entry("有案號\n\"引號\""), "aaaa", kOfficer, day(3, 2), Verdict::cleared, {"burst"}, {1, 5}};
    out.changes[1].suppression = model::Suppression{entry("職務"), kOfficer,   "burst",      "0123456789abcdef",
                                                    day(3, 3),     day(6, 30), std::nullopt, std::nullopt};
    out.changes[1].with_decision = 0;
    out.changes[2].ends = 2;
    out.changes[2].end = model::SuppressionEnd{entry("調職"), day(4, 1)};
    return out;
  }
  Workplace workplace() const {
    Workplace out;
    out.config.state_dir = "/state";
    return out;
  }
  test::MemoryFiles files_;
  test::FakeClock clock_{at("2026-03-05T10:00:01")};
  test::MemoryLog log_;
};

TEST_F(LedgerBatches, AreWrittenWholeAndOnce) {
  EXPECT_EQ(get(write_batch(writer(), batch(), clock_.now())), (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(get(write_batch(writer(), batch(), clock_.now())), (std::vector<std::int64_t>{1, 2, 3}));
  const model::Ledger ledger = get(writer().reader().ledger());
  EXPECT_EQ(ledger.last, 3);
  ASSERT_EQ(ledger.suppressions.size(), 1U);
  EXPECT_EQ(ledger.suppressions[0].decision, 1);
  EXPECT_TRUE(ledger.suppressions[0].ended.has_value());
}

TEST_F(LedgerBatches, BringAnswersAndExportsWhole) {
  LedgerBatch sent;
  sent.id = "00aa";
  sent.changes.resize(1);
  sent.changes[0].answer = model::SamplingAnswer{entry("卷內\n第 3 頁"), "2026-03", 7, model::Answer::fits_not};
  LedgerBatch record;
  record.id = "00bb";
  record.changes.resize(1);
  record.changes[0].exported = model::Exported{0,    at("2026-03-05T10:00:00"), "os:audit", "sampling", "2026-03",
                                               "{}", {{"a.ods", "ff", 12}},     {7, 9}};
  for (const LedgerBatch& one : {sent, record}) {
    const LedgerBatch back = get(parse_batch(to_text(one)));
    EXPECT_EQ(to_text(back), to_text(one));
    EXPECT_EQ(get(write_batch(writer(), back, clock_.now())), (std::vector<std::int64_t>{1}));
  }
  const auto answers = get(writer().reader().sampling_answers("2026-03"));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].entry.reason, "卷內\n第 3 頁");
  EXPECT_EQ(answers[0].answer, model::Answer::fits_not);
  const auto exports = get(writer().reader().exports("sampling"));
  ASSERT_EQ(exports.size(), 1U);
  EXPECT_EQ(exports[0].files, record.changes[0].exported->files);
  EXPECT_EQ(exports[0].events, (std::vector<model::EventId>{7, 9}));
}

TEST_F(LedgerBatches, OneBadChangeLeavesNothing) {
  LedgerBatch bad = batch();
  bad.changes[2].ends = 77;
  EXPECT_EQ(code_of(write_batch(writer(), bad, clock_.now())), Errc::not_found);
  EXPECT_EQ(get(writer().reader().ledger()).last, 0);
  // And the store goes on.
  EXPECT_EQ(get(write_batch(writer(), batch(), clock_.now())).size(), 3U);
}

TEST_F(LedgerBatches, ComeOutOfAFileAsTheyWentIn) {
  const LedgerBatch back = get(parse_batch(to_text(batch())));
  EXPECT_EQ(to_text(back), to_text(batch()));
  EXPECT_EQ(back.changes[0].decision->entry.reason, "有案號\n\"引號\"");
  EXPECT_EQ(back.changes[0].decision->evidence, (std::vector<model::EventId>{1, 5}));
}

TEST_F(LedgerBatches, WhatIsNoBatchIsRefused) {
  const std::string whole = to_text(batch());
  for (std::size_t size = 0; size + 1 < whole.size(); size += 7) {
    EXPECT_EQ(code_of(parse_batch(whole.substr(0, size))), Errc::corrupt) << size;
  }
  for (const char* text : {"[]", "{}", "null", R"({"format":"trailwatch-ledger-batch/2","id":"x","changes":[]})",
                           R"({"format":"trailwatch-ledger-batch/1","id":"x","changes":[{}]})",
                           R"({"format":"trailwatch-ledger-batch/1","id":7,"changes":[]})"}) {
    EXPECT_EQ(code_of(parse_batch(text)), Errc::corrupt) << text;
  }
  LedgerBatch orphan = batch();
  orphan.changes.erase(orphan.changes.begin());
  EXPECT_EQ(code_of(parse_batch(to_text(orphan))), Errc::corrupt);
  LedgerBatch ahead = batch();
  ahead.changes[1].with_decision = 5;
  EXPECT_EQ(code_of(parse_batch(to_text(ahead))), Errc::corrupt);
}

TEST_F(LedgerBatches, WhatIsHandedOverIsTakenAndGone) {
  files_.contents["/state/handover/00ff.json"] = to_text(batch());
  files_.contents["/state/handover/note.txt"] = "not ours";
  const Machine machine{files_, clock_, random_, log_};
  ok(take_handover(machine, workplace(), writer()));
  EXPECT_EQ(get(writer().reader().ledger()).last, 3);
  EXPECT_EQ(get(writer().reader().entry_of("00ff/1")), std::optional<std::int64_t>(2));
  EXPECT_EQ(files_.contents.count("/state/handover/00ff.json"), 0U);
  EXPECT_EQ(files_.contents.count("/state/handover/note.txt"), 1U);
  // A file that could not be removed in time, after a crash, counts once.
  files_.contents["/state/handover/00ff.json"] = to_text(batch());
  ok(take_handover(machine, workplace(), writer()));
  EXPECT_EQ(get(writer().reader().ledger()).last, 3);
}

TEST_F(LedgerBatches, WhatCannotBeTakenIsSetAsideAndStopsNothing) {
  LedgerBatch refused = batch();
  refused.id = "01";
  refused.changes[2].ends = 99;
  files_.contents["/state/handover/00.json"] = "{\"format\"";
  files_.contents["/state/handover/01.json"] = to_text(refused);
  files_.contents["/state/handover/02.json"] = to_text(batch());
  const Machine machine{files_, clock_, random_, log_};
  ok(take_handover(machine, workplace(), writer()));
  EXPECT_EQ(get(writer().reader().ledger()).last, 3);
  std::string left;
  for (const auto& [path, text] : files_.contents) left += path + "\n";
  EXPECT_EQ(left, "/state/handover/00.json.refused\n/state/handover/01.json.refused\n");
  EXPECT_EQ(log_.lines.size(), 3U);
  EXPECT_EQ(refused_batches(machine, workplace()), 2);
}

TEST_F(LedgerBatches, NothingHandedOverIsNoFault) {
  const Machine machine{files_, clock_, random_, log_};
  ok(take_handover(machine, workplace(), writer()));
}

RC_GTEST_PROP(LedgerBatchText, NoBytesMakeItThrow, (std::string text)) {
  RC_ASSERT(!parse_batch(text).has_value());
}

}  // namespace
}  // namespace trailwatch::app
