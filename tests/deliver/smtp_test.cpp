#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "deliver/transports.h"
#include "support/exim.h"
#include "support/smtp_server.h"
#include "trailwatch/base/text.h"
#include "trailwatch/deliver/mime.h"
#include "trailwatch/deliver/transport.h"

namespace trailwatch::deliver {
namespace {

using Fate = Outcome::Fate;
using Tls = config::Channel::Tls;

Mail letter() {
  Mail out;
  out.id = "0123456789abcdef0123456789abcdef";
  out.from = "範例縣政府政風處 <audit@example.gov.tw>";
  out.to = {"王小明 <ethics@example.gov.tw>"};
  out.subject = "【查詢軌跡日報】115年3月2日（一）需看 20 件，高風險 4 件，來源異常 1 件";
  out.date = Instant{1'772'488'800'000'000};
  out.offset_minutes = 480;
  out.text = "第一行\n.\n..兩點開頭\n最後一行，造字、𠮷、〓\n";
  for (int i = 0; i < 400; ++i) out.text += "第 " + std::to_string(i) + " 列：查詢人員待說明\n";
  out.html = "<!DOCTYPE html>\n<p>" + out.text + "</p>\n";
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(i % 256);
  out.attachments.push_back({"查詢軌跡日報_1150302.html", "daily-2026-03-02.html", "text/html; charset=utf-8",
                             "<p>日報</p>\r\n.\r\n" + bytes});
  out.attachments.push_back({"檢查點_1150302.json", "checkpoint-2026-03-02.json", "application/json", "{\"a\": 1}\n"});
  return out;
}

config::Channel channel(const std::string& server, Tls tls = Tls::none) {
  config::Channel out;
  out.name = "office";
  out.server = server;
  out.tls = tls;
  out.from = letter().from;
  out.to = letter().to;
  out.timeout_s = 10;
  return out;
}

Parcel parcel(const std::string& recipient = "ethics@example.gov.tw") {
  return {letter().id, recipient, *to_mime(letter()), "", Instant{}};
}

class Smtp : public testing::Test {
 protected:
  Outcome send(const config::Channel& to, const Parcel& what = parcel()) { return make_transport()->send(to, what); }
  Outcome send() { return send(channel(server_.address())); }
  test::SmtpServer server_;
};

TEST_F(Smtp, TheMessageArrivesAsItWasMade) {
  const Outcome outcome = send();
  EXPECT_EQ(outcome.fate, Fate::delivered) << outcome.said;
  ASSERT_EQ(server_.letters().size(), 1U);
  EXPECT_EQ(server_.letters()[0].content, parcel().payload);
  EXPECT_EQ(server_.letters()[0].from, "audit@example.gov.tw");
  EXPECT_EQ(server_.letters()[0].to, "ethics@example.gov.tw");
}

TEST_F(Smtp, ARecipientThatDoesNotExistIsRefusedForGood) {
  server_.set({.rcpt = 550});
  const Outcome outcome = send();
  EXPECT_EQ(outcome.fate, Fate::refused);
  EXPECT_NE(outcome.said.find("550 5.1.1 not here"), std::string::npos) << outcome.said;
}

TEST_F(Smtp, AServerThatAsksForPatienceGetsIt) {
  server_.set({.rcpt = 451});
  EXPECT_EQ(send().fate, Fate::later);
  server_.set({.data = 452});
  EXPECT_EQ(send().fate, Fate::later);
}

TEST_F(Smtp, AMessageThatIsRefusedAsAWholeIsRefused) {
  server_.set({.data = 554});
  EXPECT_EQ(send().fate, Fate::refused);
}

TEST_F(Smtp, AConnectionThatBreaksInTheMiddleIsNoDelivery) {
  server_.set({.drop_after = 5000});
  EXPECT_EQ(send().fate, Fate::later);
  EXPECT_TRUE(server_.letters().empty());
}

TEST_F(Smtp, WithoutAnAnswerToTheWholeMessageItIsNotDelivered) {
  server_.set({.drop_before_answer = true});
  EXPECT_EQ(send().fate, Fate::later);
  ASSERT_EQ(server_.letters().size(), 1U);
  EXPECT_EQ(server_.letters()[0].content, parcel().payload);
}

TEST_F(Smtp, ASilentServerIsLeftAfterTheTimeout) {
  server_.set({.silent = true});
  config::Channel to = channel(server_.address());
  to.timeout_s = 1;
  EXPECT_EQ(send(to).fate, Fate::later);
}

TEST_F(Smtp, StopBreaksOffWhatIsUnderWay) {
  server_.set({.silent = true});
  config::Channel to = channel(server_.address());
  to.timeout_s = 3600;
  const std::unique_ptr<Transport> transport = make_transport();
  server_.set_watcher([&](const std::string& stage) {
    if (stage == "connect") transport->stop();
  });
  EXPECT_EQ(transport->send(to, parcel()).fate, Fate::later);
  server_.set_watcher(nullptr);
}

TEST_F(Smtp, WhoDoesNotOfferTlsGetsNothing) {
  const Outcome outcome = send(channel(server_.address(), Tls::starttls));
  EXPECT_EQ(outcome.fate, Fate::later);
  EXPECT_TRUE(server_.letters().empty());
}

TEST_F(Smtp, NobodyListensIsLater) {
  EXPECT_EQ(send(channel("127.0.0.1:1")).fate, Fate::later);
  EXPECT_EQ(send(channel("no-such-host.invalid:25")).fate, Fate::later);
}

TEST_F(Smtp, APasswordIsNeverInWhatIsSaid) {
  config::Channel to = channel(server_.address());
  to.user = "audit";
  Parcel what = parcel();
  what.secret = "hunter2-secret";
  EXPECT_EQ(send(to, what).said.find("hunter2"), std::string::npos);
}

TEST(SmtpFate, OnlyARefusalOfTheMessageIsForGood) {
  EXPECT_EQ(smtp_fate(250, 0), Fate::delivered);
  EXPECT_EQ(smtp_fate(550, 55), Fate::refused);
  EXPECT_EQ(smtp_fate(535, 67), Fate::later);
  EXPECT_EQ(smtp_fate(530, 55), Fate::later);
  EXPECT_EQ(smtp_fate(550, 28), Fate::later);  // timeout
  EXPECT_EQ(smtp_fate(354, 56), Fate::later);
  EXPECT_EQ(smtp_fate(0, 7), Fate::later);
}

// With the mail server of the distribution.
class RealServer : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::Exim::is_installed()) GTEST_SKIP() << "exim4-daemon-light is not installed; ./dev setup installs it";
    exim_ = std::make_unique<test::Exim>();
  }
  config::Channel to(Tls tls) const {
    config::Channel out = channel(tls == Tls::tls ? exim_->tls() : exim_->starttls(), tls);
    out.ca_file = exim_->certificate();
    out.user = test::Exim::user();
    return out;
  }
  static Parcel with_password(const std::string& recipient = "ethics@example.gov.tw") {
    Parcel out = parcel(recipient);
    out.secret = test::Exim::password();
    return out;
  }
  Outcome send(const config::Channel& to, const Parcel& what) { return make_transport()->send(to, what); }
  std::unique_ptr<test::Exim> exim_;
};

// What another program than ours makes of a message: Python's email package.
nlohmann::json decoded(const std::string& message) {
  const test::TemporaryDirectory place;
  test::write_file(place.path("m"), message);
  const char* script =
      "import sys, json, email, email.policy\n"
      "m = email.message_from_bytes(open(sys.argv[1], 'rb').read(), policy=email.policy.default)\n"
      "assert not m.defects, m.defects\n"
      "out = {k: str(m[k]) for k in ('From', 'To', 'Subject', 'Message-ID', 'Date', 'Auto-Submitted')}\n"
      "out['text'] = m.get_body(('plain',)).get_content().replace('\\r\\n', '\\n')\n"
      "out['html'] = m.get_body(('html',)).get_content().replace('\\r\\n', '\\n')\n"
      "out['attachments'] = [{'name': a.get_filename(), 'type': a.get_content_type(), 'hex': "
      "a.get_payload(decode=True).hex()} for a in m.iter_attachments()]\n"
      "print(json.dumps(out))\n";
  test::write_file(place.path("s.py"), script);
  const test::Ran ran = test::run_program("/usr/bin/python3", {"-I", place.path("s.py"), place.path("m")});
  EXPECT_EQ(ran.code, 0) << ran.err;
  return ran.code == 0 ? nlohmann::json::parse(ran.out) : nlohmann::json::object();
}

std::string hex(const std::string& bytes) {
  static const char* const kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4U];
    out += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

TEST_F(RealServer, ReceivesTheLetterWholeOverStarttlsAndTls) {
  for (const Tls tls : {Tls::starttls, Tls::tls}) {
    const Outcome outcome = send(to(tls), with_password());
    ASSERT_EQ(outcome.fate, Fate::delivered) << outcome.said << exim_->log();
  }
  const std::vector<std::string> letters = exim_->letters(2);
  ASSERT_EQ(letters.size(), 2U) << exim_->log();
  for (const std::string& one : letters) {
    const nlohmann::json got = decoded(one);
    const Mail sent = letter();
    EXPECT_EQ(got["Subject"], sent.subject);
    EXPECT_EQ(got["From"], sent.from);
    EXPECT_EQ(got["To"], sent.to[0]);
    EXPECT_EQ(got["Message-ID"], "<" + sent.id + "@example.gov.tw>");
    EXPECT_EQ(got["Date"], "Tue, 03 Mar 2026 06:00:00 +0800");
    EXPECT_TRUE(got["text"] == sent.text);  // too long to be shown twice
    EXPECT_TRUE(got["html"] == sent.html);
    ASSERT_EQ(got["attachments"].size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(got["attachments"][i]["name"], sent.attachments[i].name);
      EXPECT_EQ(got["attachments"][i]["hex"], hex(sent.attachments[i].content));
    }
    EXPECT_EQ(got["attachments"][1]["type"], "application/json");
  }
}

TEST_F(RealServer, WithoutLogInOrWithAWrongOneNothingGoesAndNothingIsGivenUp) {
  config::Channel nobody = to(Tls::starttls);
  nobody.user.clear();
  EXPECT_EQ(send(nobody, parcel()).fate, Fate::refused);  // 550: this server relays for nobody
  Parcel wrong = parcel();
  wrong.secret = "wrong";
  const Outcome outcome = send(to(Tls::starttls), wrong);
  EXPECT_EQ(outcome.fate, Fate::later) << outcome.said;
}

TEST_F(RealServer, AMailboxThatIsNotThereIsRefused) {
  const Outcome outcome = send(to(Tls::tls), with_password("nobody-here@example.gov.tw"));
  EXPECT_EQ(outcome.fate, Fate::refused);
  EXPECT_NE(outcome.said.find("no such mailbox"), std::string::npos) << outcome.said;
}

TEST_F(RealServer, ACertificateThatNobodyVouchesForStopsEverything) {
  for (const Tls tls : {Tls::starttls, Tls::tls}) {
    config::Channel stranger = to(tls);
    stranger.ca_file.clear();
    const Outcome outcome = send(stranger, with_password());
    EXPECT_EQ(outcome.fate, Fate::later) << outcome.said;
    config::Channel other_name = to(tls);
    other_name.server = "127.0.0.1" + other_name.server.substr(other_name.server.find(':'));
    EXPECT_EQ(send(other_name, with_password()).fate, Fate::later);
  }
  EXPECT_EQ(exim_->log().find(" <= audit@"), std::string::npos);
}

}  // namespace
}  // namespace trailwatch::deliver
