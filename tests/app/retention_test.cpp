#include "app/retention.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace trailwatch::app {
namespace {

const Zone kZone = Zone::fixed(480);

store::Shelf shelf(vault::Month secret, std::string system = "") {
  return {secret, std::move(system), false, false};
}
LocalDay day(int year, int month, int date) {
  return to_day({year, month, date});
}
std::vector<vault::Month> secrets(const std::vector<Due>& due) {
  std::vector<vault::Month> out;
  for (const Due& one : due) {
    if (one.held_by.empty()) out.push_back(one.shelf.secret);
  }
  return out;
}
model::Hold hold(std::int64_t number, std::vector<model::HeldMonths> months) {
  model::Hold out;
  out.entry = {number, kZone.start_of(day(2026, 5, 31)), "E1", ""};
  out.months = std::move(months);
  return out;
}
using Months = std::vector<vault::Month>;

TEST(Retention, AMonthIsOverOnTheFirstDayAfterItsWholeMonths) {
  const config::Retention five{60, {}};
  const std::vector<store::Shelf> shelves = {shelf(1202603, "police")};
  EXPECT_EQ(secrets(due_shelves(shelves, {}, five, kZone, day(2031, 3, 31))), Months{});
  EXPECT_EQ(secrets(due_shelves(shelves, {}, five, kZone, day(2031, 4, 1))), Months{1202603});
  EXPECT_EQ(due_shelves(shelves, {}, five, kZone, day(2040, 1, 1))[0].since, day(2031, 4, 1));
  // The end of the year, and the shortest time.
  EXPECT_EQ(secrets(due_shelves({shelf(1202612, "x")}, {}, {1, {}}, kZone, day(2027, 1, 31))), Months{});
  EXPECT_EQ(secrets(due_shelves({shelf(1202612, "x")}, {}, {1, {}}, kZone, day(2027, 2, 1))), Months{1202612});
}

TEST(Retention, EachSystemHasItsOwnTimeAndTheRestTheLongest) {
  const config::Retention differs{12, {{"police", 24}, {"land", 6}}};
  const std::vector<store::Shelf> shelves = {shelf(202603), shelf(1202603, "household"), shelf(2202603, "police"),
                                             shelf(3202603, "land")};
  EXPECT_EQ(secrets(due_shelves(shelves, {}, differs, kZone, day(2026, 10, 1))), Months{3202603});
  EXPECT_EQ(secrets(due_shelves(shelves, {}, differs, kZone, day(2027, 4, 1))), (Months{1202603, 3202603}));
  EXPECT_EQ(secrets(due_shelves(shelves, {}, differs, kZone, day(2028, 4, 1))),
            (Months{202603, 1202603, 2202603, 3202603}));
  store::Shelf erased = shelves[1];
  erased.is_erased = true;
  EXPECT_TRUE(due_shelves({erased}, {}, differs, kZone, day(2040, 1, 1)).empty());
}

TEST(Retention, AHoldKeepsItsSystemsAndMonthsAndThePapersOfThem) {
  const config::Retention one{1, {}};
  const LocalDay late = day(2030, 1, 1);
  const std::vector<store::Shelf> shelves = {shelf(202603), shelf(1202603, "household"), shelf(2202603, "police"),
                                             shelf(202604), shelf(2202604, "police"),    shelf(202605)};
  EXPECT_EQ(secrets(due_shelves(shelves, {hold(7, {{"police", 202603, 202603}})}, one, kZone, late)),
            (Months{1202603, 202604, 2202604}));
  EXPECT_EQ(secrets(due_shelves(shelves, {hold(7, {{"", 202603, 202603}})}, one, kZone, late)),
            (Months{202604, 2202604}));
  EXPECT_EQ(secrets(due_shelves(shelves, {hold(7, {model::HeldMonths{}})}, one, kZone, late)), Months{});
  // It was written in May.
  EXPECT_EQ(due_shelves(shelves, {hold(7, {{"land", 202001, 202002}})}, one, kZone, late).back().held_by,
            std::vector<std::int64_t>{7});
  model::Hold lifted = hold(7, {model::HeldMonths{}});
  lifted.lifted = model::Entry{8, {}, "E1", ""};
  EXPECT_EQ(secrets(due_shelves(shelves, {lifted}, one, kZone, late)).size(), shelves.size());
  const auto twice =
      due_shelves({shelf(2202603, "police")}, {hold(3, {{"police", 202601, 202612}}), hold(5, {{"", 202603, 202603}})},
                  one, kZone, late);
  EXPECT_EQ(twice[0].held_by, (std::vector<std::int64_t>{3, 5}));
}

TEST(Retention, AClockThatJumpsErasesNothing) {
  EXPECT_EQ(erasing_day(day(2036, 1, 1), day(2026, 3, 20)), day(2026, 4, 20));
  EXPECT_EQ(erasing_day(day(2026, 3, 21), day(2026, 3, 20)), day(2026, 3, 21));
  EXPECT_EQ(erasing_day(day(2026, 3, 21), day(2099, 1, 1)), day(2026, 3, 21));
  EXPECT_EQ(erasing_day(day(2026, 3, 21), std::nullopt), day(2026, 3, 21));
}

// Nothing goes a day too early, whatever is configured, and nothing is forgotten.
RC_GTEST_PROP(Retention, WhatIsKeptIsAtMostAsOldAsItMayBe, ()) {
  const auto months = *rc::gen::inRange<std::int64_t>(1, 200);
  const auto year = *rc::gen::inRange<std::int64_t>(2020, 2040), month = *rc::gen::inRange<std::int64_t>(1, 13);
  const LocalDay today = day(2020, 1, 1).plus(*rc::gen::inRange<std::int32_t>(0, 20'000));
  const auto due = due_shelves({shelf(1'000'000 + year * 100 + month, "s")}, {}, {months, {}}, kZone, today);
  // Whole months between the end of the month and today.
  const CivilDate now = to_civil(today);
  const std::int64_t passed = (now.year * 12 + now.month) - (year * 12 + month + 1);
  RC_ASSERT(due.empty() == (passed < months));
}

}  // namespace
}  // namespace trailwatch::app
