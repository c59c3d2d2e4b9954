#include "normalise/fault.h"

#include "trailwatch/base/text.h"

namespace trailwatch::normalise {

namespace {

constexpr std::size_t kQuotedCharactersMax = 40;

// A value from outside, fit to stand in a sentence.
std::string quoted(std::string_view value) {
  const std::string_view head = prefix(value, kQuotedCharactersMax);
  return "「" + for_display(head) + (head.size() < value.size() ? "…" : "") + "」";
}

// Columns may have slipped, so that a name or an id stands where a time or a number is expected: such a value is not
// quoted.
bool consists_of(std::string_view value, std::string_view characters) {
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t start = at;
    next_code_point(value, at);
    if (characters.find(value.substr(start, at - start)) == std::string_view::npos) return false;
  }
  return true;
}

bool looks_like_time(std::string_view value) {
  if (value.starts_with("民國")) value.remove_prefix(std::string_view("民國").size());
  return !value.empty() && value[0] >= '0' && value[0] <= '9' &&
         consists_of(value, "0123456789 .,:;/+-TZAPM上下午年月日時分秒");
}

}  // namespace

Fault too_long(std::int64_t bytes, std::string_view sha256_prefix) {
  return {"too-long", "紀錄過長：共 " + with_thousands(bytes) + " 位元組，只保留前 " +
                          with_thousands(static_cast<std::int64_t>(kRecordBytesMax)) + " 位元組；全文 SHA-256 開頭為 " +
                          std::string(sha256_prefix)};
}

Fault cut_off(std::int64_t came, std::int64_t bytes) {
  return {"cut-off", "紀錄未傳完連線即中斷：收到 " + with_thousands(came) + " 位元組" +
                         (bytes > came ? "，應有 " + with_thousands(bytes) + " 位元組" : std::string())};
}

Fault open_quote() {
  return {"open-quote", "引號沒有結束，本行單獨列為無法判讀"};
}

Fault text_after_quote(std::size_t column) {
  return {"bad-quote", "第 " + std::to_string(column) + " 欄的引號之後還有文字"};
}

Fault wrong_columns(std::size_t expected, std::size_t found) {
  return {"columns", "欄數不符：應有 " + std::to_string(expected) + " 欄，實有 " + std::to_string(found) + " 欄"};
}

Fault missing_column(std::string_view column) {
  return {"missing-column", "檔案標題列缺少欄位" + quoted(column)};
}

Fault duplicate_column(std::string_view column) {
  return {"duplicate-column", "檔案標題列的欄位" + quoted(column) + "重複"};
}

Fault missing_field(std::string_view field) {
  return {"missing-field", "缺少必要欄位：" + std::string(field)};
}

Fault bad_time(std::string_view value) {
  return {"bad-time",
          "查詢時間無法判讀：" + (looks_like_time(value) ? quoted(value) + "不是有效的日期時間" : "內容不像日期時間")};
}

Fault bad_number(std::string_view field, std::string_view value) {
  const bool shown = consists_of(value, "0123456789 .,+-");
  return {"bad-number", std::string(field) + "無法判讀：" + (shown ? quoted(value) + "不是整數" : "內容不是數字")};
}

Fault bad_json(std::string_view why) {
  return {"bad-json", "JSON 無法判讀：" + std::string(why)};
}

Fault json_limit(std::string_view why) {
  return {"json-limit", "JSON 超過上限：" + std::string(why)};
}

Fault duplicate_key() {
  return {"duplicate-key", "JSON 無法判讀：同一物件內有重複的鍵"};
}

Fault bad_syslog(std::string_view why) {
  return {"bad-syslog", "syslog 訊息無法判讀：" + std::string(why)};
}

}  // namespace trailwatch::normalise
