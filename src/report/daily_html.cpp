#include <algorithm>
#include <utility>

#include "report/daily_parts.h"
#include "report/follow_up.h"
#include "report/html.h"
#include "report/shown.h"
#include "report/words.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

// The first page is for the alerts; the table of sources lists every fault.
constexpr std::size_t kFaultsMax = 8;

void page_head(Html& page, const DailyReport& report) {
  page.open("head");
  page.single("meta", {{"charset", "utf-8"}});
  page.single("meta", {{"http-equiv", "Content-Security-Policy"},
                       {"content", "default-src 'none'; style-src 'unsafe-inline'"}});
  page.single("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.single("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
  page.element("title", "查詢軌跡日報 " + format_roc_day_long(report.day) + " " + report.agency);
  style_sheet(page, report.day);
  page.close();
}

void title(Html& page, const DailyReport& report) {
  page.open("header", {{"class", "top"}}).open("div").element("h1", "查詢軌跡日報");
  page.open("p", {{"class", "day"}})
      .element("b", format_roc_day_long(report.day))
      .text("　")
      .text(report.agency)
      .close();
  page.element("p", "本報告含個人資料之遮罩內容，僅供業務查核，請勿轉寄或任意複製。", {{"class", "soft"}});
  page.close().element("span", "密件", {{"class", "secret"}}).close();
}

void lead(Html& page, const DailyReport& report) {
  const auto wrong = faults(report);
  page.element("p", (wrong.empty() ? "" : "資料不完整：") + headline(report) + "。", {{"class", "lead"}});
  page.element("p", read_line(report), {{"class", "soft"}});
  if (wrong.empty()) return;
  page.open("section", {{"class", "fault"}}).element("h2", "▲ 資料不完整").open("ul");
  for (std::size_t i = 0; i < std::min(wrong.size(), kFaultsMax); ++i) {
    page.open("li").element("b", wrong[i].first).text("　").text(shortened(wrong[i].second)).close();
  }
  if (wrong.size() > kFaultsMax) {
    const auto more = static_cast<std::int64_t>(wrong.size() - kFaultsMax);
    page.element("li", "另有 " + with_thousands(more) + " 項，見「資料來源完整性」。");
  }
  page.close()
      .element("p", "補齊前，上列來源的警示可能不完整；補齊後新增者會列為「補登」。", {{"class", "soft"}})
      .close();
}

void figures(Html& page, const DailyReport& report) {
  const auto figure = [&](std::string_view name, std::int64_t number) {
    page.open("div").element("dt", name).element("dd", with_thousands(number)).close();
  };
  page.open("dl", {{"class", "figures"}});
  figure("查詢紀錄（筆）", report.events);
  figure("查詢人員（人）", report.officers);
  figure("查詢對象（個）", report.subjects);
  figure("非勤務時間（筆）", report.off_duty_events);
  figure("事由未填（筆）", report.no_reason_events);
  figure("全部警示（件）", report.alerts_total);
  page.close();
}

void overview_row(Html& page, const AlertPage& alert, std::size_t number) {
  const std::string place = place_line(alert), when = span(alert);
  page.open("tr");
  page.open("td", {{"class", "num"}});
  page.element("a", std::to_string(number), {{"href", "#a" + std::to_string(number)}}).close();
  page.open("td", {{"class", "nowrap"}});
  badge(page, alert.alert);
  page.close();
  page.open("td").element("b", shortened(or_word(alert.name, "未具名"), kNameLength)).text(" ");
  if (!staff_id(alert).empty()) page.element("small", staff_id(alert));
  page.open("div", {{"class", "soft"}}).text(shortened(place, kNameLength)).close().close();
  page.open("td").text(shortened(or_word(alert.alert.why, "未填"), kSentenceLength));
  if (const std::string state = state_line(alert); !state.empty()) page.element("div", state, {{"class", "soft"}});
  page.close();
  page.element("td", when.empty() ? "無" : when, {{"class", "nowrap"}});
  page.element("td", with_thousands(alert.alert.events), {{"class", "num"}});
  page.close();
}

void overview(Html& page, const DailyReport& report) {
  if (!report.alerts.empty()) {
    page.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
    page.element("th", "序", {{"scope", "col"}, {"class", "num"}});
    page.element("th", "風險", {{"scope", "col"}}).element("th", "人員／單位", {{"scope", "col"}, {"class", "whom"}});
    page.element("th", "為何列入", {{"scope", "col"}}).element("th", "時段", {{"scope", "col"}, {"class", "when"}});
    page.element("th", "筆數", {{"scope", "col"}, {"class", "num"}}).close().close().open("tbody");
    for (std::size_t i = 0; i < report.alerts.size(); ++i) overview_row(page, report.alerts[i], i + 1);
    page.close().close().close();
  }
  page.open("p", {{"class", "after"}}).text(beyond_line(report)).element("b", kNeutral).close();
}

void foot(Html& page, const DailyReport& report) {
  page.open("footer", {{"class", "foot"}});
  page.element("p", "規則版本 " + std::string(or_word(report.rules_version, "無")) + "　參考資料版本 " +
                        std::string(or_word(report.reference_version, "無")) + "　紀錄庫 " +
                        with_thousands(report.log_size) + " 筆　處理紀錄至第 " + with_thousands(report.decisions_cut) +
                        " 號　資料截至 " + format_roc_minute(report.made_at));
  page.element("p",
               "每日列出 " + with_thousands(report.budget) +
                   " 件以內，依風險分排列，隨機抽看者列於最後。查詢對象與姓名均已遮罩；調閱明碼須填寫事由並留存紀錄。");
  if (!report.checkpoint.empty()) page.element("p", "檢查點").element("pre", shown_with_lines(report.checkpoint));
  page.close();
}

}  // namespace

std::string to_html(const DailyReport& report) {
  Html page;
  page.literal("<!DOCTYPE html>\n").open("html", {{"lang", "zh-Hant-TW"}});
  page_head(page, report);
  page.open("body").open("main");
  title(page, report);
  lead(page, report);
  figures(page, report);
  overview(page, report);
  for (std::size_t i = 0; i < report.alerts.size(); ++i) alert_section(page, report.alerts[i], i + 1);
  changes_section(page, report);
  suppressions_section(page, report);
  sources_section(page, report);
  foot(page, report);
  page.close().close().close();
  return std::move(page).take();
}

}  // namespace trailwatch::report
