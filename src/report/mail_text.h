#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/report/daily.h"

namespace trailwatch::report {

// The two parts of each mail. They say the same, in the same order.

std::string daily_mail_text(const std::vector<DailyReport>& days, std::string_view console_url, bool digest);
std::string daily_mail_html(const std::vector<DailyReport>& days, std::string_view console_url, bool digest);
std::string alert_mail_text(const AlertPage& page, std::string_view agency, const std::vector<std::string>& systems,
                            std::string_view console_url);
std::string alert_mail_html(const AlertPage& page, std::string_view agency, const std::vector<std::string>& systems,
                            std::string_view console_url);
std::string notice_mail_text(std::string_view agency, std::string_view title,
                             const std::vector<std::string>& sentences);
std::string notice_mail_html(std::string_view agency, std::string_view title,
                             const std::vector<std::string>& sentences);

// What an alert's mail says beside whom and why, as (name, value).
std::vector<std::pair<std::string, std::string>> alert_facts(const AlertPage& page,
                                                             const std::vector<std::string>& systems);

}  // namespace trailwatch::report
