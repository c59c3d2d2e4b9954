#include "trailwatch/config/delivery.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "trailwatch/base/text.h"
#include "trailwatch/config/config.h"

namespace trailwatch::config {
namespace {

using Lines = std::vector<std::string>;

Lines problems(const std::string& delivery) {
  const auto parsed = parse("{\"delivery\": " + delivery + "}", "/etc/tw");
  Lines out;
  if (const auto* bad = std::get_if<std::vector<Problem>>(&parsed)) {
    for (const Problem& problem : *bad) out.push_back(problem.path + ": " + problem.message);
  }
  return out;
}

Delivery good(const std::string& delivery) {
  EXPECT_EQ(problems(delivery), Lines{});
  const auto parsed = parse("{\"delivery\": " + delivery + "}", "/etc/tw");
  return std::holds_alternative<Config>(parsed) ? std::get<Config>(parsed).delivery : Delivery{};
}

const std::string kOffice =
    R"("office": {"kind": "mail", "server": "mail.example.gov.tw:587", "from": "a@b.tw", "to": ["c@d.tw"]})";

TEST(DeliveryConfig, WithoutItNothingIsSent) {
  const auto parsed = parse("{}", "/etc/tw");
  const Delivery& none = std::get<Config>(parsed).delivery;
  EXPECT_TRUE(none.channels.empty() && none.routes.empty() && none.trouble.empty());
  EXPECT_FALSE(none.quiet || none.quiet_except);
  EXPECT_EQ(none.alerts_per_day, 20);
  EXPECT_EQ(none.fresh_days, 3);
}

// What the shipped file shows as an example is what the loader reads, key by key.
TEST(DeliveryConfig, ReadsTheExampleOfTheShippedFile) {
  std::ifstream in(std::string(TW_SOURCE_DIR) + "/config/trailwatch.json");
  std::ostringstream text;
  text << in.rdbuf();
  const std::string shipped = text.str();
  std::string example;
  std::size_t at = shipped.find("  // \"delivery\": {");
  ASSERT_NE(at, std::string::npos);
  for (bool is_open = true; is_open;) {
    const std::size_t end = shipped.find('\n', at);
    const std::string line = shipped.substr(at + 4, end - at - 4);
    is_open = line != " },";
    example += line + "\n";
    at = end + 1;
  }
  const Delivery delivery = good(example.substr(example.find('{'), example.rfind('}') + 1 - example.find('{')));
  ASSERT_EQ(delivery.channels.size(), 3U);
  const Channel office = *delivery.find("office"), siem = *delivery.find("siem"), soc = *delivery.find("soc");
  EXPECT_EQ(office.kind, Channel::Kind::mail);
  EXPECT_EQ(office.tls, Channel::Tls::starttls);
  EXPECT_EQ(office.secret, "credential:smtp");
  EXPECT_EQ(office.to, Lines{"ethics@example.gov.tw"});
  EXPECT_EQ(office.timeout_s, 60);
  EXPECT_EQ(siem.kind, Channel::Kind::syslog);
  EXPECT_EQ(siem.tls, Channel::Tls::tls);
  EXPECT_EQ(siem.ca_file, "/etc/tw/siem-ca.pem");
  EXPECT_EQ(siem.host, "audit-1");
  EXPECT_EQ(soc.kind, Channel::Kind::webhook);
  EXPECT_EQ(soc.secret, "/etc/trailwatch/soc.key");
  EXPECT_EQ(soc.timeout_s, 30);
  ASSERT_EQ(delivery.routes.size(), 4U);
  EXPECT_EQ(delivery.routes[0].when, Route::When::report);
  EXPECT_EQ(delivery.routes[1].when, Route::When::now);
  EXPECT_EQ(delivery.routes[2].severity, model::Severity::low);
  EXPECT_EQ(delivery.routes[3].systems, Lines{"police"});
  EXPECT_EQ(delivery.routes[3].units, Lines{"範例縣警察局"});
  EXPECT_EQ(delivery.trouble, (Lines{"siem", "office"}));
  EXPECT_EQ(delivery.quiet, std::pair(22 * 60, 7 * 60));
  EXPECT_EQ(delivery.quiet_except, model::Severity::high);
  EXPECT_EQ(delivery.console_url, "https://audit.example.gov.tw");
}

TEST(DeliveryConfig, RoutesHaveTheSeverityOfTheirKind) {
  const Delivery delivery = good("{\"channels\": {" + kOffice +
                                 R"(}, "routes": [{"channel": "office"}, {"channel": "office", "when": "digest"}]})");
  EXPECT_EQ(delivery.routes[0].when, Route::When::now);
  EXPECT_EQ(delivery.routes[0].severity, model::Severity::high);
  EXPECT_EQ(delivery.routes[1].severity, model::Severity::low);
}

TEST(DeliveryConfig, AReportIsAttachedAsItIsAskedFor) {
  const std::string channels = "{\"channels\": {" + kOffice + R"(}, "routes": [{"channel": "office", )";
  EXPECT_EQ(good(channels + R"("when": "report"}]})").routes[0].attach, Route::Attach::html);
  EXPECT_EQ(good(channels + R"("when": "report", "attach": "pdf"}]})").routes[0].attach, Route::Attach::pdf);
  EXPECT_EQ(good(channels + R"("when": "report", "attach": "both"}]})").routes[0].attach, Route::Attach::both);
  EXPECT_EQ(problems(channels + R"("when": "now", "attach": "pdf"}]})"),
            Lines{"delivery.routes[0].attach: only reports are attached"});
}

TEST(DeliveryConfig, ThePasswordsPathStartsFromTheFile) {
  const Delivery delivery = good(
      R"({"channels": {"m": {"kind": "mail", "server": "h:25", "from": "a@b", "to": ["c@d"], "user": "u", "password_file": "smtp.pw"}}})");
  EXPECT_EQ(delivery.channels[0].secret, "/etc/tw/smtp.pw");
}

TEST(DeliveryConfig, SaysEverythingThatIsWrong) {
  EXPECT_EQ(problems(R"({"channels": {"m": {"kind": "mail"}}})"),
            (Lines{"delivery.channels.m.server: is missing", "delivery.channels.m.from: is missing",
                   "delivery.channels.m.to: names nobody"}));
  EXPECT_EQ(
      problems(
          R"({"channels": {"m": {"kind": "mail", "server": "h:25", "tls": "none", "from": "a@b", "to": ["c@d"]}}})"),
      Lines{"delivery.channels.m.tls: without it the mail crosses the network in the open"});
  EXPECT_EQ(
      problems(
          R"({"channels": {"m": {"kind": "mail", "server": "localhost:25", "tls": "none", "from": "a@b", "to": ["c@d"]}}})"),
      Lines{});
  EXPECT_EQ(
      problems(R"({"channels": {"m": {"kind": "mail", "server": "h:25", "from": "a@b", "to": ["c@d"], "user": "u"}}})"),
      Lines{"delivery.channels.m.user: needs password_file, and the other way round"});
  EXPECT_EQ(
      problems(
          R"({"channels": {"m": {"kind": "mail", "server": "h", "from": "a@b", "to": ["c@d"], "password": "x"}}})"),
      (Lines{"delivery.channels.m.server: must be host:port", "delivery.channels.m.password: unknown key"}));
  EXPECT_EQ(problems(R"({"channels": {"w": {"kind": "webhook", "url": "http://example.org/x", "secret_file": "k"}}})"),
            Lines{"delivery.channels.w.url: must begin with https://"});
  EXPECT_EQ(
      problems(R"({"channels": {"w": {"kind": "webhook", "url": "https://u:p@example.org/x", "secret_file": "k"}}})"),
      Lines{"delivery.channels.w.url: must hold no name or password"});
  EXPECT_EQ(problems(R"({"channels": {"w": {"kind": "webhook", "url": "https://example.org/x"}}})"),
            Lines{"delivery.channels.w.secret_file: is missing"});
  EXPECT_EQ(problems(R"({"channels": {"s": {"kind": "syslog", "server": "h:514", "transport": "smoke"}}})"),
            Lines{"delivery.channels.s.transport: must be one of: tls, tcp, udp"});
  EXPECT_EQ(problems("{\"channels\": {" + kOffice + R"(}, "routes": [{"channel": "ofice"}], "trouble": ["x"]})"),
            (Lines{"delivery.routes[0].channel: no channel \"ofice\"", "delivery.trouble: no channel \"x\""}));
  EXPECT_EQ(
      problems(
          R"({"channels": {"s": {"kind": "syslog", "server": "h:514"}}, "routes": [{"channel": "s", "when": "report"}]})"),
      Lines{"delivery.routes[0].when: reports and digests go by mail"});
  EXPECT_EQ(problems("{\"channels\": {" + kOffice +
                     R"(}, "routes": [{"channel": "office", "when": "report", "units": ["x"]}]})"),
            Lines{"delivery.routes[0].when: a report is not cut by systems or units"});
  EXPECT_EQ(problems(R"({"quiet_hours": ["22:00"]})"), Lines{"delivery.quiet_hours: must be [\"from\", \"until\"]"});
  EXPECT_EQ(problems(R"({"quiet_hours": ["22:00", "22:00"]})"), Lines{"delivery.quiet_hours: is empty"});
  EXPECT_EQ(problems("{\"console_url\": \"javascript:alert(1)\"}"),
            Lines{"delivery.console_url: must begin with https://"});
  EXPECT_EQ(problems("[]").size(), 1U);
  EXPECT_EQ(problems(R"({"channels": 1, "routes": 2})").size(), 2U);
}

}  // namespace
}  // namespace trailwatch::config
