#include "report/daily_document.h"

#include <algorithm>
#include <cmath>

#include "report/changes.h"
#include "report/daily_parts.h"
#include "report/follow_up.h"
#include "report/shown.h"
#include "report/words.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

using Align = TableColumn::Align;
using Style = Paragraph::Style;

// As on the page: the table of sources lists every fault.
constexpr std::size_t kFaultsMax = 8;

class Composer {
 public:
  explicit Composer(const DailyReport& report) : report_(report) {}

  Document compose() && {
    const std::string day = format_roc_day_long(report_.day);
    out_.title = "查詢軌跡日報 " + day + " " + shown(report_.agency);
    out_.running = "密件　查詢軌跡日報　" + day;
    out_.agency = shown(report_.agency);
    out_.foot = "資料截至 " + format_roc_minute(report_.made_at);
    out_.made = report_.made_at;
    head();
    overview();
    for (std::size_t i = 0; i < report_.alerts.size(); ++i) alert(report_.alerts[i], i + 1);
    changes();
    suppressions();
    sources();
    quarantine();
    foot();
    return std::move(out_);
  }

 private:
  void say(Style style, std::string text) { out_.blocks.push_back(Paragraph{style, std::move(text)}); }
  void add(TextTable table) { out_.blocks.emplace_back(std::move(table)); }

  void head() {
    say(Style::title, "查詢軌跡日報");
    say(Style::body, format_roc_day_long(report_.day) + "　" + shown(report_.agency));
    say(Style::soft, "本報告含個人資料之遮罩內容，僅供業務查核，請勿轉寄或任意複製。");
    const auto wrong = faults(report_);
    say(Style::lead, (wrong.empty() ? "" : "資料不完整：") + headline(report_) + "。");
    say(Style::soft, read_line(report_));
    if (!wrong.empty()) {
      std::string box = "▲ 資料不完整";
      for (std::size_t i = 0; i < std::min(wrong.size(), kFaultsMax); ++i) {
        box += "\n" + wrong[i].first + "　" + shortened(wrong[i].second);
      }
      if (wrong.size() > kFaultsMax) {
        const auto more = static_cast<std::int64_t>(wrong.size() - kFaultsMax);
        box += "\n另有 " + with_thousands(more) + " 項，見「資料來源完整性」。";
      }
      say(Style::fault, box + "\n補齊前，上列來源的警示可能不完整；補齊後新增者會列為「補登」。");
    }
    TextTable figures;
    for (const char* name : {"查詢紀錄（筆）", "查詢人員（人）", "查詢對象（個）", "非勤務時間（筆）", "事由未填（筆）",
                             "全部警示（件）"}) {
      figures.columns.push_back({name, 1, Align::right});
    }
    figures.rows.emplace_back();
    for (const std::int64_t number : {report_.events, report_.officers, report_.subjects, report_.off_duty_events,
                                      report_.no_reason_events, report_.alerts_total}) {
      figures.rows.back().push_back(with_thousands(number));
    }
    add(std::move(figures));
  }

  static std::string badge_text(const model::Alert& alert) {
    const double score = std::isfinite(alert.score) ? std::clamp(alert.score, -999.0, 9999.0) : 0;
    return std::string(shape(alert.severity)) + " " + std::string(to_chinese(alert.severity)) + " " +
           std::to_string(std::llround(score));
  }
  static std::string who(const AlertPage& page) {
    std::string out = shortened(or_word(page.name, "未具名"), kNameLength);
    if (!staff_id(page).empty()) out += " " + std::string(staff_id(page));
    return out;
  }

  void overview() {
    if (!report_.alerts.empty()) {
      TextTable table;
      table.columns = {{"序", 0.6, Align::right}, {"風險", 1.2}, {"人員／單位", 3.6},
                       {"為何列入", 6.4},         {"時段", 2.2}, {"筆數", 0.9, Align::right}};
      for (std::size_t i = 0; i < report_.alerts.size(); ++i) {
        const AlertPage& page = report_.alerts[i];
        const std::string when = span(page), state = state_line(page), place = place_line(page);
        table.rows.push_back(
            {std::to_string(i + 1), badge_text(page.alert),
             who(page) + (place.empty() ? "" : "\n" + shortened(place, kNameLength)),
             shortened(or_word(page.alert.why, "未填"), kSentenceLength) + (state.empty() ? "" : "\n" + state),
             when.empty() ? "無" : when, with_thousands(page.alert.events)});
      }
      add(std::move(table));
    }
    say(Style::soft, beyond_line(report_) + std::string(kNeutral));
  }

  void alert(const AlertPage& page, std::size_t number) {
    const model::Alert& alert = page.alert;
    const std::string place = place_line(page), when = span(page);
    say(Style::heading, std::to_string(number) + ".　" + badge_text(alert) + "　" + who(page) +
                            (place.empty() ? "" : "　" + shortened(place, kNameLength)));
    say(Style::lead, shortened(or_word(alert.why, "未填"), kSentenceLength));
    say(Style::soft, format_roc_day_weekday(alert.day) + (when.empty() ? "" : "　" + when) + "　佐證 " +
                         with_thousands(alert.events) + " 筆" +
                         (alert.picked == "random" ? "　隨機抽看（不依風險分）" : "") + "　警示編號 " + alert.id);
    for (const std::string& line : follow_up(page)) say(Style::body, line);
    contributions(alert);
    std::string checks;
    for (const std::string& item : page.normal_if) checks += (checks.empty() ? "□ " : "\n□ ") + shortened(item);
    say(Style::subheading, "有下列情形即屬正常");
    say(Style::body, checks.empty() ? "□ 經查有公務依據" : checks);
    if (alert.key.about == model::About::officer) {
      say(Style::body, "當日勤務　" + std::string(or_word(page.duty, "無勤務資料")));
    }
    say(Style::soft, std::string(kNeutral));
    pictures(page);
    evidence(page);
  }

  void contributions(const model::Alert& alert) {
    const std::vector<std::int64_t> points = whole_points(alert);
    say(Style::subheading, "風險分組成　合計 " + with_thousands(std::llround(alert.score)) + " 分");
    if (points.empty()) {
      say(Style::soft, "沒有分項資料。");
      return;
    }
    TextTable table;
    table.columns = {{"規則", 3.4}, {"分數", 0.9, Align::right}, {"說明", 10}};
    for (std::size_t i = 0; i < points.size(); ++i) {
      const model::Contribution& part = alert.contributions[i];
      table.rows.push_back({std::string(or_word(part.title, part.rule)),
                            (points[i] < 0 ? "" : "+") + with_thousands(points[i]),
                            shortened(part.sentence, kSentenceLength)});
    }
    add(std::move(table));
  }

  void pictures(const AlertPage& page) {
    const model::About about = page.alert.key.about;
    const bool has_days = page.days && !page.days->own.empty();
    if (!page.peers && !has_days) return;
    out_.blocks.emplace_back(Charts{about, page.peers, has_days ? page.days : std::nullopt});
    if (page.peers) {
      const std::string key =
          "◆ " + std::string(self_word(about)) + (page.peers->peers.empty() ? "" : "　● 同儕　灰底 中間一半與中位數");
      say(Style::soft, key + "。" + sentence(*page.peers, about));
      if (!page.peers->peers.empty() && page.peers->peers.size() <= 60) {
        std::vector<std::int64_t> sorted = page.peers->peers;
        std::sort(sorted.begin(), sorted.end());
        say(Style::soft, "同儕各值：" + joined(sorted));
      }
    }
    if (!has_days) return;
    const DayChart& days = *page.days;
    std::string key = "實線 " + std::string(self_word(about));
    if (days.peer_median.size() == days.own.size()) key += "　虛線 同儕中位數";
    if (days.day_off.size() == days.own.size()) key += "　淺底 放假日";
    say(Style::soft, key + "。" + sentence(days));
    if (days.own.size() > 45) return;
    std::vector<std::int64_t> values;
    for (const auto& [day, value] : days.own) values.push_back(value);
    say(Style::soft, "自 " + month_day(days.own.front().first) + " 起每日：" + joined(values));
  }

  static std::string joined(const std::vector<std::int64_t>& values) {
    std::string out;
    for (const std::int64_t value : values) out += (out.empty() ? "" : "、") + with_thousands(value);
    return out;
  }

  void evidence(const AlertPage& page) {
    if (page.evidence_withheld) {
      say(Style::subheading, "佐證紀錄");
      say(Style::soft, withheld_line(page));
      return;
    }
    say(Style::subheading, "佐證紀錄　" + evidence_line(page));
    if (page.evidence.empty()) {
      say(Style::soft, "沒有可列出的紀錄。");
      return;
    }
    TextTable table;
    table.columns = {{"序", 0.6, Align::right},
                     {"時間", 1.6},
                     {"系統／項目", 2.2},
                     {"查詢對象（遮罩）", 2.7},
                     {"事由", 2.4},
                     {"案號", 2.2},
                     {"端末", 1.7},
                     {"判定", 2.4}};
    for (std::size_t i = 0; i < page.evidence.size(); ++i) {
      const EvidenceRow& row = page.evidence[i];
      std::string marks;
      for (const std::string& mark : row.marks) {
        marks += (marks.empty() ? "" : "、") + std::string(or_word(mark, "未命名規則"));
      }
      table.rows.push_back(
          {with_thousands(static_cast<std::int64_t>(i + 1)), evidence_time(row.time),
           std::string(or_word(row.system, "無")) + "・" + shortened(or_word(row.action, "未填"), kCellLength),
           shortened(or_word(row.subject, "無"), kCellLength),
           trim(row.reason).empty() ? "未填" : shortened(row.reason, kCellLength),
           trim(row.case_no).empty() ? "無" : shortened(row.case_no, kCellLength),
           shortened(or_word(row.terminal, "無"), kCellLength), marks.empty() ? "無" : marks});
    }
    add(std::move(table));
    for (const std::string& file : origins(page)) say(Style::soft, "原始檔 " + file);
  }

  void changes() {
    const std::string line = changes_line(report_);
    if (line.empty()) return;
    say(Style::heading, std::string(kChangesTitle));
    say(Style::soft, line);
    for (const LateDay& late : report_.late) say(Style::body, late_sentence(late));
    if (report_.changes.empty()) return;
    TextTable table;
    table.columns = {{"類別", 0.9}, {"日期", 2.2}, {"人員／單位", 3.6}, {"說明", 5.4}, {"警示編號", 2.7}};
    for (const ChangeLine& change : report_.changes) {
      table.rows.push_back({std::string(change_word(change)), format_roc_day_weekday(change.day),
                            shortened(or_word(change.whom, "未具名"), kCellLength),
                            shortened(or_word(change.sentence, "無"), kSentenceLength), change.alert});
    }
    add(std::move(table));
  }

  void suppressions() {
    if (report_.suppressions.empty() && report_.suppressed_total <= 0) return;
    say(Style::heading, "暫停類似警示");
    say(Style::soft, suppressions_line(report_));
    if (report_.suppressions.empty()) return;
    TextTable table;
    table.columns = {{"號", 0.7, Align::right},   {"人員／單位", 3.2}, {"規則", 3.2}, {"期間", 2.6},
                     {"本日", 0.8, Align::right}, {"理由", 4.2}};
    for (const SuppressionLine& line : report_.suppressions) {
      const std::string note = period_note(line, report_.day);
      table.rows.push_back(
          {line.number > 0 ? with_thousands(line.number) : "無", shortened(or_word(line.whom, "全部"), kCellLength),
           shortened(or_word(line.rule, "未命名規則"), kCellLength) + (line.one_group ? "\n限同一對象" : ""),
           period(line) + (note.empty() ? "" : "\n" + note), with_thousands(line.findings),
           shortened(or_word(line.reason, "無"), kSentenceLength) +
               (line.by.empty() ? "" : "\n登記 " + shortened(line.by, kNameLength))});
    }
    add(std::move(table));
  }

  void sources() {
    say(Style::heading, "資料來源完整性");
    say(Style::soft, "收到 = 入庫 + 重複 + 隔離 + 待續（累計）；四者合計應與收到相符。");
    TextTable table;
    table.columns = {{"來源", 2.6}};
    for (const char* name : {"本日筆數", "檔案", "收到", "入庫", "重複", "隔離", "待續"}) {
      table.columns.push_back({name, 1.5, Align::right});
    }
    table.columns[2].share = 0.9;
    for (const std::size_t narrow : {5U, 6U, 7U}) table.columns[narrow].share = 1.1;
    table.columns.push_back({"核對", 1.4});
    table.columns.push_back({"最新一筆", 2.6});
    for (const SourceLine& source : report_.sources) {
      table.rows.push_back({std::string(or_word(source.title, source.name)) + " " + source.name});
      std::vector<std::string>& row = table.rows.back();
      for (const std::int64_t number : {source.events, source.files, source.records_in, source.stored,
                                        source.duplicates, source.quarantined, source.pending}) {
        row.push_back(with_thousands(number));
      }
      row.push_back(balance(source));
      row.push_back(source.newest ? format_roc_minute(*source.newest) : "無");
      for (const std::string& fault : source.faults) table.rows.push_back({"▲ " + shortened(fault)});
    }
    if (table.rows.empty()) table.rows.push_back({"沒有資料來源。"});
    add(std::move(table));
  }

  void quarantine() {
    if (report_.quarantined.empty() && report_.quarantined_omitted <= 0) return;
    const auto listed = static_cast<std::int64_t>(report_.quarantined.size());
    say(Style::subheading, "隔離紀錄　本日無法判讀 " + with_thousands(listed + report_.quarantined_omitted) +
                               " 筆，原文已保存，修正後可補登");
    TextTable table;
    table.columns = {{"來源", 2}, {"檔案", 4.5}, {"行號", 1.2, Align::right}, {"原因", 7}};
    for (const QuarantineLine& line : report_.quarantined) {
      table.rows.push_back({std::string(or_word(line.source, "無")), shortened(or_word(line.file, "無")),
                            with_thousands(line.line), shortened(or_word(line.reason, "未填"))});
    }
    if (!table.rows.empty()) add(std::move(table));
    if (report_.quarantined_omitted > 0) {
      say(Style::soft, "另有 " + with_thousands(report_.quarantined_omitted) + " 筆未列出。");
    }
  }

  void foot() {
    if (!report_.notes.empty()) say(Style::subheading, "附註");
    for (const std::string& note : report_.notes) say(Style::body, "・" + shortened(note));
    say(Style::heading, "本報告所據資料");
    say(Style::soft, "規則版本 " + std::string(or_word(report_.rules_version, "無")) + "　參考資料版本 " +
                         std::string(or_word(report_.reference_version, "無")) + "　紀錄庫 " +
                         with_thousands(report_.log_size) + " 筆　處理紀錄至第 " +
                         with_thousands(report_.decisions_cut) + " 號　資料截至 " + format_roc_minute(report_.made_at));
    say(Style::soft,
        "每日列出 " + with_thousands(report_.budget) +
            " 件以內，依風險分排列，隨機抽看者列於最後。查詢對象與姓名均已遮罩；調閱明碼須填寫事由並留存紀錄。");
    if (report_.checkpoint.empty()) return;
    say(Style::subheading, "檢查點");
    say(Style::fixed, std::string(trim(report_.checkpoint)));
  }

  const DailyReport& report_;
  Document out_;
};

}  // namespace

Document daily_document(const DailyReport& report) {
  return Composer(report).compose();
}

Result<std::string> to_pdf(const DailyReport& report) {
  return to_pdf(daily_document(report));
}

}  // namespace trailwatch::report
