#include "trailwatch/report/incident.h"

#include <cstdlib>
#include <initializer_list>

#include "report/shown.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/sampling.h"

namespace trailwatch::report {

namespace {

using Align = TableColumn::Align;

constexpr std::size_t kCellCharacters = 32'000;  // a spreadsheet's own limit is 32,767

TableCell text_cell(std::string_view text) {
  std::string out;
  for (const char c : shortened(shown_with_lines(text), kCellCharacters)) {
    if (c != '\r') out += c == '\t' ? ' ' : c;
  }
  return {std::move(out)};
}
TableCell number_cell(std::int64_t number) {
  return {"", number};
}
TableCell time_cell(LocalTime time) {
  return {"", {}, time};
}

std::string title_of(const Incident& incident, std::string_view what) {
  return shown(incident.agency) + "個人資料事件" + std::string(what);
}

Table summary(const Incident& incident) {
  Table out;
  out.name = "摘要";
  out.title = title_of(incident, "摘要");
  out.columns = {{"項目", 4.4}, {"內容", 23.6}};
  const auto add = [&](std::string_view item, const std::string& text) {
    out.rows.push_back({{std::string(item)}, text_cell(text)});
  };
  const NoticeClock& clock = incident.clock;
  add("事件範圍", incident.about);
  add("查詢人員／單位", incident.whom);
  add("受影響人數", "至少 " + with_thousands(incident.persons) +
                        " 人（以相異查詢對象計；不含車輛、地號之所有人及全戶查詢之其他成員）");
  std::int64_t rows = 0;
  for (const ExposureLine& line : incident.lines) rows += line.rows;
  add("查詢對象",
      "相異 " + with_thousands(incident.subjects) + " 個；查詢 " +
          with_thousands(static_cast<std::int64_t>(incident.lookups.size())) + " 筆，系統回傳合計 " +
          with_thousands(rows) + " 筆" +
          (incident.without_subject > 0 ? "；另有 " + with_thousands(incident.without_subject) + " 筆未記載查詢對象"
                                        : ""));
  if (!incident.lookups.empty()) {
    add("查詢期間",
        format_roc_minute(incident.lookups.front().time) + " 至 " + format_roc_minute(incident.lookups.back().time));
  }
  add("知悉時間", format_roc_minute(clock.known_at) + "（由製作人填報）");
  add("通報期限", format_roc_minute(clock.ends) + "（知悉後 " + std::to_string(clock.hours) + " 小時）");
  add("製作時剩餘", remaining_words(clock.remaining_minutes));
  add("期限依據", clock.law);
  add("資料性質", "查詢對象均已遮罩；對象代碼取自系統內之代號，同一對象代碼相同，不能還原為身分證字號。");
  add("用語", "「待說明」不代表違規；本表係依查詢紀錄統計可能知悉之範圍，是否外洩由權責人員認定。");
  add("製作", incident.by + "　" + format_roc_minute(incident.made));
  out.after = {
      "承辦人：　　　　　　　　　　　個資保護長：　　　　　　　　　　政風人員：　　　　　　　　　　　機關首長："};
  return out;
}

void add_lines(Table& table, const std::vector<ExposureLine>& lines) {
  for (const ExposureLine& line : lines) {
    table.rows.push_back({text_cell(line.system), text_cell(line.kind), number_cell(line.lookups),
                          number_cell(line.subjects), number_cell(line.rows)});
  }
}

Table scope(const Incident& incident) {
  Table out;
  out.name = "範圍";
  out.title = title_of(incident, "範圍（依系統、資料種類及查詢項目）");
  out.info = "同一對象於多個系統被查詢時，各列分別計算；總數以摘要為準。";
  out.columns = {{"系統", 5},
                 {"資料種類／查詢項目", 11},
                 {"查詢筆數", 4, Align::right},
                 {"相異對象", 4, Align::right},
                 {"系統回傳筆數", 4, Align::right}};
  add_lines(out, incident.lines);
  add_lines(out, incident.actions);
  return out;
}

Table notices(const Incident& incident) {
  Table out;
  out.name = "通知名單";
  out.title = title_of(incident, "通知名單");
  out.info = "查詢對象已遮罩。通知前須依規定調閱明碼並留存紀錄。";
  out.columns = {{"序號", 1.2, Align::centre},
                 {"對象代碼", 3.0},
                 {"種類", 1.6, Align::centre},
                 {"查詢對象", 5.0},
                 {"系統", 4.4},
                 {"首次查詢", 2.9, Align::centre},
                 {"末次查詢", 2.9, Align::centre},
                 {"筆數", 1.4, Align::right},
                 {"通知日期", 2.6},
                 {"通知方式", 3.0}};
  for (std::size_t i = 0; i < incident.list.size(); ++i) {
    const ExposedSubject& one = incident.list[i];
    out.rows.push_back({number_cell(static_cast<std::int64_t>(i) + 1), text_cell(one.code), text_cell(one.kind),
                        text_cell(one.subject), text_cell(one.systems), time_cell(one.first), time_cell(one.last),
                        number_cell(one.lookups), TableCell{}, TableCell{}});
  }
  return out;
}

Table lookups(const Incident& incident) {
  Table out;
  out.name = "查詢紀錄";
  out.title = title_of(incident, "查詢紀錄");
  out.columns = {{"序號", 1.2, Align::centre},
                 {"查詢時間", 2.9, Align::centre},
                 {"系統", 1.8},
                 {"查詢項目", 3.0},
                 {"對象代碼", 2.8},
                 {"查詢對象", 3.6},
                 {"事由", 4.2},
                 {"案號／文號", 3.2},
                 {"端末", 2.2},
                 {"回傳筆數", 1.3, Align::right},
                 {"事件代碼", 2.0}};
  for (std::size_t i = 0; i < incident.lookups.size(); ++i) {
    const IncidentLookup& one = incident.lookups[i];
    out.rows.push_back({number_cell(static_cast<std::int64_t>(i) + 1), time_cell(one.time), text_cell(one.system),
                        text_cell(one.action), text_cell(one.code), text_cell(one.subject), text_cell(one.reason),
                        text_cell(one.case_no), text_cell(one.terminal),
                        one.rows ? number_cell(*one.rows) : TableCell{}, text_cell(one.event)});
  }
  return out;
}

std::string csv_row(std::initializer_list<std::string> cells) {
  std::string out;
  for (const std::string& cell : cells) out += (out.empty() ? "" : ",") + csv_cell(cell);
  return out + "\r\n";
}

}  // namespace

std::string remaining_words(std::int64_t minutes) {
  const std::int64_t size = std::abs(minutes);
  const std::string words = std::to_string(size / 60) + " 小時 " + std::to_string(size % 60) + " 分";
  return (minutes < 0 ? "已逾期 " : "尚餘 ") + words;
}

Workbook to_workbook(const Incident& incident, const std::string& check) {
  Workbook out;
  out.title = title_of(incident, "");
  out.made = incident.made;
  out.stamp = "密件　產製 " + format_roc_minute(incident.made) + "　查核碼 " + check;
  out.tables = {summary(incident), scope(incident), notices(incident), lookups(incident)};
  return out;
}

std::string subjects_csv(const Incident& incident) {
  std::string out =
      "\xEF\xBB\xBF" + csv_row({"序號", "對象代碼", "種類", "查詢對象", "系統", "首次查詢", "末次查詢", "筆數"});
  for (std::size_t i = 0; i < incident.list.size(); ++i) {
    const ExposedSubject& one = incident.list[i];
    out += csv_row({std::to_string(i + 1), one.code, one.kind, one.subject, one.systems, format_roc_minute(one.first),
                    format_roc_minute(one.last), std::to_string(one.lookups)});
  }
  return out;
}

std::string lookups_csv(const Incident& incident) {
  std::string out = "\xEF\xBB\xBF" + csv_row({"序號", "查詢時間", "系統", "查詢項目", "對象代碼", "查詢對象", "事由",
                                              "案號", "端末", "回傳筆數", "事件代碼"});
  for (std::size_t i = 0; i < incident.lookups.size(); ++i) {
    const IncidentLookup& one = incident.lookups[i];
    out += csv_row({std::to_string(i + 1), format_roc_minute(one.time), one.system, one.action, one.code, one.subject,
                    one.reason, one.case_no, one.terminal, one.rows ? std::to_string(*one.rows) : "", one.event});
  }
  return out;
}

}  // namespace trailwatch::report
