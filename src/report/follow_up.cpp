#include "report/follow_up.h"

#include "report/shown.h"
#include "report/words.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

constexpr std::int32_t kEndsSoonDays = 14;

std::string verdict_of(const AlertPage& page) {
  const auto verdict = model::find_verdict(page.alert.status);
  return verdict ? std::string(model::to_chinese(*verdict)) : shortened(page.alert.status, kNameLength);
}

void add(std::string& out, const std::string& part) {
  if (!part.empty()) out += (out.empty() ? "" : "・") + part;
}

std::string decision_sentence(const AlertPage& page) {
  const model::Decision& decision = *page.alert.decision;
  const bool is_open = decision.verdict == model::Verdict::open;
  std::string out = "處理情形：" + (is_open ? "重新開啟" : verdict_of(page)) + "（" +
                    shortened(or_word(decision.entry.by, "未具名"), kNameLength);
  if (page.decided_at) out += "，" + format_roc_minute(*page.decided_at);
  return out + "）" + shortened(or_word(decision.entry.reason, "理由已依保存年限刪除"), kSentenceLength);
}

std::string change_sentence(const model::Alert& alert) {
  std::string out;
  if (alert.added > 0) out += "新增 " + with_thousands(alert.added) + " 筆";
  if (alert.removed > 0) out += (out.empty() ? "" : "、") + ("減少 " + with_thousands(alert.removed) + " 筆");
  return "處理後佐證" + out + "，請再看一次。";
}

std::string suppressed_sentence(const model::Suppressed& one) {
  std::string out = "暫停計分：" + shortened(or_word(one.title, one.rule), kCellLength);
  if (one.entry == 0) return out + "（規則設定：同一情形於期間內不重複列出）";
  out += "（";
  if (one.until) out += "至 " + format_roc_day(*one.until) + "，";
  return out + shortened(or_word(one.by, "未具名"), kNameLength) + "）" + shortened(one.reason, kSentenceLength);
}

}  // namespace

std::string state_line(const AlertPage& page) {
  const model::Alert& alert = page.alert;
  std::string out;
  if (alert.decision) add(out, verdict_of(page));
  if (alert.added > 0 || alert.removed > 0) add(out, "處理後佐證有變動");
  if (alert.picked == "random") add(out, "隨機抽看");
  if (alert.watched) add(out, "列管中");
  if (page.in_case && page.in_case->alerts > 1) {
    add(out, "案件第 " + with_thousands(page.in_case->number) + " 件");
  }
  if (!alert.suppressed.empty()) add(out, "部分規則暫停");
  return out;
}

std::vector<std::string> follow_up(const AlertPage& page) {
  std::vector<std::string> out;
  if (page.alert.decision) out.push_back(decision_sentence(page));
  if (page.alert.added > 0 || page.alert.removed > 0) out.push_back(change_sentence(page.alert));
  if (page.in_case && page.in_case->alerts > 1) {
    out.push_back("案件 " + shortened(page.in_case->id, kNameLength) + "：自 " +
                  format_roc_day_weekday(page.in_case->first) + " 起共 " + with_thousands(page.in_case->alerts) +
                  " 件，本件為第 " + with_thousands(page.in_case->number) + " 件。");
  }
  if (page.alert.watched) out.push_back("列管中：以較低門檻列入，分數不變。");
  for (const model::Suppressed& one : page.alert.suppressed) out.push_back(suppressed_sentence(one));
  return out;
}

std::string period(const SuppressionLine& line) {
  if (!line.from || !line.until) return "依規則設定";
  return format_roc_day(*line.from) + "–" + format_roc_day(*line.until);
}

std::string period_note(const SuppressionLine& line, LocalDay day) {
  std::string out = line.is_new ? "新設" : "";
  if (!line.until || *line.until < day || line.until->days - day.days > kEndsSoonDays) return out;
  const std::int32_t left = line.until->days - day.days;
  add(out, left == 0 ? "今日到期" : std::to_string(left) + " 日後到期");
  return out;
}

std::string suppressions_line(const DailyReport& report) {
  std::int64_t findings = 0;
  for (const SuppressionLine& line : report.suppressions) findings += line.findings;
  return "本日有 " + with_thousands(report.suppressed_total) + " 件警示未列出、" + with_thousands(findings) +
         " 項規則情形不計分；紀錄均已保存，期滿即恢復。";
}

}  // namespace trailwatch::report
