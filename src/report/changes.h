#pragma once

#include <string>
#include <vector>

#include "trailwatch/report/daily.h"

namespace trailwatch::report {

// What earlier reports did not know, in the same words on the page, in the plain text and in mails.

inline constexpr std::string_view kChangesTitle = "補登與撤回";
// What this section is; empty when there is nothing to say.
std::string changes_line(const DailyReport& report);
// `補登` or `撤回`
std::string_view change_word(const ChangeLine& change);
// `115/03/01（日）晚到 412 筆紀錄`
std::string late_sentence(const LateDay& late);

}  // namespace trailwatch::report
