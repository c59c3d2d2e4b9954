#include <algorithm>
#include <cmath>

#include "report/changes.h"
#include "report/columns.h"
#include "report/follow_up.h"
#include "report/shown.h"
#include "report/words.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

constexpr std::size_t kWidth = 78;

// Lines of at most kWidth columns; whatever is written goes through here.
class Lines {
 public:
  void rule(char c) { out_ += std::string(kWidth, c) + "\n"; }
  void blank() { out_ += '\n'; }
  void say(std::string_view text, std::string_view first = "", std::string_view rest = "") {
    for (std::string& line : wrap(for_display(shown(text)), kWidth, first, rest)) {
      out_ += line.erase(line.find_last_not_of(' ') + 1) + "\n";
    }
  }
  // A line already laid out in columns; one that is too long is broken like any other.
  void row(std::string_view text) {
    const std::string safe = for_display(shown(text));
    if (columns(safe) <= kWidth) {
      out_ += safe.substr(0, safe.find_last_not_of(' ') + 1) + "\n";
    } else {
      say(trim(safe), "  ", "    ");
    }
  }
  void heading(std::string_view text) {
    blank();
    say(text, "【", "");
    out_.insert(out_.size() - 1, "】");
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string mark(const model::Alert& alert) {
  const double score = std::isfinite(alert.score) ? std::clamp(alert.score, -999.0, 9999.0) : 0;
  return std::string(shape(alert.severity)) + std::string(to_chinese(alert.severity)) + " " +
         std::to_string(std::llround(score));
}

std::string name_line(const AlertPage& page) {
  std::string out = shortened(or_word(page.name, "未具名"), kNameLength);
  if (!staff_id(page).empty()) out += " " + std::string(staff_id(page));
  const std::string place = place_line(page);
  return place.empty() ? out : out + "　" + shortened(place, kNameLength);
}

void head(Lines& out, const DailyReport& report) {
  out.say("查詢軌跡日報　" + format_roc_day_long(report.day) + "　【密件】");
  out.say(report.agency);
  out.rule('=');
  const auto wrong = faults(report);
  out.say((wrong.empty() ? "" : "資料不完整：") + headline(report) + "。");
  out.say(read_line(report));
  if (!wrong.empty()) {
    out.heading("▲ 資料不完整");
    for (const auto& [source, sentence] : wrong) out.say(source + "　" + shortened(sentence), "- ", "  ");
    out.say("補齊前，上列來源的警示可能不完整；補齊後新增者會列為「補登」。");
  }
  out.heading("本日數字");
  const auto figure = [](std::string_view name, std::int64_t number, std::string_view unit) {
    return left(name, 14) + right(with_thousands(number), 12) + " " + left(unit, 8);
  };
  out.row(figure("查詢紀錄", report.events, "筆") + figure("查詢人員", report.officers, "人"));
  out.row(figure("查詢對象", report.subjects, "個") + figure("全部警示", report.alerts_total, "件"));
  out.row(figure("非勤務時間", report.off_duty_events, "筆") + figure("事由未填", report.no_reason_events, "筆"));
}

void overview(Lines& out, const DailyReport& report) {
  out.heading("今日應看");
  if (report.alerts.empty()) out.say(headline(report) + "。");
  for (std::size_t i = 0; i < report.alerts.size(); ++i) {
    const AlertPage& page = report.alerts[i];
    const std::string when = span(page);
    out.say(left(mark(page.alert), 8) + " " + name_line(page), right(std::to_string(i + 1), 3) + ". ", "     ");
    out.say(shortened(or_word(page.alert.why, "未填"), kSentenceLength), "     ", "     ");
    const std::string state = state_line(page);
    out.say((when.empty() ? "" : when + "　") + with_thousands(page.alert.events) + " 筆" +
                (state.empty() ? "" : "　" + state),
            "     ", "     ");
  }
  out.blank();
  if (const std::string more = beyond_line(report); !more.empty()) out.say(more);
  out.say(kNeutral);
}

void evidence(Lines& out, const AlertPage& page) {
  out.blank();
  if (page.evidence_withheld) return out.say(withheld_line(page));
  out.say(evidence_line(page));
  for (std::size_t i = 0; i < page.evidence.size(); ++i) {
    const EvidenceRow& row = page.evidence[i];
    out.say(evidence_time(row.time) + "　" + std::string(or_word(row.system, "無")) + "・" +
                shortened(or_word(row.action, "未填"), kCellLength) + "　" +
                shortened(or_word(row.subject, "無"), kCellLength),
            right(std::to_string(i + 1), 4) + "  ", "      ");
    out.say("事由 " + shortened(or_word(row.reason, "未填"), kCellLength) + "；案號 " +
                shortened(or_word(row.case_no, "無"), kCellLength) + "；端末 " +
                shortened(or_word(row.terminal, "無"), kCellLength),
            "      ", "      ");
    std::string marks;
    for (const std::string& title : row.marks) marks += (marks.empty() ? "" : "、") + title;
    out.say("判定 " + std::string(or_word(marks, "無")), "      ", "      ");
  }
  for (const std::string& file : origins(page)) out.say("原始檔 " + file, "  ", "         ");
}

void alert(Lines& out, const AlertPage& page, std::size_t number) {
  const std::string when = span(page);
  out.blank();
  out.rule('-');
  out.say(mark(page.alert) + "　" + name_line(page), std::to_string(number) + ". ", "   ");
  out.say(shortened(or_word(page.alert.why, "未填"), kSentenceLength));
  out.say(format_roc_day_weekday(page.alert.day) + (when.empty() ? "" : "　" + when) + "　佐證 " +
          with_thousands(page.alert.events) + " 筆" +
          (page.alert.picked == "random" ? "　隨機抽看（不依風險分）" : "") + "　警示編號 " + page.alert.id);
  for (const std::string& line : follow_up(page)) out.say(line, "- ", "  ");
  out.blank();
  out.say("風險分組成（合計 " + with_thousands(std::llround(page.alert.score)) + " 分）");
  const std::vector<std::int64_t> points = whole_points(page.alert);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const model::Contribution& part = page.alert.contributions[i];
    const std::string sign = points[i] < 0 ? "" : "+";
    out.say(std::string(or_word(part.title, part.rule)) + "：" + shortened(part.sentence, kSentenceLength),
            right(sign + std::to_string(points[i]), 5) + "  ", "       ");
  }
  if (page.alert.key.about == model::About::officer)
    out.say("當日勤務：" + std::string(or_word(page.duty, "無勤務資料")));
  out.say("有下列情形即屬正常：");
  for (const std::string& item : page.normal_if) out.say(shortened(item), "  [ ] ", "      ");
  if (page.normal_if.empty()) out.say("經查有公務依據", "  [ ] ");
  if (page.peers) {
    out.say(page.peers->title + "（" + page.peers->peers_label + "）：" + sentence(*page.peers, page.alert.key.about));
  }
  if (page.days) out.say("每日查詢筆數：" + sentence(*page.days));
  evidence(out, page);
}

void changes(Lines& out, const DailyReport& report) {
  const std::string line = changes_line(report);
  if (line.empty()) return;
  out.blank();
  out.rule('=');
  out.heading(kChangesTitle);
  out.say(line);
  for (const LateDay& late : report.late) out.say(late_sentence(late), "- ", "  ");
  for (const ChangeLine& change : report.changes) {
    out.say(std::string(change_word(change)) + "　" + format_roc_day_weekday(change.day) + "　" +
                shortened(or_word(change.whom, "未具名"), kCellLength) + "　" +
                shortened(or_word(change.sentence, "無"), kSentenceLength) + "　警示編號 " + change.alert,
            "- ", "  ");
  }
}

void suppressions(Lines& out, const DailyReport& report) {
  if (report.suppressions.empty() && report.suppressed_total <= 0) return;
  out.blank();
  out.rule('=');
  out.heading("暫停類似警示");
  out.say(suppressions_line(report));
  for (const SuppressionLine& line : report.suppressions) {
    const std::string note = period_note(line, report.day);
    out.say((line.number > 0 ? "第 " + with_thousands(line.number) + " 號　" : "") +
                shortened(or_word(line.whom, "全部"), kCellLength) + "　" +
                shortened(or_word(line.rule, "未命名規則"), kCellLength) + (line.one_group ? "（限同一對象）" : ""),
            "- ", "  ");
    out.say(period(line) + (note.empty() ? "" : "　" + note) + "　本日 " + with_thousands(line.findings) + " 項", "  ",
            "  ");
    if (line.number == 0) continue;
    out.say("理由（" + shortened(or_word(line.by, "未具名"), kNameLength) + "）：" +
                shortened(or_word(line.reason, "無"), kSentenceLength),
            "  ", "  ");
  }
}

void sources(Lines& out, const DailyReport& report) {
  out.blank();
  out.rule('=');
  out.heading("資料來源完整性");
  out.say("收到 = 入庫 + 重複 + 隔離 + 待續（累計）");
  for (const SourceLine& source : report.sources) {
    const std::string newest = source.newest ? format_roc_minute(*source.newest) : "無";
    out.say(std::string(or_word(source.title, source.name)) + "（" + source.name + "）　本日 " +
                with_thousands(source.events) + " 筆，檔案 " + with_thousands(source.files) + " 個，最新一筆 " + newest,
            "- ", "  ");
    out.say("收到 " + with_thousands(source.records_in) + " = 入庫 " + with_thousands(source.stored) + " + 重複 " +
                with_thousands(source.duplicates) + " + 隔離 " + with_thousands(source.quarantined) + " + 待續 " +
                with_thousands(source.pending) + "，" + balance(source),
            "  ", "  ");
    for (const std::string& fault : source.faults) out.say("▲ " + shortened(fault), "  ", "  ");
  }
  if (report.sources.empty()) out.say("沒有資料來源。");
}

void quarantine(Lines& out, const DailyReport& report) {
  if (report.quarantined.empty() && report.quarantined_omitted <= 0) return;
  out.heading("隔離紀錄");
  for (const QuarantineLine& line : report.quarantined) {
    out.say(std::string(or_word(line.source, "無")) + "　" + shortened(or_word(line.file, "無")) + "　第 " +
                with_thousands(line.line) + " 行：" + shortened(or_word(line.reason, "未填")),
            "- ", "  ");
  }
  if (report.quarantined_omitted > 0) out.say("另有 " + with_thousands(report.quarantined_omitted) + " 筆未列出。");
}

void foot(Lines& out, const DailyReport& report) {
  if (!report.notes.empty()) out.heading("附註");
  for (const std::string& note : report.notes) out.say(shortened(note), "- ", "  ");
  out.blank();
  out.rule('=');
  out.say("規則版本 " + std::string(or_word(report.rules_version, "無")) + "　參考資料版本 " +
          std::string(or_word(report.reference_version, "無")));
  out.say("紀錄庫 " + with_thousands(report.log_size) + " 筆　處理紀錄至第 " + with_thousands(report.decisions_cut) +
          " 號　資料截至 " + format_roc_minute(report.made_at));
  if (!report.checkpoint.empty()) {
    out.say("檢查點：");
    for (const std::string_view line : split(trim(report.checkpoint), '\n')) out.say(line, "  ", "  ");
  }
  out.say("密件　查詢對象與姓名均已遮罩；僅供業務查核，請勿轉寄或任意複製。");
}

}  // namespace

std::string to_text(const DailyReport& report) {
  Lines out;
  head(out, report);
  overview(out, report);
  for (std::size_t i = 0; i < report.alerts.size(); ++i) alert(out, report.alerts[i], i + 1);
  changes(out, report);
  suppressions(out, report);
  sources(out, report);
  quarantine(out, report);
  foot(out, report);
  return out.take();
}

}  // namespace trailwatch::report
