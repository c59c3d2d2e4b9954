#pragma once

#include <cstdint>
#include <vector>

namespace trailwatch::report {

// A part of the population within which the random part of the sample was drawn by chance alone.
struct Stratum {
  std::int64_t population = 0;
  // The random part and its answers; what is neither is still open: unanswered or 待查.
  std::int64_t drawn = 0;
  std::int64_t fits = 0;
  std::int64_t fits_not = 0;
  // The risk-weighted part says nothing about the rest, but what it showed is known.
  std::int64_t also_fits = 0;
  std::int64_t also_fits_not = 0;
};

// How many look-ups without an official need (不符) the population probably holds.
struct Estimate {
  std::int64_t population = 0;  // of the strata that anything was drawn from: only for these it speaks
  std::int64_t uncovered = 0;   // of the others
  std::int64_t drawn = 0;
  std::int64_t fits_not = 0;
  std::int64_t open = 0;
  double expected = 0;  // open answers counted as fitting
  // Both inclusive. `low` counts open answers as fitting, `high` as not: whatever they turn out to be, it holds.
  std::int64_t low = 0;
  std::int64_t high = 0;
};

// The stratified estimate Σ N·x/n with the gamma interval for weighted sums of counts, 95 %:
//
//   w = N/n of each stratum, T = Σ w·x, v = Σ w²·x, m = the largest w
//   low  = v/(2T) · χ²(0.025; 2T²/v), 0 when T is 0
//   high = (v + m²)/(2(T + m)) · χ²(0.975; 2(T + m)²/(v + m²))
//
// M. P. Fay and E. J. Feuer, "Confidence intervals for directly standardized rates: a method based on the gamma
// distribution", Statistics in Medicine 16 (1997) 791-801. With equal weights it is the exact Poisson interval (Garwood
// 1936), which is wider than Clopper-Pearson's. Then cut to what is possible: at least as many as were found, at most
// all but those that are known to fit; rounded outwards.
Estimate estimate(const std::vector<Stratum>& strata);

}  // namespace trailwatch::report
