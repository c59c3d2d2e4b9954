#include "report/charts.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "report/shown.h"
#include "report/words.h"

namespace trailwatch::report {

namespace {

constexpr double kWidth = 360;

std::string points(const std::vector<std::pair<double, double>>& places) {
  std::string out;
  for (const auto& [x, y] : places) out += (out.empty() ? "" : " ") + coordinate(x) + "," + coordinate(y);
  return out;
}

void label(Html& page, double x, double y, std::string_view words, Markup css) {
  page.element("text", words, {{"x", coordinate(x)}, {"y", coordinate(y)}, {"class", std::string(css.text)}});
}

void line(Html& page, double x1, double y1, double x2, double y2, Markup css) {
  page.single("line", {{"x1", coordinate(x1)},
                       {"y1", coordinate(y1)},
                       {"x2", coordinate(x2)},
                       {"y2", coordinate(y2)},
                       {"class", std::string(css.text)}});
}

void box(Html& page, double x, double y, double width, double height, Markup css) {
  page.single("rect", {{"x", coordinate(x)},
                       {"y", coordinate(y)},
                       {"width", coordinate(std::max(width, 0.0))},
                       {"height", coordinate(height)},
                       {"class", std::string(css.text)}});
}

void dot(Html& page, double x, double y, double radius, Markup css) {
  page.single(
      "circle",
      {{"cx", coordinate(x)}, {"cy", coordinate(y)}, {"r", coordinate(radius)}, {"class", std::string(css.text)}});
}

void diamond(Html& page, double x, double y, Markup css) {
  page.single("polygon",
              {{"points", points({{x, y - 6}, {x + 6, y}, {x, y + 6}, {x - 6, y}})}, {"class", std::string(css.text)}});
}

void open_picture(Html& page, double height, const std::string& words) {
  page.open("svg", {{"viewBox", "0 0 " + coordinate(kWidth) + " " + coordinate(height)},
                    {"role", "img"},
                    {"aria-label", words},
                    {"class", "chart"}});
}

// A label near a border leans inwards.
Markup anchor(double x) {
  if (x < 40) return "start";
  if (x > kWidth - 40) return "end";
  return "middle";
}

}  // namespace

Axis axis_for(double most, int marks_max) {
  if (!(most > 0) || !std::isfinite(most)) return Axis{1, 1};
  const double wanted = most / std::max(marks_max, 1);
  double step = 1;
  for (bool fits = false; !fits;) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (step * factor < wanted) continue;
      step *= factor;
      fits = true;
      break;
    }
    if (!fits) step *= 10;
  }
  return Axis{step, step * std::ceil(most / step)};
}

void draw(Html& page, const PeerChart& chart, model::About about) {
  std::vector<std::int64_t> peers = chart.peers;
  std::sort(peers.begin(), peers.end());
  const double own = std::max(0.0, static_cast<double>(chart.own));
  const double most = peers.empty() ? own : std::max(own, static_cast<double>(peers.back()));
  const Axis axis = axis_for(most, 5);
  const double left = 10, right = kWidth - 14, middle = 46, bottom = 78;
  const auto x = [&](double value) { return left + (right - left) * std::clamp(value / axis.top, 0.0, 1.0); };

  open_picture(page, 98, sentence(chart, about));
  for (int i = 0; i <= static_cast<int>(axis.top / axis.step + 0.5); ++i) {
    const double at = x(axis.step * i);
    line(page, at, 24, at, bottom, "grid");
    label(page, at, bottom + 15, decimal(axis.step * i), anchor(at));
  }
  line(page, left, middle, right, middle, "axis");
  if (!peers.empty()) {
    const Spread s = spread(peers);
    box(page, x(s.lower), middle - 15, x(s.upper) - x(s.lower), 30, "half");
    line(page, x(s.median), middle - 15, x(s.median), middle + 15, "median");
    // Equal counts would hide each other on one line.
    constexpr double kLanes[] = {0, -7, 7, -3.5, 3.5};
    for (std::size_t i = 0; i < peers.size(); ++i) {
      dot(page, x(static_cast<double>(peers[i])), middle + kLanes[i % 5], 2.6, "peer");
    }
  }
  diamond(page, x(own), middle, "this");
  label(page, x(own), 16, decimal(own) + " " + chart.unit, anchor(x(own)));
  page.close();
}

void draw(Html& page, const DayChart& chart) {
  if (chart.own.empty()) return;
  const std::size_t days = chart.own.size();
  const bool with_peers = chart.peer_median.size() == days;
  double most = 0;
  for (std::size_t i = 0; i < days; ++i) {
    most = std::max(most, static_cast<double>(chart.own[i].second));
    if (with_peers && std::isfinite(chart.peer_median[i])) most = std::max(most, chart.peer_median[i]);
  }
  const Axis axis = axis_for(most, 3);
  const double left = 34, right = kWidth - 10, top = 20, bottom = 80;
  const double slot = (right - left) / static_cast<double>(days);
  const auto x = [&](std::size_t i) { return left + slot * (static_cast<double>(i) + 0.5); };
  const auto y = [&](double value) { return bottom - (bottom - top) * std::clamp(value / axis.top, 0.0, 1.0); };

  open_picture(page, 98, sentence(chart));
  for (std::size_t i = 0; i < days && chart.day_off.size() == days; ++i) {
    if (chart.day_off[i]) box(page, x(i) - slot / 2, top, slot, bottom - top, "off");
  }
  for (int i = 0; i <= static_cast<int>(axis.top / axis.step + 0.5); ++i) {
    const double at = y(axis.step * i);
    line(page, left, at, right, at, i == 0 ? Markup("axis") : Markup("grid"));
    label(page, left - 4, at + 3.5, decimal(axis.step * i), "end");
  }
  std::vector<std::pair<double, double>> own, median;
  for (std::size_t i = 0; i < days; ++i) {
    own.emplace_back(x(i), y(static_cast<double>(chart.own[i].second)));
    if (with_peers && std::isfinite(chart.peer_median[i])) median.emplace_back(x(i), y(chart.peer_median[i]));
  }
  if (median.size() > 1) page.single("polyline", {{"points", points(median)}, {"class", "peers"}});
  if (days > 1) page.single("polyline", {{"points", points(own)}, {"class", "own"}});
  dot(page, own.back().first, own.back().second, 3.4, "this");
  const auto [last_x, last_y] = own.back();
  label(page, last_x - 6, std::max(last_y - 5, 12.0), decimal(static_cast<double>(chart.own.back().second)) + " 筆",
        days == 1 ? anchor(last_x) : Markup("end"));
  if (days > 1) label(page, left, bottom + 15, month_day(chart.own.front().first), "start");
  if (days > 13) label(page, x(days / 2), bottom + 15, month_day(chart.own[days / 2].first), "middle");
  label(page, right, bottom + 15, month_day(chart.own.back().first), "end");
  page.close();
}

}  // namespace trailwatch::report
