#include "trailwatch/alert/listing.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "trailwatch/alert/compose.h"

namespace trailwatch::alert {
namespace {

using model::Alert;
using model::Decision;
using model::Finding;
using model::Verdict;

const LocalDay kDay = to_day({2026, 3, 2});
const model::Key kOfficer{model::About::officer, "", "H10001"};
const model::Key kOther{model::About::officer, "", "H10002"};
const RuleNotes kNotes = {{"burst", {"密集", ""}}, {"off-hours", {"非勤務時間", ""}}};
const Budget kBudget{20, 0.1, 10, 2};

Finding finding(const std::string& rule, double points, std::vector<model::EventId> events,
                const model::Key& key = kOfficer, LocalDay day = kDay, const std::string& group = "") {
  Finding out;
  out.rule = rule;
  out.key = key;
  out.day = day;
  out.events = std::move(events);
  out.count = static_cast<std::int64_t>(out.events.size());
  out.points = points;
  out.sentence = rule;
  out.group = group;
  return out;
}

Decision decision(std::int64_t number, Verdict verdict, std::vector<std::string> rules,
                  const model::Key& key = kOfficer, LocalDay day = kDay,
                  std::vector<model::EventId> evidence = {1, 2, 3}) {
  Decision out;
  out.entry = {number, Instant{number}, "E1", "因為"};
  out.alert = alert_id(key, day);
  out.key = key;
  out.day = day;
  out.verdict = verdict;
  out.rules = std::move(rules);
  out.evidence = std::move(evidence);
  return out;
}

model::Suppression suppression(std::int64_t number, const std::string& rule, LocalDay from, LocalDay until,
                               const std::string& group = "", const model::Key& key = kOfficer) {
  return {{number, Instant{number}, "E1", "職務如此"}, key, rule, group, from, until, std::nullopt, std::nullopt};
}

// The day's alerts as the store would have them.
std::vector<Alert> stored(const std::vector<Finding>& findings) {
  std::map<std::pair<model::Key, LocalDay>, std::vector<Finding>> by_key;
  for (const Finding& one : findings) by_key[{one.key, one.day}].push_back(one);
  std::vector<Alert> out;
  for (const auto& [place, some] : by_key) out.push_back(*compose(place.first, place.second, some, kNotes));
  return out;
}

std::vector<Alert> list(const Listing& listing, const std::vector<Finding>& findings, LocalDay day = kDay,
                        const std::set<std::string>& watched = {}) {
  return listing.day(
      day, stored(findings), listing.needs_findings(day) ? findings : std::vector<Finding>{},
      [&](const model::Key& key) { return watched.count(key.name) != 0; }, "seed");
}
Listing listing_of(std::vector<Decision> decisions, std::vector<model::Suppression> suppressions = {}) {
  model::Ledger ledger;
  ledger.decisions = std::move(decisions);
  ledger.suppressions = std::move(suppressions);
  return Listing(std::move(ledger), kNotes, kBudget);
}

// `+ status rules [suppressed]`: + for a score above 0; `-` at the end when it is not listed.
std::string text(const Alert& alert) {
  std::string out = (alert.score > 0 ? "+ " : "0 ") + alert.status;
  for (const model::Contribution& part : alert.contributions) out += " " + part.rule;
  for (const model::Suppressed& one : alert.suppressed) {
    out += " [" + one.rule + " " + std::to_string(one.entry) + "x" + std::to_string(one.findings) + "]";
  }
  return out + (alert.listed ? "" : " -");
}

const std::vector<Finding> kTwo = {finding("burst", 30, {1, 2}), finding("off-hours", 20, {2, 3})};

TEST(Listing, WithoutALedgerEveryAlertStandsAsItIs) {
  const Listing listing = listing_of({});
  EXPECT_FALSE(listing.needs_findings(kDay));
  const auto alerts = list(listing, kTwo);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].score, stored(kTwo)[0].score);
  EXPECT_EQ(alerts[0].status, "open");
  EXPECT_FALSE(alerts[0].decision.has_value());
  EXPECT_TRUE(alerts[0].listed);
}

TEST(Listing, ADecisionNeverChangesItsOwnAlertsScoreNorItsDay) {
  const auto before = list(listing_of({}), kTwo);
  for (const Verdict verdict : {Verdict::confirmed, Verdict::cleared, Verdict::false_alarm}) {
    const auto after = list(listing_of({decision(1, verdict, {"burst", "off-hours"})}), kTwo);
    EXPECT_EQ(after[0].score, before[0].score);
    EXPECT_EQ(after[0].status, to_text(verdict));
    EXPECT_TRUE(after[0].listed);
  }
}

TEST(Listing, ALaterDecisionSupersedesAndOpenTakesBack) {
  const auto alerts =
      list(listing_of({decision(1, Verdict::confirmed, {"burst"}), decision(2, Verdict::open, {"burst"})}), kTwo);
  EXPECT_EQ(alerts[0].status, "open");
  EXPECT_EQ(alerts[0].decision->entry.number, 2);
  EXPECT_EQ(alerts[0].added, 0);
}

TEST(Listing, EvidenceThatCameOrWentAfterTheDecisionIsCounted) {
  const auto alerts =
      list(listing_of({decision(1, Verdict::cleared, {"burst"}, kOfficer, kDay, {1, 2, 77, 78})}), kTwo);
  EXPECT_EQ(alerts[0].status, "cleared");
  EXPECT_EQ(alerts[0].added, 1);
  EXPECT_EQ(alerts[0].removed, 2);
}

TEST(Listing, RulesThatWereWrongBeforeCountLessOnLaterDays) {
  const LocalDay later = kDay.plus(1);
  std::vector<Decision> decisions;
  for (int i = 0; i < 12; ++i) {
    decisions.push_back(decision(i + 1, Verdict::false_alarm, {"burst"}, kOfficer, kDay.plus(-i)));
  }
  const Listing listing = listing_of(decisions);
  std::vector<Finding> findings = {finding("burst", 40, {1}, kOfficer, later),
                                   finding("off-hours", 40, {2}, kOther, later)};
  ASSERT_TRUE(listing.needs_findings(later));
  const auto alerts = list(listing, findings, later);
  findings[0].points = 30;  // 40 · 0.75
  EXPECT_EQ(alerts[0].key, kOther);
  EXPECT_EQ(alerts[0].score, stored(findings)[1].score);
  EXPECT_EQ(alerts[1].score, stored(findings)[0].score);
  EXPECT_LT(alerts[1].score, alerts[0].score);
}

TEST(Listing, ContributionsStillAddUpWithWeights) {
  const LocalDay later = kDay.plus(1);
  std::vector<Finding> findings = kTwo;
  for (Finding& one : findings) one.day = later;
  const auto alerts = list(listing_of({decision(1, Verdict::confirmed, {"burst"})}), findings, later);
  double sum = 0;
  for (const model::Contribution& part : alerts[0].contributions) sum += part.points;
  EXPECT_NEAR(sum, alerts[0].score, 1e-9);
  EXPECT_GT(alerts[0].score, stored(findings)[0].score);
}

TEST(Listing, ASuppressionHoldsFromItsFirstToItsLastDay) {
  const Listing listing = listing_of({}, {suppression(1, "burst", kDay, kDay.plus(2))});
  std::string out;
  for (int i = -1; i <= 3; ++i) {
    const LocalDay day = kDay.plus(i);
    out += text(list(listing, {finding("burst", 40, {1}, kOfficer, day)}, day)[0]) + "\n";
  }
  EXPECT_EQ(out,
            "+ open burst\n"
            "0 open [burst 1x1] -\n"
            "0 open [burst 1x1] -\n"
            "0 open [burst 1x1] -\n"
            "+ open burst\n");
}

TEST(Listing, OtherRulesAndOtherPeopleStillCount) {
  const Listing listing = listing_of({}, {suppression(1, "burst", kDay, kDay)});
  std::vector<Finding> findings = kTwo;
  findings.push_back(finding("burst", 30, {9}, kOther));
  const auto alerts = list(listing, findings);
  EXPECT_EQ(text(alerts[0]), text(list(listing_of({}), {finding("burst", 30, {9}, kOther)})[0]));
  EXPECT_EQ(text(alerts[1]), "+ open off-hours [burst 1x1]");
  EXPECT_EQ(alerts[1].score, stored({kTwo[1]})[0].score);
  EXPECT_EQ(alerts[1].evidence, (std::vector<model::EventId>{1, 2, 3}));
}

TEST(Listing, AGroupsSuppressionLeavesOtherGroups) {
  const Listing listing = listing_of({}, {suppression(4, "burst", kDay, kDay, "aaaaaaaaaaaaaaaa")});
  const auto alerts = list(listing, {finding("burst", 40, {1}, kOfficer, kDay, "aaaaaaaaaaaaaaaa"),
                                     finding("burst", 40, {2}, kOfficer, kDay, "bbbbbbbbbbbbbbbb")});
  EXPECT_EQ(text(alerts[0]), "+ open burst [burst 4x1]");
}

TEST(Listing, AnEndedSuppressionHoldsUpToThatDay) {
  model::Suppression ended = suppression(1, "burst", kDay, kDay.plus(9));
  ended.ended = model::SuppressionEnd{{2, Instant{2}, "E2", "調職"}, kDay.plus(1)};
  const Listing listing = listing_of({}, {ended});
  EXPECT_TRUE(listing.needs_findings(kDay));
  EXPECT_FALSE(listing.needs_findings(kDay.plus(1)));
}

TEST(Listing, OfSeveralSuppressionsTheLongestSaysWhy) {
  const Listing listing =
      listing_of({}, {suppression(1, "burst", kDay, kDay), suppression(2, "burst", kDay, kDay.plus(5)),
                      suppression(3, "burst", kDay, kDay.plus(1))});
  EXPECT_EQ(text(list(listing, {finding("burst", 40, {1})})[0]), "0 open [burst 2x1] -");
}

TEST(Listing, ARepeatIsListedAgainAfterItsDays) {
  std::vector<Finding> all;
  for (const int day : {0, 1, 6, 7, 8, 20}) all.push_back(finding("burst", 40, {day + 1}, kOfficer, kDay.plus(day)));
  all.push_back(finding("burst", 40, {99}, kOther, kDay.plus(1)));
  std::string forward, backward;
  for (std::string* out : {&forward, &backward}) {
    Listing listing = listing_of({});
    listing.add_repeats({"burst", 7, true}, all);
    for (const int day : {0, 1, 6, 7, 8, 20}) {
      *out +=
          text(list(listing, {finding("burst", 40, {day + 1}, kOfficer, kDay.plus(day))}, kDay.plus(day))[0]) + "\n";
    }
    *out += text(list(listing, {finding("burst", 40, {99}, kOther, kDay.plus(1))}, kDay.plus(1))[0]);
    std::reverse(all.begin(), all.end());
  }
  EXPECT_EQ(forward,
            "+ open burst\n"
            "0 open [burst 0x1] -\n"
            "0 open [burst 0x1] -\n"
            "+ open burst\n"
            "0 open [burst 0x1] -\n"
            "+ open burst\n"
            "+ open burst");
  EXPECT_EQ(forward, backward);
}

TEST(Listing, ARepeatByKeyCoversOtherGroupsOfLaterDaysButNotOfItsOwn) {
  const std::vector<Finding> all = {finding("burst", 40, {1}, kOfficer, kDay, "aa"),
                                    finding("burst", 40, {2}, kOfficer, kDay, "bb"),
                                    finding("burst", 40, {3}, kOfficer, kDay.plus(1), "cc")};
  for (const bool by_group : {true, false}) {
    Listing listing = listing_of({});
    listing.add_repeats({"burst", 7, by_group}, all);
    EXPECT_TRUE(list(listing, {all[0], all[1]})[0].suppressed.empty());
    EXPECT_EQ(list(listing, {all[2]}, kDay.plus(1))[0].suppressed.empty(), by_group);
  }
}

TEST(Listing, AWatchedOfficerIsListedFromALowerScore) {
  const std::vector<Finding> findings = {finding("burst", 3, {1}), finding("burst", 3, {2}, kOther)};
  Budget no_draw = kBudget;
  no_draw.random_share = 0;
  const Listing listing(model::Ledger{}, kNotes, no_draw);
  const auto alerts = list(listing, findings, kDay, {"H10001"});
  ASSERT_EQ(alerts.size(), 2U);
  EXPECT_EQ(alerts[0].score, alerts[1].score);
  for (const Alert& one : alerts) EXPECT_EQ(one.listed, one.key == kOfficer) << one.score;
}

// Whatever is decided: no alert disappears, and evidence and findings stay as they are.
RC_GTEST_PROP(Listing, NothingIsThrownAway, ()) {
  std::vector<Finding> findings;
  const int count = *rc::gen::inRange(0, 30);
  for (int i = 0; i < count; ++i) {
    const model::Key key{model::About::officer, "", "H" + std::to_string(i % 7)};
    findings.push_back(
        finding(*rc::gen::element<std::string>("burst", "off-hours"), *rc::gen::inRange(0, 60), {i}, key));
    findings.back().group = std::to_string(i);
  }
  std::vector<Decision> decisions;
  std::vector<model::Suppression> suppressions;
  for (int i = 0; i < *rc::gen::inRange(0, 20); ++i) {
    const model::Key key{model::About::officer, "", "H" + std::to_string(i % 7)};
    decisions.push_back(
        decision(2 * i + 1, static_cast<Verdict>(*rc::gen::inRange(0, 5)), {"burst"}, key, kDay.plus(-i % 3)));
    suppressions.push_back(suppression(2 * i + 2, "burst", kDay.plus(*rc::gen::inRange(-3, 3)),
                                       kDay.plus(*rc::gen::inRange(-3, 3)), "", key));
  }
  const Listing listing = listing_of(decisions, suppressions);
  const auto alerts = list(listing, findings);
  const auto before = stored(findings);
  RC_ASSERT(alerts.size() == before.size());
  for (const Alert& one : alerts) {
    const auto same = std::find_if(before.begin(), before.end(), [&](const Alert& b) { return b.id == one.id; });
    RC_ASSERT(same != before.end());
    RC_ASSERT(same->evidence == one.evidence && same->events == one.events);
    RC_ASSERT(one.score >= 0 && one.score < 100);
  }
  RC_ASSERT(
      std::is_sorted(alerts.begin(), alerts.end(), [](const Alert& a, const Alert& b) { return a.score > b.score; }));
}

}  // namespace
}  // namespace trailwatch::alert
