#pragma once

#include "report/pdf_canvas.h"
#include "trailwatch/report/daily.h"

namespace trailwatch::report {

constexpr double kChartCm = 2.75;  // how high a picture is

// The pictures of charts.h on paper, black and grey; `x`, `y` is the upper left corner.
void draw(PdfCanvas& canvas, double x, double y, double width, const PeerChart& chart);
void draw(PdfCanvas& canvas, double x, double y, double width, const DayChart& chart);

}  // namespace trailwatch::report
