#include "trailwatch/report/case_summary.h"

#include <map>
#include <set>

#include "report/shown.h"
#include "report/words.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

using Align = TableColumn::Align;
using Style = Paragraph::Style;

std::string leaf_text(const std::optional<std::int64_t>& leaf) {
  return leaf ? with_thousands(*leaf) : "無";
}

class Composer {
 public:
  explicit Composer(const CaseSummary& summary) : summary_(summary) {}

  Document compose() && {
    out_.title = "查詢紀錄案件摘要 " + shown(summary_.number);
    out_.running = "密件　查詢紀錄案件摘要　" + shown(summary_.number);
    out_.agency = shown(summary_.agency);
    out_.foot = "製作 " + format_roc_minute(summary_.made) + "　" + shown(summary_.by);
    out_.made = summary_.made;
    say(Style::title, "查詢紀錄案件摘要");
    say(Style::body, shown(summary_.agency) + "　" + shown(summary_.number));
    say(Style::soft,
        "本摘要彙整查詢紀錄與規則判讀結果，供後續查處參考。「待說明」不代表違規；是否違反規定，由權責機關依職權認定。"
        "查詢對象與姓名均已遮罩。");
    facts();
    alerts();
    rules();
    lookups();
    entries();
    evidence();
    say(Style::heading, "八、簽章");
    out_.blocks.emplace_back(Signatures{{"承辦人", "單位主管", "政風人員", "機關首長"}});
    return std::move(out_);
  }

 private:
  void say(Style style, std::string text) { out_.blocks.push_back(Paragraph{style, std::move(text)}); }
  void add(TextTable table) { out_.blocks.emplace_back(std::move(table)); }

  void facts() {
    say(Style::heading, "一、基本資料");
    TextTable table;
    table.has_heads = false;
    table.columns = {{"", 3}, {"", 12}};
    const auto row = [&](const char* name, const std::string& text) {
      table.rows.push_back({name, std::string(or_word(text, "無"))});
    };
    row("查詢人員／單位", summary_.name + (summary_.id.empty() ? "" : "　員編 " + summary_.id));
    row("機關、單位、職務", summary_.place);
    row("使用帳號", summary_.account);
    if (!summary_.alerts.empty()) {
      row("期間", format_roc_day_weekday(summary_.alerts.front().day) + " 至 " +
                      format_roc_day_weekday(summary_.alerts.back().day) + "，警示 " +
                      with_thousands(static_cast<std::int64_t>(summary_.alerts.size())) + " 件");
    }
    row("查詢系統", summary_.systems);
    row("佐證紀錄", with_thousands(static_cast<std::int64_t>(summary_.lookups.size()) + summary_.lookups_omitted) +
                        " 筆，相異查詢對象 " + with_thousands(summary_.subjects) + " 個");
    add(std::move(table));
  }

  void alerts() {
    say(Style::heading, "二、警示");
    TextTable table;
    table.columns = {{"日期", 2.6},     {"風險", 1.5},     {"筆數", 1, Align::right},
                     {"為何列入", 6.2}, {"處理情形", 1.5}, {"警示編號", 2.8}};
    for (const CaseAlert& alert : summary_.alerts) {
      table.rows.push_back({format_roc_day_weekday(alert.day), alert.risk, with_thousands(alert.events),
                            shortened(or_word(alert.why, "未填"), kSentenceLength), alert.state, alert.id});
    }
    add(std::move(table));
  }

  void rules() {
    say(Style::heading, "三、規則與數據");
    TextTable table;
    table.columns = {{"號", 0.7, Align::right}, {"日期", 2.6}, {"規則", 3.6}, {"分數", 1, Align::right}, {"說明", 7.6}};
    for (const CaseRule& rule : summary_.rules) {
      const std::size_t number = numbers_.try_emplace(rule.title, numbers_.size() + 1).first->second;
      table.rows.push_back({std::to_string(number), format_roc_day_weekday(rule.day), rule.title,
                            (rule.points < 0 ? "" : "+") + with_thousands(rule.points),
                            shortened(rule.sentence, kSentenceLength)});
    }
    if (table.rows.empty()) {
      say(Style::body, "沒有分項資料。");
    } else {
      add(std::move(table));
    }
    say(Style::heading, "四、有下列情形即屬正常");
    std::string checks;
    for (const std::string& item : summary_.normal_if) checks += (checks.empty() ? "□ " : "\n□ ") + shortened(item);
    say(Style::body, checks.empty() ? "□ 經查有公務依據" : checks);
  }

  void lookups() {
    say(Style::heading, "五、查詢時間軸");
    if (summary_.lookups_omitted > 0) {
      say(Style::soft, "列出前 " + with_thousands(static_cast<std::int64_t>(summary_.lookups.size())) + " 筆，其餘 " +
                           with_thousands(summary_.lookups_omitted) + " 筆見證據包。");
    }
    if (summary_.lookups.empty()) {
      say(Style::body, "本案不以單筆紀錄為佐證。");
      return;
    }
    say(Style::soft, "「判定」為第三項規則之號。查詢對象均已遮罩。");
    TextTable table;
    table.columns = {{"序", 0.7, Align::right},
                     {"時間", 1.9},
                     {"系統／項目", 2.3},
                     {"查詢對象", 2.7},
                     {"事由", 3.0},
                     {"案號", 2.2},
                     {"端末", 1.9},
                     {"判定", 1.7},
                     {"葉索引", 1.3, Align::right}};
    for (std::size_t i = 0; i < summary_.lookups.size(); ++i) {
      const EvidenceRow& row = summary_.lookups[i].row;
      const std::string marks = numbers_of(row.marks);
      table.rows.push_back(
          {with_thousands(static_cast<std::int64_t>(i + 1)),
           format_roc_day(row.time.day) + "\n" + format_clock(row.time),
           std::string(or_word(row.system, "無")) + "・" + shortened(or_word(row.action, "未填"), kCellLength),
           shortened(or_word(row.subject, "無"), kCellLength), shortened(or_word(row.reason, "未填"), kCellLength),
           shortened(or_word(row.case_no, "無"), kCellLength), shortened(or_word(row.terminal, "無"), kCellLength),
           std::string(or_word(marks, "無")), leaf_text(summary_.lookups[i].leaf)});
    }
    add(std::move(table));
  }

  // `1、2、5`; a rule that counts in none of the alerts by its title, behind them.
  std::string numbers_of(const std::vector<std::string>& marks) const {
    std::set<std::size_t> numbers;
    std::string others, out;
    for (const std::string& mark : marks) {
      const auto found = numbers_.find(mark);
      if (found != numbers_.end()) {
        numbers.insert(found->second);
      } else {
        others += "、" + shortened(mark, kNameLength);
      }
    }
    for (const std::size_t number : numbers) out += "、" + std::to_string(number);
    out += others;
    return out.empty() ? out : out.substr(std::string_view("、").size());
  }

  void entries() {
    say(Style::heading, "六、請求說明、回復與處理");
    if (summary_.entries.empty()) {
      say(Style::body, "尚無處理紀錄或單位回復。");
      return;
    }
    TextTable table;
    table.columns = {{"時間", 2.4}, {"登記人", 1.6}, {"事項", 3.4}, {"情形", 1.3}, {"說明或理由", 6.3}};
    for (const CaseEntry& entry : summary_.entries) {
      table.rows.push_back({format_roc_minute(entry.at), shortened(or_word(entry.by, "未具名"), kNameLength),
                            entry.about, entry.state, shortened(or_word(entry.words, "已依保存年限刪除"))});
    }
    add(std::move(table));
  }

  void evidence() {
    say(Style::heading, "七、證據與查驗");
    if (summary_.bundles.empty()) {
      say(Style::body, "尚未匯出證據包。以 trailwatch export evidence --alert 警示編號 匯出原始紀錄與查驗所需之一切。");
    } else {
      TextTable table;
      table.columns = {{"匯出時間", 2.3},
                       {"匯出人", 1.9},
                       {"警示編號", 2.8},
                       {"檔名", 2.6},
                       {"SHA-256", 4.6},
                       {"紀錄", 0.9, Align::right},
                       {"葉索引", 1.4, Align::right}};
      for (const CaseBundle& bundle : summary_.bundles) {
        table.rows.push_back({format_roc_minute(bundle.at), bundle.by, bundle.alert, bundle.file, bundle.sha256,
                              with_thousands(bundle.records), leaf_text(bundle.leaf)});
      }
      add(std::move(table));
    }
    say(Style::subheading, "查驗方法（不需本系統）");
    say(Style::body,
        "一、以 sha256sum 核對證據包檔案之 SHA-256 與上表相同。\n"
        "二、解壓縮後執行 sh check.sh（只用 sha256sum 與 openssl），逐筆由原始紀錄、鹽值與葉算回樹根，並驗檢查點簽章；"
        "說明見包內 VERIFY.md。\n"
        "三、將包內 log.vkey 與 checkpoint.txt 與他處保存者（每日郵件所附檢查點、他機關、紙本）核對：相同者，"
        "該檢查點涵蓋之紀錄自彼時起未經更改、刪除或插入。\n"
        "四、「葉索引」為紀錄於證據樹中之序位，與包內 leaves 目錄之編號相同。");
    say(Style::soft, "證據樹證明入庫後未經更動；不證明來源系統所送紀錄為真或齊全。");
    if (summary_.checkpoint.empty()) {
      say(Style::body, "製作時尚無經簽署之檢查點。");
      return;
    }
    say(Style::subheading, "製作時最新之檢查點（" + shown(summary_.log_origin) + "）");
    say(Style::fixed, std::string(trim(summary_.checkpoint)));
  }

  const CaseSummary& summary_;
  std::map<std::string, std::size_t> numbers_;  // of the rules, in the order in which they are first named
  Document out_;
};

}  // namespace

Document case_document(const CaseSummary& summary) {
  return Composer(summary).compose();
}

}  // namespace trailwatch::report
