#include <gtest/gtest.h>

#include "store/outbox_rows.h"
#include "store/stored.h"
#include "trailwatch/base/hash.h"

namespace trailwatch::store {
namespace {

class OutboxRows : public test::Stored {
 protected:
  Message message(const std::string& id, std::int64_t due_minutes = 0) const {
    Message out;
    out.id = id;
    out.kind = "alert";
    out.channel = "office";
    out.recipient = "ethics@example.gov.tw";
    out.key = "alert-" + id;
    out.payload = "Subject: 查詢人員王小明\r\n\r\n" + id;
    out.created = received_;
    out.due = Instant{received_.micros + due_minutes * kMicrosPerMinute};
    return out;
  }
  bool queue(const Message& message) {
    ok(writer().begin(received_));
    const bool queued = get(writer().queue(message));
    ok(writer().commit());
    return queued;
  }
  void save(const Message& message) {
    ok(writer().begin(received_));
    ok(writer().save_attempt(message));
    ok(writer().commit());
  }
  std::string due(std::int64_t minutes) {
    std::string out;
    for (const Message& one :
         get(writer().reader().outbox_due(Instant{received_.micros + minutes * kMicrosPerMinute}, 100))) {
      out += one.id + " ";
    }
    return out;
  }
  KeptReport report(int day_of_march) const {
    KeptReport out;
    out.day = day(3, day_of_march);
    out.issued = received_;
    out.log_size = 1234;
    out.decisions_cut = 5;
    out.rules_version = "r1";
    out.reference_version = "s1";
    for (const auto& [name, content] : {std::pair<std::string, std::string>("daily.html", "<p>王○明</p>\n7\n"),
                                        std::pair<std::string, std::string>("daily.txt", std::string("\xff\0x", 3)),
                                        std::pair<std::string, std::string>("empty", "")}) {
      out.files.push_back({name, to_hex(sha256(content)), content});
    }
    return out;
  }
};

TEST_F(OutboxRows, AMessageComesBackAsItWasQueued) {
  const Message sent = message("a1");
  EXPECT_TRUE(queue(sent));
  reopen();
  const std::vector<Message> back = get(writer().reader().outbox_due(received_, 10));
  ASSERT_EQ(back.size(), 1U);
  const Message& m = back[0];
  EXPECT_EQ(std::tie(m.id, m.kind, m.channel, m.recipient, m.key, m.payload),
            std::tie(sent.id, sent.kind, sent.channel, sent.recipient, sent.key, sent.payload));
  EXPECT_EQ(m.created.micros, sent.created.micros);
  EXPECT_EQ(m.due.micros, sent.due.micros);
  EXPECT_EQ(m.attempts, 0);
  EXPECT_FALSE(m.failing_since || m.delivered || m.refused);
}

// Whatever was on its way before the moment asked for does not count, however late it arrived.
TEST_F(OutboxRows, TheFirstThatArrivedIsTheFirstQueuedSinceThen) {
  const auto arrives = [&](const std::string& id, const std::string& kind, std::int64_t created,
                           std::int64_t delivered) {
    Message one = message(id);
    one.kind = kind;
    one.created.micros += created * kMicrosPerMinute;
    queue(one);
    if (delivered < 0) return;
    one.delivered = Instant{received_.micros + delivered * kMicrosPerMinute};
    save(one);
  };
  const auto first = [&](std::int64_t since) {
    const auto found =
        get(writer().reader().first_delivered("report", Instant{received_.micros + since * kMicrosPerMinute}));
    return found ? found->id + found->payload : "-";
  };
  EXPECT_EQ(first(0), "-");
  arrives("early", "report", -1, 30);
  arrives("lost", "report", 0, -1);
  arrives("other", "alert", 0, 1);
  EXPECT_EQ(first(0), "-");
  arrives("slow", "report", 0, 20);
  arrives("quick", "report", 5, 10);
  EXPECT_EQ(first(0), "quick");
  EXPECT_EQ(first(5), "quick");
  EXPECT_EQ(first(6), "-");
  EXPECT_EQ(first(-1), "quick");
  arrives("at-once", "report", -1, 9);
  EXPECT_EQ(first(-1), "at-once");
}

TEST_F(OutboxRows, TheSameCauseIsQueuedOnce) {
  EXPECT_TRUE(queue(message("a1")));
  Message again = message("a1");
  again.payload = "other";
  EXPECT_FALSE(queue(again));
  EXPECT_EQ(get(writer().reader().outbox_due(received_, 10))[0].payload, message("a1").payload);
}

TEST_F(OutboxRows, WithoutCommitNothingIsQueued) {
  ok(writer().begin(received_));
  EXPECT_TRUE(get(writer().queue(message("a1"))));
  reopen();
  EXPECT_EQ(due(0), "");
  ok(writer().begin(received_));
  EXPECT_TRUE(get(writer().queue(message("a2"))));
  writer().rollback();
  EXPECT_EQ(due(0), "");
  EXPECT_TRUE(queue(message("a3")));
  EXPECT_EQ(due(0), "a3 ");
}

TEST_F(OutboxRows, OnlyWhatIsDueAndOpenIsHandedOutOldestFirst) {
  queue(message("late", 30));
  queue(message("b", 2));
  queue(message("a", 2));
  queue(message("first", 1));
  EXPECT_EQ(due(0), "");
  EXPECT_EQ(due(2), "first b a ");
  Message done = message("b", 2);
  done.delivered = received_;
  save(done);
  Message refused = message("a", 2);
  refused.refused = received_;
  save(refused);
  EXPECT_EQ(due(60), "first late ");
}

TEST_F(OutboxRows, APayloadGoesWhenItIsDeliveredAndIsNeverPlainAtRest) {
  queue(message("a1"));
  EXPECT_EQ(bytes("").find("王小明"), std::string::npos);
  EXPECT_EQ(bytes("-wal").find("王小明"), std::string::npos);
  Message m = message("a1");
  m.attempts = 2;
  m.error = "timeout";
  m.failing_since = received_;
  save(m);
  EXPECT_EQ(get(writer().reader().outbox_due(received_, 10))[0].payload, m.payload);
  m.delivered = received_;
  save(m);
  ok(writer().begin(received_));
  writer().rollback();
  Database database(path_, Database::Mode::read);
  EXPECT_EQ(database.number("SELECT LENGTH(payload) FROM outbox"), 0);
}

TEST_F(OutboxRows, AChannelsStateNamesItsOldestFailure) {
  queue(message("a"));
  queue(message("b"));
  queue(message("c"));
  queue(message("d"));
  Message m = message("a");
  m.failing_since = Instant{received_.micros + 5};
  m.error = "later";
  save(m);
  m = message("b");
  m.failing_since = received_;
  m.error = "no route";
  save(m);
  m = message("c");
  m.delivered = Instant{received_.micros + 9};
  save(m);
  m = message("d");
  m.refused = received_;
  m.failing_since = Instant{1};
  save(m);
  const std::vector<ChannelState> states = get(writer().reader().channel_states(received_));
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states[0].channel, "office");
  EXPECT_EQ(states[0].delivered, 1);
  EXPECT_EQ(states[0].waiting, 2);
  EXPECT_EQ(states[0].refused, 1);
  EXPECT_EQ(states[0].last_delivered->micros, received_.micros + 9);
  EXPECT_EQ(states[0].failing_since->micros, received_.micros);
  EXPECT_EQ(states[0].error, "no route");
}

TEST_F(OutboxRows, WhatWasGivenUpCanBeTriedAgain) {
  for (const char* id : {"abc1", "abd2", "x"}) {
    Message m = message(id);
    queue(m);
    m.refused = received_;
    m.failing_since = received_;
    if (m.id != "x") save(m);
  }
  ok(writer().begin(received_));
  EXPECT_EQ(get(writer().requeue("abd", received_)), 1);
  EXPECT_EQ(get(writer().requeue("abd", received_)), 0);
  ok(writer().commit());
  EXPECT_EQ(due(0), "abd2 x ");
  ok(writer().begin(received_));
  EXPECT_EQ(get(writer().requeue("", received_)), 1);
  ok(writer().commit());
  EXPECT_EQ(due(0), "abc1 abd2 x ");
}

TEST_F(OutboxRows, CausesAreCountedOnceWhateverTheirRecipients) {
  queue(message("a"));
  Message other = message("b");
  other.key = message("a").key;
  queue(other);
  queue(message("c"));
  Reader& reader = writer().reader();
  EXPECT_EQ(get(reader.queued_since("alert", "office", received_)), 2);
  EXPECT_EQ(get(reader.queued_since("alert", "office", Instant{received_.micros + 1})), 0);
  EXPECT_TRUE(get(reader.is_queued("alert", "office", "alert-a")));
  EXPECT_FALSE(get(reader.is_queued("digest", "office", "alert-a")));
}

TEST_F(OutboxRows, AnIssuedReportStays) {
  ok(writer().begin(received_));
  ok(writer().keep_report(report(2)));
  ok(writer().commit());
  EXPECT_EQ(bytes("-wal").find("王○明"), std::string::npos);
  reopen();
  const std::optional<KeptReport> back = get(writer().reader().kept_report(day(3, 2)));
  ASSERT_TRUE(back.has_value());
  const KeptReport sent = report(2);
  EXPECT_EQ(back->issued.micros, received_.micros);
  EXPECT_EQ(std::tie(back->log_size, back->decisions_cut, back->rules_version, back->reference_version),
            std::tie(sent.log_size, sent.decisions_cut, sent.rules_version, sent.reference_version));
  ASSERT_EQ(back->files.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back->files[i].name, sent.files[i].name);
    EXPECT_EQ(back->files[i].content, sent.files[i].content);
  }
  EXPECT_EQ(get(writer().reader().newest_report()), day(3, 2));
  EXPECT_FALSE(get(writer().reader().kept_report(day(3, 3))).has_value());
  ok(writer().begin(received_));
  EXPECT_FALSE(writer().keep_report(report(2)).has_value());
  writer().rollback();
  Database database(path_, Database::Mode::write);
  EXPECT_THROW(database.execute("UPDATE report SET issued=1"), SqliteFailure);
  EXPECT_THROW(database.execute("DELETE FROM report"), SqliteFailure);
}

TEST_F(OutboxRows, ADamagedReportIsToldFromNone) {
  ok(writer().begin(received_));
  ok(writer().keep_report(report(2)));
  ok(writer().commit());
  reopen();
  {
    Database database(path_, Database::Mode::write);
    database.execute("DROP TRIGGER report_stays; UPDATE report SET content=zeroblob(80)");
  }
  EXPECT_EQ(code_of(writer().reader().kept_report(day(3, 2))), Errc::corrupt);
}

TEST_F(OutboxRows, WhatWasToldOfADayIsReplacedAsAWhole) {
  const model::Key key{model::About::officer, "範例縣警察局", "H10001"};
  ok(writer().begin(received_));
  ok(writer().replace_told(
      {day(3, 2), 10, {{"a", day(3, 2), key, 41.5, 3, "ff", true}, {"b", day(3, 2), key, 1, 1, "0", false}}}));
  ok(writer().replace_told({day(3, 3), 0, {}}));
  ok(writer().replace_told({day(3, 2), 12, {{"b", day(3, 2), key, 50, 2, "ee", true}}}));
  ok(writer().commit());
  const std::vector<ToldDay> told = get(writer().reader().told(day(3, 1), day(3, 31)));
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].day, day(3, 2));
  EXPECT_EQ(told[0].events, 12);
  ASSERT_EQ(told[0].alerts.size(), 1U);
  const Told& b = told[0].alerts[0];
  EXPECT_EQ(b.alert, "b");
  EXPECT_EQ(b.key, key);
  EXPECT_EQ(std::tie(b.score, b.events, b.evidence, b.listed), std::make_tuple(50.0, 2, std::string("ee"), true));
  EXPECT_TRUE(told[1].alerts.empty());
}

TEST_F(OutboxRows, SystemsOfEventsAreNamedOnce) {
  FileRow row = file();
  add(row, {event(1), event(2)});
  EXPECT_EQ(get(writer().reader().systems_of({1, 2, 99})), std::vector<std::string>{"vehicle"});
  EXPECT_TRUE(get(writer().reader().systems_of({})).empty());
}

}  // namespace
}  // namespace trailwatch::store
