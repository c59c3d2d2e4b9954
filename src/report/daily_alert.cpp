#include <algorithm>
#include <cmath>

#include "report/charts.h"
#include "report/daily_parts.h"
#include "report/follow_up.h"
#include "report/shown.h"
#include "report/words.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

std::string_view css(model::Severity severity) {
  switch (severity) {
    case model::Severity::high:
      return "badge high";
    case model::Severity::medium:
      return "badge medium";
    case model::Severity::low:
      return "badge low";
  }
  return "badge low";
}

std::string signed_points(std::int64_t points) {
  return (points < 0 ? "" : "+") + with_thousands(points);
}

void head(Html& page, const AlertPage& alert, std::size_t number) {
  const std::string place = place_line(alert), when = span(alert);
  page.open("header", {{"class", "head"}}).open("h2");
  page.element("span", with_thousands(static_cast<std::int64_t>(number)) + ".");
  badge(page, alert.alert);
  page.element("span", shortened(or_word(alert.name, "未具名"), kNameLength));
  if (!staff_id(alert).empty()) page.element("small", staff_id(alert));
  if (!place.empty()) page.element("small", shortened(place, kNameLength));
  page.close();
  page.element("p", shortened(or_word(alert.alert.why, "未填"), kSentenceLength), {{"class", "why"}});
  page.element("p",
               format_roc_day_weekday(alert.alert.day) + (when.empty() ? "" : "　" + when) + "　佐證 " +
                   with_thousands(alert.alert.events) + " 筆" +
                   (alert.alert.picked == "random" ? "　隨機抽看（不依風險分）" : "") + "　警示編號 " + alert.alert.id,
               {{"class", "soft"}});
  for (const std::string& line : follow_up(alert)) page.element("p", line, {{"class", "state"}});
  page.close();
}

void bar(Html& page, double share) {
  const double width = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) * 100 : 0;
  page.open("svg",
            {{"viewBox", "0 0 100 9"}, {"preserveAspectRatio", "none"}, {"class", "bar"}, {"aria-hidden", "true"}});
  page.single("rect", {{"width", "100"}, {"height", "9"}, {"class", "track"}});
  page.single("rect", {{"width", coordinate(width)}, {"height", "9"}, {"class", "fill"}});
  page.close();
}

void contributions(Html& page, const AlertPage& alert) {
  const std::vector<std::int64_t> points = whole_points(alert.alert);
  double most = 0;
  for (const model::Contribution& part : alert.alert.contributions) most = std::max(most, part.points);
  page.open("div").open("h3").text("風險分組成　");
  page.element("small", "合計 " + with_thousands(std::llround(alert.alert.score)) + " 分").close();
  for (std::size_t i = 0; i < points.size(); ++i) {
    const model::Contribution& part = alert.alert.contributions[i];
    page.open("section", {{"class", "part"}}).open("div");
    page.element("b", or_word(part.title, part.rule));
    // A full bar is 50 points, or the longest part where one has more: bars of two alerts can be compared.
    bar(page, part.points / std::max(most, 50.0));
    page.element("span", signed_points(points[i]), {{"class", "num"}});
    page.close();
    if (!part.sentence.empty()) page.element("p", shortened(part.sentence, kSentenceLength));
    page.close();
  }
  if (points.empty()) page.element("p", "沒有分項資料。", {{"class", "soft"}});
  page.close();
}

void normal_if(Html& page, const AlertPage& alert) {
  page.open("div").element("h3", "有下列情形即屬正常");
  page.open("ul", {{"class", "checks"}});
  for (const std::string& item : alert.normal_if) page.element("li", "□ " + shortened(item));
  if (alert.normal_if.empty()) page.element("li", "□ 經查有公務依據");
  page.close();
  if (alert.alert.key.about == model::About::officer) {
    page.open("p", {{"class", "duty"}}).element("b", "當日勤務").text("　");
    page.text(or_word(alert.duty, "無勤務資料")).close();
  }
  page.element("p", kNeutral, {{"class", "key"}});
  page.close();
}

void peers(Html& page, const PeerChart& chart, model::About about) {
  page.open("figure").open("h3").text(or_word(chart.title, "與同儕比較")).text("　");
  page.element("small", chart.peers_label).close();
  draw(page, chart, about);
  page.open("p", {{"class", "key"}}).element("b", "◆").text(" ").text(self_word(about));
  page.text(chart.peers.empty() ? "" : "　● 同儕　▭ 中間一半與中位數").close();
  page.element("p", sentence(chart, about), {{"class", "key"}});
  if (!chart.peers.empty() && chart.peers.size() <= 60) {
    std::vector<std::int64_t> sorted = chart.peers;
    std::sort(sorted.begin(), sorted.end());
    std::string values;
    for (const std::int64_t value : sorted) values += (values.empty() ? "" : "、") + with_thousands(value);
    page.element("p", "同儕各值：" + values, {{"class", "key"}});
  }
  page.close();
}

void days(Html& page, const DayChart& chart, model::About about) {
  page.open("figure").element("h3", "每日查詢筆數");
  draw(page, chart);
  std::string key = "— " + std::string(self_word(about));
  if (chart.peer_median.size() == chart.own.size()) key += "　- - 同儕中位數";
  if (chart.day_off.size() == chart.own.size()) key += "　淺底 放假日";
  page.element("p", key, {{"class", "key"}});
  page.element("p", sentence(chart), {{"class", "key"}});
  if (!chart.own.empty() && chart.own.size() <= 45) {
    std::string values;
    for (const auto& [day, number] : chart.own) values += (values.empty() ? "" : "、") + with_thousands(number);
    page.element("p", "自 " + month_day(chart.own.front().first) + " 起每日：" + values, {{"class", "key"}});
  }
  page.close();
}

void cell_or_missing(Html& page, std::string_view value, std::string_view word) {
  if (trim(value).empty()) {
    page.element("td", word, {{"class", "missing"}});
  } else {
    page.element("td", shortened(value, kCellLength));
  }
}

void evidence_row(Html& page, const EvidenceRow& row, std::size_t number) {
  page.open("tr");
  page.element("td", with_thousands(static_cast<std::int64_t>(number)), {{"class", "num"}});
  page.element("td", evidence_time(row.time));
  page.element("td",
               std::string(or_word(row.system, "無")) + "・" + shortened(or_word(row.action, "未填"), kCellLength));
  page.element("td", shortened(or_word(row.subject, "無"), kCellLength));
  cell_or_missing(page, row.reason, "未填");
  cell_or_missing(page, row.case_no, "無");
  page.element("td", shortened(or_word(row.terminal, "無"), kCellLength));
  page.open("td", {{"class", "chips"}});
  for (const std::string& mark : row.marks) page.element("span", or_word(mark, "未命名規則"));
  if (row.marks.empty()) page.text("無");
  page.close().close();
}

void evidence(Html& page, const AlertPage& alert) {
  page.open("div", {{"class", "evidence"}}).open("h3").text("佐證紀錄　");
  if (alert.evidence_withheld) {
    page.close().element("p", withheld_line(alert), {{"class", "soft"}}).close();
    return;
  }
  page.element("small", evidence_line(alert)).close();
  if (alert.evidence.empty()) {
    page.element("p", "沒有可列出的紀錄。", {{"class", "soft"}}).close();
    return;
  }
  page.open("div", {{"class", "scroll"}}).open("table").open("colgroup");
  for (const std::string_view width : {"4%", "12.5%", "13.5%", "15.5%", "14%", "12.8%", "10.4%", "17.3%"}) {
    page.single("col", {{"style", "width:" + std::string(width)}});
  }
  page.close().open("thead").open("tr");
  page.element("th", "序", {{"scope", "col"}, {"class", "num"}});
  for (const std::string_view name : {"時間", "系統／項目", "查詢對象（遮罩）", "事由", "案號", "端末", "判定"}) {
    page.element("th", name, {{"scope", "col"}});
  }
  page.close().close().open("tbody");
  for (std::size_t i = 0; i < alert.evidence.size(); ++i) evidence_row(page, alert.evidence[i], i + 1);
  page.close().close().close();
  for (const std::string& file : origins(alert)) page.element("p", "原始檔 " + file, {{"class", "origin"}});
  page.close();
}

}  // namespace

void badge(Html& page, const model::Alert& alert) {
  const double score = std::isfinite(alert.score) ? std::clamp(alert.score, -999.0, 9999.0) : 0;
  page.element("span",
               std::string(shape(alert.severity)) + " " + std::string(to_chinese(alert.severity)) + " " +
                   std::to_string(std::llround(score)),
               {{"class", std::string(css(alert.severity))}});
}

void alert_section(Html& page, const AlertPage& alert, std::size_t number) {
  const model::About about = alert.alert.key.about;
  page.open("section", {{"class", "alert"}, {"id", "a" + std::to_string(number)}});
  head(page, alert, number);
  page.open("div", {{"class", "two"}});
  contributions(page, alert);
  normal_if(page, alert);
  page.close();
  if (alert.peers || (alert.days && !alert.days->own.empty())) {
    page.open("div", {{"class", "two charts"}});
    if (alert.peers) peers(page, *alert.peers, about);
    if (alert.days && !alert.days->own.empty()) days(page, *alert.days, about);
    page.close();
  }
  evidence(page, alert);
  page.close();
}

}  // namespace trailwatch::report
