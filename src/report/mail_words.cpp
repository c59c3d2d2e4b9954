#include "report/mail_words.h"

#include <algorithm>

#include "report/follow_up.h"
#include "report/shown.h"
#include "report/words.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/mail.h"

namespace trailwatch::report {

namespace {

constexpr std::string_view kNoSubject = "同一查詢對象";

std::int64_t count_high(const std::vector<DailyReport>& days) {
  std::int64_t out = 0;
  for (const DailyReport& day : days) {
    out += std::count_if(day.alerts.begin(), day.alerts.end(),
                         [](const AlertPage& page) { return page.alert.severity == model::Severity::high; });
  }
  return out;
}

std::int64_t count_alerts(const std::vector<DailyReport>& days) {
  std::int64_t out = 0;
  for (const DailyReport& day : days) out += static_cast<std::int64_t>(day.alerts.size());
  return out;
}

// Sources that are not well on any of the days.
std::int64_t count_bad_sources(const std::vector<DailyReport>& days) {
  std::vector<std::string> bad;
  for (const DailyReport& day : days) {
    for (const auto& [source, sentence] : faults(day)) bad.push_back(source);
  }
  std::sort(bad.begin(), bad.end());
  return std::unique(bad.begin(), bad.end()) - bad.begin();
}

}  // namespace

DailyReport for_mail(DailyReport report) {
  for (AlertPage& page : report.alerts) {
    page.evidence.clear();
    page.evidence_omitted = 0;
    page.evidence_withheld = true;
    if (page.alert.key.about == model::About::subject) {
      page.alert.key.name.clear();
      page.name = kNoSubject;
    }
    if (page.alert.decision) page.alert.decision->entry.reason = "（理由不列於信件）";
    for (model::Suppressed& one : page.alert.suppressed) one.reason.clear();
  }
  for (SuppressionLine& line : report.suppressions) line.reason = "不列於信件";
  return report;
}

std::string mail_period(const std::vector<DailyReport>& days) {
  std::string out = format_roc_day_long(days.front().day);
  if (days.size() == 1) return out;
  std::string last = format_roc_day_long(days.back().day);
  if (to_civil(days.front().day).year == to_civil(days.back().day).year) last.erase(0, last.find("年") + 3);
  return out + "至" + last;
}

std::string mail_counts(const std::vector<DailyReport>& days, bool with_sources) {
  const std::int64_t alerts = count_alerts(days), high = count_high(days);
  const std::int64_t bad = with_sources ? count_bad_sources(days) : 0;
  std::string out = alerts == 0 ? "沒有待處理的警示" : "需看 " + with_thousands(alerts) + " 件";
  if (high > 0) out += "，高風險 " + with_thousands(high) + " 件";
  if (bad > 0) out += "，資料不完整：來源異常 " + with_thousands(bad) + " 件";
  return out;
}

std::string mail_lead(const std::vector<DailyReport>& days, bool with_sources) {
  std::int64_t events = 0, explained = 0;
  for (const DailyReport& day : days) {
    events += day.events;
    explained += day.explained_events;
  }
  std::string out = mail_period(days) + "：" + mail_counts(days, with_sources) + "。";
  if (!with_sources) return out;
  out += "已讀取 " + with_thousands(events) + " 筆查詢紀錄";
  if (explained > 0) {
    const std::int64_t tenths = explained * 1000 / std::max<std::int64_t>(1, events);
    out += "（" + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "% 有公務依據）";
  }
  return out + "。";
}

std::vector<std::string> mail_faults(const std::vector<DailyReport>& days) {
  std::vector<std::string> out;
  for (const DailyReport& day : days) {
    for (const auto& [source, sentence] : faults(day)) {
      std::string line = source + "　" + shortened(sentence);
      if (std::find(out.begin(), out.end(), line) == out.end()) out.push_back(std::move(line));
    }
  }
  return out;
}

std::string mail_whom(const AlertPage& page) {
  if (page.alert.key.about == model::About::subject) return std::string(kNoSubject);
  std::string out = shortened(or_word(page.name, "未具名"), kNameLength);
  if (!staff_id(page).empty()) out += " " + std::string(staff_id(page));
  return out;
}

std::string mail_link(std::string_view console_url, const AlertPage& page) {
  return console_url.empty() ? "" : std::string(console_url) + "/alerts/" + page.alert.id;
}

std::vector<std::string> mail_suppressions(const DailyReport& report) {
  std::vector<std::string> out;
  for (const SuppressionLine& line : report.suppressions) {
    const std::string note = period_note(line, report.day);
    if (note.empty()) continue;
    out.push_back((line.number > 0 ? "第 " + with_thousands(line.number) + " 號　" : "") +
                  shortened(or_word(line.whom, "全部"), kCellLength) + "　" +
                  shortened(or_word(line.rule, "未命名規則"), kCellLength) + "　" + period(line) + "　" + note +
                  (line.by.empty() ? "" : "　登記 " + shortened(line.by, kNameLength)));
  }
  return out;
}

std::string mail_cut(const DailyReport& report) {
  return "紀錄庫 " + with_thousands(report.log_size) + " 筆　處理紀錄至第 " + with_thousands(report.decisions_cut) +
         " 號　規則版本 " + std::string(or_word(report.rules_version, "無")) + "　參考資料版本 " +
         std::string(or_word(report.reference_version, "無")) + "　資料截至 " + format_roc_minute(report.made_at);
}

}  // namespace trailwatch::report
