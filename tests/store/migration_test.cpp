#include <set>
#include <sstream>

#include "store/posting_build.h"
#include "store/schema.h"
#include "store/stored.h"
#include "trailwatch/seal/signer.h"

namespace trailwatch::store {
namespace {

class Opening10 : public test::Stored {};

// Stores that programs of earlier schemas made (tests/store/older), opened by today's.
class Migration : public test::Stored, public testing::WithParamInterface<int> {
 protected:
  static std::string older(const std::string& name) {
    std::ifstream in(std::string(TW_SOURCE_DIR) + "/tests/store/older/" + name, std::ios::binary);
    EXPECT_TRUE(in.good()) << name;
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Which dump a schema is made from.
  static int dump_of(int version) { return version > 3 && version < 7 ? 3 : version; }

  void SetUp() override {
    Stored::SetUp();
    Database database(path_, Database::Mode::write);
    database.execute(older("v" + std::to_string(dump_of(GetParam())) + ".sql").c_str());
    if (dump_of(GetParam()) != GetParam()) migrate(database, nullptr, GetParam());
    ASSERT_EQ(database.number("PRAGMA user_version"), GetParam());
  }
  static vault::Vault key() {
    std::string text = "trailwatch-key-v1 ";
    for (int i = 0; i < 32; ++i) text += "07";
    Result<vault::Vault> vault = vault::Vault::open(text);
    EXPECT_TRUE(vault.has_value());
    return *std::move(vault);
  }
  void open() {
    writer_.reset();
    const Result<Zone> zone = Zone::find("Asia/Taipei");
    ASSERT_TRUE(zone.has_value());
    auto opened = Writer::open(path_, key(), *zone, random_);
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    writer_ = *std::move(opened);
  }
  Verified verified() {
    Known known;
    if (GetParam() >= 7) {
      const Result<seal::VerifierKey> log =
          seal::VerifierKey::parse(older("v" + std::to_string(dump_of(GetParam())) + ".vkey"));
      EXPECT_TRUE(log.has_value());
      known.keys = seal::both_kinds(*log);
    }
    auto reader = Reader::open(path_, key());
    EXPECT_TRUE(reader.has_value());
    return get((*reader)->verify(known, nullptr));
  }
  static std::string told(const Verified& outcome) {
    std::string out;
    for (const Fault& fault : outcome.faults) out += fault.where + ": " + fault.what + "\n";
    return out;
  }
  std::string alerts() {
    std::ostringstream out;
    for (const model::Alert& alert : get(writer().reader().alerts(day(3, 1), day(3, 31)))) {
      out << alert.id << " " << format_day(alert.day) << " " << alert.key.name << " " << alert.score << " " << alert.why
          << " " << alert.evidence.size() << "\n";
    }
    return out.str();
  }
};

TEST_P(Migration, KeepsRecordsAlertsDecisionsAndProofs) {
  EXPECT_EQ(code_of(Reader::open(path_, key())), Errc::unsupported);
  std::string before;
  {
    Database database(path_, Database::Mode::write);
    Statement rows(database, "SELECT id, why FROM alert ORDER BY score DESC, id");
    while (rows.step()) before += std::string(rows.text(0)) + std::string(rows.text(1)) + "\n";
  }
  open();
  EXPECT_EQ(told(verified()), "");
  EXPECT_EQ(verified().notes > 0, GetParam() >= 7);
  std::string after;
  for (const model::Alert& alert : get(writer().reader().alerts(day(3, 1), day(3, 31))))
    after += alert.id + alert.why + "\n";
  EXPECT_EQ(after, before);
  EXPECT_EQ(alerts(),
            "2f2c3f70b96de366 2026-03-02 A20311 48.7 深夜 1 筆 1\n"
            "c23ae11a9798fb39 2026-03-02 A20310 48.7 深夜 2 筆 2\n"
            "e5f91ced67143c2c 2026-03-03 A20311 48.7 深夜 1 筆 1\n");
  const auto events = all();
  ASSERT_EQ(events.size(), 12U);
  EXPECT_EQ(events[6].event.subject, "TST-0001");
  EXPECT_EQ(events[6].event.reason, "測試事由6");
  EXPECT_EQ(get(writer().reader().subject_token(7)), key().token(model::SubjectKind::vehicle, "TST-0001"));
  EXPECT_EQ(get(writer().reader().quarantined_bytes(1)), "{\"seq\":\"broken");
  const auto decisions = get(writer().reader().ledger()).decisions;
  ASSERT_EQ(decisions.size(), GetParam() >= 2 ? 1U : 0U);
  if (!decisions.empty()) {
    EXPECT_EQ(decisions[0].entry.reason, "測試裁決事由");
  }
  const auto report = get(writer().reader().kept_report(day(3, 3)));
  ASSERT_EQ(report.has_value(), GetParam() >= 7);
  if (report) {
    EXPECT_NE(report->files.at(0).content.find("深夜 1 筆"), std::string::npos);
  }
}

// Look-ups were found by indexes up to schema 11.
TEST_P(Migration, LookUpsAreFoundByPostings) {
  open();
  const Instant first{INT64_MIN}, last{INT64_MAX};
  Reader& asked = writer().reader();
  std::size_t by_officer = 0, by_subject = 0;
  std::set<std::string> officers, subjects;
  for (const StoredEvent& stored : all()) {
    officers.insert(stored.event.officer);
    subjects.insert(stored.event.subject);
  }
  for (const std::string& officer : officers) by_officer += get(asked.officer_events(officer, first, last)).size();
  for (const std::string& subject : subjects) {
    by_subject += get(asked.subject_events(asked.token(model::SubjectKind::vehicle, subject), first, last)).size();
  }
  EXPECT_EQ(by_officer, 12U);
  EXPECT_EQ(by_subject, 12U);
  EXPECT_EQ(get(asked.events_from(first, 0, last, 100)).size(), 12U);
  Database database(path_, Database::Mode::read);
  EXPECT_EQ(database.number("SELECT COUNT(*) FROM sqlite_schema WHERE tbl_name='event' AND type='index'"), 0);
}

// Killed at the worst places: a part of the runs is there, or all of them and some of the indexes.
TEST_P(Migration, GoesOnWhereItWasBrokenOff) {
  {
    Database database(path_, Database::Mode::write);
    database.execute("CREATE TABLE kept AS SELECT * FROM event WHERE id > 5; DELETE FROM event WHERE id > 5");
    replace_indexes(database, nullptr);
    database.execute("INSERT INTO event SELECT * FROM kept; DROP TABLE kept");
    ASSERT_EQ(database.number("PRAGMA user_version"), GetParam());
    ASSERT_EQ(database.number("SELECT MAX(last_event) FROM posting_run"), 5);
  }
  open();
  EXPECT_EQ(told(verified()), "");
  EXPECT_EQ(get(writer().reader().events_from(Instant{INT64_MIN}, 0, Instant{INT64_MAX}, 100)).size(), 12U);
}

TEST_P(Migration, TellsHowFarItIs) {
  writer_.reset();
  const Result<Zone> zone = Zone::find("Asia/Taipei");
  std::string said;
  auto opened = Writer::open(path_, key(), *zone, random_, [&](std::int64_t done, std::int64_t rows) {
    said += std::to_string(done) + "/" + std::to_string(rows) + " ";
  });
  ASSERT_TRUE(opened.has_value()) << opened.error().text();
  EXPECT_EQ(said, "12/12 ");
  opened = Error{Errc::invalid, "", "", {}};
  said.clear();
  opened = Writer::open(path_, key(), *zone, random_, [&](std::int64_t, std::int64_t) { said += "again"; });
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(said, "");
}

TEST_P(Migration, NewRecordsStandBesideOldOnes) {
  open();
  FileRow row = get(writer().reader().files("vehicle")).at(0);
  const auto old = all();
  NewEvent again;
  again.event = old[0].event;
  {
    Database database(path_, Database::Mode::read);
    Statement identity(database,
                       "SELECT s.text, i.number FROM identity i JOIN scope s ON s.id = i.scope WHERE event=1");
    ASSERT_TRUE(identity.step());
    again.key = {std::string(identity.text(0)), std::to_string(identity.number(1))};
  }
  NewEvent late = again;
  late.key.number = "900";
  late.event.raw = "another record";
  EXPECT_EQ(test::fates(add(row, {again, late})), "ds");
  EXPECT_EQ(told(verified()), "");
  // What was there goes by the month, what came since by its system.
  const auto erase = [&](vault::Month secret) {
    ok(writer().begin(at("2031-04-01T07:00:00")));
    ok(writer().destroy_secret({secret, "", false, false}, "retention of 60 months"));
    ok(writer().commit());
    for (bool done = false; !done;) {
      ok(writer().begin(at("2031-04-01T07:00:00")));
      done = get(writer().purge_rows(secret, 5)).is_done;
      ok(writer().commit());
    }
  };
  erase(202603);
  EXPECT_EQ(all().size(), 1U);
  EXPECT_EQ(told(verified()), "");
  erase(1202603);
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(told(verified()), "");
  EXPECT_EQ(alerts(), "");
  // Known by its number, although nothing of it is left.
  EXPECT_EQ(test::fates(add(row, {again})), "d");
}

TEST_P(Migration, TheKeyCanBeReplaced) {
  open();
  const vault::Vault next = test::open_vault(5);
  ok(writer().begin(received_));
  ok(writer().rotate_key(next));
  ok(writer().commit());
  writer_.reset();
  EXPECT_EQ(code_of(Reader::open(path_, key())), Errc::conflict);
  const auto reader = Reader::open(path_, test::open_vault(5));
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(get((*reader)->events({7})).at(0).event.subject, "TST-0001");
  EXPECT_EQ((*reader)->token(model::SubjectKind::vehicle, "TST-0001"),
            key().token(model::SubjectKind::vehicle, "TST-0001"));
}

// A store that got a later number before this step was there: made by running the later step on an older store.
TEST_F(Opening10, GetsTheStepThatItLacks) {
  {
    Database database(path_, Database::Mode::write);
    migrate(database, nullptr, 7);
    database.execute("PRAGMA user_version=10");
  }
  FileRow row = file();
  add(row, {event(1)});
  EXPECT_EQ(get(writer().reader().shelves()).size(), 1U);
  EXPECT_TRUE(get(reader()->verify({}, nullptr)).is_intact());
}

INSTANTIATE_TEST_SUITE_P(Of, Migration, testing::Values(1, 2, 3, 4, 5, 6, 7));

}  // namespace
}  // namespace trailwatch::store
