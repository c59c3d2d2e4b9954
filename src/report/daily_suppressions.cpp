#include "report/daily_parts.h"
#include "report/follow_up.h"
#include "report/shown.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

void row(Html& page, const SuppressionLine& line, LocalDay day) {
  page.open("tr");
  page.element("td", line.number > 0 ? with_thousands(line.number) : "無", {{"class", "num"}});
  page.element("td", shortened(or_word(line.whom, "全部"), kCellLength));
  page.open("td").text(shortened(or_word(line.rule, "未命名規則"), kCellLength));
  if (line.one_group) page.element("div", "限同一對象", {{"class", "soft"}});
  page.close();
  page.open("td", {{"class", "nowrap"}}).text(period(line));
  if (const std::string note = period_note(line, day); !note.empty()) page.element("div", note, {{"class", "soft"}});
  page.close();
  page.element("td", with_thousands(line.findings), {{"class", "num"}});
  page.open("td").text(shortened(or_word(line.reason, "無"), kSentenceLength));
  if (!line.by.empty()) page.element("div", "登記 " + shortened(line.by, kNameLength), {{"class", "soft"}});
  page.close().close();
}

}  // namespace

void suppressions_section(Html& page, const DailyReport& report) {
  if (report.suppressions.empty() && report.suppressed_total <= 0) return;
  page.open("section", {{"class", "data"}}).element("h2", "暫停類似警示");
  page.element("p", suppressions_line(report), {{"class", "soft"}});
  page.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
  page.element("th", "號", {{"scope", "col"}, {"class", "num"}});
  for (const std::string_view name : {"人員／單位", "規則", "期間"}) page.element("th", name, {{"scope", "col"}});
  page.element("th", "本日", {{"scope", "col"}, {"class", "num"}}).element("th", "理由", {{"scope", "col"}});
  page.close().close().open("tbody");
  for (const SuppressionLine& line : report.suppressions) row(page, line, report.day);
  page.close().close().close().close();
}

}  // namespace trailwatch::report
