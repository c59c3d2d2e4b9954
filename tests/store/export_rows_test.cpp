#include "store/export_rows.h"

#include "store/stored.h"
#include "trailwatch/base/hash.h"

namespace trailwatch::store {
namespace {

using model::Answer;
using test::Stored;

class SamplingRows : public Stored {
 protected:
  template <typename F>
  auto keep(F&& body) {
    ok(writer().begin(received_));
    auto out = body();
    ok(writer().commit());
    return out;
  }
  std::int64_t answer(EventId event, Answer answer, const std::string& words, const std::string& period = "2026-03",
                      const std::string& request = "") {
    const model::SamplingAnswer one{{0, at("2026-04-10T10:00:00"), "E00001", words}, period, event, answer};
    return keep([&] { return get(writer().add_answer(one, request)); });
  }
  static model::Exported exported(const std::string& period, const std::string& kind = "sampling") {
    return {0,
            at("2026-04-03T06:05:00"),
            "os:audit",
            kind,
            period,
            R"({"unit":"東門分局"})",
            {{"sampling-2026-03.csv", std::string(64, 'a'), 1234}, {"b\"\\.ods", std::string(64, 'b'), 0}},
            {3, 5, 305}};
  }
  void log_one() {
    keep([&] { return get(writer().log_export(exported("2026-03"))); });
  }
  static std::string text(const model::Exported& e) {
    std::string out = std::to_string(e.number) + " " + std::to_string(e.at.micros) + " " + e.by + " " + e.kind + " " +
                      e.period + " " + e.scope + "|";
    for (const model::ExportedFile& f : e.files) out += f.name + " " + f.sha256 + " " + std::to_string(f.bytes) + ",";
    out += "|";
    for (const EventId id : e.events) out += std::to_string(id) + ",";
    return out;
  }
  std::vector<std::string> answers(const std::string& period = "2026-03") {
    std::vector<std::string> out;
    for (const model::SamplingAnswer& a : get(reader()->sampling_answers(period))) {
      out.push_back(std::to_string(a.entry.number) + " " + a.entry.by + " " + std::to_string(a.event) + " " +
                    std::string(to_text(a.answer)) + " " + a.entry.reason);
    }
    return out;
  }
};

TEST_F(SamplingRows, TheLastAnswerOfAPeriodHolds) {
  EXPECT_EQ(answer(7, Answer::unclear, "調卷中"), 1);
  EXPECT_EQ(answer(5, Answer::fits, "東偵字第1號"), 2);
  EXPECT_EQ(answer(7, Answer::fits_not, ""), 3);
  EXPECT_EQ(answer(7, Answer::fits, "另案", "2026-Q1"), 4);
  EXPECT_EQ(answers(), (std::vector<std::string>{"2 E00001 5 fits 東偵字第1號", "3 E00001 7 fits-not "}));
  EXPECT_EQ(answers("2026-Q1"), (std::vector<std::string>{"4 E00001 7 fits 另案"}));
  EXPECT_EQ(answers("2026-04"), std::vector<std::string>{});
}

TEST_F(SamplingRows, TheSameRequestAnswersOnce) {
  EXPECT_EQ(answer(7, Answer::fits, "x", "2026-03", "r/0"), 1);
  EXPECT_EQ(answer(7, Answer::fits, "x", "2026-03", "r/0"), 1);
  EXPECT_EQ(get(reader()->entry_of("r/0")), 1);
}

TEST_F(SamplingRows, AnswersShareTheLedgersNumbers) {
  answer(7, Answer::fits, "x");
  const model::Decision decision{{0, at("2026-04-10T10:00:00"), "E00001", "y"}, "aaaa", {}, day(3, 2), {}, {}, {}};
  EXPECT_EQ(keep([&] { return get(writer().add_decision(decision)); }), 2);
  EXPECT_EQ(get(reader()->ledger()).last, 2);
}

TEST_F(SamplingRows, WhatWasWrittenIsSealed) {
  answer(7, Answer::fits, "甲乙丙丁戊己庚辛");
  reopen();
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_EQ(bytes.find("甲乙丙丁"), std::string::npos) << entry.path();
  }
}

TEST_F(SamplingRows, ExportsComeBackInOrder) {
  const auto log = [&](const model::Exported& e, const std::string& request = "") {
    return keep([&] { return get(writer().log_export(e, request)); });
  };
  EXPECT_EQ(log(exported("2026-03"), "x"), 1);
  EXPECT_EQ(log(exported("2026-03"), "x"), 1);
  EXPECT_EQ(log(exported("2026-Q1")), 2);
  EXPECT_EQ(log(exported("2026-03", "evidence")), 3);
  EXPECT_EQ(get(reader()->entry_of("x")), 1);
  const auto all = get(reader()->exports("sampling"));
  ASSERT_EQ(all.size(), 2U);
  model::Exported first = exported("2026-03");
  first.number = 1;
  EXPECT_EQ(text(all[0]), text(first));
  EXPECT_EQ(get(reader()->exports("sampling", "2026-Q1")).size(), 1U);
  EXPECT_EQ(get(reader()->exports("sampling", "2026-05")).size(), 0U);
}

// What stands in the tree about an export, and that asking twice makes one leaf.
TEST_F(SamplingRows, AnExportIsALeaf) {
  const auto log = [&] { return keep([&] { return get(writer().log_export(exported("2026-03"), "x")); }); };
  log();
  EXPECT_EQ(get(reader()->leaf_count()), 1);
  EXPECT_EQ(get(reader()->newest_record(seal::LeafKind::exported, "sampling")),
            R"({"at":1775167500000000,"by":"os:audit","events":3,"files":")" + std::string(64, 'a') +
                R"(  sampling-2026-03.csv\u000a)" + std::string(64, 'b') + R"(  b\"\\.ods\u000a","ids":")" +
                to_hex(sha256("3\n5\n305\n")) + R"(","number":1,"period":"2026-03",)" +
                R"("scope":"{\"unit\":\"東門分局\"}","what":"sampling"})");
  log();
  EXPECT_EQ(get(reader()->leaf_count()), 1);
}

// Why somebody exported may name a citizen: it stands in the leaf's sealed record, nowhere else.
TEST_F(SamplingRows, AReasonIsPartOfTheLeafAndSealed) {
  model::Exported one = exported("", "case");
  one.account = "os:clerk";
  one.reason = "甲乙丙丁戊己庚辛";
  EXPECT_EQ(keep([&] { return get(writer().log_export(exported("2026-03"))); }), 1);
  one.number = keep([&] { return get(writer().log_export(one)); });
  const auto record = get(reader()->newest_record(seal::LeafKind::exported, "case"));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->find(R"({"account":"os:clerk","at":1775167500000000,"by":"os:audit")"), 0U) << *record;
  EXPECT_NE(record->find(R"("reason":"甲乙丙丁戊己庚辛")"), std::string::npos) << *record;
  EXPECT_EQ(get(reader()->leaf_of_export(one)), 1);
  one.number = 7;
  EXPECT_EQ(get(reader()->leaf_of_export(one)), std::nullopt);
  EXPECT_EQ(get(reader()->exports("case")).at(0).reason, "");
  reopen();
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_EQ(bytes.find("甲乙丙丁"), std::string::npos) << entry.path();
  }
}

TEST_F(SamplingRows, KnowsTheLastEventBelowACheckpoint) {
  EXPECT_EQ(get(writer().reader().last_event_below(5)), 0);
  store::FileRow row = file("a.csv");
  add(row, {event(1), event(2)});  // leaves 0, 1, then the file's
  log_one();
  add(row, {event(3)});
  std::string out;
  for (std::int64_t leaves = 0; leaves <= get(reader()->leaf_count()); ++leaves) {
    out += std::to_string(get(reader()->last_event_below(leaves))) + " ";
  }
  EXPECT_EQ(out, "0 1 2 2 2 3 3 ");
}

TEST_F(SamplingRows, NothingIsChangedOrTakenOut) {
  answer(7, Answer::fits, "x");
  keep([&] { return get(writer().log_export(exported("2026-03"))); });
  reopen();
  Database database(path_, Database::Mode::write);
  for (const char* sql : {"UPDATE sampling_answer SET answer='fits-not'", "DELETE FROM sampling_answer",
                          "UPDATE exported SET officer='x'", "DELETE FROM exported"}) {
    EXPECT_THROW(database.execute(sql), SqliteFailure) << sql;
  }
}

}  // namespace
}  // namespace trailwatch::store
