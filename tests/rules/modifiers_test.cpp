#include "rules/modifiers.h"

#include <gtest/gtest.h>

#include "rules/rule_text.h"

namespace trailwatch::rules {
namespace {

using test::holds;
using test::problems_of;
using test::rule_text;
using test::taipei;

model::QueryEvent event() {
  model::QueryEvent out;
  out.time = taipei("2026-03-02T23:30:00");  // a Monday
  out.system = "household";
  out.officer = "H10001";
  out.terminal = "10.40.8.21";
  out.reason = "偵辦竊盜案件 A*B?";
  out.lookup_by = model::LookupBy::plate;
  out.rows = 12;
  return out;
}

std::string error_of(const std::string& test) {
  return problems_of(rule_text("  a:\n    " + test + "\n  condition: a\n"));
}

TEST(Modifiers, ValuesMatchWholeInEitherCase) {
  EXPECT_TRUE(holds("system: HouseHold", event()));
  EXPECT_FALSE(holds("system: house", event()));
  EXPECT_FALSE(holds("system|cased: HouseHold", event()));
  EXPECT_TRUE(holds("system|cased: household", event()));
  EXPECT_TRUE(holds("system: [land, household]", event()));
}

TEST(Modifiers, PlacesOfText) {
  EXPECT_TRUE(holds("reason|contains: 竊盜", event()));
  EXPECT_TRUE(holds("reason|startswith: 偵辦", event()));
  EXPECT_FALSE(holds("reason|startswith: 竊盜", event()));
  EXPECT_TRUE(holds("reason|endswith: a*b?", event()));
  EXPECT_TRUE(holds("reason|contains|all: [偵辦, 案件]", event()));
  EXPECT_FALSE(holds("reason|contains|all: [偵辦, 毒品]", event()));
  EXPECT_TRUE(holds("reason|contains|neq: 毒品", event()));
  EXPECT_FALSE(holds("reason|contains|neq: [毒品, 竊盜]", event()));
}

TEST(Modifiers, WildcardsAndTheirEscapes) {
  EXPECT_TRUE(holds("reason: '偵辦*'", event()));
  EXPECT_TRUE(holds("reason: '*竊?案件*'", event()));
  EXPECT_FALSE(holds("reason: '*竊??案件*'", event()));
  EXPECT_TRUE(holds("reason: '*a\\*b\\?'", event()));
  model::QueryEvent other = event();
  other.reason = "AXB?";
  EXPECT_FALSE(holds("reason: 'A\\*B?'", other));
  other.reason = "C:\\x*";
  EXPECT_TRUE(holds("reason: 'c:\\x\\*'", other)) << "a backslash before a letter is a backslash";
  EXPECT_TRUE(holds("reason: 'c:\\\\x\\*'", other)) << "so are two";
  EXPECT_TRUE(holds("reason: 'c:\\\\*'", other)) << "two backslashes and a wildcard";
  EXPECT_TRUE(holds("reason: '*'", model::QueryEvent{})) << "nothing is any run of characters";
  EXPECT_FALSE(holds("reason: '?*'", model::QueryEvent{}));
}

TEST(Modifiers, NothingIsNullAndEmptyButBlankIsNeither) {
  const model::QueryEvent nothing;
  EXPECT_TRUE(holds("reason: null", nothing));
  EXPECT_TRUE(holds("reason: ''", nothing));
  EXPECT_TRUE(holds("reason|exists: false", nothing));
  EXPECT_TRUE(holds("rows: null", nothing));
  model::QueryEvent blank;
  blank.reason = " 　";
  EXPECT_FALSE(holds("reason: null", blank));
  EXPECT_FALSE(holds("reason: ''", blank));
  EXPECT_TRUE(holds("reason|exists: true", blank));
  EXPECT_TRUE(holds("reason|x-blank: true", blank));
  EXPECT_TRUE(holds("reason|x-blank: true", nothing));
  EXPECT_FALSE(holds("reason|x-blank: true", event()));
  EXPECT_TRUE(holds("reason|x-blank: false", event()));
}

TEST(Modifiers, QualityOfAReason) {
  const auto quality = [](const std::string& reason, const std::string& word) {
    model::QueryEvent e;
    e.reason = reason;
    return holds("reason.quality: " + word, e);
  };
  EXPECT_TRUE(quality("\xC2\xA0　", "blank"));
  EXPECT_TRUE(quality("。．-…", "punctuation"));
  EXPECT_TRUE(quality("「查 詢」。", "placeholder"));
  EXPECT_TRUE(quality("Ｎ／Ａ", "placeholder"));
  EXPECT_TRUE(quality("１", "placeholder"));
  EXPECT_TRUE(quality("查詢車籍", "text"));
  EXPECT_TRUE(quality("12", "text"));
  EXPECT_TRUE(quality("\xEF\xBF\xBD", "text")) << "what could not be read is no blank";
}

TEST(Modifiers, RegularExpressionsAreUnanchoredAndMindTheCase) {
  EXPECT_TRUE(holds("reason|re: '竊盜.*[AB]\\*'", event()));
  EXPECT_FALSE(holds("system|re: '^HOUSE'", event()));
  EXPECT_TRUE(holds("system|re|i: '^HOUSE'", event()));
  model::QueryEvent lines;
  lines.reason = "a\nb";
  EXPECT_FALSE(holds("reason|re: '^b'", lines));
  EXPECT_TRUE(holds("reason|re|m: '^b'", lines));
  EXPECT_FALSE(holds("reason|re: 'a.b'", lines));
  EXPECT_TRUE(holds("reason|re|s: 'a.b'", lines));
  EXPECT_EQ(error_of("reason|re: '(a'"), "r.yml:9:16: error: not a regular expression: missing ): (a\n");
  EXPECT_EQ(error_of("reason|re: '(?=a)'"),
            "r.yml:9:16: error: not a regular expression: invalid perl operator: (?=\n");
}

// RE2 takes time in proportion to text and pattern, whatever they are; what a pattern may take of memory is bounded.
TEST(Modifiers, ARegularExpressionThatWouldGrowWithoutBoundIsAProblem) {
  EXPECT_NE(error_of("reason|re: '((a{100}){100}){100}'").find("not a regular expression"), std::string::npos);
  EXPECT_EQ(error_of("reason|re: '" + std::string(1'025, 'a') + "'"),
            "r.yml:9:16: error: a regular expression may have 1024 bytes at most\n");
  EXPECT_EQ(error_of("reason|re: '" + std::string(1'024, 'a') + "'"), "");
  model::QueryEvent long_one;
  long_one.reason = std::string(64 * 1'024, 'a') + "!";
  EXPECT_FALSE(holds("reason|re: '^(a+)+$'", long_one));
  EXPECT_FALSE(holds("reason|re: '(a|aa)*b$'", long_one));
}

TEST(Modifiers, AddressBlocks) {
  EXPECT_TRUE(holds("terminal|cidr: 10.40.0.0/16", event()));
  EXPECT_TRUE(holds("terminal|cidr: 10.40.8.20/31", event()));
  EXPECT_FALSE(holds("terminal|cidr: 10.40.8.22/31", event()));
  EXPECT_TRUE(holds("terminal|cidr: 0.0.0.0/0", event()));
  EXPECT_FALSE(holds("terminal|cidr: '::/0'", event()));
  model::QueryEvent v6 = event();
  v6.terminal = "2001:db8::5";
  EXPECT_TRUE(holds("terminal|cidr: ['10.0.0.0/8', '2001:db8::/32']", v6));
  v6.terminal = "not an address";
  EXPECT_FALSE(holds("terminal|cidr: 0.0.0.0/0", v6));
  EXPECT_EQ(error_of("terminal|cidr: 10.0.0.0/33"),
            "r.yml:9:20: error: \"10.0.0.0/33\" is not an address block; for example \"10.40.0.0/16\"\n");
}

TEST(Modifiers, NumbersAndTheirEdges) {
  EXPECT_TRUE(holds("rows: 12", event()));
  EXPECT_TRUE(holds("rows|gte: 12", event()));
  EXPECT_FALSE(holds("rows|gt: 12", event()));
  EXPECT_TRUE(holds("rows|lte: 12", event()));
  EXPECT_FALSE(holds("rows|lt: 12", event()));
  EXPECT_TRUE(holds("rows|neq: 13", event()));
  EXPECT_FALSE(holds("rows|gte: 0", model::QueryEvent{})) << "nothing is not zero";
  EXPECT_TRUE(holds("rows: 0012", event())) << "not octal";
  EXPECT_EQ(error_of("rows|gte: many"), "r.yml:9:15: error: \"many\" is not a number\n");
  EXPECT_EQ(error_of("reason|gte: 3"), "r.yml:9:12: error: modifier \"gte\" needs a number, and \"reason\" is none\n");
}

TEST(Modifiers, PartsOfTheLocalTime) {
  EXPECT_TRUE(holds("time|hour: 23", event()));
  EXPECT_FALSE(holds("time|hour: 15", event())) << "not the hour in Greenwich";
  EXPECT_TRUE(holds("time|minute: 30", event()));
  EXPECT_TRUE(holds("time|day: 2", event()));
  EXPECT_TRUE(holds("time|month: [3, 4]", event()));
  EXPECT_TRUE(holds("time|year: 2026", event()));
  EXPECT_TRUE(holds("time|week: 10", event()));
  EXPECT_TRUE(holds("time|hour|gte: 22", event()));
  model::QueryEvent new_year = event();
  new_year.time = taipei("2027-01-01T00:00:00");  // a Friday, so in the last week of the year before
  EXPECT_TRUE(holds("time|week: 53", new_year));
}

TEST(Modifiers, RangesOfTimeAreHalfOpenAndGoOverMidnight) {
  const auto at = [](const std::string& time) {
    model::QueryEvent e;
    e.time = taipei("2026-03-02T" + time);
    return e;
  };
  const std::string night = "time|timerange: '20:00-06:00'";
  EXPECT_FALSE(holds(night, at("19:59:59.999999")));
  EXPECT_TRUE(holds(night, at("20:00:00")));
  EXPECT_TRUE(holds(night, at("23:59:59.999999")));
  EXPECT_TRUE(holds(night, at("00:00:00")));
  EXPECT_TRUE(holds(night, at("05:59:59.999999")));
  EXPECT_FALSE(holds(night, at("06:00:00")));
  EXPECT_TRUE(holds("time|timerange: ['08:00-12:00', '13:00-24:00']", at("23:59:59")));
  EXPECT_FALSE(holds("time|timerange: ['08:00-12:00', '13:00-24:00']", at("12:00:00")));
  EXPECT_EQ(error_of("time|timerange: 20:00-25:00"),
            "r.yml:9:21: error: \"20:00-25:00\" is not a range of times; for example \"20:00-06:00\"\n");
  EXPECT_EQ(error_of("reason|timerange: 20:00-06:00"),
            "r.yml:9:12: error: modifier \"timerange\" needs the field \"time\"\n");
}

TEST(Modifiers, WeekdaysAreThoseOfTheLocalDay) {
  EXPECT_TRUE(holds("time|weekday: mon", event()));
  EXPECT_TRUE(holds("time|weekday: [1, Sat]", event()));
  EXPECT_FALSE(holds("time|weekday: [6, 7]", event()));
  model::QueryEvent after = event();
  after.time = taipei("2026-03-03T00:00:00");  // still Monday in Greenwich
  EXPECT_TRUE(holds("time|weekday: tue", after));
  EXPECT_EQ(error_of("time|weekday: 8"), "r.yml:9:19: error: \"8\" is not a weekday; 1 to 7 or mon to sun\n");
}

TEST(Modifiers, FieldsComparedWithEachOther) {
  model::QueryEvent e = event();
  e.approver = "h10001";
  EXPECT_TRUE(holds("approver|fieldref: officer", e));
  EXPECT_FALSE(holds("approver|fieldref|cased: officer", e));
  EXPECT_FALSE(holds("approver|fieldref|neq: officer", e));
  EXPECT_FALSE(holds("case_no|fieldref: approver", model::QueryEvent{})) << "nothing equals nothing";
}

TEST(Modifiers, FixedWordsAreChecked) {
  EXPECT_TRUE(holds("lookup_by: plate", event()));
  EXPECT_TRUE(holds("lookup_by|exists: true", event()));
  EXPECT_FALSE(holds("subject_kind|exists: true", event()));
  EXPECT_TRUE(holds("subject_kind: none", event()));
  EXPECT_EQ(error_of("duty.state: [off, hollyday]"),
            "r.yml:9:23: error: unknown value of \"duty.state\" \"hollyday\"; did you mean \"holiday\"?\n");
}

TEST(Modifiers, DerivedFieldsNeverGuess) {
  registry::ReferenceTexts reference;
  EXPECT_TRUE(holds("officer.status: unknown", event()));
  EXPECT_TRUE(holds("duty.state: unknown", event()));
  EXPECT_FALSE(holds("duty.minutes_outside|gte: 0", event()));
  EXPECT_TRUE(holds("reason.needs_case: unknown", event()));
  reference.staff = "officer,name,agency,unit,role,from,to\nH10001,,x,y,戶籍員,2026-03-02,2026-03-02\n";
  EXPECT_TRUE(holds("officer.status: active", event(), reference));
  EXPECT_TRUE(holds("officer.role: 戶籍員", event(), reference));
  model::QueryEvent other = event();
  other.time = taipei("2026-03-03T00:00:00");
  EXPECT_TRUE(holds("officer.status: left", other, reference));
  other.time = taipei("2026-03-01T23:59:59");
  EXPECT_TRUE(holds("officer.status: not-yet", other, reference));
}

TEST(Modifiers, Keywords) {
  EXPECT_TRUE(test::fires("  a: [毒品, 竊盜]\n  condition: a\n", event()));
  EXPECT_FALSE(test::fires("  a:\n    '|all': [毒品, 竊盜]\n  condition: a\n", event()));
  EXPECT_TRUE(test::fires("  a:\n    '|all': [h10001, 竊盜]\n  condition: a\n", event()));
}

TEST(Modifiers, ProblemsNameTheirPlace) {
  EXPECT_EQ(error_of("reason|containz|all: [x]"),
            "r.yml:9:12: error: unknown modifier \"containz\"; did you mean \"contains\"?\n");
  EXPECT_EQ(error_of("'reason|ignorecase': x"),
            "r.yml:9:13: error: modifier \"ignorecase\" is not supported in this version; use \"i\"\n");
  EXPECT_EQ(
      error_of("'reason|wide': x"),
      "r.yml:9:13: error: UTF-16 is not the encoding of any field; follow it with \"base64\" or \"base64offset\"\n");
  EXPECT_EQ(error_of("'reason|base64offset': x"),
            "r.yml:9:13: error: \"base64offset\" finds parts of a text only; follow it with \"contains\"\n");
  EXPECT_EQ(error_of("'reason|base64': x*"),
            "r.yml:9:22: error: a value with wildcards cannot be encoded; \\* and \\? are the characters themselves\n");
  EXPECT_EQ(error_of("reason|in-list: palceholders"), "r.yml:9:21: error: unknown list \"palceholders\"\n");
  EXPECT_EQ(error_of("resaon: x"), "r.yml:9:5: error: unknown field \"resaon\"; did you mean \"reason\"?\n");
  EXPECT_EQ(error_of("reason|contains|re: x"),
            "r.yml:9:21: error: modifier \"re\" cannot be combined with \"contains\"\n");
  EXPECT_EQ(error_of("reason|i: x"), "r.yml:9:12: error: modifier \"i\" may only follow \"re\"\n");
  EXPECT_EQ(error_of("reason: [x, null]"), "r.yml:9:17: error: null may not stand in a list\n");
  EXPECT_EQ(error_of("reason: []"), "r.yml:9:13: error: the list is empty\n");
  EXPECT_EQ(error_of("reason|exists: yes"), "r.yml:9:20: error: expected true or false\n");
  EXPECT_EQ(error_of("reason|contains: ''"), "r.yml:9:22: error: an empty value would match everything\n");
  EXPECT_EQ(error_of("reason|all: x"), "r.yml:9:17: error: \"all\" needs a list of values\n");
  EXPECT_EQ(error_of("approver|fieldref: oficer"),
            "r.yml:9:24: error: unknown field \"oficer\"; did you mean \"officer\"?\n");
}

}  // namespace
}  // namespace trailwatch::rules
