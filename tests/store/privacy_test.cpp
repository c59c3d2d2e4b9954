#include <array>
#include <set>

#include "store/sqlite.h"
#include "store/stored.h"

namespace trailwatch::store {
namespace {

using test::Stored;
using test::whole;

class Privacy : public Stored {
 protected:
  // A made-up person each: none of it may stand anywhere in the files.
  struct Person {
    std::string id, name, officer, reason, raw, broken;
  };
  static Person person(std::int64_t n) {
    static const std::array<std::string, 8> kFamily = {"陳", "林", "黃", "張", "李", "王", "吳", "劉"};
    static const std::array<std::string, 10> kGiven = {"冬柏", "春蘭", "曉嵐", "政勳", "玉珍",
                                                       "宥廷", "佩璇", "國楨", "淑芬", "雅筑"};
    Person out;
    const auto at = static_cast<std::size_t>(n);
    out.id =
        std::string(1, static_cast<char>('A' + n % 26)) + std::to_string(100'000'000 + (n * 7'368'787) % 199'999'999);
    out.name = kFamily[at % 8] + kGiven[(at / 8) % 10] + kGiven[(at / 3) % 10];
    out.officer = kFamily[(at + 3) % 8] + kGiven[(at + 5) % 10] + kFamily[at % 7];
    out.reason = "受理民眾報案協尋" + out.name + "之車輛";
    out.raw = R"({"id":")" + out.id + R"(","name":")" + out.name + R"(","by":")" + out.officer + "\",\"why\":\"" +
              out.reason + "\"}";
    out.broken = "20260302|" + out.id + "|" + out.name + "|半行";
    return out;
  }
  static NewEvent event_of(const Person& person, std::int64_t n) {
    NewEvent out = event(n, n % 2 == 0 ? "S" + std::to_string(n) : std::to_string(n));
    out.event.subject_kind = n % 5 == 0 ? model::SubjectKind::none : model::SubjectKind::person;
    out.event.subject = n % 7 == 0 ? person.name : person.id;
    out.event.subject_name = person.name;
    out.event.officer_name = person.officer;
    out.event.reason = person.reason;
    out.event.raw = person.raw;
    return out;
  }
  void expect_nothing_shows(const std::vector<Person>& people) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
      const std::string file = bytes(suffix);
      for (const Person& p : people) {
        for (const std::string& text : {p.id, p.name, p.officer, p.reason, p.raw, p.broken, p.id.substr(1)}) {
          EXPECT_EQ(file.find(text), std::string::npos) << text << " stands in the file " << suffix;
        }
      }
    }
  }
};

TEST_F(Privacy, NoPersonStandsInTheFiles) {
  std::vector<Person> people;
  std::vector<NewEvent> events;
  std::vector<model::Rejected> broken;
  for (std::int64_t n = 0; n < 200; ++n) {
    people.push_back(person(n));
    events.push_back(event_of(people.back(), n));
    broken.push_back(rejected(n, people.back().broken));
  }
  FileRow row = file();
  ok(writer().begin(received_));
  ASSERT_TRUE(writer().add(row, events).has_value());
  ok(writer().quarantine(row, broken));
  ok(writer().save(row));
  expect_nothing_shows(people);  // not even before the commit
  ok(writer().commit());
  ASSERT_GT(bytes("-wal").size(), 0U);
  expect_nothing_shows(people);

  // A transaction that fails leaves nothing behind either.
  FileRow attempt = row;
  ok(writer().begin(received_));
  events[0].event.origin.offset = 1;
  events[0].key.number = "another";
  events[0].event.raw += " ";
  ASSERT_TRUE(writer().add(attempt, {events[0]}).has_value());
  writer().rollback();
  expect_nothing_shows(people);

  reopen();  // moved from the log into the database
  ASSERT_GT(bytes("").size(), 100'000U);
  expect_nothing_shows(people);
  EXPECT_EQ(all().size(), 200U);
  EXPECT_EQ(all()[17].event.subject_name, people[17].name);
  expect_nothing_shows(people);
}

// What an officer's look-ups are grouped by may be a person; a plain hash over it can be tried out.
class Groups : public Stored {
 protected:
  static constexpr const char* kGroup = "0123456789abcdef";
  void SetUp() override {
    Stored::SetUp();
    model::Finding finding;
    finding.rule = "stalking";
    finding.key = {model::About::officer, "", "H10001"};
    finding.day = day(3, 2);
    finding.events = {1};
    finding.group = kGroup;
    ok(writer().begin(received_));
    ok(writer().put_finding(finding));
    get(writer().add_suppression({{0, received_, "E00001", "職務如此"},
                                  finding.key,
                                  finding.rule,
                                  kGroup,
                                  finding.day,
                                  day(6, 30),
                                  std::nullopt,
                                  std::nullopt}));
    ok(writer().commit());
  }
  std::string stored_group() { return get(writer().reader().findings(day(3, 2))).at(0).group; }
  std::string suppressed_group() { return get(writer().reader().ledger()).suppressions.at(0).group; }
};

TEST_F(Groups, AreKeptKeyedAndStillFitTogether) {
  EXPECT_EQ((bytes("") + bytes("-wal")).find(kGroup), std::string::npos);
  EXPECT_EQ(stored_group().size(), 32U);
  EXPECT_EQ(stored_group(), suppressed_group());
}

TEST_F(Groups, OfAnEarlierStoreAreKeyedWhenItIsOpened) {
  const std::string veiled = stored_group();
  reopen();
  {
    Database database(path_, Database::Mode::write);
    database.execute("DROP TRIGGER suppression_stays");
    database.execute("DELETE FROM meta WHERE key='groups_veiled'");
    for (const std::string table : {"finding", "suppression"})
      database.execute(("UPDATE " + table + " SET grp='" + kGroup + "'").c_str());
  }
  EXPECT_EQ(stored_group(), veiled);
  EXPECT_EQ(suppressed_group(), veiled);
  EXPECT_TRUE(get(reader()->verify({}, nullptr)).is_intact());
  reopen();
  Database database(path_, Database::Mode::write);
  EXPECT_EQ((bytes("") + bytes("-wal")).find(kGroup), std::string::npos);
  EXPECT_THROW(database.execute("UPDATE suppression SET grp=''"), SqliteFailure);
}

// The same scan must be able to find something: a column that is not personal.
TEST_F(Privacy, TheScanFindsWhatIsPlain) {
  FileRow row = file();
  add(row, {event(1)});
  EXPECT_NE((bytes("") + bytes("-wal")).find("範例縣警察局"), std::string::npos);
}

TEST_F(Privacy, TheViewShowsTokensAndWordsOnly) {
  FileRow row = file();
  const Person someone = person(4);
  NewEvent looked_up = event_of(someone, 4), empty = event(5, "5");
  empty.event.subject.clear();
  add(row, {looked_up, empty});
  Database database(path_, Database::Mode::read);
  Statement rows(database, "SELECT * FROM events ORDER BY id");
  ASSERT_TRUE(rows.step());
  std::vector<std::string> shown;
  for (int i = 0; i < 19; ++i) shown.emplace_back(rows.text(i));
  const std::int64_t token = rows.number(11);
  EXPECT_EQ(token, test::open_vault(1).token(model::SubjectKind::person, someone.id));
  shown[11] = "token";
  EXPECT_EQ(shown, (std::vector<std::string>{"1", "2026-03-02T00:04:00Z", "vehicle", "web", "範例縣警察局", "交通隊",
                                             "H10004", "acc4", "10.0.0.4", "V01", "1", "token", "R1", "1154", "H99999",
                                             "1", "vehicle", "a.csv", "5"}));
  ASSERT_TRUE(rows.step());
  EXPECT_TRUE(rows.is_null(11));
}

TEST_F(Privacy, TheSameSubjectHasOneTokenInAllFiles) {
  FileRow one = file("a.csv"), two = file("b.csv", "land");
  NewEvent first = event(1), second = event(2);
  second.event.subject = first.event.subject;
  add(one, {first, event(3)});
  add(two, {second});
  Database database(path_, Database::Mode::read);
  EXPECT_EQ(database.number("SELECT COUNT(DISTINCT subject) FROM event"), 2);
  EXPECT_EQ(get(writer().reader().numbers(Instant{0}, at("2027-01-01T00:00:00"))).subjects, 2);
}

}  // namespace
}  // namespace trailwatch::store
