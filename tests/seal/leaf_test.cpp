#include "trailwatch/seal/leaf.h"

#include <gtest/gtest.h>

#include "trailwatch/base/hash.h"
#include "trailwatch/seal/base64.h"

namespace trailwatch::seal {
namespace {

const std::string kSalt(32, 's');

TEST(Leaf, IsSevenLines) {
  const Leaf leaf{LeafKind::event, 17, Instant{1'772'512'200'123'999}, "vehicle", kSalt, "raw bytes", "{\"a\":1}"};
  EXPECT_EQ(leaf_bytes(leaf), "trailwatch/leaf/v1\nevent\n17\n1772512200123\nvehicle\n" +
                                  base64(as_bytes(sha256(kSalt + "raw bytes"))) + "\n" +
                                  base64(as_bytes(sha256(kSalt + "{\"a\":1}"))) + "\n");
}

TEST(Leaf, SourcesCannotForgeLines) {
  const Leaf leaf{LeafKind::gap, 0, Instant{-1}, "a\nb%0A\x7f", kSalt, "", ""};
  const std::string empty = base64(as_bytes(sha256(kSalt)));
  EXPECT_EQ(leaf_bytes(leaf), "trailwatch/leaf/v1\ngap\n0\n-1\na%0Ab%250A%7F\n" + empty + "\n" + empty + "\n");
}

TEST(Leaf, KindsHaveTheirWords) {
  std::string words;
  for (std::int64_t number = 0; number <= 16; ++number) {
    if (const auto kind = find_leaf_kind(number)) words += std::string(to_text(*kind)) + " ";
  }
  EXPECT_EQ(words,
            "event quarantine file alert decision rule reference config login unmask export purge gap start stop ");
}

model::QueryEvent full_event() {
  model::QueryEvent e;
  e.time = Instant{1'772'512'200'000'001};
  e.offset_minutes = 480;
  e.system = "vehicle";
  e.channel = "web";
  e.agency = "範例縣警察局";
  e.unit = "交通隊";
  e.officer = "H10001";
  e.account = "acc1";
  e.officer_name = "王小明";
  e.terminal = "10.0.0.1";
  e.action = "V01";
  e.lookup_by = model::LookupBy::plate;
  e.subject_kind = model::SubjectKind::vehicle;
  e.subject = "ABC-1234";
  e.subject_name = "車主\"甲\\\x01";
  e.reason_code = "R1";
  e.reason = "查明";
  e.case_no = "115-1";
  e.approver = "H9";
  e.rows = 0;
  e.origin = {"vehicle", "a.csv", 7, 600};
  return e;
}

TEST(Record, OfAnEventIsOneJsonObjectWithSortedKeys) {
  EXPECT_EQ(
      event_record(full_event(), {3, "vehicle", 12, Instant{5}}),
      "{\"account\":\"acc1\",\"action\":\"V01\",\"agency\":\"範例縣警察局\",\"approver\":\"H9\",\"case_no\":\"115-1\","
      "\"channel\":\"web\",\"file\":3,\"key_number\":12,\"key_scope\":\"vehicle\",\"line\":7,\"lookup_by\":\"plate\","
      "\"officer\":\"H10001\",\"officer_name\":\"王小明\",\"offset\":600,\"offset_minutes\":480,\"reason\":\"查明\","
      "\"reason_code\":\"R1\",\"received_us\":5,\"rows\":0,\"subject\":\"ABC-1234\",\"subject_kind\":\"vehicle\","
      "\"subject_name\":\"車主\\\"甲\\\\\\u0001\",\"system\":\"vehicle\",\"terminal\":\"10.0.0.1\","
      "\"time_us\":1772512200000001,\"undecodable\":0,\"unit\":\"交通隊\"}");
}

// Every field is in it: another value gives another record.
TEST(Record, OfAnEventTellsEveryFieldApart) {
  const EventPlace place{3, "vehicle", 12, Instant{5}};
  const std::string before = event_record(full_event(), place);
  using Change = void (*)(model::QueryEvent&);
  const std::vector<Change> changes = {
      [](model::QueryEvent& e) { ++e.time.micros; },
      [](model::QueryEvent& e) { ++e.offset_minutes; },
      [](model::QueryEvent& e) { e.system += "x"; },
      [](model::QueryEvent& e) { e.channel += "x"; },
      [](model::QueryEvent& e) { e.agency += "x"; },
      [](model::QueryEvent& e) { e.unit += "x"; },
      [](model::QueryEvent& e) { e.officer += "x"; },
      [](model::QueryEvent& e) { e.account += "x"; },
      [](model::QueryEvent& e) { e.officer_name += "x"; },
      [](model::QueryEvent& e) { e.terminal += "x"; },
      [](model::QueryEvent& e) { e.action += "x"; },
      [](model::QueryEvent& e) { e.lookup_by = model::LookupBy::id; },
      [](model::QueryEvent& e) { e.subject_kind = model::SubjectKind::person; },
      [](model::QueryEvent& e) { e.subject += "x"; },
      [](model::QueryEvent& e) { e.subject_name += "x"; },
      [](model::QueryEvent& e) { e.reason_code += "x"; },
      [](model::QueryEvent& e) { e.reason += "x"; },
      [](model::QueryEvent& e) { e.case_no += "x"; },
      [](model::QueryEvent& e) { e.approver += "x"; },
      [](model::QueryEvent& e) { e.rows = std::nullopt; },
      [](model::QueryEvent& e) { e.rows = 1; },
      [](model::QueryEvent& e) { ++e.origin.line; },
      [](model::QueryEvent& e) { ++e.origin.offset; },
      [](model::QueryEvent& e) { e.undecodable = true; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    model::QueryEvent event = full_event();
    changes[i](event);
    EXPECT_NE(event_record(event, place), before) << i;
  }
  EXPECT_NE(event_record(full_event(), {4, "vehicle", 12, Instant{5}}), before);
  EXPECT_NE(event_record(full_event(), {3, "other", 12, Instant{5}}), before);
  EXPECT_NE(event_record(full_event(), {3, "vehicle", 13, Instant{5}}), before);
  EXPECT_NE(event_record(full_event(), {3, "vehicle", 12, Instant{6}}), before);
}

TEST(Record, OfAQuarantinedRecordHasReasonAndPlace) {
  EXPECT_EQ(
      quarantine_record({"查詢時間無法判讀", "bad-time", {"vehicle", "a.csv", 7, 600}, "raw"}, 3, Instant{9}),
      "{\"code\":\"bad-time\",\"file\":3,\"line\":7,\"offset\":600,\"reason\":\"查詢時間無法判讀\",\"received_us\":9}");
}

}  // namespace
}  // namespace trailwatch::seal
