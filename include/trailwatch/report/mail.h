#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trailwatch/report/daily.h"

// What goes out by mail. No row of evidence, no identifier of a subject, masked or not, and no free text that a person
// typed: a mailbox is read on telephones and forwarded. Case numbers, units, masked names of officers, and why.
namespace trailwatch::report {

// Both parts say the same. HTML for mail programs: tables of 720 pixels, styles in the elements, no picture, no script,
// at most 100 KB. Text: lines of at most 78 columns.
struct MailText {
  std::string subject;
  std::string text;
  std::string html;
};

// The same report without what a mail must not hold; alerts about a subject stand without its token.
DailyReport for_mail(DailyReport report);

// The mail that goes out with the reports of `days` (oldest first, at least one), which were issued together: after a
// weekend there are several. `console_url`: where links lead; empty: none.
MailText daily_mail(const std::vector<DailyReport>& days, std::string_view console_url);
// The same for those who are told of some alerts only: their alerts, nothing about sources and suppressions.
MailText digest_mail(const std::vector<DailyReport>& days, std::string_view console_url);
// One alert, at once. `systems`: for people, `戶政`.
MailText alert_mail(const AlertPage& page, std::string_view agency, const std::vector<std::string>& systems,
                    std::string_view console_url);
// Something about trailwatch itself: a heading and what happened, what is safe, what to do.
MailText notice_mail(std::string_view agency, std::string_view title, const std::vector<std::string>& sentences);

}  // namespace trailwatch::report
