#pragma once

#include <cstddef>
#include <vector>

namespace trailwatch::rules {

// Statistics of counts that vary more than chance alone would make them. Pure; every sum runs in a fixed order, so that
// the same counts give the same bits.

// ln Γ(x), x > 0. Stirling's series (DLMF 5.11.1) after shifting x upwards by Γ(x+1) = x·Γ(x). The C library's lgamma
// is not used, since it writes to a global variable.
double log_gamma(double x);

// The regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1, by its continued fraction (DLMF 8.17.22).
double incomplete_beta(double x, double a, double b);

// P(Y >= count) for a negative binomial Y with this mean (> 0) and variance mean + dispersion · mean² (dispersion > 0):
// a Poisson count whose rate varies between people as a gamma variable of shape 1/dispersion does. Equal to I_q(count,
// 1/dispersion) with q = mean / (mean + 1/dispersion) (DLMF 8.17.24).
double tail_probability(double count, double mean, double dispersion);

// The p-values adjusted after Benjamini and Hochberg (1995): rejecting those up to q keeps the expected share of false
// alarms among all alarms at most q.
std::vector<double> adjust_false_alarms(const std::vector<double>& p_values);

// Of a sorted list, one element left out; at least one must remain.
double median_without(const std::vector<double>& sorted, std::size_t left_out);

// What the peers of somebody do.
struct PeerFit {
  double median = 0;
  double spread = 0;      // robust standard deviation
  double dispersion = 0;  // of the peers alone, before shrinkage; 0 when they vary no more than Poisson counts
  double mean = 0;        // expected count
  std::size_t peers = 0;
};

// Fits `sorted` without one element (whose own count must not hide itself) by medians, so that up to a quarter of
// strange peers changes little:
//
//   spread      1.4826 · the larger of the median absolute deviation and of what the upper quartile lies above the
//   median
//               (counts lean to the right, and the right is the side that is tested)
//   dispersion  (spread² - median) / median², at least 0
//   mean        median, raised by what a gamma variable's mean lies above its median (about shape / (shape - 1/3))
PeerFit fit_peers(const std::vector<double>& sorted, std::size_t left_out);
// The same with nobody left out, for the periods of somebody's own past; at least one.
PeerFit fit_all(const std::vector<double>& sorted);

// The dispersion to expect of a new count: the peers' own, drawn towards `common` (that of all groups) with the weight
// of kPriorPeers peers, never below kDispersionMin, plus the uncertainty of a median of so few.
double predictive_dispersion(const PeerFit& fit, double common);

// What a count is expected to be: a negative binomial whose dispersion was estimated from `samples` numbers.
struct Expectation {
  double mean = 0;
  double dispersion = 0;
  std::size_t samples = 0;
};
// By the peers alone.
Expectation expect_by_peers(const PeerFit& peers, double common);
// By somebody's own past alone: periods instead of peers, `trend` how much more everybody does than usual (at least 1).
Expectation expect_by_past(const PeerFit& past, double common, double trend);
// By both, weighted by how much each of them knows: the own rate is a draw from the peers' (mean and variance of their
// expectation, which is at least as large as the own past's distance from them), and the past has measured it with the
// error of a median of so many periods (normal approximation of the gamma-Poisson posterior).
Expectation expect_by_both(const PeerFit& past, double common_past, double trend, const PeerFit& peers,
                           double common_peers);

// P(a new count >= `count`): the tail, averaged over how uncertain the dispersion of so few samples is (log-normal,
// five points).
double surprise_probability(double count, const Expectation& expected);
// The smallest count that a new one exceeds with a probability of at most `p`.
double quantile_above(double p, const Expectation& expected);

// A compromise: small units lean on the county, a unit of thirty mostly on itself.
constexpr double kPriorPeers = 10;
// Two colleagues with the same work still differ by a fifth: no group is trusted to be more alike than that.
constexpr double kDispersionMin = 0.04;

}  // namespace trailwatch::rules
