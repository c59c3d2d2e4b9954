#include "normalise/fields.h"

#include <algorithm>
#include <array>

namespace trailwatch::normalise {

namespace {

using model::QueryEvent;

struct Row {
  std::string_view name;
  std::string_view chinese;
  std::string QueryEvent::* member;
};

constexpr std::array<Row, 18> kFields = {{
    {"system", "被查詢系統", &QueryEvent::system},
    {"channel", "查詢管道", &QueryEvent::channel},
    {"agency", "機關", &QueryEvent::agency},
    {"unit", "單位", &QueryEvent::unit},
    {"officer", "查詢人員代號", &QueryEvent::officer},
    {"account", "帳號", &QueryEvent::account},
    {"officer_name", "查詢人員姓名", &QueryEvent::officer_name},
    {"terminal", "端末機", &QueryEvent::terminal},
    {"action", "作業代碼", &QueryEvent::action},
    {"lookup_by", "查詢條件", nullptr},
    {"subject_kind", "查詢對象類別", nullptr},
    {"subject", "查詢對象", &QueryEvent::subject},
    {"subject_name", "查詢對象姓名", &QueryEvent::subject_name},
    {"reason_code", "查詢事由代碼", &QueryEvent::reason_code},
    {"reason", "查詢事由", &QueryEvent::reason},
    {"case_no", "案號", &QueryEvent::case_no},
    {"approver", "核准人", &QueryEvent::approver},
    {"rows", "回傳筆數", nullptr},
}};

const Row& row(Field field) {
  return kFields[static_cast<std::size_t>(field)];
}

}  // namespace

const std::vector<std::string>& field_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const Row& field : kFields) out.emplace_back(field.name);
    return out;
  }();
  return names;
}

std::optional<Field> find_field(std::string_view name) {
  const auto found = std::find_if(kFields.begin(), kFields.end(), [&](const Row& r) { return r.name == name; });
  if (found == kFields.end()) return std::nullopt;
  return static_cast<Field>(found - kFields.begin());
}

std::string_view to_text(Field field) {
  return row(field).name;
}
std::string_view to_chinese(Field field) {
  return row(field).chinese;
}
std::string QueryEvent::* member(Field field) {
  return row(field).member;
}

}  // namespace trailwatch::normalise
