#pragma once

#include "trailwatch/report/document.h"

namespace trailwatch::report {

// The daily report in the words and the order of the page (daily_html.cpp).
Document daily_document(const DailyReport& report);

}  // namespace trailwatch::report
