#include <initializer_list>
#include <string>

#include "report/sampling_words.h"
#include "report/shown.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/sampling.h"

namespace trailwatch::report {

namespace {

// Blanks and characters that take no place: a spreadsheet may skip them before it looks for a formula.
bool is_skipped(char32_t c) {
  return c == ' ' || c == 0xA0 || c == 0xAD || c == 0x034F || c == 0x1680 || c == 0x180E ||
         (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x206F) || c == 0x3000 ||
         c == 0x3164 || c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F);
}

// What may begin a formula, or a command that is run when the file is opened; also in full width and as a small form.
bool begins_formula(char32_t c) {
  constexpr std::u32string_view kSigns = U"=+-@\t\r\n＝＋－＠﹦﹢﹣﹫−";
  return kSigns.find(c) != std::u32string_view::npos;
}

bool needs_guard(std::string_view text) {
  if (text.starts_with('\'')) return true;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (begins_formula(c)) return true;
    if (!is_skipped(c)) return false;
  }
  return false;
}

class Csv {
 public:
  Csv() : out_("\xEF\xBB\xBF") {}
  void cell(std::string_view text) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += csv_cell(text);
  }
  void number(std::int64_t number) { cell(std::to_string(number)); }
  void cells(std::initializer_list<std::string_view> texts) {
    for (const std::string_view text : texts) cell(text);
  }
  void end_row() {
    out_ += "\r\n";
    first_ = true;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  bool first_ = true;
};

std::string_view standing(const SamplingSheets& sheets) {
  return sheets.official ? "正式" : "非正式";
}

// `115/03`
std::string month(const SamplingSheets& sheets) {
  return sheets.period().brief();
}

void row(Csv& csv, const SamplingSheets& sheets, const UnitSheet& unit, const SheetRow& line) {
  csv.number(line.number);
  csv.cells({format_roc_minute(line.time), line.system, line.officer, line.action, line.subject, line.reason,
             line.case_no, word(line.drawn), line.risk});
  // 承辦人說明, 符合公務, 承辦人確認, 主管複核 are for the unit to fill in; what came back stands there.
  csv.cells({line.explanation, line.answer ? fit_word(*line.answer) : "", "", ""});
  csv.cells({line.code, line.file});
  csv.number(line.line);
  csv.cells({line.leaf_hash, unit.agency, unit.unit, month(sheets), sheets.seed, standing(sheets)});
  csv.end_row();
}

}  // namespace

AnswerCount count_answers(const UnitSheet& unit) {
  const AnswerCount random = count_answers(unit, Drawn::random), weighted = count_answers(unit, Drawn::weighted);
  return {random.fits + weighted.fits, random.fits_not + weighted.fits_not, random.open + weighted.open};
}

AnswerCount count_answers(const UnitSheet& unit, Drawn drawn) {
  AnswerCount out;
  for (const SheetRow& row : unit.rows) {
    if (row.drawn != drawn) continue;
    const bool fits = row.answer == model::Answer::fits, fits_not = row.answer == model::Answer::fits_not;
    ++(fits ? out.fits : fits_not ? out.fits_not : out.open);
  }
  return out;
}

std::string csv_cell(std::string_view text) {
  std::string out = "\"";
  if (needs_guard(text)) out += '\'';
  for (const char c : shown_with_lines(text)) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string to_csv(const SamplingSheets& sheets) {
  Csv csv;
  csv.cells({"序號",
             "查詢時間",
             "系統",
             "查詢人員",
             "查詢項目",
             "查詢對象",
             "查詢事由",
             "案號／文號",
             "抽樣別",
             "風險說明",
             "承辦人說明（附佐證）",
             "符合公務",
             "承辦人確認",
             "主管複核",
             "事件代碼",
             "來源檔案",
             "來源行號",
             "葉節點雜湊",
             "機關",
             "單位",
             "月份",
             "抽樣種子",
             "性質"});
  csv.end_row();
  for (const UnitSheet& unit : sheets.units) {
    for (const SheetRow& line : unit.rows) row(csv, sheets, unit, line);
  }
  return csv.take();
}

std::string summary_csv(const SamplingSheets& sheets) {
  Csv csv;
  csv.cells({"單位", "母體筆數", "應抽", "實抽", "隨機", "風險加權", "符合", "不符", "待補", "抽查率", "機關", "月份",
             "抽樣種子", "性質"});
  csv.end_row();
  for (const UnitSheet& unit : sheets.units) {
    const std::int64_t drawn = unit.random + unit.weighted;
    csv.cell(unit.unit);
    for (const std::int64_t number : {unit.population, unit.asked.value_or(drawn), drawn, unit.random, unit.weighted}) {
      csv.number(number);
    }
    // 符合 and 不符 are known when the sheets come back; until then everything is 待補.
    const AnswerCount count = count_answers(unit);
    if (count.fits + count.fits_not == 0) {
      csv.cells({"", ""});
    } else {
      csv.number(count.fits);
      csv.number(count.fits_not);
    }
    csv.number(drawn - count.fits - count.fits_not);
    csv.cells({rate(drawn, unit.population), unit.agency, month(sheets), sheets.seed, standing(sheets)});
    csv.end_row();
  }
  return csv.take();
}

std::string estimate_csv(const SamplingSheets& sheets) {
  Csv csv;
  csv.cells({"範圍", "母體筆數", "隨機抽查", "不符", "待補", "估計不符", "下限", "上限", "未涵蓋筆數", "月份",
             "抽樣種子", "性質"});
  csv.end_row();
  for (const EstimateLine& line : sheets.estimates) {
    const Estimate& e = line.estimate;
    csv.cell(line.title);
    for (const std::int64_t number : {e.population, e.drawn, e.fits_not, e.open}) csv.number(number);
    csv.cell(decimal(e.expected));
    for (const std::int64_t number : {e.low, e.high, e.uncovered}) csv.number(number);
    csv.cells({month(sheets), sheets.seed, standing(sheets)});
    csv.end_row();
  }
  return csv.take();
}

}  // namespace trailwatch::report
