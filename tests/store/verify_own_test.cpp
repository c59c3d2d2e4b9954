#include <gtest/gtest.h>

#include "store/sqlite.h"
#include "store/stored.h"
#include "trailwatch/base/hash.h"
#include "trailwatch/seal/leaf.h"

namespace trailwatch::store {
namespace {

// As the engine gives it: its leaf has it so, the row has it veiled.
constexpr const char* kGroup = "0123456789abcdef";
const model::Key kOfficer{model::About::officer, "", "H10001"};

// A store in which people have acted, and what `verify` says of it.
class OwnRows : public test::Stored {
 protected:
  void SetUp() override {
    Stored::SetUp();
    FileRow row = file();
    std::vector<NewEvent> events;
    for (std::int64_t n = 0; n < 5; ++n) events.push_back(event(n, std::to_string(n)));
    ok(writer().begin(received_));
    get(writer().append_leaf(seal::LeafKind::start, "trailwatch", "", "{}"));
    ok(writer().commit());
    add(row, events);
    ok(writer().begin(received_));
    get(writer().add_decision(
        {entry("已核對"), "aaaa", kOfficer, day(3, 2), model::Verdict::cleared, {"burst", "off-hours"}, {1, 2}}));
    get(writer().add_suppression(
        {entry("職務如此"), kOfficer, "burst", kGroup, day(3, 3), day(6, 30), std::nullopt, std::nullopt}));
    get(writer().end_suppression(2, {entry("調職"), day(4, 1)}));
    get(writer().add_answer({entry("查證"), "2026-03", 3, model::Answer::fits}));
    get(writer().log_export({0,
                             at("2026-03-05T11:00:00"),
                             "E00001",
                             "sampling",
                             "2026-03",
                             "{}",
                             {{"a.ods", std::string(64, 'a'), 7}},
                             {1, 3},
                             "root",
                             "抽查"}));
    get(writer().add_unmasking(
        {entry("查明"), model::Unmasking::Step::shown_unapproved, "aaaa", "115-1", std::nullopt, "E00009"}));
    keep(2, "<p>7</p>");
    ok(writer().commit());
  }
  model::Entry entry(const std::string& reason) const { return {0, at("2026-03-05T10:00:00"), "E00001", reason}; }
  void keep(int day_of_march, const std::string& content) {
    KeptReport report;
    report.day = day(3, day_of_march);
    report.issued = received_;
    report.log_size = 12;
    report.decisions_cut = 1;
    report.rules_version = "r1";
    report.reference_version = "s1";
    const std::string name = "daily-" + format_day(report.day) + ".html", hash = to_hex(sha256(content));
    report.files.push_back({name, hash, content});
    ok(writer().keep_report(report));
    std::string record;
    seal::add_member(record, "day", format_day(report.day));
    seal::add_member(record, "decisions_cut", report.decisions_cut);
    seal::add_member(record, name, hash);
    seal::add_member(record, "issued", std::to_string(report.issued.micros));
    seal::add_member(record, "log_size", report.log_size);
    seal::add_member(record, "reference_version", report.reference_version);
    seal::add_member(record, "rules_version", report.rules_version);
    record.push_back('}');
    get(writer().append_leaf(seal::LeafKind::exported, "daily-report", "", record));
  }
  Verified verified() { return get(reader()->verify({}, nullptr)); }
  // What is wrong after a change, which is undone again.
  std::string after(const std::string& change) {
    reopen();
    Database database(path_, Database::Mode::write);
    for (const char* name : {"ledger", "decision", "suppression", "suppression_end", "unmasking", "report",
                             "sampling_answer", "exported"}) {
      for (const char* what : {"_stays", "_keeps"})
        database.execute(("DROP TRIGGER IF EXISTS " + std::string(name) + what).c_str());
    }
    database.execute("PRAGMA foreign_keys=OFF");
    const auto told = [&] {
      std::string out;
      for (const Fault& fault : verified().faults) {
        if (fault.where != "schema") out += fault.where + ": " + fault.what + "\n";
      }
      return out;
    };
    EXPECT_EQ(told(), "");
    std::string copy = path_ + ".copy";
    std::filesystem::remove(copy);
    database.execute(("VACUUM INTO '" + copy + "'").c_str());
    const std::string original = std::exchange(path_, copy);
    Database changed(path_, Database::Mode::write);
    changed.execute("PRAGMA foreign_keys=OFF");
    changed.execute(change.c_str());
    const std::string out = told();
    path_ = original;
    return out;
  }
};

TEST_F(OwnRows, AreIntactAsTheyWereWritten) {
  const Verified outcome = verified();
  EXPECT_EQ(outcome.faults_in_all, 0) << outcome.faults.front().where << outcome.faults.front().what;
  EXPECT_TRUE(outcome.put_back.empty());
  EXPECT_TRUE(outcome.clock_steps.empty());
}

TEST_F(OwnRows, WhatWasChangedIsNamed) {
  const std::string changed = ": its row is not what was sealed (leaf ";
  const std::pair<const char*, std::string> changes[] = {
      {"UPDATE decision SET verdict='open'", "ledger 1 (decision)"},
      {"UPDATE decision SET evidence=x'01'", "ledger 1 (decision)"},
      {"UPDATE decision SET rules='[\"burst\"]'", "ledger 1 (decision)"},
      {"UPDATE decision SET day=day+1", "ledger 1 (decision)"},
      {"UPDATE decision SET name='H10002'", "ledger 1 (decision)"},
      {"UPDATE ledger SET officer='E00002' WHERE id=1", "ledger 1 (decision)"},
      {"UPDATE ledger SET at=at+1 WHERE id=3", "ledger 3 (suppression-end)"},
      {"UPDATE suppression SET last_day=last_day+90", "ledger 2 (suppression)"},
      {"UPDATE suppression SET grp=''", "ledger 2 (suppression)"},
      {"UPDATE suppression_end SET day=day+90", "ledger 3 (suppression-end)"},
      {"UPDATE sampling_answer SET answer='fits-not'", "ledger 4 (sampling-answer)"},
      {"UPDATE sampling_answer SET event=4", "ledger 4 (sampling-answer)"},
      {"UPDATE unmasking SET second='E00008'", "ledger 5 (shown-unapproved)"},
      {"UPDATE unmasking SET step=3", "ledger 5 (shown-unapproved)"},
      {"UPDATE ledger SET officer='E00008' WHERE id=5", "ledger 5 (shown-unapproved)"},
      {"UPDATE exported SET scope='{\"x\":1}'", "export 1 (sampling)"},
      {"UPDATE exported SET events=x'01'", "export 1 (sampling)"},
      {"UPDATE exported SET files='[]'", "export 1 (sampling)"},
      {"UPDATE report SET log_size=11", "report 2026-03-02"},
      {"UPDATE report SET issued=issued+1", "report 2026-03-02"},
      {"UPDATE report SET rules='r2'", "report 2026-03-02"},
      {"UPDATE report SET month=202501", "report 2026-03-02"},
  };
  for (const auto& [change, where] : changes) {
    const std::string told = after(change);
    EXPECT_EQ(told.rfind(where + changed, 0), 0U) << change << " -> " << told;
  }
}

TEST_F(OwnRows, WhatIsGoneOrWasAddedIsNamed) {
  EXPECT_EQ(after("DELETE FROM decision").rfind("ledger 1: what it says (decision) is gone (leaf ", 0), 0U);
  EXPECT_EQ(after("DELETE FROM sampling_answer; DELETE FROM ledger WHERE id=4").rfind("ledger 4: its row is gone", 0),
            0U);
  EXPECT_EQ(after("DELETE FROM unmasking").rfind("ledger 5: what it says (shown-unapproved) is gone", 0), 0U);
  EXPECT_EQ(after("DELETE FROM unmasking; DELETE FROM ledger WHERE id=5").rfind("ledger 5: its row is gone", 0), 0U);
  EXPECT_EQ(after("DELETE FROM exported").rfind("export 1: its row is gone", 0), 0U);
  EXPECT_EQ(after("DELETE FROM report").rfind("report 2026-03-02: its row is gone", 0), 0U);
  EXPECT_EQ(after("INSERT INTO exported SELECT 2, at, officer, kind, period, scope, files, events, 'r' FROM exported"),
            "export 2 (sampling): no leaf speaks of it\n");
  EXPECT_EQ(
      after("INSERT INTO report SELECT day+1, issued, log_size, decisions_cut, rules, reference, files, month, content "
            "FROM report"),
      "report 2026-03-03: no leaf speaks of it\n");
  EXPECT_NE(after("UPDATE ledger SET month=202501 WHERE id=1").find("ledger 1: its reason can't be read"),
            std::string::npos);
}

TEST_F(OwnRows, FilesPutBackAndClocksSetBackAreTold) {
  const auto version = [&](std::int64_t minutes, const std::string& name, const std::string& hash) {
    ok(writer().begin(Instant{received_.micros + minutes * kMicrosPerMinute}));
    get(writer().append_leaf(seal::LeafKind::rule, name, "", "{\"sha256\":\"" + hash + "\"}"));
    ok(writer().commit());
  };
  version(1, "rules/a.yml", "1");
  version(2, "rules/b.yml", "1");
  version(3, "rules/a.yml", "2");
  version(4, "rules/b.yml", "2");
  version(5, "rules/a.yml", "1");
  EXPECT_TRUE(verified().clock_steps.empty());
  version(5 - 5, "rules/c.yml", "1");  // five minutes are let pass
  EXPECT_TRUE(verified().clock_steps.empty());
  version(-6, "rules/c.yml", "2");
  const Verified outcome = verified();
  EXPECT_TRUE(outcome.is_intact());
  ASSERT_EQ(outcome.put_back.size(), 1U);
  EXPECT_EQ(outcome.put_back[0].where, "rules/a.yml");
  EXPECT_EQ(outcome.put_back[0].what.rfind("was changed at 2026-03-02T22:03:00.000+00:00 (leaf ", 0), 0U)
      << outcome.put_back[0].what;
  ASSERT_EQ(outcome.clock_steps.size(), 1U);
  EXPECT_NE(outcome.clock_steps[0].what.find("the clock was set back"), std::string::npos);
}

}  // namespace
}  // namespace trailwatch::store
