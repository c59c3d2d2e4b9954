#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/report/daily.h"

namespace trailwatch::report {

// What both parts of a mail say.

// `115年3月2日（一）`, `115年3月6日（五）至3月8日（日）`
std::string mail_period(const std::vector<DailyReport>& days);
// `需看 20 件，高風險 4 件，來源異常 1 件`; what there is nothing of is left out, and that there is nothing is said.
std::string mail_counts(const std::vector<DailyReport>& days, bool with_sources);
// The one sentence at the top.
std::string mail_lead(const std::vector<DailyReport>& days, bool with_sources);
// Why the alerts of these days may not be complete, each reason once: `車籍　序號 1–2 缺 2 筆`.
std::vector<std::string> mail_faults(const std::vector<DailyReport>& days);
// `林○德 B10427`; an alert about a subject names nobody.
std::string mail_whom(const AlertPage& page);
// `https://…/alerts/5b1c…`; empty without a console.
std::string mail_link(std::string_view console_url, const AlertPage& page);
// Suppressions that are new or end within two weeks, as sentences.
std::vector<std::string> mail_suppressions(const DailyReport& report);
// `紀錄庫 1,234 筆　處理紀錄至第 5 號　規則版本 …`
std::string mail_cut(const DailyReport& report);
inline constexpr std::string_view kMailFoot =
    "密件　本信由稽核系統自動寄出，不含查詢對象之個人資料；請勿轉寄或任意複製，勿直接回覆。";
// Alerts of one day that a mail lists.
inline constexpr std::size_t kMailAlerts = 40;

}  // namespace trailwatch::report
