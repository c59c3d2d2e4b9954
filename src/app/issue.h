#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/workplace.h"
#include "trailwatch/report/daily.h"

namespace trailwatch::app {

// When a report goes out: at `report_at` of the first working day after its own day. Without a calendar, Monday to
// Friday work.
LocalDay sending_day(const Workplace& workplace, LocalDay day);

// The days whose reports are due and not issued yet, oldest first. `newest`: the newest day that has one. Without any
// only the last closed day is due, whatever the calendar says: who has just installed this wants to see something. At
// most kCatchUpDays, the newest ones.
constexpr std::int32_t kCatchUpDays = 62;
std::vector<LocalDay> due_reports(const Workplace& workplace, std::optional<LocalDay> newest, Instant now);

// Issues the reports of these days (oldest first) in one transaction: what they say is kept as it is, what it differs
// from earlier ones by stands in the newest as 補登 or 撤回, and the mails are queued. After that nothing changes them.
// `made_at`: printed in them; the hour they were due.
Status issue_reports(const Machine& machine, const Workplace& workplace, store::Writer& writer,
                     const std::vector<LocalDay>& days, LocalTime made_at);

// `html`, `json` …: as what it was issued. Older versions issued fewer.
std::vector<std::string> formats_of(const store::KeptReport& report);
// Whether the content went with its month's secret; the hashes stay.
bool is_erased(const store::KeptReport& report);

// Writes a kept report's files below `directory` where they are not there as issued; their paths. Fails when the
// content is gone with its month's secret.
Result<std::vector<std::string>> write_kept(const Machine& machine, const store::KeptReport& report,
                                            const std::string& directory, const std::vector<std::string>& formats);

}  // namespace trailwatch::app
