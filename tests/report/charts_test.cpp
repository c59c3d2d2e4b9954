#include "report/charts.h"

#include <gtest/gtest.h>

#include <limits>

#include "report/sample.h"
#include "report/words.h"

namespace trailwatch::report {
namespace {

template <typename... Arguments>
std::string drawn(const Arguments&... arguments) {
  Html page;
  draw(page, arguments...);
  return std::move(page).take();
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t out = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++out;
  return out;
}

TEST(Axis, EndsAtARoundNumberNotBelowTheHighestValue) {
  const auto said = [](double most) {
    const Axis axis = axis_for(most, 3);
    return std::pair(axis.step, axis.top);
  };
  EXPECT_EQ(std::pair(1.0, 1.0), said(0));
  EXPECT_EQ(std::pair(1.0, 3.0), said(3));
  EXPECT_EQ(std::pair(2.0, 4.0), said(4));
  EXPECT_EQ(std::pair(10.0, 30.0), said(23));
  EXPECT_EQ(std::pair(50.0, 150.0), said(101));
  EXPECT_EQ(std::pair(1.0, 1.0), said(std::numeric_limits<double>::quiet_NaN()));
}

TEST(PeerChart, ShowsEveryPeerTheBoxAndTheOfficer) {
  const PeerChart chart{"t", "l", 61, {3, 12, 7}, "筆"};
  const std::string svg = drawn(chart, model::About::officer);
  EXPECT_EQ(3U, count(svg, "class=\"peer\""));
  EXPECT_EQ(1U, count(svg, "class=\"half\""));
  EXPECT_EQ(1U, count(svg, "class=\"median\""));
  EXPECT_EQ(1U, count(svg, "<polygon"));
  EXPECT_EQ(1U, count(svg, "role=\"img\" aria-label=\"" + sentence(chart, model::About::officer) + "\""));
}

TEST(PeerChart, StandsWithoutPeers) {
  const std::string svg = drawn(PeerChart{"t", "l", 0, {}, "筆"}, model::About::officer);
  EXPECT_EQ(0U, count(svg, "class=\"half\""));
  EXPECT_EQ(1U, count(svg, "<polygon"));
}

TEST(PeerChart, DrawsTheLargestNumbersInsideItsBox) {
  const auto most = std::numeric_limits<std::int64_t>::max();
  const std::string svg = drawn(PeerChart{"t", "l", most, {0, most}, "筆"}, model::About::officer);
  EXPECT_EQ(0U, count(svg, "nan"));
  EXPECT_EQ(0U, count(svg, "inf"));
}

TEST(DayChart, NoDaysNoPicture) {
  EXPECT_EQ("", drawn(DayChart{}));
}

TEST(DayChart, OneDayIsADot) {
  const std::string svg = drawn(DayChart{{{sample::day(), 4}}, {2}, {true}});
  EXPECT_EQ(0U, count(svg, "<polyline"));
  EXPECT_EQ(1U, count(svg, "<circle"));
  EXPECT_EQ(1U, count(svg, "class=\"off\""));
}

TEST(DayChart, LeavesOutSeriesOfAnotherLength) {
  const std::string svg = drawn(DayChart{{{sample::day(), 4}, {sample::day().plus(1), 5}}, {2}, {true}});
  EXPECT_EQ(1U, count(svg, "<polyline"));
  EXPECT_EQ(0U, count(svg, "class=\"off\""));
}

}  // namespace
}  // namespace trailwatch::report
