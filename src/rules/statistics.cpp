#include "rules/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "trailwatch/base/check.h"

namespace trailwatch::rules {

namespace {

double median_of(std::vector<double> values) {
  TW_CHECK(!values.empty());
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// The continued fraction of I_x(a, b), by the modified Lentz method.
double beta_fraction(double x, double a, double b) {
  constexpr double kTiny = 1e-300, kPrecision = 1e-14;
  constexpr int kStepsMax = 20'000;
  const auto away_from_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double result = d;
  for (int step = 1; step <= kStepsMax; ++step) {
    const double m = step;
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    result *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    const double change = d * c;
    result *= change;
    if (std::abs(change - 1) < kPrecision) break;
  }
  return result;
}

}  // namespace

double log_gamma(double x) {
  TW_CHECK(x > 0);
  double shift = 0;
  while (x < 12) {
    shift -= std::log(x);
    x += 1;
  }
  const double y = 1 / (x * x);
  const double series = (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 - y * (1.0 / 1680 - y / 1188)))) / x;
  constexpr double kHalfLogTwoPi = 0.91893853320467274178;
  return shift + (x - 0.5) * std::log(x) - x + kHalfLogTwoPi + series;
}

double incomplete_beta(double x, double a, double b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) + b * std::log1p(-x));
  // The fraction converges fast on one side of the mean only; the other side is its complement.
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(x, a, b) / a;
  return 1 - front * beta_fraction(1 - x, b, a) / b;
}

double tail_probability(double count, double mean, double dispersion) {
  TW_CHECK(mean > 0 && dispersion > 0);
  if (count <= 0) return 1;
  const double shape = 1 / dispersion;
  return std::clamp(incomplete_beta(mean / (mean + shape), count, shape), 0.0, 1.0);
}

std::vector<double> adjust_false_alarms(const std::vector<double>& p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::tie(p_values[a], a) < std::tie(p_values[b], b); });
  std::vector<double> out(p_values.size());
  double least = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t i = order[rank - 1];
    least = std::min(least, p_values[i] * static_cast<double>(order.size()) / static_cast<double>(rank));
    out[i] = least;
  }
  return out;
}

double median_without(const std::vector<double>& sorted, std::size_t left_out) {
  const std::size_t size = sorted.size() - 1;
  TW_CHECK(left_out <= size && size > 0);
  const auto at = [&](std::size_t i) { return sorted[i < left_out ? i : i + 1]; };
  return size % 2 == 1 ? at(size / 2) : (at(size / 2 - 1) + at(size / 2)) / 2;
}

namespace {

PeerFit fit(const std::vector<double>& numbers, double median) {
  PeerFit out;
  out.peers = numbers.size();
  out.median = median;
  std::vector<double> distances;
  distances.reserve(numbers.size());
  for (const double number : numbers) distances.push_back(std::abs(number - median));
  const double upper_quartile = numbers[(numbers.size() - 1) * 3 / 4];
  // 1 / Φ⁻¹(3/4): makes the median absolute deviation of normal numbers their standard deviation.
  constexpr double kNormal = 1.4826;
  out.spread = kNormal * std::max(median_of(std::move(distances)), upper_quartile - out.median);
  const double middle = std::max(out.median, 0.5);
  out.dispersion = std::max(0.0, (out.spread * out.spread - middle) / (middle * middle));
  // For a gamma variable of shape k: median ≈ (k - 1/3) · scale, mean = k · scale. Beyond a dispersion of 1.5 the
  // formula fails.
  out.mean = middle / (1 - std::min(out.dispersion, 1.5) / 3);
  return out;
}

// Drawn towards what is common, with the weight of kPriorPeers samples.
double shrunken(const PeerFit& fit, double common) {
  const auto samples = static_cast<double>(fit.peers);
  return std::max(kDispersionMin, (samples * fit.dispersion + kPriorPeers * common) / (samples + kPriorPeers));
}

// The variance of a median of n is about π/2 · variance / n.
double variance_of_median(const PeerFit& fit, double dispersion) {
  constexpr double kHalfPi = 1.57079632679489661923;
  return kHalfPi * (fit.mean + dispersion * fit.mean * fit.mean) / static_cast<double>(fit.peers);
}

}  // namespace

PeerFit fit_peers(const std::vector<double>& sorted, std::size_t left_out) {
  std::vector<double> peers = sorted;
  peers.erase(peers.begin() + static_cast<std::ptrdiff_t>(left_out));
  return fit(peers, median_without(sorted, left_out));
}

PeerFit fit_all(const std::vector<double>& sorted) {
  return fit(sorted, median_of(sorted));
}

Expectation expect_by_peers(const PeerFit& peers, double common) {
  return {peers.mean, predictive_dispersion(peers, common), peers.peers};
}

Expectation expect_by_past(const PeerFit& past, double common, double trend) {
  return {past.mean * trend, predictive_dispersion(past, common), past.peers};
}

Expectation expect_by_both(const PeerFit& past, double common_past, double trend, const PeerFit& peers,
                           double common_peers) {
  const double within = shrunken(past, common_past);
  const double own = past.mean * trend, error = variance_of_median(past, within) * trend * trend;
  // Who has always been far from the peers is not drawn back to them: one has shown to be another kind of person.
  const double apart = (own - peers.mean) * (own - peers.mean) - error;
  const double between = std::max(predictive_dispersion(peers, common_peers) * peers.mean * peers.mean, apart);
  const double to_peers = error / (error + between);
  const double mean = (1 - to_peers) * own + to_peers * peers.mean;
  return {mean, within + error * between / (error + between) / (mean * mean), past.peers};
}

double surprise_probability(double count, const Expectation& expected) {
  // Nodes and weights of Gauss and Hermite's rule for the standard normal distribution, five points.
  constexpr double kNodes[] = {-2.8569700138728056, -1.3556261799742659, 0, 1.3556261799742659, 2.8569700138728056};
  constexpr double kWeights[] = {0.011257411327720689, 0.22207592200561266, 0.53333333333333333, 0.22207592200561266,
                                 0.011257411327720689};
  // The variance of ln(s²) is about 2/n for the standard deviation, and 1/0.37 of that for the median absolute
  // deviation.
  const double deviation = std::sqrt(2 / (0.37 * static_cast<double>(expected.samples) + kPriorPeers));
  double out = 0;
  for (std::size_t i = 0; i < std::size(kNodes); ++i) {
    out += kWeights[i] * tail_probability(count, expected.mean, expected.dispersion * std::exp(kNodes[i] * deviation));
  }
  return std::clamp(out, 0.0, 1.0);
}

double quantile_above(double p, const Expectation& expected) {
  const auto is_enough = [&](double count) { return surprise_probability(count + 1, expected) <= p; };
  double high = 1;
  while (!is_enough(high) && high < 1e15) high *= 2;
  double low = -1;  // not enough, or below zero
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    (is_enough(middle) ? high : low) = middle;
  }
  return high;
}

double predictive_dispersion(const PeerFit& fit, double common) {
  const double own = shrunken(fit, common);
  return own + variance_of_median(fit, own) / (fit.mean * fit.mean);
}

}  // namespace trailwatch::rules
