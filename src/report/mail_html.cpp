#include <algorithm>
#include <cmath>

#include "report/changes.h"
#include "report/html.h"
#include "report/mail_text.h"
#include "report/mail_words.h"
#include "report/shown.h"
#include "report/words.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

// Mail programs know neither style sheets nor anything but tables; every element bears its own.
constexpr const char* kFont =
    "font-family:'Microsoft JhengHei UI','Microsoft JhengHei','Noto Sans CJK TC','PingFang TC',sans-serif;";
constexpr const char* kSoft = "color:#555555;font-size:13px;line-height:20px;";
constexpr const char* kCell = "padding:8px 6px;border-bottom:1px solid #d9dde3;vertical-align:top;";
constexpr const char* kHeadCell =
    "padding:6px;border-bottom:2px solid #12405f;text-align:left;font-size:13px;white-space:nowrap;";

std::string cell(const char* more = "") {
  return std::string(kCell) + more;
}

std::string badge_style(model::Severity severity) {
  const char* colours = severity == model::Severity::high     ? "color:#9a2c08;background-color:#fdebe3;"
                        : severity == model::Severity::medium ? "color:#6f4b00;background-color:#fff2cc;"
                                                              : "color:#1d4f91;background-color:#e5effb;";
  return std::string(colours) + "padding:2px 6px;font-weight:bold;white-space:nowrap;";
}

void badge(Html& page, const model::Alert& alert) {
  page.element("span",
               std::string(shape(alert.severity)) + std::string(to_chinese(alert.severity)) + " " +
                   std::to_string(std::llround(alert.score)),
               {{"style", badge_style(alert.severity)}});
}

// The frame that all mails share: one column of 720 pixels.
class Sheet {
 public:
  Sheet(std::string_view title, std::string_view agency) {
    page_.literal("<!DOCTYPE html>\n").open("html", {{"lang", "zh-Hant-TW"}}).open("head");
    page_.single("meta", {{"charset", "utf-8"}});
    page_.single("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
    page_.element("title", title).close();
    page_.open("body", {{"style", "margin:0;padding:0;background-color:#f3f4f6;"}});
    page_.open("table", {{"role", "presentation"},
                         {"width", "100%"},
                         {"cellpadding", "0"},
                         {"cellspacing", "0"},
                         {"bgcolor", "#f3f4f6"}});
    page_.open("tr").open("td", {{"align", "center"}, {"style", "padding:16px 8px;"}});
    page_.open("table",
               {{"role", "presentation"},
                {"width", "720"},
                {"cellpadding", "0"},
                {"cellspacing", "0"},
                {"bgcolor", "#ffffff"},
                {"style", std::string(kFont) + "width:100%;max-width:720px;border:1px solid #d9dde3;font-size:15px;"
                                               "line-height:23px;color:#1a1a1a;"}});
    page_.open("tr").open("td", {{"align", "left"}, {"style", "padding:18px 22px;border-top:4px solid #12405f;"}});
    page_.element("h1", title, {{"style", "margin:0 0 2px 0;font-size:20px;line-height:28px;"}});
    page_.element("p", agency, {{"style", std::string(kSoft) + "margin:0 0 12px 0;"}});
  }
  Html& page() { return page_; }
  void heading(std::string_view text) {
    page_.element("h2", text, {{"style", "margin:20px 0 6px 0;font-size:16px;line-height:24px;color:#12405f;"}});
  }
  void say(std::string_view text, const char* style = "") {
    page_.element("p", text, {{"style", std::string("margin:0 0 8px 0;") + style}});
  }
  void list(const std::vector<std::string>& items) {
    page_.open("ul", {{"style", "margin:0 0 8px 0;padding-left:22px;"}});
    for (const std::string& item : items) page_.element("li", item);
    page_.close();
  }
  std::string take() {
    page_.element("p", kMailFoot,
                  {{"style", std::string(kSoft) + "margin:14px 0 0 0;padding-top:10px;border-top:1px solid #d9dde3;"}});
    page_.close().close().close().close().close().close().close().close();
    return std::move(page_).take();
  }

 private:
  Html page_;
};

void alert_row(Html& page, const AlertPage& alert, std::size_t number, std::string_view console_url) {
  const std::string place = place_line(alert), when = span(alert), link = mail_link(console_url, alert);
  page.open("tr");
  page.element("td", std::to_string(number), {{"style", cell("text-align:right;")}});
  page.open("td", {{"style", cell()}});
  badge(page, alert.alert);
  page.close();
  page.open("td", {{"style", cell()}}).element("b", mail_whom(alert));
  page.element("div", shortened(place, kNameLength), {{"style", kSoft}}).close();
  page.open("td", {{"style", cell()}}).text(shortened(or_word(alert.alert.why, "未填"), kSentenceLength));
  page.open("div", {{"style", kSoft}}).text((when.empty() ? "" : when + "　") + "警示編號 ");
  if (link.empty()) {
    page.text(alert.alert.id);
  } else {
    page.element("a", alert.alert.id, {{"href", link}, {"style", "color:#12405f;"}});
  }
  page.text(alert.alert.picked == "random" ? "　隨機抽看" : "").close().close();
  page.element("td", with_thousands(alert.alert.events), {{"style", cell("text-align:right;white-space:nowrap;")}});
  page.close();
}

void alerts_table(Html& page, const DailyReport& day, std::string_view console_url) {
  page.open(
      "table",
      {{"width", "100%"}, {"cellpadding", "0"}, {"cellspacing", "0"}, {"style", "font-size:15px;line-height:22px;"}});
  page.open("tr");
  page.element("th", "序", {{"style", kHeadCell}, {"width", "4%"}});
  page.element("th", "風險", {{"style", kHeadCell}, {"width", "12%"}});
  page.element("th", "人員／單位", {{"style", kHeadCell}, {"width", "28%"}});
  page.element("th", "為何列入", {{"style", kHeadCell}});
  page.element("th", "筆數", {{"style", std::string(kHeadCell) + "text-align:right;"}, {"width", "8%"}}).close();
  for (std::size_t i = 0; i < std::min(day.alerts.size(), kMailAlerts); ++i) {
    alert_row(page, day.alerts[i], i + 1, console_url);
  }
  page.close();
}

void changes(Sheet& sheet, const DailyReport& day) {
  const std::string line = changes_line(day);
  if (line.empty()) return;
  sheet.heading(kChangesTitle);
  sheet.say(line, kSoft);
  std::vector<std::string> items;
  for (const LateDay& late : day.late) items.push_back(late_sentence(late));
  for (const ChangeLine& change : day.changes) {
    items.push_back(std::string(change_word(change)) + "　" + format_roc_day_weekday(change.day) + "　" +
                    shortened(change.whom, kCellLength) + "　" + shortened(change.sentence, kSentenceLength) +
                    "　警示編號 " + change.alert);
  }
  sheet.list(items);
}

}  // namespace

std::string daily_mail_html(const std::vector<DailyReport>& days, std::string_view console_url, bool digest) {
  Sheet sheet((digest ? "查詢軌跡彙整　" : "查詢軌跡日報　") + mail_period(days), days.back().agency);
  sheet.say(mail_lead(days, !digest), "font-size:17px;line-height:26px;font-weight:bold;");
  if (const std::vector<std::string> wrong = mail_faults(days); !digest && !wrong.empty()) {
    sheet.heading("▲ 資料不完整");
    sheet.list(wrong);
    sheet.say("補齊前，上列來源的警示可能不完整；補齊後新增者會列為「補登」。", kSoft);
  }
  for (const DailyReport& day : days) {
    if (digest && day.alerts.empty()) continue;
    sheet.heading("今日應看　" + format_roc_day_weekday(day.day));
    if (day.alerts.empty()) sheet.say("本日沒有待處理的警示。");
    if (!day.alerts.empty()) alerts_table(sheet.page(), day, console_url);
    if (day.alerts.size() > kMailAlerts) {
      sheet.say("其餘 " + with_thousands(static_cast<std::int64_t>(day.alerts.size() - kMailAlerts)) + " 件見附件。");
    }
    if (const std::string more = digest ? "" : beyond_line(day); !more.empty()) {
      sheet.say(more, "padding-top:8px;color:#555555;font-size:13px;");
    }
  }
  sheet.say(kNeutral, "padding-top:8px;font-weight:bold;");
  for (const DailyReport& day : days) {
    if (digest) break;
    changes(sheet, day);
    if (const std::vector<std::string> lines = mail_suppressions(day); !lines.empty()) {
      sheet.heading("暫停類似警示（新設或將到期）　" + format_roc_day_weekday(day.day));
      sheet.list(lines);
    }
  }
  for (const DailyReport& day : days) sheet.say(format_roc_day(day.day) + "　" + mail_cut(day), kSoft);
  if (!digest && !days.back().checkpoint.empty()) {
    sheet.say("檢查點（收信人之信箱即為見證，請保留本信）：", kSoft);
    sheet.page().element("pre", shown_with_lines(trim(days.back().checkpoint)),
                         {{"style", "margin:0;white-space:pre-wrap;word-break:break-all;font-size:11px;"}});
  }
  return sheet.take();
}

std::string alert_mail_html(const AlertPage& alert, std::string_view agency, const std::vector<std::string>& systems,
                            std::string_view console_url) {
  Sheet sheet("查詢軌跡警示", agency);
  Html& page = sheet.page();
  page.open("p", {{"style", "margin:0 0 8px 0;font-size:17px;line-height:26px;"}});
  badge(page, alert.alert);
  page.text("　").element("b", mail_whom(alert)).close();
  sheet.say(shortened(or_word(alert.alert.why, "未填"), kSentenceLength), "font-size:17px;line-height:26px;");
  page.open(
      "table",
      {{"width", "100%"}, {"cellpadding", "0"}, {"cellspacing", "0"}, {"style", "font-size:15px;line-height:22px;"}});
  for (const auto& [name, value] : alert_facts(alert, systems)) {
    page.open("tr").element(
        "th", name, {{"scope", "row"}, {"width", "18%"}, {"style", cell("text-align:left;white-space:nowrap;")}});
    page.element("td", value, {{"style", cell()}}).close();
  }
  page.close();
  if (const std::string link = mail_link(console_url, alert); !link.empty()) {
    page.open("p", {{"style", "margin:12px 0 8px 0;"}});
    page.element("a", "於稽核系統檢視", {{"href", link}, {"style", "color:#12405f;"}}).close();
  }
  sheet.say(kNeutral, "padding-top:8px;font-weight:bold;");
  return sheet.take();
}

std::string notice_mail_html(std::string_view agency, std::string_view title,
                             const std::vector<std::string>& sentences) {
  Sheet sheet(title, agency);
  for (const std::string& sentence : sentences) sheet.say(shortened(sentence, 600));
  return sheet.take();
}

}  // namespace trailwatch::report
