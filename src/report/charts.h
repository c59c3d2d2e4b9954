#pragma once

#include "report/html.h"
#include "trailwatch/report/daily.h"

namespace trailwatch::report {

// The officer among peers, on one strip: peers as dots, the box of their middle half, their median, the officer as a
// diamond. An <svg> with one sentence for those who do not see it. Also drawn without peers: then only the officer
// stands there.
void draw(Html& page, const PeerChart& chart, model::About about);
// Day by day: the officer's line, the peers' median dashed, days off shaded, the last day marked. Nothing for no days.
void draw(Html& page, const DayChart& chart);

// Where an axis from 0 ends and in which steps it is marked, so that `most` fits and labels are round.
struct Axis {
  double step = 1;
  double top = 1;
};
Axis axis_for(double most, int marks_max);

}  // namespace trailwatch::report
