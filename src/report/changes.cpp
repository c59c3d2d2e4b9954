#include "report/changes.h"

#include <algorithm>

#include "report/daily_parts.h"
#include "report/shown.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

std::string changes_line(const DailyReport& report) {
  if (report.changes.empty() && report.late.empty()) return "";
  const auto withdrawn = std::count_if(report.changes.begin(), report.changes.end(),
                                       [](const ChangeLine& change) { return change.withdrawn; });
  const auto added = static_cast<std::int64_t>(report.changes.size()) - withdrawn;
  return "先前日報發出後，因紀錄晚到或規則、參考資料更新：補登 " + with_thousands(added) + " 件、撤回 " +
         with_thousands(withdrawn) + " 件。先前日報不更動。";
}

std::string_view change_word(const ChangeLine& change) {
  return change.withdrawn ? "撤回" : "補登";
}

std::string late_sentence(const LateDay& late) {
  return format_roc_day_weekday(late.day) + "晚到 " + with_thousands(late.events) + " 筆紀錄";
}

void changes_section(Html& page, const DailyReport& report) {
  const std::string line = changes_line(report);
  if (line.empty()) return;
  page.open("section", {{"class", "data"}}).element("h2", kChangesTitle).element("p", line, {{"class", "soft"}});
  for (const LateDay& late : report.late) page.element("p", late_sentence(late));
  if (!report.changes.empty()) {
    page.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
    for (const std::string_view name : {"類別", "日期", "人員／單位", "說明", "警示編號"}) {
      page.element("th", name, {{"scope", "col"}});
    }
    page.close().close().open("tbody");
    for (const ChangeLine& change : report.changes) {
      page.open("tr").element("td", change_word(change), {{"class", "nowrap"}});
      page.element("td", format_roc_day_weekday(change.day), {{"class", "nowrap"}});
      page.element("td", shortened(or_word(change.whom, "未具名"), kCellLength));
      page.element("td", shortened(or_word(change.sentence, "無"), kSentenceLength));
      page.element("td", change.alert, {{"class", "nowrap"}}).close();
    }
    page.close().close().close();
  }
  page.close();
}

}  // namespace trailwatch::report
