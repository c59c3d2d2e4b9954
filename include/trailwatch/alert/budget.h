#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "trailwatch/model/alert.h"

namespace trailwatch::alert {

// How many alerts a day the office reads, and from which score on.
struct Budget {
  std::int64_t alerts = 20;
  double random_share = 0.1;     // of them drawn at random from what is not listed otherwise
  double threshold = 10;         // lower scores are not listed, even where there is room
  double threshold_watched = 2;  // the same for officers on the watch list; at most `threshold`
};

// Places of a day's list that are drawn: the share, rounded to the nearest, none of fewer than five places.
std::int64_t random_places(const Budget& budget);

// Sets `listed` and `picked` of one day's alerts.
//
// First come the best by score. The bar is lowered for a watched officer by the difference of the two thresholds: the
// alert is in from `threshold_watched` on, and when places are short it is compared as if it had that many points more;
// its score stays. The last places go to alerts drawn from the rest, so that nobody can be sure to stay unseen by
// staying below the line: those whose SHA-256 over `seed` and id is smallest. None are drawn when everything fits.
// Alerts of which nothing counts (all rules suppressed) are never listed.
void choose(std::vector<model::Alert>& alerts, const Budget& budget, std::string_view seed);

// The order of a report: by day, then score, equal ones by id, then those drawn, likewise; then what is not listed.
void sort_for_reading(std::vector<model::Alert>& alerts);
// Best first, whatever is listed: by score, equal ones by id.
void sort_by_score(std::vector<model::Alert>& alerts);

}  // namespace trailwatch::alert
