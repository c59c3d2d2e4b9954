#include "trailwatch/report/sampling_sheets.h"

#include <algorithm>
#include <array>
#include <map>

#include "report/sampling_words.h"
#include "report/shown.h"
#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

using Align = TableColumn::Align;

// Excel's own limit is 32,767.
constexpr std::size_t kCellCharacters = 32'000;
// As many digits of the seed as a head has room for; 抽樣說明 has all of them.
constexpr std::size_t kSeedDigits = 16;

// Line ends become LF, and tabs blanks: LibreOffice would drop a tab without a trace. The CSV keeps both.
TableCell text_cell(std::string_view text) {
  std::string out;
  const std::string kept = shortened(shown_with_lines(text), kCellCharacters);
  for (std::size_t at = 0; at < kept.size(); ++at) {
    const bool ends_line = kept[at] == '\r';
    if (ends_line && at + 1 < kept.size() && kept[at + 1] == '\n') continue;
    out += ends_line ? '\n' : kept[at] == '\t' ? ' ' : kept[at];
  }
  return {std::move(out)};
}

// An id and a masked name, each on a line of its own: a narrow column would break the name.
TableCell person_cell(std::string text) {
  if (const std::size_t blank = text.find(' '); blank != std::string::npos) text[blank] = '\n';
  return text_cell(text);
}

TableCell number_cell(std::int64_t number) {
  return {"", number};
}

std::string title_of(const SamplingSheets& sheets, std::string_view what) {
  const std::string joint = sheets.kind == Period::Kind::month ? "" : "聯合稽查";
  return shown(sheets.agency) + "查詢個人資料紀錄" + std::string(what) + "（" + sheets.period().title() + joint + "）" +
         (sheets.official ? "" : "【非正式】");
}

std::string seed_of(const SamplingSheets& sheets) {
  const std::string seed = shown(sheets.seed);
  return length(seed) <= kSeedDigits * 2 ? seed : std::string(prefix(seed, kSeedDigits)) + "…";
}

std::string place_of(const UnitSheet& unit) {
  return shown(unit.agency) + (unit.agency.empty() || unit.unit.empty() ? "" : "　") + shown(unit.unit);
}

std::vector<TableColumn> unit_columns() {
  return {{"序號", 0.9, Align::centre},
          {"查詢時間", 2.8, Align::centre},
          {"系統", 1.4, Align::centre},
          {"查詢人員", 2.0},
          {"查詢項目", 1.9},
          {"查詢對象", 2.2},
          {"查詢事由", 2.9},
          {"案號／文號", 2.6},
          {"抽樣別", 1.2, Align::centre},
          {"風險說明", 2.3},
          {"承辦人說明\n（附佐證）", 3.0},  // kExplanationHead, kFitsHead: line ends don't count
          {"符合\n公務", 1.2, Align::centre, false, true},
          {std::string(kConfirmedHead), 2.0},
          {std::string(kReviewedHead), 2.0},
          {std::string(kCodeHead), 3.0, Align::left, true}};
}

Table unit_table(const SamplingSheets& sheets, const UnitSheet& unit, const std::string& name) {
  Table out;
  out.name = name;
  out.title = title_of(sheets, "抽查清冊");
  out.info = "受查單位：" + place_of(unit) + "　" + std::string(sheets.period().this_one()) + "查詢總筆數：" +
             with_thousands(unit.population) + "　抽查筆數：" + with_thousands(unit.random + unit.weighted) +
             "（隨機 " + with_thousands(unit.random) + "、風險加權 " + with_thousands(unit.weighted) +
             "）　抽樣種子：" + seed_of(sheets);
  out.columns = unit_columns();
  out.leaves_room_to_sign = true;
  for (const SheetRow& row : unit.rows) {
    std::vector<TableCell> cells = {number_cell(row.number), {"", {}, row.time}};
    cells.insert(cells.end(), {text_cell(row.system), person_cell(row.officer), text_cell(row.action),
                               person_cell(row.subject), text_cell(row.reason), text_cell(row.case_no)});
    cells.push_back({std::string(word(row.drawn))});
    cells.push_back(text_cell(row.risk));
    cells.push_back(text_cell(row.explanation));
    cells.push_back({row.answer ? std::string(fit_word(*row.answer)) : ""});
    cells.insert(cells.end(), {TableCell{}, TableCell{}, TableCell{row.code}});
    out.rows.push_back(std::move(cells));
  }
  out.after = {
      "承辦人：　　　　　　　　　　　單位主管：　　　　　　　　　　　政風人員：　　　　　　　　　　　機關首長："};
  return out;
}

struct SummaryRow {
  std::int64_t population = 0, asked = 0, random = 0, weighted = 0;
  AnswerCount count;
};

std::vector<TableCell> summary_cells(const std::string& name, const SummaryRow& row) {
  const std::int64_t drawn = row.random + row.weighted;
  const bool is_answered = row.count.fits + row.count.fits_not > 0;
  return {text_cell(name),
          number_cell(row.population),
          number_cell(row.asked),
          number_cell(drawn),
          number_cell(row.random),
          number_cell(row.weighted),
          is_answered ? number_cell(row.count.fits) : TableCell{},
          is_answered ? number_cell(row.count.fits_not) : TableCell{},
          number_cell(drawn - row.count.fits - row.count.fits_not),
          {rate(drawn, row.population)}};
}

std::string hits(std::string_view what, const AnswerCount& count) {
  const std::int64_t answered = count.fits + count.fits_not;
  return std::string(what) + "已回復 " + with_thousands(answered) + " 筆，其中不符 " + with_thousands(count.fits_not) +
         " 筆" + (answered > 0 ? "（" + rate(count.fits_not, answered) + "）" : "");
}

// What the random part says about everything that was not looked at.
std::string sentence(const EstimateLine& line, const Period& period) {
  const Estimate& e = line.estimate;
  std::string out = line.title + "：" + std::string(period.this_one()) + " " + with_thousands(e.population) +
                    " 筆，隨機抽查 " + with_thousands(e.drawn) + " 筆，";
  if (e.drawn == 0) return out + "無從推估。";
  if (e.open == e.drawn) return out + "尚無回復，無從推估。";
  out += "不符 " + with_thousands(e.fits_not) + " 筆，推估全部不符";
  out += e.open == 0 ? "約 " + decimal(e.expected) + " 筆，介於 " : "介於 ";
  out += with_thousands(e.low) + " 至 " + with_thousands(e.high) + " 筆之間";
  if (e.open > 0) out += "（尚有 " + with_thousands(e.open) + " 筆待補，上限以其全部不符計）";
  if (e.uncovered > 0) out += "；另有 " + with_thousands(e.uncovered) + " 筆未列入抽查，不在推估範圍";
  return out + "。";
}

Table summary_table(const SamplingSheets& sheets) {
  Table out;
  out.name = "彙總";
  out.title = title_of(sheets, "抽查彙總表");
  out.columns = {{"單位", 7.4}};
  for (const char* head : {"母體筆數", "應抽", "實抽", "隨機", "風險加權", "符合", "不符", "待補", "抽查率"}) {
    out.columns.push_back({head, 2.3, Align::right});
  }
  SummaryRow all;
  AnswerCount random, weighted;
  const auto add = [](AnswerCount& to, const AnswerCount& more) {
    to = {to.fits + more.fits, to.fits_not + more.fits_not, to.open + more.open};
  };
  for (const UnitSheet& unit : sheets.units) {
    const SummaryRow row{unit.population, unit.asked.value_or(unit.random + unit.weighted), unit.random, unit.weighted,
                         count_answers(unit)};
    out.rows.push_back(summary_cells(place_of(unit), row));
    all.population += row.population;
    all.asked += row.asked;
    all.random += row.random;
    all.weighted += row.weighted;
    add(all.count, row.count);
    add(random, count_answers(unit, Drawn::random));
    add(weighted, count_answers(unit, Drawn::weighted));
  }
  out.rows.push_back(summary_cells("合計", all));
  out.last_row_is_sum = true;
  out.after = {hits("隨機部分", random) + "；" + hits("風險加權部分", weighted) + "。",
               "依隨機部分推估（95％信賴區間）："};
  for (const EstimateLine& line : sheets.estimates) out.after.push_back("　" + sentence(line, sheets.period()));
  out.after.emplace_back("「不符」指尚未查得公務依據，不代表違規；風險加權部分不作推估之用。");
  return out;
}

std::string quota_words(const SamplingQuota& quota) {
  std::string out = "比率 " + percent(quota.ratio) + "，下限 " + with_thousands(quota.floor) + " 筆，上限 ";
  out += quota.ceiling ? with_thousands(*quota.ceiling) + " 筆" : "無";
  if (quota.per_officer > 0) out += "，每人至少 " + with_thousands(quota.per_officer) + " 筆";
  return out + "，風險加權 " + percent(quota.weighted_share);
}

Table notes_table(const SamplingSheets& sheets, const SamplingStamp& stamp) {
  Table out;
  out.name = "抽樣說明";
  out.title = title_of(sheets, "抽樣說明");
  out.columns = {{"項目", 3.4}, {"內容", 25.0}};
  const auto add = [&](std::string_view item, const std::string& text) {
    out.rows.push_back({{std::string(item)}, text_cell(text)});
  };
  const Period period = sheets.period();
  add("期間", format_roc_day(period.first) + " 至 " + format_roc_day(period.last()));
  add("性質", sheets.official ? "正式" : "非正式：" + stamp.doubt.value_or("抽樣種子由人工指定"));
  add("抽樣種子", stamp.seed.text);
  if (stamp.seed.tree_size) {
    add("檢查點",
        stamp.seed.origin + "\n紀錄數 " + with_thousands(*stamp.seed.tree_size) + "\n根雜湊 " + stamp.seed.root);
  }
  add("種子來源", stamp.origin);
  add("母體", "期間內、編號在檢查點紀錄數以內之全部查詢紀錄；抽樣底冊（事件代碼，依系統及單位）另附，SHA-256 " +
                  stamp.frame_hash);
  for (const auto& [name, quota] : stamp.quotas) add("抽樣比率", name + "：" + quota_words(quota));
  add("應抽筆數",
      "各單位各系統分別計算：比率乘以筆數（小數進位），不低於下限、不高於上限；每人至少之筆數不受上限限制。");
  add("隨機部分",
      "各單位各系統之事件代碼，依 SHA-256（種子|事件代碼）由小到大排序，先取每人應有之筆數，其餘依序取足；與風險無關。"
      "可用 recompute-sample.py 以檢查點、底冊及計畫檔重算。");
  add("風險加權部分", "其餘紀錄中風險分較高者，同分依上述排序；不作推估之用。");
  add("推估方法",
      "分層推估 Σ N·x/n；區間採 Fay 與 Feuer（1997）之 gamma 法，95％；待補者，下限以符合計、上限以不符計。");
  add("查詢對象", "已遮罩。");
  add("風險說明", "該筆紀錄符合之規則名稱；隨機抽出而無風險者空白。");
  add("符合公務", "請勾選是或否，並於「承辦人說明」填寫佐證；無法判定者填「待查」。空白視為待補。");
  add("製作", stamp.by + "　" + format_roc_minute(stamp.made));
  return out;
}

}  // namespace

Workbook to_workbook(const SamplingSheets& sheets, const SamplingStamp& stamp) {
  Workbook out;
  out.title = title_of(sheets, "抽查清冊");
  out.made = stamp.made;
  out.stamp = "密件　產製 " + format_roc_minute(stamp.made) + "　查核碼 " + stamp.code;
  std::map<std::string_view, int> bearers;
  for (const UnitSheet& unit : sheets.units) ++bearers[unit.unit];
  for (const UnitSheet& unit : sheets.units) {
    const bool is_clear = !unit.unit.empty() && bearers[unit.unit] == 1;
    out.tables.push_back(unit_table(sheets, unit, is_clear ? shown(unit.unit) : place_of(unit)));
  }
  out.tables.push_back(summary_table(sheets));
  out.tables.push_back(notes_table(sheets, stamp));
  return out;
}

}  // namespace trailwatch::report
