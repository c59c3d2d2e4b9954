#include "registry/reference_rows.h"

#include "trailwatch/base/text.h"

namespace trailwatch::registry {

namespace {

std::string missing_hint(std::string_view text) {
  return trim(text).empty() ? "檔案是空的，請重新匯出" : "請檢查第一列的欄位名稱";
}

}  // namespace

ReferenceRows::ReferenceRows(std::string file, std::string_view text, const std::vector<std::string>& required,
                             std::vector<Problem>& problems)
    : file_(std::move(file)), table_(parse_csv(text)), problems_(problems) {
  if (!is_utf8(text)) problems_.push_back({file_, 1, "不是 UTF-8 編碼，請另存為 UTF-8", true});
  if (table_.open_quote != 0) {
    problems_.push_back({file_, table_.open_quote, "引號未結束，其後各列無法讀取", true, "請補上引號，或重新匯出本檔"});
  }
  for (const std::string& column : required) {
    if (table_.column(column) != CsvTable::npos) continue;
    problems_.push_back({file_, 1, "缺少欄位「" + column + "」，本檔未採用", true, missing_hint(text)});
    table_.rows.clear();
    usable_ = false;
  }
}

std::string_view ReferenceRows::cell(std::size_t row, std::string_view column) const {
  const std::size_t at = table_.column(column);
  const auto& cells = table_.rows[row].cells;
  return at < cells.size() ? trim(cells[at]) : std::string_view{};
}

void ReferenceRows::complain(std::size_t row, std::string message) {
  problems_.push_back({file_, table_.rows[row].line, std::move(message)});
}

std::optional<LocalTime> ReferenceRows::local_time(std::size_t row, std::string_view column) {
  const std::string_view text = cell(row, column);
  const auto day = parse_day(text.substr(0, 10));
  if (day && text.size() == 10) return LocalTime{*day, 0};
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  const auto is_second = [&] {
    return text.size() == 19 && text[16] == ':' && digit(17) && text[17] < '6' && digit(18);
  };
  if (day && (text.size() == 16 || is_second()) && (text[10] == 'T' || text[10] == ' ') && text[13] == ':' &&
      digit(11) && digit(12) && digit(14) && digit(15)) {
    const int hour = (text[11] - '0') * 10 + (text[12] - '0');
    const int minute = (text[14] - '0') * 10 + (text[15] - '0');
    if (hour < 24 && minute < 60) return LocalTime{*day, hour * kMicrosPerHour + minute * kMicrosPerMinute};
    if (hour == 24 && minute == 0) return LocalTime{day->plus(1), 0};
  }
  complain(row, "欄位「" + std::string(column) + "」應為 2026-03-02T20:00 形式");
  return std::nullopt;
}

std::optional<LocalDay> ReferenceRows::day(std::size_t row, std::string_view column) {
  const std::string_view text = cell(row, column);
  if (text.empty()) return std::nullopt;
  const auto day = parse_day(text);
  if (!day) complain(row, "欄位「" + std::string(column) + "」應為 2026-03-02 形式");
  return day;
}

bool ReferenceRows::flag(std::size_t row, std::string_view column) {
  const std::string_view text = cell(row, column);
  if (text != "1" && text != "0" && !text.empty()) complain(row, "欄位「" + std::string(column) + "」應為 0 或 1");
  return text == "1";
}

}  // namespace trailwatch::registry
