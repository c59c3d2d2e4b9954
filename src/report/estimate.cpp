#include "trailwatch/report/estimate.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

namespace trailwatch::report {

namespace {

constexpr double kTail = 0.025;

// Quantile of the chi-square distribution; both arguments are always well inside its range.
double chi_square(double share, double degrees) {
  return 2 * boost::math::gamma_p_inv(degrees / 2, share);
}

struct Sums {
  double total = 0;     // T
  double variance = 0;  // v
};

double low_bound(const Sums& sums) {
  if (sums.total <= 0) return 0;
  return sums.variance / (2 * sums.total) * chi_square(kTail, 2 * sums.total * sums.total / sums.variance);
}

double high_bound(const Sums& sums, double heaviest) {
  const double total = sums.total + heaviest, variance = sums.variance + heaviest * heaviest;
  return variance / (2 * total) * chi_square(1 - kTail, 2 * total * total / variance);
}

}  // namespace

Estimate estimate(const std::vector<Stratum>& strata) {
  Estimate out;
  Sums least, most;
  double heaviest = 0;
  std::int64_t known_fits = 0, known_fits_not = 0;
  for (const Stratum& stratum : strata) {
    if (stratum.drawn <= 0) {
      out.uncovered += stratum.population;
      continue;
    }
    const std::int64_t open = stratum.drawn - stratum.fits - stratum.fits_not;
    const double weight = static_cast<double>(stratum.population) / static_cast<double>(stratum.drawn);
    const auto found = static_cast<double>(stratum.fits_not), at_most = static_cast<double>(stratum.fits_not + open);
    least.total += weight * found;
    least.variance += weight * weight * found;
    most.total += weight * at_most;
    most.variance += weight * weight * at_most;
    heaviest = std::max(heaviest, weight);
    out.population += stratum.population;
    out.drawn += stratum.drawn;
    out.fits_not += stratum.fits_not;
    out.open += open;
    known_fits += stratum.fits + stratum.also_fits;
    known_fits_not += stratum.fits_not + stratum.also_fits_not;
  }
  if (out.drawn == 0) return out;
  const auto at_least = static_cast<double>(known_fits_not),
             possible = static_cast<double>(out.population - known_fits);
  const auto within = [&](double count) { return std::clamp(count, at_least, std::max(at_least, possible)); };
  out.expected = within(least.total);
  // A hair is given back before rounding, so that 12.000000001 does not become 13.
  out.low = static_cast<std::int64_t>(std::floor(within(low_bound(least)) + 1e-6));
  out.high = static_cast<std::int64_t>(std::ceil(within(high_bound(most, heaviest)) - 1e-6));
  return out;
}

}  // namespace trailwatch::report
