#pragma once

#include <string>
#include <vector>

#include "trailwatch/report/daily.h"

namespace trailwatch::report {

// What followed an alert, in the same words on the page and in the plain text.

// `已查明・列管中・案件第 3 件`; empty for an alert that stands alone and that nobody has decided.
std::string state_line(const AlertPage& page);
// Whole sentences: decision, evidence that changed since, case, watch list, rules that do not count.
std::vector<std::string> follow_up(const AlertPage& page);

// `115/03/03–115/06/30`
std::string period(const SuppressionLine& line);
// `新設`, `9 日後到期`, both or nothing.
std::string period_note(const SuppressionLine& line, LocalDay day);
// `本日 2 件未列出 …`: what the suppressions did that day.
std::string suppressions_line(const DailyReport& report);

}  // namespace trailwatch::report
