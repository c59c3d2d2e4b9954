#include <gtest/gtest.h>

#include "normalise/collected.h"

namespace trailwatch::normalise {
namespace {

const char* const kProfile = R"({
  "title": "t", "format": "jsonl", "complete": true,
  "time": { "column": "t", "form": "rfc3339" },
  "fields": {
    "system": { "const": "tax" }, "officer": { "column": "who.id" }, "reason": { "column": "why" },
    "rows": { "column": "n" }
  }
})";

std::string line(const std::string& more) {
  return R"({"t":"2026-03-02T14:30:05+08:00",)" + more + "}";
}

Collected read(const std::string& bytes) {
  Collected collected;
  read_all(parse_profile(kProfile), bytes, collected);
  return collected;
}
std::string code(const std::string& bytes) {
  const Collected collected = read(bytes);
  return collected.items.size() == 1 ? collected.codes()[0] : std::to_string(collected.items.size()) + " records";
}
std::string repeat(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

TEST(JsonReader, ReadsNestedColumnsAndAllKindsOfValues) {
  const Collected got =
      read(line(R"("who":{"id":"a1","name":{"id":"no"}},"why":true,"n":12,"list":[{"why":"no"},1])") + "\n");
  EXPECT_EQ(print(got),
            std::vector<std::string>{
                "1@0 2026-03-02T14:30:05.000+08:00|tax||||A1|||||unknown|none||||true|||12 key # <" +
                line(R"("who":{"id":"a1","name":{"id":"no"}},"why":true,"n":12,"list":[{"why":"no"},1])") + ">"});
}

TEST(JsonReader, WritesNumbersAsTheirShortestText) {
  for (const auto& [json, text] : {std::pair{"0", "0"},
                                   {"-7", "-7"},
                                   {"18446744073709551615", "18446744073709551615"},
                                   {"1.50", "1.5"},
                                   {"\"\\u8eca\"", "車"},
                                   {"null", ""},
                                   {"false", "false"}}) {
    const Collected got = read(line(std::string("\"why\":") + json));
    ASSERT_EQ(got.codes(), std::vector<std::string>{"ok"}) << json;
    EXPECT_EQ(got.items[0].event.reason, text);
  }
}

TEST(JsonReader, RefusesWhatIsNoObject) {
  for (const char* bad :
       {"1", "[]", "{", "nonsense", "{\"t\":1}}", "{\"t\":1} {}", "{\"n\":1e999}", "{\"n\":99999999999999999999}",
        "{\"n\":NaN}", "{\"n\":01}", "{\"a\":\"\\ud800\"}", "{'a':1}", "{\"a\":1,}"}) {
    EXPECT_EQ(code(bad), "bad-json") << bad;
  }
  EXPECT_EQ(code(std::string("{\"t\":\"\0\"}", 9)), "bad-json");
}

TEST(JsonReader, RefusesDuplicateKeysAtAnyDepth) {
  EXPECT_EQ(code(line(R"("why":"a","why":"b")")), "duplicate-key");
  EXPECT_EQ(code(line(R"("x":{"y":1,"y":1})")), "duplicate-key");
  EXPECT_EQ(code(line(R"("x":[{"y":1,"y":1}])")), "duplicate-key");
  EXPECT_EQ(code(line(R"("who":{"id":"a"},"who.id":"b")")), "duplicate-key");  // the same column by two ways
  EXPECT_EQ(code(line(R"("why":"a","wh\u0079":"b")")), "duplicate-key");
  EXPECT_EQ(code(line(R"("x":[{"y":1},{"y":1}],"z":{"y":1},"y":1)")), "ok");
}

TEST(JsonReader, HoldsItsLimitsExactly) {
  EXPECT_EQ(code(line("\"x\":" + repeat("[", 31) + repeat("]", 31))), "ok");
  EXPECT_EQ(code(line("\"x\":" + repeat("[", 32) + repeat("]", 32))), "json-limit");
  EXPECT_EQ(code(line("\"x\":" + repeat("{\"a\":", 31) + "1" + repeat("}", 31))), "ok");
  EXPECT_EQ(code(line("\"x\":" + repeat("{\"a\":", 32) + "1" + repeat("}", 32))), "json-limit");
  EXPECT_EQ(code("{\"x\":" + repeat("[", 30000) + repeat("]", 30000) + "}"), "json-limit");
  const auto keys = [](int count) {
    std::string out = "\"k\":0";
    for (int i = 2; i < count; ++i) out += ",\"k" + std::to_string(i) + "\":1.25";
    return line(out);
  };
  EXPECT_EQ(code(keys(256)), "ok");
  EXPECT_EQ(code(keys(257)), "json-limit");
}

TEST(JsonReader, RefusesAListWhereAValueIsExpected) {
  EXPECT_EQ(code(line(R"("why":["a"])")), "bad-json");
  EXPECT_EQ(code(line(R"("why":{"a":1})")), "bad-json");
}

TEST(JsonReader, MarksBytesThatCannotBeRead) {
  const Collected got = read(line("\"why\":\"a\xE8\"") + "\n" + line("\"why\":\"b\"") + "\n");
  ASSERT_EQ(got.codes(), (std::vector<std::string>{"ok", "ok"}));
  EXPECT_TRUE(got.items[0].event.undecodable);
  EXPECT_EQ(got.items[0].event.reason, "a\xEF\xBF\xBD");
  EXPECT_EQ(got.items[0].event.raw, line("\"why\":\"a\xE8\""));
  EXPECT_FALSE(got.items[1].event.undecodable);
}

TEST(JsonReader, ForgetsTheRecordBefore) {
  const Collected got = read(line(R"("who":{"id":"a"},"why":"x","n":1)") + "\n" + line("\"n\":null") + "\n");
  ASSERT_EQ(got.codes(), (std::vector<std::string>{"ok", "ok"}));
  EXPECT_EQ(got.items[1].event.officer + got.items[1].event.reason, "");
  EXPECT_EQ(got.items[1].event.rows, std::nullopt);
}

}  // namespace
}  // namespace trailwatch::normalise
