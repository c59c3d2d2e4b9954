#include "app/postman.h"

#include <gtest/gtest.h>

#include <functional>
#include <mutex>

#include "app/messages.h"
#include "store/stored.h"
#include "support/fakes.h"
#include "trailwatch/deliver/retry.h"

namespace trailwatch::app {
namespace {

using Fate = deliver::Outcome::Fate;

// Says what the test wants, and remembers what it was given.
struct Script {
  std::mutex mutex;
  std::function<deliver::Outcome(const config::Channel&)> answer = [](const config::Channel&) {
    return deliver::Outcome{Fate::delivered, "ok"};
  };
  std::vector<std::pair<std::string, deliver::Parcel>> sent;  // by channel
};

class ScriptedTransport : public deliver::Transport {
 public:
  explicit ScriptedTransport(Script& script) : script_(script) {}
  deliver::Outcome send(const config::Channel& channel, const deliver::Parcel& parcel) override {
    const std::lock_guard lock(script_.mutex);
    script_.sent.emplace_back(channel.name, parcel);
    return script_.answer(channel);
  }
  void stop() override {}

 private:
  Script& script_;
};

class Post : public test::Stored {
 protected:
  Post() : courier_([this] { return std::make_unique<ScriptedTransport>(script_); }) {
    workplace_.zone = Zone::fixed(480);
    workplace_.config.state_dir = "/state";
    config::Channel office;
    office.name = "office";
    office.from = "audit@example.gov.tw";
    office.to = {"a@example.gov.tw", "王小明 <b@example.gov.tw>"};
    config::Channel siem;
    siem.name = "siem";
    siem.kind = config::Channel::Kind::syslog;
    workplace_.config.delivery.channels = {office, siem};
  }
  Postman& postman() {
    if (!postman_) postman_.emplace(machine_, workplace_, writer(), courier_);
    return *postman_;
  }
  // Until nothing is under way.
  void round() {
    ok(postman().round());
    while (postman().is_busy()) {
      courier_.wait(1000);
      ok(postman().round());
    }
  }
  void pass(std::int64_t minutes) { clock_.advance_micros(minutes * kMicrosPerMinute); }
  Notice notice(const std::string& key) const {
    Notice out;
    out.kind = "alert";
    out.key = key;
    out.mail = {"主旨 " + key, "內文\n", "<p>內文</p>"};
    out.json = [](const std::string& id) { return "{\"id\":\"" + id + "\"}"; };
    return out;
  }
  bool queue(const std::string& key, const std::string& channel = "office") {
    ok(writer().begin(clock_.now()));
    const bool queued = get(queue_notice(workplace_, writer(), *workplace_.config.delivery.find(channel), notice(key),
                                         clock_.now(), clock_.now()));
    ok(writer().commit());
    return queued;
  }
  std::size_t sent(const std::string& channel) {
    const std::lock_guard lock(script_.mutex);
    return static_cast<std::size_t>(
        std::count_if(script_.sent.begin(), script_.sent.end(), [&](const auto& one) { return one.first == channel; }));
  }
  std::vector<store::Message> messages() { return get(writer().reader().outbox(100)); }
  std::size_t troubles() {
    std::size_t out = 0;
    for (const store::Message& one : messages()) out += one.kind == "trouble" ? 1U : 0U;
    return out;
  }
  void fail_on(const std::string& name, Fate fate = Fate::later) {
    const std::lock_guard lock(script_.mutex);
    script_.answer = [=](const config::Channel& channel) {
      return channel.name == name ? deliver::Outcome{fate, "no route"} : deliver::Outcome{Fate::delivered, "ok"};
    };
  }

  test::MemoryFiles files_;
  test::FakeClock clock_{at("2026-03-05T10:00:00")};
  test::MemoryLog log_;
  Machine machine_{files_, clock_, random_, log_};
  Workplace workplace_;
  Script script_;
  Courier courier_;
  std::optional<Postman> postman_;
};

TEST_F(Post, EveryRecipientGetsTheSameMailOnce) {
  EXPECT_TRUE(queue("a1"));
  EXPECT_FALSE(queue("a1"));
  round();
  round();
  ASSERT_EQ(script_.sent.size(), 2U);
  EXPECT_EQ(script_.sent[0].second.recipient, "a@example.gov.tw");
  EXPECT_EQ(script_.sent[1].second.recipient, "b@example.gov.tw");
  EXPECT_EQ(script_.sent[0].second.payload, script_.sent[1].second.payload);
  EXPECT_NE(script_.sent[0].second.id, script_.sent[1].second.id);
  for (const store::Message& one : messages()) EXPECT_EQ(one.delivered, clock_.now());
}

TEST_F(Post, WhatIsNotTakenIsTriedAgainLaterAndLater) {
  fail_on("siem");
  queue("a1", "siem");
  round();
  EXPECT_EQ(sent("siem"), 1U);
  round();
  EXPECT_EQ(sent("siem"), 1U);  // not yet
  store::Message m = messages()[0];
  EXPECT_EQ(m.due, deliver::next_attempt(clock_.now(), 1, m.id));
  EXPECT_EQ(m.failing_since, clock_.now());
  EXPECT_EQ(m.error, "no route");
  clock_.set(m.due);
  round();
  EXPECT_EQ(sent("siem"), 2U);
  m = messages()[0];
  EXPECT_EQ(m.due, deliver::next_attempt(clock_.now(), 2, m.id));
  fail_on("nobody");
  clock_.set(m.due);
  round();
  EXPECT_EQ(messages()[0].delivered, clock_.now());
  EXPECT_FALSE(messages()[0].failing_since.has_value());
}

TEST_F(Post, AChannelThatFailsForAnHourIsToldToTheOthersOnce) {
  fail_on("siem");
  queue("a1", "siem");
  round();
  for (int i = 0; i < 59; ++i) {
    pass(1);
    round();
  }
  EXPECT_EQ(troubles(), 0U);
  pass(1);
  round();
  EXPECT_EQ(troubles(), 2U);  // to both recipients of the office, not over the channel that fails
  EXPECT_EQ(sent("office"), 2U);
  for (int i = 0; i < 120; ++i) {
    pass(1);
    round();
  }
  EXPECT_EQ(troubles(), 2U);
  // Well again, and then another outage: another word.
  fail_on("nobody");
  for (int i = 0; i < 40; ++i) {
    pass(1);
    round();
  }
  EXPECT_TRUE(messages().back().delivered.has_value() && messages().front().delivered.has_value());
  fail_on("siem");
  queue("a2", "siem");
  for (int i = 0; i < 62; ++i) {
    round();
    pass(1);
  }
  EXPECT_EQ(troubles(), 4U);
}

TEST_F(Post, WhatIsRefusedIsNotTriedAgainAndToldElsewhere) {
  fail_on("office", Fate::refused);
  queue("a1");
  round();
  EXPECT_EQ(sent("office"), 2U);
  EXPECT_EQ(sent("siem"), 2U);  // one for each refusal
  pass(100);
  round();
  EXPECT_EQ(sent("office"), 2U);
  fail_on("nobody");
  ok(writer().begin(clock_.now()));
  EXPECT_EQ(get(writer().requeue("", clock_.now())), 2);
  ok(writer().commit());
  round();
  EXPECT_EQ(sent("office"), 4U);
}

TEST_F(Post, AfterFiveDaysAMessageIsGivenUp) {
  fail_on("siem");
  queue("a1", "siem");
  for (int i = 0; i < 5 * 24 * 2 + 4; ++i) {
    round();
    pass(30);
  }
  for (const store::Message& one : messages()) {
    if (one.channel == "siem") {
      EXPECT_TRUE(one.refused.has_value());
    }
  }
}

TEST_F(Post, WithoutItsSecretAMessageWaits) {
  workplace_.config.delivery.channels[0].user = "audit";
  workplace_.config.delivery.channels[0].secret = "/etc/password";
  queue("a1");
  round();
  EXPECT_EQ(sent("office"), 0U);
  EXPECT_NE(messages()[0].error.find("/etc/password"), std::string::npos);
  files_.contents["/etc/password"] = "geheim\n";
  pass(2);
  round();
  ASSERT_EQ(sent("office"), 2U);
  EXPECT_EQ(script_.sent[0].second.secret, "geheim");
  for (const std::string& line : log_.lines) EXPECT_EQ(line.find("geheim"), std::string::npos);
}

TEST_F(Post, AChannelThatTheConfigurationNoLongerHasKeepsItsMessages) {
  queue("a1", "siem");
  workplace_.config.delivery.channels.pop_back();
  round();
  EXPECT_EQ(messages()[0].error, "no such channel in the configuration");
  EXPECT_FALSE(messages()[0].refused.has_value());
}

TEST_F(Post, WhatWasSentButNotWrittenDownIsSentAgainWithTheSameId) {
  queue("a1", "siem");
  ok(postman().round());
  while (courier_.returns().empty()) courier_.wait(1000);
  // Killed here: delivered, and nobody wrote it down.
  postman_.reset();
  reopen();
  round();
  ASSERT_EQ(sent("siem"), 2U);
  EXPECT_EQ(script_.sent[0].second.id, script_.sent[1].second.id);
  EXPECT_EQ(script_.sent[0].second.payload, script_.sent[1].second.payload);
}

TEST_F(Post, MailsOfLesserAlertsWaitForTheMorning) {
  const auto due = [&](const char* now, model::Severity severity, const char* channel = "office") {
    return after_quiet_hours(workplace_, *workplace_.config.delivery.find(channel), severity, at(now));
  };
  EXPECT_EQ(due("2026-03-05T23:00:00", model::Severity::medium), at("2026-03-05T23:00:00"));
  workplace_.config.delivery.quiet = {22 * 60, 7 * 60};
  EXPECT_EQ(due("2026-03-05T21:59:59", model::Severity::high), at("2026-03-05T21:59:59"));
  EXPECT_EQ(due("2026-03-05T22:00:00", model::Severity::high), at("2026-03-06T07:00:00"));
  EXPECT_EQ(due("2026-03-06T06:59:59", model::Severity::low), at("2026-03-06T07:00:00"));
  EXPECT_EQ(due("2026-03-06T07:00:00", model::Severity::low), at("2026-03-06T07:00:00"));
  workplace_.config.delivery.quiet_except = model::Severity::high;
  EXPECT_EQ(due("2026-03-05T22:00:00", model::Severity::high), at("2026-03-05T22:00:00"));
  EXPECT_EQ(due("2026-03-05T22:00:00", model::Severity::medium), at("2026-03-06T07:00:00"));
  EXPECT_EQ(due("2026-03-05T22:00:00", model::Severity::low, "siem"), at("2026-03-05T22:00:00"));
  workplace_.config.delivery.quiet = {12 * 60, 13 * 60};
  EXPECT_EQ(due("2026-03-05T12:30:00", model::Severity::low), at("2026-03-05T13:00:00"));
  EXPECT_EQ(due("2026-03-05T13:30:00", model::Severity::low), at("2026-03-05T13:30:00"));
}

}  // namespace
}  // namespace trailwatch::app
