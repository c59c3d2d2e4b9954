#include "registry/number_series.h"

#include <gtest/gtest.h>

#include <limits>

namespace trailwatch::registry {
namespace {

constexpr std::int32_t kDay = 100;

std::string number(int serial) {
  return "竹北偵字第" + std::to_string(serial) + "號";
}

NumberSeries with(const std::vector<int>& serials, std::int32_t opened = 0) {
  NumberSeries series;
  for (const int serial : serials) series.add("JH01", number(serial), opened);
  series.sort();
  return series;
}

bool holds(const NumberSeries& series, int serial, std::int32_t day = kDay) {
  return series.holds("JH01", number(serial), day);
}

std::vector<int> run(int first, int last) {
  std::vector<int> out;
  for (int serial = first; serial <= last; ++serial) out.push_back(serial);
  return out;
}

TEST(NumberSeries, ANumberBetweenTwoOthersIsHeld) {
  const NumberSeries series = with({1003, 1001, 1006});  // rows have no order
  EXPECT_TRUE(holds(series, 1002));
  EXPECT_TRUE(holds(series, 1004));
  EXPECT_TRUE(holds(series, 1005));
}

TEST(NumberSeries, BelowTheFirstAndAboveTheLastNothingIsHeld) {
  const NumberSeries series = with({1001, 1003, 1006});
  EXPECT_FALSE(holds(series, 1000));
  EXPECT_FALSE(holds(series, 1007));
  EXPECT_FALSE(holds(NumberSeries{}, 1002));
  EXPECT_FALSE(holds(with({1001}), 1002));
}

TEST(NumberSeries, OneInFiveIsTheLeastThatMustBeEntered) {
  EXPECT_TRUE(holds(with({1001, 1010}), 1005));   // two of ten
  EXPECT_FALSE(holds(with({1001, 1011}), 1005));  // two of eleven
}

TEST(NumberSeries, AGapInADenseSeriesIsThinIfItIsWide) {
  // The ten nearest on either side are twenty of a hundred numbers, or of a hundred and one.
  std::vector<int> serials = run(1001, 1030);
  for (const int serial : run(1111, 1140)) serials.push_back(serial);
  EXPECT_TRUE(holds(with(serials), 1100));
  for (int& serial : serials) serial += serial > 1100 ? 1 : 0;
  EXPECT_FALSE(holds(with(serials), 1100));
}

TEST(NumberSeries, OnlyTheTenNearestOnEitherSideCount) {
  std::vector<int> serials = run(1001, 1900);  // as dense as can be, far below
  for (int i = 1; i <= 30; ++i) serials.push_back(1900 + 20 * i);
  EXPECT_TRUE(holds(with(run(1001, 1900)), 1899));
  EXPECT_FALSE(holds(with(serials), 2295));
}

TEST(NumberSeries, ANumberInSeveralRowsIsOneNumber) {
  NumberSeries series = with({});
  for (int row = 0; row < 9; ++row) {
    series.add("JH01", number(1001), 0);
    series.add("JH01", number(1011), 0);
  }
  series.sort();
  EXPECT_FALSE(holds(series, 1005));
}

TEST(NumberSeries, OfANumberInSeveralRowsTheEarliestOpeningCounts) {
  NumberSeries series = with({});
  for (const std::int32_t opened : {50, 10, 30}) series.add("JH01", number(1001), opened);
  series.add("JH01", number(1003), 0);
  series.sort();
  EXPECT_FALSE(holds(series, 1002, 9));
  EXPECT_TRUE(holds(series, 1002, 10));
}

TEST(NumberSeries, TheNumberBelowMustHaveBeenOpenedByThen) {
  NumberSeries series = with({});
  series.add("JH01", number(1001), 10);
  series.add("JH01", number(1003), 20);  // later than asked: numbers are given in the order of opening
  series.sort();
  EXPECT_FALSE(holds(series, 1002, 9));
  EXPECT_TRUE(holds(series, 1002, 10));
  EXPECT_TRUE(holds(series, 1002, 25));
}

TEST(NumberSeries, ACaseWithoutADateHasAlwaysBeenThere) {
  const NumberSeries series = with({1001, 1003}, std::numeric_limits<std::int32_t>::min());
  EXPECT_TRUE(holds(series, 1002, std::numeric_limits<std::int32_t>::min()));
}

TEST(NumberSeries, EachAgencyHasASeriesOfItsOwn) {
  NumberSeries series = with({1001, 1003});
  series.add("JH02", number(5001), 0);
  series.add("JH02", number(5003), 0);
  series.sort();
  EXPECT_TRUE(series.holds("JH01", number(1002), kDay));
  EXPECT_FALSE(series.holds("JH02", number(1002), kDay));
  EXPECT_TRUE(series.holds("JH02", number(5002), kDay));
  EXPECT_FALSE(series.holds("JH01", number(5002), kDay));
  EXPECT_FALSE(series.holds("JH01", number(3000), kDay));
  EXPECT_FALSE(series.holds("", number(1002), kDay));
}

TEST(NumberSeries, WhatStandsAroundTheNumberIsPartOfTheSeries) {
  const NumberSeries series = with({1001, 1003});
  EXPECT_FALSE(series.holds("JH01", "竹東偵字第1002號", kDay));
  EXPECT_FALSE(series.holds("JH01", "竹北偵字第1002", kDay));
  EXPECT_FALSE(series.holds("JH01", "1002", kDay));
  EXPECT_FALSE(series.holds("JH01", "", kDay));
}

TEST(NumberSeries, TheRunningNumberKeepsItsLength) {
  NumberSeries series = with({});
  series.add("JH01", "偵字第0001號", 0);
  series.add("JH01", "偵字第0003號", 0);
  series.sort();
  EXPECT_TRUE(series.holds("JH01", "偵字第0002號", kDay));
  EXPECT_FALSE(series.holds("JH01", "偵字第00002號", kDay));
  EXPECT_FALSE(series.holds("JH01", "偵字第2號", kDay));
}

TEST(NumberSeries, TheLastRunOfDigitsCountsUp) {
  NumberSeries series = with({});
  series.add("JH01", "115偵字第0001號", 0);
  series.add("JH01", "115偵字第0003號", 0);
  series.sort();
  EXPECT_TRUE(series.holds("JH01", "115偵字第0002號", kDay));
  EXPECT_FALSE(series.holds("JH01", "114偵字第0002號", kDay));
}

TEST(NumberSeries, FourToEighteenDigitsAreARunningNumber) {
  const auto between = [](const std::string& below, const std::string& asked, const std::string& above) {
    NumberSeries series;
    series.add("JH01", below, 0);
    series.add("JH01", above, 0);
    series.sort();
    return series.holds("JH01", asked, kDay);
  };
  EXPECT_FALSE(between("偵001", "偵002", "偵003"));
  EXPECT_TRUE(between("偵0001", "偵0002", "偵0003"));
  const std::string nines(17, '9');
  EXPECT_TRUE(between(nines + "7", nines + "8", nines + "9"));
  EXPECT_FALSE(between("0" + nines + "7", "0" + nines + "8", "0" + nines + "9"));
  EXPECT_FALSE(between("000000000000000000", "5" + nines, nines + "9"));
  EXPECT_FALSE(between("", std::string(1 << 16, '5'), "\xFF"));
}

}  // namespace
}  // namespace trailwatch::registry
