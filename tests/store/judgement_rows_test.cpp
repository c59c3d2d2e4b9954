#include "store/judgement_rows.h"

#include <limits>

#include "store/stored.h"

namespace trailwatch::store {
namespace {

using test::Stored;

class Judgement : public Stored {
 protected:
  void SetUp() override {
    Stored::SetUp();
    ok(writer().begin(received_));
  }
  Reader& read() { return writer().reader(); }
  void keep() {
    ok(writer().commit());
    reopen();
    ok(writer().begin(received_));
  }
  static model::Finding finding(const std::string& rule, const model::Key& key, LocalDay day) {
    model::Finding out;
    out.rule = rule;
    out.key = key;
    out.day = day;
    out.events = {3, 5, 305};
    out.first = Instant{1'000};
    out.last = Instant{2'000};
    out.count = 3;
    out.numbers = {{"count", 3}, {"share", 0.1}, {"倍", -1e300}};
    out.points = 0.1 + 0.2;
    out.sentence = "夜間查詢 3 筆「\"'\\」";
    return out;
  }
  static model::Alert alert(const std::string& id, double score, LocalDay day) {
    model::Alert out;
    out.id = id;
    out.key = {model::About::officer, "甲", "H1"};
    out.day = day;
    out.score = score;
    out.severity = model::Severity::medium;
    out.first = Instant{1'000};
    out.last = Instant{2'000};
    out.contributions = {{"off-hours", "非勤務時間", 12.3, "夜間 \"3\" 筆", 3}, {"no-reason", "無事由", 0.1, "", 1}};
    out.why = "夜間 3 筆";
    out.events = 2;
    out.evidence = {7, 9};
    return out;
  }
  static std::string text(const model::Finding& f) {
    std::string out = f.rule + "|" + std::string(to_text(f.key.about)) + "|" + f.key.agency + "|" + f.key.name + "|" +
                      format_day(f.day) + "|" + std::to_string(f.first.micros) + "|" + std::to_string(f.last.micros) +
                      "|" + std::to_string(f.count) + "|" + f.sentence;
    for (const EventId id : f.events) out += " " + std::to_string(id);
    return out;
  }
  static std::string text(const model::Alert& a) {
    std::string out = a.id + "|" + std::string(to_text(a.key.about)) + "|" + a.key.agency + "|" + a.key.name + "|" +
                      format_day(a.day) + "|" + std::to_string(a.score) + "|" + std::string(to_text(a.severity)) + "|" +
                      std::to_string(a.first.micros) + "|" + std::to_string(a.last.micros) + "|" + a.why + "|" +
                      std::to_string(a.events) + "|" + a.status + "|" + a.picked;
    for (const auto& c : a.contributions) {
      out += "\n" + c.rule + "|" + c.title + "|" + std::to_string(c.points) + "|" + c.sentence + "|" +
             std::to_string(c.events);
    }
    for (const EventId id : a.evidence) out += " " + std::to_string(id);
    return out;
  }
};

const model::Key kOfficer{model::About::officer, "", "H1"};

TEST_F(Judgement, AFindingComesBackAsItWas) {
  const model::Finding given = finding("off-hours", kOfficer, day(3, 2));
  ok(writer().put_finding(given));
  keep();
  const auto back = get(read().findings(day(3, 2), kOfficer));
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(text(back[0]), text(given));
  EXPECT_EQ(back[0].numbers, given.numbers);
  EXPECT_EQ(back[0].points, given.points);
  EXPECT_TRUE(get(read().findings(day(3, 3))).empty());
}

TEST_F(Judgement, FindingsGoByDayKeyAndRule) {
  const model::Key unit{model::About::unit, "甲", "乙"}, same_name{model::About::subject, "", "H1"};
  ok(writer().put_finding(finding("b", unit, day(3, 2))));
  ok(writer().put_finding(finding("b", kOfficer, day(3, 2))));
  ok(writer().put_finding(finding("a", kOfficer, day(3, 2))));
  ok(writer().put_finding(finding("a", same_name, day(3, 2))));
  ok(writer().put_finding(finding("a", kOfficer, day(3, 1))));
  model::Finding again = finding("a", kOfficer, day(3, 2));
  again.count = 44;
  ok(writer().put_finding(again));
  const auto of_officer = get(read().findings(day(3, 2), kOfficer));
  ASSERT_EQ(of_officer.size(), 2U);
  EXPECT_EQ(of_officer[0].rule, "a");
  EXPECT_EQ(of_officer[0].count, 44);
  EXPECT_EQ(get(read().findings(day(3, 2))).size(), 4U);
  EXPECT_EQ(get(read().finding_days(model::About::officer)), (std::vector<LocalDay>{day(3, 1), day(3, 2)}));
  EXPECT_EQ(get(read().finding_days(model::About::unit)), (std::vector<LocalDay>{day(3, 2)}));
  EXPECT_TRUE(get(read().finding_days(model::About::source)).empty());
  ok(writer().remove_finding(day(3, 2), kOfficer, "a"));
  ok(writer().remove_finding(day(3, 2), kOfficer, "unknown"));
  EXPECT_EQ(get(read().findings(day(3, 2), kOfficer)).size(), 1U);
  EXPECT_EQ(get(read().findings(day(3, 2), same_name)).size(), 1U);
}

TEST_F(Judgement, NumbersThatAreNoneDoNoHarm) {
  model::Finding odd = finding("a", kOfficer, day(3, 2));
  odd.numbers = {{"x", std::numeric_limits<double>::infinity()}, {"bad\xFF", 1}};
  ok(writer().put_finding(odd));
  EXPECT_EQ(get(read().findings(day(3, 2), kOfficer))[0].numbers,
            (std::map<std::string, double>{{"x", 0}, {"bad\uFFFD", 1}}));
}

TEST_F(Judgement, AlertsComeBackBestFirst) {
  ok(writer().put_alert(alert("bbbb", 50, day(3, 2))));
  ok(writer().put_alert(alert("aaaa", 50, day(3, 3))));
  ok(writer().put_alert(alert("cccc", 70.1, day(3, 3))));
  ok(writer().put_alert(alert("dddd", 99, day(3, 4))));
  keep();
  const auto back = get(read().alerts(day(3, 2), day(3, 3)));
  ASSERT_EQ(back.size(), 3U);
  EXPECT_EQ(text(back[0]), text(alert("cccc", 70.1, day(3, 3))));
  EXPECT_EQ(text(back[1]), text(alert("aaaa", 50, day(3, 3))));
  EXPECT_EQ(text(back[2]), text(alert("bbbb", 50, day(3, 2))));
  EXPECT_TRUE(get(read().alerts(day(3, 5), day(3, 1))).empty());
}

TEST_F(Judgement, AReplacedAlertKeepsItsStatus) {
  model::Alert decided = alert("aaaa", 50, day(3, 2));
  decided.status = "explained";
  ok(writer().put_alert(decided));
  model::Alert anew = alert("aaaa", 80, day(3, 2));
  anew.severity = model::Severity::high;
  anew.why = "更多";
  anew.contributions.pop_back();
  anew.evidence = {1, 2, 3};
  anew.events = 3;
  anew.first = Instant{5};
  anew.last = Instant{9'000};
  ok(writer().put_alert(anew));
  const auto back = get(read().alerts(day(3, 2), day(3, 2)));
  ASSERT_EQ(back.size(), 1U);
  anew.status = "explained";
  EXPECT_EQ(text(back[0]), text(anew));
  ok(writer().remove_alert("aaaa"));
  ok(writer().remove_alert("aaaa"));
  EXPECT_TRUE(get(read().alerts(day(3, 2), day(3, 2))).empty());
}

TEST_F(Judgement, MatchesAreOnceEachAndAscending) {
  ok(writer().add_matches({{"r", "H1", day(3, 2), 9, Instant{90}},
                           {"r", "H1", day(3, 2), 4, Instant{40}},
                           {"r", "H1", day(3, 2), 9, Instant{90}},
                           {"r", "H2", day(3, 2), 5, Instant{50}},
                           {"s", "H1", day(3, 2), 6, Instant{60}},
                           {"r", "H1", day(3, 3), 7, Instant{70}}}));
  keep();
  EXPECT_EQ(get(read().matches("r", "H1", day(3, 2))),
            (std::vector<std::pair<EventId, Instant>>{{4, Instant{40}}, {9, Instant{90}}}));
  EXPECT_TRUE(get(read().matches("unknown", "H1", day(3, 2))).empty());
  EXPECT_TRUE(get(read().matches("r", "unknown", day(3, 2))).empty());
}

TEST_F(Judgement, TalliesAddUpAndAreInOrderOfTheWords) {
  // Given in an order in which no word's number agrees with its place in the alphabet.
  ok(writer().add_tallies({{"r", "H3", "乙", "z", day(3, 2), 1},
                           {"r", "H1", "乙", "z", day(3, 2), 2},
                           {"r", "H1", "乙", "a", day(3, 2), 4},
                           {"r", "H1", "丙", "a", day(3, 1), 8},
                           {"", "H1", "乙", "z", day(3, 2), 100},
                           {"s", "H1", "乙", "z", day(3, 2), 16}}));
  ok(writer().add_tallies({{"r", "H1", "乙", "z", day(3, 2), 32}, {"", "H1", "乙", "z", day(3, 2), 1}}));
  keep();
  ok(writer().add_tallies({{"r", "H1", "乙", "z", day(3, 2), 64}, {"r", "H1", "乙", "z", day(3, 3), 5}}));
  const auto shown = [&](std::string_view rule, LocalDay from, LocalDay until) {
    std::string out;
    for (const TallyRow& t : get(read().tallies(rule, from, until))) {
      EXPECT_EQ(t.rule, rule);
      out += format_day(t.day).substr(5) + " " + t.officer + " " + t.agency + t.unit + " " + std::to_string(t.events) +
             "\n";
    }
    return out;
  };
  EXPECT_EQ(shown("r", day(3, 1), day(3, 2)), "03-01 H1 丙a 8\n03-02 H1 乙a 4\n03-02 H1 乙z 98\n03-02 H3 乙z 1\n");
  EXPECT_EQ(shown("", day(3, 1), day(3, 9)), "03-02 H1 乙z 101\n");
  EXPECT_EQ(shown("unknown", day(3, 1), day(3, 9)), "");
}

TEST_F(Judgement, TheLookUpsOfOneOfficersDayAreThoseOfAllPlaces) {
  ok(writer().add_tallies({{"", "H1", "乙", "z", day(3, 2), 100},
                           {"", "H1", "丙", "a", day(3, 2), 7},
                           {"", "H1", "丙", "a", day(3, 3), 50},
                           {"", "H3", "乙", "z", day(3, 2), 1},
                           {"r", "H1", "乙", "z", day(3, 2), 16}}));
  EXPECT_EQ(get(read().events_of(day(3, 2), "H1")), 107);
  EXPECT_EQ(get(read().events_of(day(3, 2), "H3")), 1);
  EXPECT_EQ(get(read().events_of(day(3, 1), "H1")), 0);
  EXPECT_EQ(get(read().events_of(day(3, 2), "H9")), 0);
}

TEST_F(Judgement, ReplacedTalliesAreThoseOfTheNameAndDayAlone) {
  ok(writer().add_tallies({{"r", "H1", "甲", "a", day(3, 2), 1},
                           {"r", "H2", "甲", "a", day(3, 2), 2},
                           {"r", "H1", "甲", "a", day(3, 3), 4},
                           {"s", "H1", "甲", "a", day(3, 2), 8}}));
  ok(writer().replace_tallies("r", day(3, 2), {{"r", "", "甲", "b", day(3, 2), 16}}));
  ok(writer().replace_tallies("new", day(3, 2), {}));
  keep();
  EXPECT_EQ(get(read().tallies("r", day(3, 1), day(3, 9))),
            (std::vector<TallyRow>{{"r", "", "甲", "b", day(3, 2), 16}, {"r", "H1", "甲", "a", day(3, 3), 4}}));
  EXPECT_EQ(get(read().tallies("s", day(3, 1), day(3, 9))),
            (std::vector<TallyRow>{{"s", "H1", "甲", "a", day(3, 2), 8}}));
}

TEST_F(Judgement, DaysOpenAndClose) {
  ok(writer().mark_open(day(3, 3)));
  ok(writer().mark_open(day(3, 2)));
  ok(writer().mark_open(day(3, 3)));
  keep();
  EXPECT_EQ(get(read().open_days()), (std::vector<LocalDay>{day(3, 2), day(3, 3)}));
  ok(writer().mark_closed(day(3, 3)));
  ok(writer().mark_closed(day(3, 9)));
  EXPECT_EQ(get(read().open_days()), (std::vector<LocalDay>{day(3, 2)}));
}

TEST_F(Judgement, ForgettingTheCountsOfADayLeavesEverythingElse) {
  FileRow row = file();
  ASSERT_TRUE(writer().add(row, {event(1, "1"), event(2, "1")}).has_value());
  ok(writer().save(row));
  for (const LocalDay on : {day(3, 2), day(3, 3)}) {
    ok(writer().add_matches({{"r", "H1", on, 1, Instant{90}}, {"s", "H2", on, 2, Instant{91}}}));
    ok(writer().add_tallies(
        {{"", "H1", "甲", "乙", on, 1}, {"r", "H1", "甲", "乙", on, 1}, {"s", "H2", "甲", "乙", on, 1}}));
  }
  ok(writer().mark_open(day(3, 2)));
  ok(writer().put_finding(finding("r", kOfficer, day(3, 2))));
  ok(writer().put_alert(alert("aaaa", 50, day(3, 2))));
  ok(writer().set_meta("rules", "1"));
  ok(writer().forget_counts(day(3, 2)));
  keep();
  for (const auto& [rule, officer] : {std::pair("r", "H1"), std::pair("s", "H2")}) {
    EXPECT_TRUE(get(read().matches(rule, officer, day(3, 2))).empty()) << rule;
    EXPECT_EQ(get(read().matches(rule, officer, day(3, 3))).size(), 1U) << rule;
    EXPECT_EQ(get(read().tallies(rule, day(1, 1), day(12, 31))).size(), 1U) << rule;
  }
  EXPECT_EQ(get(read().tallies("", day(1, 1), day(12, 31))).size(), 1U);
  EXPECT_EQ(get(read().open_days()).size(), 1U);
  EXPECT_EQ(get(read().findings(day(3, 2))).size(), 1U);
  EXPECT_EQ(get(read().alerts(day(1, 1), day(12, 31))).size(), 1U);
  EXPECT_EQ(all().size(), 2U);
  EXPECT_EQ(get(read().clashes(9)).size(), 1U);
  EXPECT_EQ(get(read().meta("rules")), "1");
}

TEST_F(Judgement, MetaIsReplaced) {
  ok(writer().set_meta("a", "1"));
  ok(writer().set_meta("a", "2"));
  keep();
  EXPECT_EQ(get(read().meta("a")), "2");
}

}  // namespace
}  // namespace trailwatch::store
