#include "trailwatch/normalise/profile.h"

#include <gtest/gtest.h>

#include "normalise/collected.h"

namespace trailwatch::normalise {
namespace {

std::vector<std::string> problems(const std::string& json) {
  const auto parsed = Profile::parse(json, "test");
  std::vector<std::string> out;
  if (const auto* errors = std::get_if<std::vector<Error>>(&parsed)) {
    for (const Error& error : *errors)
      out.push_back((error.places.size() > 1 ? error.places[0] : "") + ": " + error.message + " " + error.hint);
  }
  return out;
}
using Lines = std::vector<std::string>;

TEST(Profile, SaysWhatItIs) {
  const Profile profile = shipped_profile("household");
  EXPECT_EQ(profile.name(), "household");
  EXPECT_EQ(profile.title(), "戶役政（戶政資訊系統）");
  EXPECT_TRUE(profile.complete_on_arrival());
  EXPECT_TRUE(profile.declares_rows());
  EXPECT_FALSE(shipped_profile("vehicle").complete_on_arrival());
  EXPECT_EQ(shipped_profile("plate-search").fields(),
            (Lines{"time", "channel", "officer", "reason", "rows", "system"}));
}

TEST(Profile, EveryShippedOneHoldsTogether) {
  for (const char* name : {"household", "vehicle", "land", "police", "plate-search", "common-load"})
    shipped_profile(name);
}

TEST(Profile, TellsAllProblemsWithPlaceAndNearestWord) {
  EXPECT_EQ(
      problems(R"json({
    // a comment
    "titel": "t", "format": "cvs", "encoding": "utf-9", "complete": 1,
    "time": { "column": "t", "form": "YYYMMDD hmmss" },
    "input_zone": "Asia/Taipe",
    "fields": {
      "offcer": { "column": "o" },
      "agency": {},
      "unit": { "column": "u", "normalise": ["uper"] },
      "lookup_by": { "column": "l", "map": { "1": "plates" } },
      "rows": 7
    },
    "subject": [ { "column": "s", "kind": "car", "by": "id" } ],
    "required": ["offier", "case_no"],
    "key": { "scope": ["{file.day}", "{day"], "number": 7 }
  })json"),
      (Lines{
          "title: is missing name the source as people call it", "format: unknown format \"cvs\" did you mean \"csv\"?",
          "encoding: unknown encoding \"utf-9\" did you mean \"utf-8\"?", "complete: must be true or false ",
          "input_zone: no time zone \"Asia/Taipe\" use an IANA name such as Asia/Taipei, or an offset such as +08:00",
          "time.form: cannot read \"h\" in the form parts: YYYY or YYY, MM, DD, hh, mm, ss, f, AP, [optional]; or "
          "rfc3339, epoch-s, epoch-ms",
          "fields.agency: needs exactly one of column, columns, join and const ",
          "fields.lookup_by.map.1: unknown word \"plates\" did you mean \"plate\"?",
          "fields.offcer: unknown field \"offcer\" did you mean \"officer\"?", "fields.rows: must be an object ",
          "fields.unit.normalise[0]: unknown step \"uper\" did you mean \"upper\"?",
          "fields.system: is missing say which register was read: {\"const\": \"household\"}",
          "subject[0].kind: unknown kind of subject \"car\" use one of: person, vehicle, parcel",
          "required[0]: unknown field \"offier\" did you mean \"officer\"?",
          "required[1]: the profile does not fill \"case_no\", so every record would be refused ",
          "key.scope[0]: \"file.day\" needs a \"file_name\" pattern ", "key.scope[1]: a \"{\" is not closed ",
          "key.number: must be a text ", "titel: unknown key \"titel\" did you mean \"title\"?"}));
}

const std::string kRest = R"("time": {"column": "t", "form": "rfc3339"}, "fields": {"system": {"const": "x"}})";

TEST(Profile, RefusesWhatIsNoDocument) {
  EXPECT_EQ(problems("[]"), Lines{": a profile is a JSON object "});
  EXPECT_EQ(problems("{").size(), 1U);
  EXPECT_EQ(problems(""), problems("   ").empty() ? Lines{} : problems(""));
  EXPECT_EQ(problems(R"({"title": "t", "title": "u", "format": "csv", )" + kRest + "}"),
            Lines{": the key \"title\" stands twice in one object "});
}

TEST(Profile, RefusesASeparatorOrTrailerThatCannotWork) {
  const auto csv = [&](const std::string& options) {
    return problems(R"({"title": "t", "format": "csv", "csv": {)" + options + "}, " + kRest + "}");
  };
  EXPECT_EQ(csv(R"("separator": ";")"), Lines{});
  EXPECT_EQ(csv(R"("separator": "tab")"), Lines{});
  EXPECT_EQ(csv(R"("separator": ",,")").size(), 1U);
  EXPECT_EQ(csv(R"("separator": "\"")").size(), 1U);
  EXPECT_EQ(csv(R"("separator": "，")").size(), 1U);
  EXPECT_EQ(csv(R"("trailer": "total")"),
            Lines{"csv.trailer: needs a group that holds the number of rows for example 總筆數,(\\d+)"});
  EXPECT_EQ(csv(R"("trailer": "(")").size(), 1U);
  EXPECT_EQ(csv("\"trailer\": \"" + std::string(1025, 'x') + "\"").size(), 1U);
  EXPECT_EQ(csv(R"("optional": ["tt"])"), Lines{"csv.optional: unknown column \"tt\" did you mean \"t\"?"});
  EXPECT_EQ(csv(R"("columns": ["a", "t1"])"), Lines{"csv.columns: unknown column \"t\" did you mean \"a\"?"});
}

TEST(Profile, NeedsAZoneForStampsWithoutOne) {
  const std::string head =
      R"({"title": "t", "format": "csv", "fields": {"system": {"const": "x"}}, "time": {"column": "t", "form": )";
  EXPECT_EQ(problems(head + R"("YYYYMMDD hhmmss"}})").size(), 1U);
  EXPECT_EQ(problems(head + R"("epoch-s"}})").size(), 1U);
  EXPECT_EQ(problems(head + R"("YYYYMMDD"}, "input_zone": "Z"})"),
            Lines{"time.form: has no hour: a day alone is no time "});
  EXPECT_EQ(problems(head + R"("rfc3339"}})"), Lines{});
}

// The fields of one record of {"t": …, "a": …, "b": …}, by one specification of a value.
std::string reason(const std::string& spec, const std::string& record) {
  const Profile profile = parse_profile(R"({"title": "t", "format": "jsonl", "time": {"column": "t", "form": "rfc3339"},
      "fields": {"system": {"const": "x"}, "reason": )" +
                                        spec + "}}");
  Collected collected;
  Reader reader(profile, {}, {}, collected);
  reader.feed(R"({"t":"2026-03-02T14:30:05Z",)" + record + "}\n", true);
  return collected.items.at(0).event.reason;
}

TEST(Profile, MakesValuesFromColumns) {
  EXPECT_EQ(reason(R"({"column": "a"})", R"("a":"　x y\u00a0")"), "x y");
  EXPECT_EQ(reason(R"({"columns": ["a", "b"]})", R"("a":"  ","b":"2")"), "2");
  EXPECT_EQ(reason(R"({"join": ["a", "b"], "separator": "-"})", R"("a":"1","b":"2")"), "1-2");
  EXPECT_EQ(reason(R"({"join": ["a", "b"], "separator": "-"})", R"("a":"","b":"2")"), "2");
  EXPECT_EQ(reason(R"({"join": ["a", "b"], "whole": true})", R"("a":"1","b":"")"), "");
  EXPECT_EQ(reason(R"({"const": "c"})", R"("a":"1")"), "c");
  EXPECT_EQ(reason(R"({"column": "z", "default": "d"})", R"("a":"1")"), "d");
}

TEST(Profile, TranslatesByItsTable) {
  const std::string map = R"({"column": "a", "map": {"1": "one"})";
  EXPECT_EQ(reason(map + "}", R"("a":"1")"), "one");
  EXPECT_EQ(reason(map + "}", R"("a":"2")"), "2");
  EXPECT_EQ(reason(map + R"(, "otherwise": "keep"})", R"("a":"2")"), "2");
  EXPECT_EQ(reason(map + R"(, "otherwise": "empty"})", R"("a":"2")"), "");
  EXPECT_EQ(reason(map + R"(, "otherwise": "empty", "default": "d"})", R"("a":"2")"), "d");
  EXPECT_EQ(reason(map + R"(, "otherwise": "many"})", R"("a":"2")"), "many");
  EXPECT_EQ(reason(map + R"(, "otherwise": "many"})", R"("a":"")"), "");
}

TEST(Profile, CleansInTheOrderOfItsSteps) {
  const auto clean = [](const std::string& steps, const std::string& value) {
    return reason(R"({"column": "a", "normalise": [)" + steps + "]}", "\"a\":\"" + value + "\"");
  };
  EXPECT_EQ(clean(R"("upper")", "ab車ｃ"), "AB車ｃ");
  EXPECT_EQ(clean(R"("lower", "trim")", "AB"), "ab");
  EXPECT_EQ(clean(R"("fold-width", "upper")", "ａｂ－１　"), "AB-1");
  EXPECT_EQ(clean(R"("strip-dashes")", "A-1-2"), "A12");
  EXPECT_EQ(clean(R"("plus-is-blank", "collapse-blanks")", "a++b \\n c+"), "a b c");
  EXPECT_EQ(clean(R"("nil-dash")", "-"), "");
  EXPECT_EQ(clean(R"("nil-dash")", "--"), "--");
}

// The key of one record in a file of this name.
std::string key(const std::string& scope, const std::string& file, const std::string& record) {
  const Profile profile = parse_profile(R"json({"title": "t", "format": "jsonl", "input_zone": "+08:00",
      "time": {"column": "t", "form": "rfc3339"}, "fields": {"system": {"const": "x"}},
      "file_name": "_(?P<day>\\d+)", "key": {"scope": [)json" +
                                        scope + R"json(], "number": "n"}})json");
  Collected collected;
  Reader reader(profile, {"src", file, 0, 0}, {}, collected);
  reader.feed(R"({"t":"2026-03-02T23:30:05Z",)" + record + "}\n", true);
  return collected.items.at(0).key.scope + "#" + collected.items.at(0).key.number;
}

TEST(Profile, MakesKeysFromColumnsDayAndFile) {
  EXPECT_EQ(key(R"("tax", "{a}")", "f", R"("a":"x","n":"007")"), "tax|x#007");
  EXPECT_EQ(key(R"("{source}-{day}")", "f", R"("n":1)"), "src-2026-03-03#1");  // the day in input_zone
  EXPECT_EQ(key(R"("{file.day:YYYMMDD|day}")", "dir_9/x_1150301(1).csv", R"("n":1)"), "2026-03-01#1");
  EXPECT_EQ(key(R"("{file.day:YYYMMDD|day}")", "renamed", R"("n":1)"), "2026-03-03#1");
  EXPECT_EQ(key(R"("{file.day:YYYMMDD|day}")", "x_1150230.csv", R"("n":1)"), "2026-03-03#1");
  EXPECT_EQ(key(R"("{file.day}")", "x_12", R"("n":1)"), "12#1");
  EXPECT_EQ(key(R"("{file.day}")", "renamed", R"("n":1)"), "#");
  EXPECT_EQ(key(R"("tax", "{a}")", "f", R"("n":1)"), "#");
  EXPECT_EQ(key(R"("tax")", "f", R"("n":null)"), "#");
}

}  // namespace
}  // namespace trailwatch::normalise
