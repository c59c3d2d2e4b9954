#include "report/pdf_charts.h"

#include <algorithm>
#include <cmath>

#include "report/charts.h"
#include "report/shown.h"
#include "report/words.h"

namespace trailwatch::report {

namespace {

using Align = PdfCanvas::Align;

constexpr double kLabelPoints = 7.5;
constexpr PdfCanvas::Colour kGrid{0.85, 0.87, 0.9}, kShade{0.92, 0.93, 0.945}, kHalf{0.84, 0.88, 0.92},
    kPeer{0.45, 0.5, 0.56}, kInk{0, 0, 0};

// Around `x`, leaning inwards near a border of the picture.
void label(PdfCanvas& canvas, double left, double width, double x, double y, const std::string& text) {
  constexpr double kRoom = 2.4;
  canvas.use_font(kLabelPoints);
  if (x - left < kRoom / 2) {
    canvas.text(left, y, kRoom, Align::left, text);
  } else if (left + width - x < kRoom / 2) {
    canvas.text(left + width - kRoom, y, kRoom, Align::right, text);
  } else {
    canvas.text(x - kRoom / 2, y, kRoom, Align::centre, text);
  }
}

void diamond(PdfCanvas& canvas, double x, double y) {
  constexpr double kHalfCm = 0.16;
  canvas.polygon({{x, y - kHalfCm}, {x + kHalfCm, y}, {x, y + kHalfCm}, {x - kHalfCm, y}});
}

int marks(const Axis& axis) {
  return static_cast<int>(axis.top / axis.step + 0.5);
}

}  // namespace

void draw(PdfCanvas& canvas, double x0, double y0, double width, const PeerChart& chart) {
  std::vector<std::int64_t> peers = chart.peers;
  std::sort(peers.begin(), peers.end());
  const double own = std::max(0.0, static_cast<double>(chart.own));
  const double most = peers.empty() ? own : std::max(own, static_cast<double>(peers.back()));
  const Axis axis = axis_for(most, 5);
  const double left = x0 + 0.2, right = x0 + width - 0.3, top = y0 + 0.55, middle = y0 + 1.25, bottom = y0 + 2.05;
  const auto x = [&](double value) { return left + (right - left) * std::clamp(value / axis.top, 0.0, 1.0); };
  for (int i = 0; i <= marks(axis); ++i) {
    const double at = x(axis.step * i);
    canvas.use_colour(kGrid);
    canvas.line(at, top, at, bottom);
    canvas.use_colour(kInk);
    label(canvas, x0, width, at, bottom + 0.06, decimal(axis.step * i));
  }
  canvas.line(left, middle, right, middle, 0.5);
  if (!peers.empty()) {
    const Spread s = spread(peers);
    canvas.fill(x(s.lower), middle - 0.42, std::max(x(s.upper) - x(s.lower), 0.02), 0.84, kHalf);
    canvas.line(x(s.median), middle - 0.42, x(s.median), middle + 0.42, 1.4);
    // Equal counts would hide each other on one line.
    constexpr double kLanes[] = {0, -0.2, 0.2, -0.1, 0.1};
    canvas.use_colour(kPeer);
    for (std::size_t i = 0; i < peers.size(); ++i) {
      canvas.dot(x(static_cast<double>(peers[i])), middle + kLanes[i % 5], 0.065);
    }
    canvas.use_colour(kInk);
  }
  diamond(canvas, x(own), middle);
  label(canvas, x0, width, x(own), y0 + 0.05, decimal(own) + " " + chart.unit);
}

void draw(PdfCanvas& canvas, double x0, double y0, double width, const DayChart& chart) {
  if (chart.own.empty()) return;
  const std::size_t days = chart.own.size();
  const bool with_peers = chart.peer_median.size() == days;
  double most = 0;
  for (std::size_t i = 0; i < days; ++i) {
    most = std::max(most, static_cast<double>(chart.own[i].second));
    if (with_peers && std::isfinite(chart.peer_median[i])) most = std::max(most, chart.peer_median[i]);
  }
  const Axis axis = axis_for(most, 3);
  const double left = x0 + 0.9, right = x0 + width - 0.2, top = y0 + 0.5, bottom = y0 + 2.05;
  const double slot = (right - left) / static_cast<double>(days);
  const auto x = [&](std::size_t i) { return left + slot * (static_cast<double>(i) + 0.5); };
  const auto y = [&](double value) { return bottom - (bottom - top) * std::clamp(value / axis.top, 0.0, 1.0); };
  for (std::size_t i = 0; i < days && chart.day_off.size() == days; ++i) {
    if (chart.day_off[i]) canvas.fill(x(i) - slot / 2, top, slot, bottom - top, kShade);
  }
  for (int i = 0; i <= marks(axis); ++i) {
    const double at = y(axis.step * i);
    canvas.use_colour(i == 0 ? kInk : kGrid);
    canvas.line(left, at, right, at);
    canvas.use_colour(kInk);
    canvas.use_font(kLabelPoints);
    canvas.text(x0, at - 0.16, 0.8, Align::right, decimal(axis.step * i));
  }
  std::vector<std::pair<double, double>> own, median;
  for (std::size_t i = 0; i < days; ++i) {
    own.emplace_back(x(i), y(static_cast<double>(chart.own[i].second)));
    if (with_peers && std::isfinite(chart.peer_median[i])) median.emplace_back(x(i), y(chart.peer_median[i]));
  }
  if (median.size() > 1) canvas.path(median, 0.9, true);
  if (days > 1) canvas.path(own, 1.4, false);
  const auto [last_x, last_y] = own.back();
  canvas.dot(last_x, last_y, 0.1);
  label(canvas, x0, width, last_x, std::max(last_y - 0.45, y0 + 0.02),
        decimal(static_cast<double>(chart.own.back().second)) + " 筆");
  if (days > 1) label(canvas, left, width - 0.9, left, bottom + 0.06, month_day(chart.own.front().first));
  if (days > 13) label(canvas, x0, width, x(days / 2), bottom + 0.06, month_day(chart.own[days / 2].first));
  label(canvas, x0, width, right, bottom + 0.06, month_day(chart.own.back().first));
}

}  // namespace trailwatch::report
