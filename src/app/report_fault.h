#pragma once

#include <string>

#include "app/workplace.h"

namespace trailwatch::app {

// Under which name the store keeps why the newest report could not be made or written; empty or absent: it could.
constexpr const char* kReportFault = "report_fault";

// An office that waits for its report must hear that it does not come, and from whom it can expect it again: log, every
// channel, `status`. A transaction of its own.
Status tell_report_fault(const Machine& machine, const Workplace& workplace, store::Writer& writer, LocalDay day,
                         const Error& error);
// What `status` tells from now on. A transaction of its own, if it is anything new.
Status set_report_fault(const Machine& machine, store::Writer& writer, const std::string& text);

}  // namespace trailwatch::app
