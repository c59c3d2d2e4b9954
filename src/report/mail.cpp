#include "trailwatch/report/mail.h"

#include "report/mail_text.h"
#include "report/mail_words.h"
#include "report/shown.h"
#include "report/words.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

MailText daily_mail(const std::vector<DailyReport>& days, std::string_view console_url) {
  return {"【查詢軌跡日報】" + mail_period(days) + mail_counts(days, true), daily_mail_text(days, console_url, false),
          daily_mail_html(days, console_url, false)};
}

MailText digest_mail(const std::vector<DailyReport>& days, std::string_view console_url) {
  return {"【查詢軌跡彙整】" + mail_period(days) + mail_counts(days, false), daily_mail_text(days, console_url, true),
          daily_mail_html(days, console_url, true)};
}

MailText alert_mail(const AlertPage& page, std::string_view agency, const std::vector<std::string>& systems,
                    std::string_view console_url) {
  const std::string place = place_line(page);
  return {"【查詢軌跡警示】" + std::string(to_chinese(page.alert.severity)) + "風險　" + mail_whom(page) +
              (place.empty() ? "" : "　" + shortened(place, kNameLength)) + "　" +
              format_roc_day_weekday(page.alert.day),
          alert_mail_text(page, agency, systems, console_url), alert_mail_html(page, agency, systems, console_url)};
}

MailText notice_mail(std::string_view agency, std::string_view title, const std::vector<std::string>& sentences) {
  return {"【查詢軌跡系統通知】" + std::string(title), notice_mail_text(agency, title, sentences),
          notice_mail_html(agency, title, sentences)};
}

std::vector<std::pair<std::string, std::string>> alert_facts(const AlertPage& page,
                                                             const std::vector<std::string>& systems) {
  std::vector<std::pair<std::string, std::string>> out;
  const std::string place = place_line(page), when = span(page);
  if (!place.empty()) out.emplace_back("單位", shortened(place, kNameLength));
  out.emplace_back("時間", format_roc_day_weekday(page.alert.day) + (when.empty() ? "" : "　" + when));
  out.emplace_back("筆數", with_thousands(page.alert.events) + " 筆");
  std::string names;
  for (const std::string& system : systems) names += (names.empty() ? "" : "、") + system;
  if (!names.empty()) out.emplace_back("系統", shortened(names, kCellLength));
  std::string rules;
  const std::vector<std::int64_t> points = whole_points(page.alert);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const model::Contribution& part = page.alert.contributions[i];
    rules += (rules.empty() ? "" : "、") + std::string(or_word(part.title, part.rule)) + (points[i] < 0 ? " " : " +") +
             std::to_string(points[i]);
  }
  if (!rules.empty()) out.emplace_back("風險分組成", shortened(rules, kSentenceLength));
  if (page.alert.watched) out.emplace_back("列管", "列管中");
  if (page.in_case) {
    out.emplace_back(
        "案件",
        page.in_case->id + (page.in_case->alerts > 1 ? "（第 " + with_thousands(page.in_case->number) + " 件）" : ""));
  }
  out.emplace_back("警示編號", page.alert.id);
  return out;
}

}  // namespace trailwatch::report
