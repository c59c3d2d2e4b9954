#include "report/daily_parts.h"
#include "report/shown.h"
#include "report/words.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

void number_cell(Html& page, std::int64_t number) {
  page.element("td", with_thousands(number), {{"class", "num"}});
}

void heads(Html& page, std::initializer_list<std::string_view> texts, std::initializer_list<std::string_view> numbers) {
  page.open("thead").open("tr");
  for (const std::string_view name : texts) page.element("th", name, {{"scope", "col"}});
  for (const std::string_view name : numbers) page.element("th", name, {{"scope", "col"}, {"class", "num"}});
}

void source_row(Html& page, const SourceLine& source) {
  page.open("tr").open("td").open("b").text(or_word(source.title, source.name)).close().text(" ");
  page.element("small", source.name);
  page.close();
  for (const std::int64_t number : {source.events, source.files, source.records_in, source.stored, source.duplicates,
                                    source.quarantined, source.pending}) {
    number_cell(page, number);
  }
  const bool even = unaccounted(source) == 0;
  page.element("td", balance(source), {{"class", even ? "nowrap" : "nowrap missing"}});
  page.element("td", source.newest ? format_roc_minute(*source.newest) : "無", {{"class", "nowrap"}});
  page.close();
  for (const std::string& fault : source.faults) {
    page.open("tr", {{"class", "more"}});
    page.element("td", "▲ " + shortened(fault), {{"colspan", "10"}, {"class", "missing"}}).close();
  }
}

void sources_table(Html& page, const DailyReport& report) {
  page.element("h2", "資料來源完整性");
  page.element("p", "收到 = 入庫 + 重複 + 隔離 + 待續（累計）；四者合計應與收到相符。", {{"class", "soft"}});
  page.open("div", {{"class", "scroll"}}).open("table");
  heads(page, {"來源"}, {"本日筆數", "檔案", "收到", "入庫", "重複", "隔離", "待續"});
  page.element("th", "核對", {{"scope", "col"}}).element("th", "最新一筆", {{"scope", "col"}});
  page.close().close().open("tbody");
  for (const SourceLine& source : report.sources) source_row(page, source);
  if (report.sources.empty()) page.open("tr").element("td", "沒有資料來源。", {{"colspan", "10"}}).close();
  page.close().close().close();
}

void quarantine_table(Html& page, const DailyReport& report) {
  if (report.quarantined.empty() && report.quarantined_omitted <= 0) return;
  const auto listed = static_cast<std::int64_t>(report.quarantined.size());
  page.open("h2").text("隔離紀錄　");
  page.element("small",
               "本日無法判讀 " + with_thousands(listed + report.quarantined_omitted) + " 筆，原文已保存，修正後可補登");
  page.close().open("div", {{"class", "scroll"}}).open("table");
  heads(page, {"來源", "檔案"}, {"行號"});
  page.element("th", "原因", {{"scope", "col"}}).close().close().open("tbody");
  for (const QuarantineLine& line : report.quarantined) {
    page.open("tr").element("td", or_word(line.source, "無")).element("td", shortened(or_word(line.file, "無")));
    number_cell(page, line.line);
    page.element("td", shortened(or_word(line.reason, "未填"))).close();
  }
  page.close().close().close();
  if (report.quarantined_omitted > 0) {
    page.element("p", "另有 " + with_thousands(report.quarantined_omitted) + " 筆未列出。", {{"class", "soft after"}});
  }
}

}  // namespace

void sources_section(Html& page, const DailyReport& report) {
  page.open("section", {{"class", "data"}});
  sources_table(page, report);
  quarantine_table(page, report);
  if (!report.notes.empty()) {
    page.element("h2", "附註").open("ul");
    for (const std::string& note : report.notes) page.element("li", shortened(note));
    page.close();
  }
  page.close();
}

}  // namespace trailwatch::report
