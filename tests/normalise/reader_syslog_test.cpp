#include <gtest/gtest.h>

#include "normalise/collected.h"

namespace trailwatch::normalise {
namespace {

const char* const kProfile = R"({
  "title": "t", "format": "syslog", "complete": true,
  "time": { "column": "TIMESTAMP", "form": "rfc3339" },
  "fields": {
    "system": { "const": "tax" }, "unit": { "column": "APP-NAME" }, "account": { "column": "PROCID" },
    "action": { "column": "MSGID" }, "terminal": { "column": "PRI" }, "officer": { "column": "q@1.badge" },
    "case_no": { "column": "r.badge" }, "reason": { "column": "MSG" }
  },
  "key": { "scope": ["tax", "{HOSTNAME}"], "number": "q@1.sn" }
})";
const std::string kHead = "<134>1 2026-03-02T14:30:05.123456+08:00 host app 22 ID ";

Collected read(const std::string& bytes) {
  Collected collected;
  read_all(parse_profile(kProfile), bytes, collected);
  return collected;
}

TEST(SyslogReader, ReadsEveryPart) {
  const std::string message = kHead + R"([q@1 sn="7" badge="a1" x=""][r badge="\"\\\] \n"] )" + "\xEF\xBB\xBF偵辦 [x]";
  EXPECT_EQ(
      print(read(message + "\n")),
      std::vector<std::string>{"1@0 2026-03-02T14:30:05.123456+08:00|tax|||app|A1|22||134|ID|unknown|none||||偵辦 "
                               "[x]|\"\\] \\n||- key tax|host#7 <" +
                               message + ">"});
}

TEST(SyslogReader, TakesADashForNothing) {
  const Collected got = read("<0>1 2026-03-02T14:30:05Z - - - - -\n<191>1 2026-03-02T14:30:05Z - - - - - -\n");
  ASSERT_EQ(got.codes(), (std::vector<std::string>{"ok", "ok"}));
  EXPECT_EQ(got.items[0].event.unit + got.items[0].event.account + got.items[0].event.action, "");
  EXPECT_TRUE(got.items[0].key.empty());
  EXPECT_EQ(got.items[1].event.reason, "-");  // the text of a message is no NILVALUE
}

TEST(SyslogReader, RefusesWhatIsNoRfc5424) {
  for (const char* bad : {
           "x",
           "<134>",
           "<134>2 2026-03-02T14:30:05Z h a p m -",
           "<192>1 2026-03-02T14:30:05Z h a p m -",
           "<1345>1 2026-03-02T14:30:05Z h a p m -",
           "<>1 2026-03-02T14:30:05Z h a p m -",
           "<-1>1 2026-03-02T14:30:05Z h a p m -",
           "<13>1 2026-03-02T14:30:05Z h a p m",
           "<13>1 2026-03-02T14:30:05Z h a  p m -",
           "<13>1 2026-03-02T14:30:05Z h a p m x",
           "<13>1 2026-03-02T14:30:05Z h a p m -x",
           "<13>1 2026-03-02T14:30:05Z h a p m [",
           "<13>1 2026-03-02T14:30:05Z h a p m []",
           "<13>1 2026-03-02T14:30:05Z h a p m [q",
           "<13>1 2026-03-02T14:30:05Z h a p m [q b]",
           "<13>1 2026-03-02T14:30:05Z h a p m [q b=]",
           "<13>1 2026-03-02T14:30:05Z h a p m [q b=\"x]",
           "<13>1 2026-03-02T14:30:05Z h a p m [q b=\"x\\\"]",
           "<13>1 2026-03-02T14:30:05Z h a p m [q b=\"x\"",
           "<13>1 2026-03-02T14:30:05Z h a p m [q b=\"x\"c=\"y\"]",
           "<13>1 2026-03-02T14:30:05Z h a p m [q@1 badge=\"x\" badge=\"y\"]",
           "Mar  2 14:30:05 host app: RFC 3164",
       }) {
    EXPECT_EQ(read(bad).codes(), std::vector<std::string>{"bad-syslog"}) << bad;
  }
}

TEST(SyslogReader, TellsABadTimeApart) {
  EXPECT_EQ(read("<13>1 - h a p m -").codes(), std::vector<std::string>{"missing-field"});
  EXPECT_EQ(read("<13>1 2026-03-02T14:30:60Z h a p m -").codes(), std::vector<std::string>{"bad-time"});
}

TEST(SyslogReader, TakesAFramedMessageThatHoldsLineEnds) {
  Collected collected;
  Reader reader(parse_profile(kProfile), {"s", "peer", 0, 0}, {}, collected);
  reader.feed_record(kHead + "- one\ntwo\r\n");
  reader.feed_record("");
  reader.feed_record(kHead + "- " + std::string(70'000, 'x'));
  ASSERT_EQ(collected.codes(), (std::vector<std::string>{"ok", "too-long"}));
  EXPECT_EQ(collected.items[0].event.reason, "one\ntwo");
  EXPECT_EQ(collected.items[1].rejected.raw.size(), 65536U);
  EXPECT_EQ(reader.position().rows, 2);
}

}  // namespace
}  // namespace trailwatch::normalise
