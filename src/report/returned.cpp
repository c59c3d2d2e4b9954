#include "trailwatch/report/returned.h"

#include <algorithm>
#include <array>
#include <map>

#include "report/grid.h"
#include "trailwatch/base/csv.h"
#include "trailwatch/base/encoding.h"
#include "trailwatch/base/text.h"
#include "trailwatch/report/sampling_sheets.h"

namespace trailwatch::report {

namespace {

using model::Answer;

constexpr std::size_t kCodeDigits = 12;
constexpr std::size_t kHeadRows = 20;
constexpr std::size_t kExplanationCharacters = 2'000;

constexpr std::array<std::string_view, 11> kYes = {"是",   "符合",   "說明合理", "合理", "有公務依據", "符合公務",
                                                   "相符", "已查明", "y",        "yes",  "fits"};
constexpr std::array<std::string_view, 9> kNo = {"否",   "不符",       "不符合", "說明不合理", "不合理",
                                                 "不是", "無公務依據", "n",      "no"};
constexpr std::array<std::string_view, 8> kUnclear = {"待查", "查證中", "待補", "待說明",
                                                      "不明", "待確認", "?",    "unclear"};

// Marks that people make in a box.
bool is_tick(char32_t c) {
  constexpr std::u32string_view kTicks = U"■☑☒✓✔✅●◼⬛√vVxXＶｖＸｘ×＊*O〇◎";
  return kTicks.find(c) != std::u32string_view::npos;
}
bool is_empty_box(char32_t c) {
  return c == U'□' || c == U'☐' || c == U'▢' || c == U'◻';
}

std::string squeezed(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != 0x3000 && c != 0xA0) append_utf8(out, c);
  }
  return out;
}

// `■是□否`: what stands right before each word. Nothing when the words are not both there.
std::optional<std::pair<bool, bool>> ticked(std::string_view text) {
  std::optional<bool> yes, no;
  bool is_ticked = false;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c == U'是' || c == U'否') {
      std::optional<bool>& box = c == U'是' ? yes : no;
      if (box) return std::nullopt;  // the same word twice
      box = is_ticked;
      is_ticked = false;
    } else if (is_tick(c)) {
      is_ticked = true;
    } else if (!is_empty_box(c)) {
      return std::nullopt;
    }
  }
  if (!yes || !no) return std::nullopt;
  return std::pair(*yes, *no);
}

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Where a sheet's columns stand.
struct Heads {
  std::size_t row = 0;  // of the grid
  std::optional<std::size_t> code, fits, explanation, confirmed, reviewed, period;
};

std::optional<Heads> find_heads(const Grid& grid) {
  for (std::size_t r = 0; r < grid.rows.size() && r < kHeadRows; ++r) {
    Heads out;
    out.row = r;
    for (std::size_t c = 0; c < grid.rows[r].cells.size(); ++c) {
      const std::string head = squeezed(grid.rows[r].cells[c]);
      if (head == kCodeHead) out.code = c;
      if (head == kFitsHead) out.fits = c;
      if (head == kExplanationHead) out.explanation = c;
      if (head == kConfirmedHead) out.confirmed = c;
      if (head == kReviewedHead) out.reviewed = c;
      if (head == "月份") out.period = c;
    }
    if (out.code && out.fits) return out;
  }
  return std::nullopt;
}

// Spreadsheets take the zeros from a code, and write it as a number.
std::optional<std::string> clean_code(std::string_view text) {
  std::string digits = fold_width(squeezed(text));
  if (digits.ends_with(".0")) digits.resize(digits.size() - 2);
  const bool is_number =
      !digits.empty() && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number || digits.size() > 18) return std::nullopt;
  return std::string(digits.size() < kCodeDigits ? kCodeDigits - digits.size() : 0, '0') + digits;
}

class SheetReader {
 public:
  SheetReader(bool is_csv, Returned& out) : is_csv_(is_csv), out_(out) {}

  void read(const Grid& grid, const Heads& heads) {
    for (std::size_t r = 0; r < heads.row; ++r) {
      for (const std::string& cell : grid.rows[r].cells) learn_period(cell);
    }
    for (std::size_t r = heads.row + 1; r < grid.rows.size(); ++r) read_row(grid, heads, grid.rows[r]);
  }
  void finish() {
    if (periods_.size() == 1) out_.period = periods_.front();
    if (periods_.size() > 1) {
      out_.problems.push_back({"", "檔案內有不同期間的清冊：" + periods_[0].title() + "、" + periods_[1].title(),
                               "請分開匯入，或以 --period 指定"});
    }
  }

 private:
  void learn_period(std::string_view text) {
    const std::optional<Period> found = find_period(text);
    if (found && std::find(periods_.begin(), periods_.end(), *found) == periods_.end()) periods_.push_back(*found);
  }

  void read_row(const Grid& grid, const Heads& heads, const Grid::Row& row) {
    const auto cell = [&](const std::optional<std::size_t>& at) {
      return at && *at < row.cells.size() ? trim(row.cells[*at]) : std::string_view{};
    };
    const std::string place =
        is_csv_ ? "第 " + std::to_string(row.number) + " 行" : grid.name + " 第 " + std::to_string(row.number) + " 列";
    const std::string_view code_text = cell(heads.code);
    const FitAnswer fit = read_fit(cell(heads.fits));
    const std::string explanation = words_of(cell(heads.explanation), cell(heads.confirmed), cell(heads.reviewed));
    if (code_text.empty()) {
      // Lines below the table have no code either; only an answer without one is a mistake.
      if (!fit.is_blank && fit.answer) complain(place, "有答覆但沒有事件代碼", "請保留隱藏的「事件代碼」欄");
      return;
    }
    learn_period(cell(heads.period));
    const std::optional<std::string> code = clean_code(code_text);
    if (!code) {
      return complain(place, "事件代碼「" + for_display(prefix(code_text, 40)) + "」不是數字",
                      "試算表可能改寫了該欄，請以文字格式開啟，或改用 ODS");
    }
    if (fit.is_blank && explanation.empty()) {
      ++out_.blank;
      return;
    }
    if (!fit.is_blank && !fit.answer) {
      return complain(place, "「符合公務」欄的「" + for_display(prefix(cell(heads.fits), 40)) + "」無法判讀",
                      "請填是、否或待查，且只勾選一項");
    }
    if (length(explanation) > kExplanationCharacters) {
      return complain(place, "說明超過 2,000 字", "請摘要填寫，附件另存");
    }
    ReturnedRow one{place, *code, fit.answer.value_or(Answer::unclear), explanation};
    const auto [before, is_new] = seen_.emplace(*code, out_.rows.size());
    if (is_new) {
      out_.rows.push_back(std::move(one));
      return;
    }
    const ReturnedRow& other = out_.rows[before->second];
    if (other.answer != one.answer || other.explanation != one.explanation) {
      complain(place, "事件 " + *code + " 與「" + other.place + "」答覆不同", "請只保留一列");
    }
  }

  static std::string words_of(std::string_view explanation, std::string_view confirmed, std::string_view reviewed) {
    std::string out(explanation);
    const auto add = [&](std::string_view head, std::string_view text) {
      if (!text.empty()) out += (out.empty() ? "" : "；") + std::string(head) + "：" + std::string(text);
    };
    add(kConfirmedHead, confirmed);
    add(kReviewedHead, reviewed);
    return out;
  }

  void complain(const std::string& place, std::string message, std::string hint) {
    out_.problems.push_back({place, std::move(message), std::move(hint)});
  }

  bool is_csv_;
  Returned& out_;
  std::vector<Period> periods_;
  std::map<std::string, std::size_t> seen_;  // code → row
};

// The leading ' of a guarded cell is ours.
Result<Grid> read_csv_grid(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return Error{Errc::invalid, "檔案是 UTF-16", "請另存為「CSV UTF-8」或 ODS", {}};
  }
  std::string text(bytes);
  if (!is_utf8(text)) {
    std::string decoded;
    if (decode(bytes, Encoding::cp950, decoded).undecodable > 0) {
      return Error{Errc::invalid, "檔案既不是 UTF-8 也不是 Big5", "請另存為「CSV UTF-8」或 ODS", {}};
    }
    text = std::move(decoded);
  }
  const CsvTable table = parse_csv(text);
  if (table.open_quote > 0) {
    return Error{
        Errc::invalid, "引號沒有結尾", "請檢查該列，或改用 ODS", {"第 " + std::to_string(table.open_quote) + " 行"}};
  }
  Grid out;
  out.rows.push_back({1, table.columns});
  for (const CsvTable::Row& row : table.rows) out.rows.push_back({row.line, row.cells});
  for (Grid::Row& row : out.rows) {
    for (std::string& cell : row.cells) {
      if (cell.starts_with('\'')) cell.erase(0, 1);
    }
  }
  return out;
}

}  // namespace

FitAnswer read_fit(std::string_view cell) {
  const std::string text = to_lower(fold_width(squeezed(cell)));
  if (text.empty()) return {true, std::nullopt};
  if (const auto boxes = ticked(text)) {
    if (!boxes->first && !boxes->second) return {true, std::nullopt};
    if (boxes->first && boxes->second) return {false, std::nullopt};
    return {false, boxes->first ? Answer::fits : Answer::fits_not};
  }
  std::string word;  // without the boxes
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (!is_empty_box(c) && (!is_tick(c) || c < 0x80)) append_utf8(word, c);
  }
  if (holds(kYes, word)) return {false, Answer::fits};
  if (holds(kNo, word)) return {false, Answer::fits_not};
  if (holds(kUnclear, word)) return {false, Answer::unclear};
  return {false, std::nullopt};
}

Result<Returned> read_returned(std::string_view bytes) {
  Returned out;
  std::vector<Grid> grids;
  const bool is_zip = bytes.starts_with("PK\x03\x04");
  if (is_zip) {
    const bool is_ods = bytes.substr(0, 200).find("opendocument.spreadsheet") != std::string_view::npos;
    Result<std::vector<Grid>> sheets = is_ods ? read_ods(bytes) : read_xlsx(bytes);
    if (!sheets) return std::move(sheets).error();
    grids = *std::move(sheets);
  } else {
    Result<Grid> grid = read_csv_grid(bytes);
    if (!grid) return std::move(grid).error();
    grids.push_back(*std::move(grid));
  }
  SheetReader reader(!is_zip, out);
  std::size_t sheets = 0;
  for (const Grid& grid : grids) {
    const std::optional<Heads> heads = find_heads(grid);
    if (!heads) continue;  // 彙總, 抽樣說明, and what else people add
    ++sheets;
    reader.read(grid, *heads);
  }
  if (sheets == 0) {
    return Error{Errc::invalid,
                 "找不到「事件代碼」與「符合公務」兩欄",
                 "請使用由 export sampling 產製的清冊，不要刪除標題列",
                 {}};
  }
  reader.finish();
  return out;
}

}  // namespace trailwatch::report
