#include "store/postings.h"

#include <sqlite3.h>

#include <algorithm>
#include <set>

#include "store/connection.h"
#include "store/posting_runs.h"
#include "store/stored.h"

namespace trailwatch::store {
namespace {

constexpr Instant kFirst{INT64_MIN}, kLast{INT64_MAX};

class Lookups : public test::Stored {
 protected:
  // Look-ups of 3 officers, 2 units, 11 subjects (or none) at 40 different minutes: many fall together.
  static NewEvent mixed(std::int64_t n) {
    NewEvent out = event(n, std::to_string(n));
    const std::int64_t drawn = n * 7919 % 40;
    out.event.time = Instant{at("2026-03-02T08:00:00").micros + drawn * kMicrosPerMinute};
    out.event.officer = "H" + std::to_string(n % 3);
    out.event.unit = n % 2 == 0 ? "交通隊" : "刑事隊";
    out.event.subject = n % 11 == 0 ? "" : "ABC-" + std::to_string(n % 11);
    return out;
  }
  static bool is_between(const StoredEvent& stored, Instant from, Instant until) {
    return stored.event.time.micros >= from.micros && stored.event.time.micros < until.micros;
  }
  // What a look-up must answer, by going through all events.
  template <typename Is>
  std::vector<EventId> expected(const Is& is, Instant from, Instant until) {
    std::vector<StoredEvent> found;
    for (StoredEvent& stored : get(asked_->events_after(0, 1'000'000))) {
      if (is(stored.event) && is_between(stored, from, until)) found.push_back(std::move(stored));
    }
    std::sort(found.begin(), found.end(), [](const StoredEvent& a, const StoredEvent& b) {
      return std::pair(a.event.time.micros, a.id) < std::pair(b.event.time.micros, b.id);
    });
    return ids(found);
  }
  static std::vector<EventId> ids(const std::vector<StoredEvent>& events) {
    std::vector<EventId> out;
    for (const StoredEvent& stored : events) out.push_back(stored.id);
    return out;
  }
  void expect_answers(Reader& asked) {
    asked_ = &asked;
    const Instant middle = at("2026-03-02T08:13:00"), late = at("2026-03-02T08:31:00");
    for (const auto& [from, until] : {std::pair(kFirst, kLast), std::pair(middle, late), std::pair(late, middle)}) {
      for (const char* const officer : {"H0", "H1", "H2", "nobody"}) {
        EXPECT_EQ(ids(get(asked.officer_events(officer, from, until))),
                  expected([&](const model::QueryEvent& e) { return e.officer == officer; }, from, until));
      }
      for (const char* const unit : {"交通隊", "刑事隊", "nowhere"}) {
        EXPECT_EQ(ids(get(asked.unit_events("範例縣警察局", unit, from, until))),
                  expected([&](const model::QueryEvent& e) { return e.unit == unit; }, from, until));
      }
      for (const char* const subject : {"ABC-1", "ABC-7", "ABC-99"}) {
        const vault::Token token = asked.token(model::SubjectKind::vehicle, subject);
        EXPECT_EQ(ids(get(asked.subject_events(token, from, until))),
                  expected([&](const model::QueryEvent& e) { return e.subject == subject; }, from, until));
      }
      const auto everything = expected([](const model::QueryEvent&) { return true; }, from, until);
      EXPECT_EQ(ids(get(asked.events_from(from, INT64_MIN, until, 1'000'000))), everything);
      EXPECT_EQ(get(asked.numbers(from, until)).events, static_cast<std::int64_t>(everything.size()));
    }
    // The same in pages.
    std::vector<EventId> paged;
    Instant from = kFirst;
    for (EventId after = INT64_MIN;;) {
      const auto page = get(asked.events_from(from, after, kLast, 7));
      if (page.empty()) break;
      for (const EventId id : ids(page)) paged.push_back(id);
      from = page.back().event.time;
      after = page.back().id;
    }
    EXPECT_EQ(paged, expected([](const model::QueryEvent&) { return true; }, kFirst, kLast));
  }
  void expect_whole() {
    const Verified verified = get(reader()->verify({}, nullptr));
    EXPECT_TRUE(verified.is_intact()) << (verified.faults.empty()
                                              ? ""
                                              : verified.faults[0].where + " " + verified.faults[0].what);
  }

  FileRow row_ = file();
  Reader* asked_ = nullptr;
};

TEST_F(Lookups, AnswerLikeGoingThroughAllEvents) {
  std::int64_t n = 0;
  // Commits of many sizes, merged now and then; one is rolled back, and the process begins anew.
  for (const int many : {1, 1, 40, 3, 1, 1, 1, 1, 1, 200, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1}) {
    std::vector<NewEvent> events;
    for (int i = 0; i < many; ++i) events.push_back(mixed(++n));
    const FileRow before = row_;
    ok(writer().begin(received_));
    get(writer().add(row_, events));
    if (many == 7) {
      writer().rollback();
      row_ = before;
    } else {
      ok(writer().save(row_));
      ok(writer().commit());
    }
    if (n % 2 == 0) get(writer().merge_some());
    if (many == 3) reopen();
  }
  expect_answers(writer().reader());
  while (get(writer().merge_some())) {
  }
  expect_answers(*reader());
  expect_whole();
}

TEST_F(Lookups, AreSeenBeforeTheyAreCommittedAndGoneAfterARollback) {
  add(row_, {mixed(1), mixed(2), mixed(3)});
  ok(writer().begin(received_));
  get(writer().add(row_, {mixed(4), mixed(5), mixed(6)}));
  expect_answers(writer().reader());
  EXPECT_EQ(get(writer().reader().events_from(kFirst, 0, kLast, 100)).size(), 6U);
  EXPECT_EQ(get(reader()->events_from(kFirst, 0, kLast, 100)).size(), 3U);
  const auto span = get(writer().reader().span());
  ASSERT_TRUE(span);
  writer().rollback();
  expect_answers(writer().reader());
  EXPECT_EQ(get(writer().reader().events_from(kFirst, 0, kLast, 100)).size(), 3U);
}

TEST_F(Lookups, TheSpanIsThatOfTheEvents) {
  EXPECT_EQ(get(writer().reader().span()), std::nullopt);
  NewEvent early = mixed(2);
  early.event.time = at("1999-01-01T00:00:00");
  add(row_, {mixed(1)});
  add(row_, {early});
  EXPECT_EQ(get(writer().reader().span()), std::make_optional(std::pair(early.event.time, mixed(1).event.time)));
}

TEST_F(Lookups, ManyEventsOfOneMomentAreReadAcrossBlocks) {
  std::vector<NewEvent> events;
  for (std::int64_t n = 1; n <= 6'000; ++n) {
    events.push_back(mixed(n));
    events.back().event.time = at("2026-03-02T08:00:00");
  }
  add(row_, events);
  EXPECT_GT(
      [&] {
        Database database(path_, Database::Mode::read);
        return database.number(
            "SELECT COUNT(*) FROM posting_block WHERE run=(SELECT id FROM posting_run WHERE kind=4)");
      }(),
      2);
  const Instant moment = at("2026-03-02T08:00:00");
  EXPECT_EQ(get(reader()->events_from(moment, 5'990, Instant{moment.micros + 1}, 100)).size(), 10U);
  EXPECT_EQ(get(reader()->officer_events("H1", moment, Instant{moment.micros + 1})).size(), 2'000U);
  EXPECT_TRUE(get(reader()->officer_events("H1", Instant{moment.micros + 1}, kLast)).empty());
  EXPECT_TRUE(get(reader()->officer_events("H1", kFirst, moment)).empty());
}

TEST_F(Lookups, ALongRangeIsReadAcrossBlocks) {
  std::vector<NewEvent> events;
  for (std::int64_t n = 1; n <= 6'000; ++n) {
    events.push_back(mixed(n));
    events.back().event.time = Instant{n * 1'001};
  }
  add(row_, events);
  EXPECT_EQ(get(reader()->events_from(kFirst, 0, kLast, 10'000)).size(), 6'000U);
  EXPECT_EQ(get(reader()->officer_events("H1", kFirst, kLast)).size(), 2'000U);
  EXPECT_EQ(get(reader()->officer_events("H1", Instant{1'001}, Instant{5'998 * 1'001})).size(), 1'999U);
}

// The rows of `event` are found by their ids, and their ids by postings.
TEST_F(Lookups, NoLookUpGoesThroughAllEvents) {
  for (std::int64_t n = 1; n <= 20; ++n) add(row_, {mixed(n)});
  reopen();
  Connection connection(path_, Database::Mode::write, test::open_vault(1));
  ASSERT_TRUE(unlock(connection).has_value());
  Reader asked(connection);
  asked_ = &asked;
  get(asked.officer_events("H1", kFirst, kLast));
  get(asked.subject_events(1, kFirst, kLast));
  get(asked.unit_events("範例縣警察局", "交通隊", kFirst, kLast));
  get(asked.events_from(kFirst, 0, kLast, 5));
  get(asked.population(kFirst, kLast));
  get(asked.numbers(kFirst, kLast));
  get(asked.events_by_source(kFirst, kLast));
  get(asked.span());
  get(asked.events({1, 2}));
  get(asked.events_after(3, 5));
  get(asked.clashes(5));
  get(asked.holes(5));
  std::vector<std::string> texts;
  sqlite3* const handle = connection.database.handle();
  for (sqlite3_stmt* one = sqlite3_next_stmt(handle, nullptr); one != nullptr; one = sqlite3_next_stmt(handle, one))
    texts.emplace_back(sqlite3_sql(one));
  int with_postings = 0;
  for (const std::string& text : texts) {
    if (text.rfind("SELECT", 0) != 0) continue;
    with_postings += text.find("posting(") == std::string::npos ? 0 : 1;
    Statement plan(connection.database, ("EXPLAIN QUERY PLAN " + text).c_str());
    while (plan.step()) {
      const std::string detail(plan.text(3));
      for (const char* const whole : {"SCAN e", "SCAN event", "SCAN posting_block"})
        EXPECT_NE(detail.substr(0, detail.find(' ', 5)), whole) << text;
      EXPECT_EQ(detail.find("AUTOMATIC"), std::string::npos) << text;
      // What is asked for in order of time comes in that order.
      if (text.find("ORDER BY p.time") != std::string::npos) {
        EXPECT_EQ(detail.find("TEMP B-TREE"), std::string::npos) << text;
      }
    }
  }
  EXPECT_GE(with_postings, 5);
}

TEST_F(Lookups, ADamagedBlockIsToldInsteadOfAnAnswer) {
  add(row_, {mixed(1), mixed(2), mixed(3)});
  reopen();
  {
    Database database(path_, Database::Mode::write);
    database.execute("UPDATE posting_block SET block=x'00FF' WHERE run=(SELECT id FROM posting_run WHERE kind=1)");
  }
  const auto asked = reader();
  EXPECT_EQ(code_of(asked->officer_events("H1", kFirst, kLast)), Errc::corrupt);
  EXPECT_EQ(get(asked->events_from(kFirst, 0, kLast, 100)).size(), 3U);
}

TEST_F(Lookups, TheFunctionIsAskedOnlyWithKindAndKey) {
  add(row_, {mixed(1)});
  reopen();
  Connection connection(path_, Database::Mode::write, test::open_vault(1));
  Database& database = connection.database;
  EXPECT_THROW(database.number("SELECT COUNT(*) FROM posting"), SqliteFailure);
  EXPECT_THROW(database.number("SELECT COUNT(*) FROM posting(4)"), SqliteFailure);
  EXPECT_EQ(database.number("SELECT COUNT(*) FROM posting(4, 0)"), 1);
  EXPECT_EQ(database.number("SELECT COUNT(*) FROM posting(4, 0, NULL, NULL)"), 1);
  EXPECT_EQ(database.number("SELECT COUNT(*) FROM posting(5, 0)"), 0);
  EXPECT_EQ(database.number("SELECT COUNT(*) FROM posting(0, 0)"), 0);
  EXPECT_EQ(database.number("SELECT event FROM posting(4, 0) ORDER BY time DESC"), 1);
  EXPECT_THROW(database.execute("CREATE VIRTUAL TABLE x USING posting"), SqliteFailure);
}

// An insider hides look-ups from the page of an officer, or files them under somebody else.
class HiddenPostings : public Lookups {
 protected:
  void SetUp() override {
    Lookups::SetUp();
    std::vector<NewEvent> events;
    for (std::int64_t n = 1; n <= 9; ++n) events.push_back(mixed(n));
    add(row_, events);
    reopen();
  }
  void rewrite(PostingKind kind, const std::function<void(std::vector<Posting>&)>& change) {
    Database database(path_, Database::Mode::write);
    const PostingRun run = runs_of(database, kind).at(0);
    std::vector<Posting> postings = read_run(database, run.id);
    change(postings);
    for (const char* const table : {"posting_block WHERE run=", "posting_run WHERE id="})
      database.execute((std::string("DELETE FROM ") + table + std::to_string(run.id)).c_str());
    write_run(database, kind, std::move(postings));
  }
  std::string told() {
    std::string out;
    for (const Fault& fault : get(reader()->verify({}, nullptr)).faults) out += fault.where + ": " + fault.what + "\n";
    return out;
  }
  static auto is(EventId id) {
    return [id](const Posting& posting) { return posting.event == id; };
  }
};

TEST_F(HiddenPostings, OneThatWasTakenOutIsNamed) {
  rewrite(PostingKind::officer, [](auto& all) { all.erase(std::find_if(all.begin(), all.end(), is(4))); });
  EXPECT_EQ(told(), "event 4: is missing from the look-ups by officer\n");
}

TEST_F(HiddenPostings, TheFirstAndTheLastAreMissedToo) {
  rewrite(PostingKind::time, [](auto& all) {
    all.erase(std::find_if(all.begin(), all.end(), is(1)));
    all.erase(std::find_if(all.begin(), all.end(), is(9)));
  });
  EXPECT_EQ(told(), "event 1: is missing from the look-ups by time\nevent 9: is missing from the look-ups by time\n");
}

TEST_F(HiddenPostings, OneThatWasAddedIsNamed) {
  rewrite(PostingKind::place, [](auto& all) { all.push_back({1, 5, 77}); });
  EXPECT_EQ(told(), "event 77: stands in the look-ups by unit, but has no row for it\n");
}

TEST_F(HiddenPostings, OneThatStandsUnderSomebodyElseIsNamed) {
  rewrite(PostingKind::subject, [](auto& all) { std::find_if(all.begin(), all.end(), is(5))->key += 1; });
  EXPECT_EQ(told(), "event 5: stands under something else in the look-ups by subject\n");
}

TEST_F(HiddenPostings, OneThatStandsTwiceIsNamed) {
  rewrite(PostingKind::officer, [](auto& all) { all.push_back(*std::find_if(all.begin(), all.end(), is(5))); });
  EXPECT_EQ(told(), "event 5: stands in the look-ups by officer more than once\n");
}

TEST_F(HiddenPostings, AnEventWhoseRowWasChangedIsToldOnce) {
  {
    Database database(path_, Database::Mode::write);
    database.execute("UPDATE event SET officer=(SELECT officer FROM event WHERE id=5) WHERE id=4");
  }
  EXPECT_EQ(told(), "event 4 (vehicle, a.csv, line 5): is not what was sealed (leaf 3)\n");
}

TEST_F(HiddenPostings, ARunThatIsMissingHidesAllItsEvents) {
  {
    Database database(path_, Database::Mode::write);
    database.execute("DELETE FROM posting_run WHERE kind=1");
  }
  const Verified verified = get(reader()->verify({}, nullptr));
  EXPECT_EQ(verified.faults_in_all, 9 + 1);
  EXPECT_EQ(verified.faults.back().what, "the row that names it is missing");
}

TEST_F(HiddenPostings, TwoRunsAboutTheSameEventsAreTold) {
  {
    Database database(path_, Database::Mode::write);
    database.execute(
        "INSERT INTO posting_run SELECT 50, kind, first_event, last_event, first_time, last_time, entries FROM "
        "posting_run WHERE kind=3");
  }
  EXPECT_EQ(told(), "posting run 50 (by unit): it is about events that another run has, too\n");
}

TEST_F(HiddenPostings, ABlockThatDoesNotReadIsTold) {
  {
    Database database(path_, Database::Mode::write);
    database.execute("UPDATE posting_block SET block=x'00FF' WHERE run=1");
  }
  EXPECT_EQ(told(), "posting run 1 (by officer): a block of it does not read\n");
}

}  // namespace
}  // namespace trailwatch::store
